"""The pages of broadcasts, as a manager and a second person use them."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Campaign, Membership
from enrolment import broadcast_figures, broadcasts
from enrolment.models import Broadcast
from messaging import clock
from messaging.models import Sender
from tests import announcements, worlds
from tests.announcements import LATER, crowd, drafted
from trust.models import User

pytestmark = pytest.mark.django_db


def client_of(name: str, role: str = "programme_manager") -> Client:
    user = announcements.manager(name)
    Membership.objects.get_or_create(user=user, campaign=worlds.campaign(), role=role)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


@pytest.fixture
def client() -> Client:
    return client_of("mia")


def typed(**changes: object) -> dict[str, object]:
    return {
        "name": "Closed on Friday",
        "people": "active",
        "when": "soon",
        "text_en": announcements.TEXT,
        **changes,
    }


def made(client: Client, **changes: object) -> Broadcast:
    answer = client.post(new(), typed(**changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return Broadcast.objects.order_by("-pk")[0]


def new() -> str:
    return reverse("enrolment:new_broadcast", args=[worlds.campaign().pk])


def page(client: Client, broadcast: Broadcast) -> str:
    return client.get(reverse("enrolment:broadcast", args=[broadcast.pk])).content.decode()


def press(client: Client, broadcast: Broadcast, do: str, **more: str) -> None:
    answer = client.post(reverse("enrolment:broadcast", args=[broadcast.pk]), {"do": do, **more})
    assert answer.status_code == 302


def test_draft_is_counted_shown_and_sent(client: Client) -> None:
    now = worlds.at_noon()
    crowd(2, joined=now)
    Sender.objects.update(segment_price=Decimal("0.50"), currency="GBP")

    broadcast = made(client)
    assert "Counting waits for its turn" in page(client, broadcast)
    announcements.work(clock.calendar_now())
    shown = page(client, broadcast)
    assert "<dd>2</dd>" in shown
    assert "GBP 1.00" in shown
    assert "A***, the clinic is closed on Friday." in shown
    assert "Amina" not in shown
    assert "+44 ••• 01" in shown

    press(client, broadcast, "submit")
    broadcast.refresh_from_db()
    assert broadcast.status == "scheduled"
    announcements.sent(broadcast, clock.calendar_now())
    broadcast_figures.count(broadcast=broadcast, now=clock.calendar_now())
    shown = page(client, broadcast)
    assert "Everybody was looked at" in shown
    assert "<dt>Waiting</dt><dd>2</dd>" in shown

    press(client, broadcast, "pause")
    press(client, broadcast, "resume")
    press(client, broadcast, "cancel")
    broadcast.refresh_from_db()
    assert broadcast.status == "cancelled"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text_en": ""}, "others fall back to it"),
        ({"text_en": "Hi {{ name }}"}, "Nothing is called {{ name }}"),
        ({"text_en": "Hi {{ first_name }"}, "two braces on each side"),
        ({"text_en": "Code {{ erase_code }}"}, "for answers alone"),
        ({"text_en": "x" * 700}, "5 texts long"),
        ({"discreet_en": "Stop smoking, {{ first_name }}"}, "Discreet words name no illness"),
        ({"condition": "slips = 0 and days_sinse(quit_date) > 1"}, "At column 15"),
        ({"condition": "colour = 'red'"}, "At column 1: nothing is called colour"),
        ({"when": "at"}, "Choose a day."),
        ({"when": "at", "day": "2026-12-24", "wall": "22:00"}, "from 08:00 to 20:30"),
        ({"people": "list"}, "Choose the list."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_wrong_input_keeps_what_was_typed(
    client: Client, changes: dict[str, object], said: str
) -> None:
    worlds.version()

    answer = client.post(new(), typed(**changes))

    shown = answer.content.decode()
    assert answer.status_code == 400
    errors = [str(text) for listed in answer.context["form"].errors.values() for text in listed]
    assert any(said in text for text in errors), errors
    assert "Nothing was kept yet" in shown
    assert changes.get("text_en") != "" or "Closed on Friday" in shown
    assert not Broadcast.objects.exists()


def test_condition_is_pointed_at_in_its_column(client: Client) -> None:
    worlds.version()

    answer = client.post(new(), typed(condition="language = 'xx'"))

    assert "At column 12" in str(answer.context["form"].errors["condition"])


def test_list_finds_people_and_shows_no_number(client: Client) -> None:
    worlds.at_noon()
    first, second, _ = crowd(3)
    lines = f"number\n07700 900001\n447700900002\nP{first.participant_id}\n+447700900999\nhello"
    file = SimpleUploadedFile("people.csv", lines.encode(), content_type="text/csv")

    broadcast = made(client, people="list", file=file)
    announcements.work(clock.calendar_now())

    broadcast.refresh_from_db()
    shown = page(client, broadcast)
    assert broadcast.counted is not None
    assert broadcast.counted["going"] == 2
    assert "6 lines, 2 of them people of this campaign, 3 not: line 1, 5, 6." in shown
    assert "900999" not in shown
    assert set(broadcast.listed.values_list("enrolment_id", flat=True)) == {first.pk, second.pk}
    assert broadcast.people_list.content is None


def test_draft_is_changed_with_what_it_held(client: Client) -> None:
    crowd(1)
    broadcast = made(client, condition="slips = 0", when="at", day="2099-12-24", wall="10:00")
    edit = reverse("enrolment:broadcast_edit", args=[broadcast.pk])

    shown = client.get(edit).content.decode()
    assert "slips = 0" in shown
    assert 'value="2099-12-24"' in shown
    client.post(edit, typed(name="Open on Friday"))

    broadcast.refresh_from_db()
    assert (broadcast.name, broadcast.day, broadcast.condition) == ("Open on Friday", None, "")


def test_broadcast_dearer_than_the_budget_says_so(client: Client) -> None:
    now = worlds.at_noon()
    crowd(2, joined=now)
    Sender.objects.update(segment_price=Decimal("0.50"), currency="GBP", monthly_budget=Decimal(1))
    broadcast = made(client)
    announcements.work(clock.calendar_now())
    assert "left of this month" not in page(client, broadcast)

    Sender.objects.update(monthly_budget=Decimal("0.90"))

    assert "It costs more than the GBP 0.90 left of this month" in page(client, broadcast)


def test_front_page_tells_whoever_may_approve(client: Client) -> None:
    crowd(1)
    Campaign.objects.update(broadcast_approval_above=0)
    broadcasts.submit(
        broadcast=announcements.counted(drafted()), actor=announcements.manager(), now=LATER
    )
    index = reverse("admin:index")

    assert "waits for your approval" not in client.get(index).content.decode()
    shown = client_of("rita", "reviewer").get(index).content.decode()
    assert "1 broadcast waits for your approval." in shown


def test_second_person_approves_or_sends_back(client: Client) -> None:
    now = worlds.at_noon()
    crowd(2, joined=now)
    Campaign.objects.update(broadcast_approval_above=1)
    broadcast = made(client)
    announcements.work(clock.calendar_now())
    press(client, broadcast, "submit")
    assert "not you, who wrote it" in page(client, broadcast)
    reviewer = client_of("rita", "reviewer")

    shown = page(reviewer, broadcast)
    assert "Approve: it goes to 2 people" in shown
    assert "A***" not in shown, "a reviewer sees no participant"
    empty = reviewer.post(
        reverse("enrolment:broadcast", args=[broadcast.pk]), {"do": "send_back", "why": ""}
    )
    assert "Say what is to be mended." in empty.content.decode()
    press(reviewer, broadcast, "send_back", why="Name the day.")
    assert "Sent back: Name the day." in page(client, broadcast)

    press(client, broadcast, "submit")
    press(reviewer, broadcast, "approve")
    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.approver) == ("scheduled", announcements.manager("rita"))


@pytest.mark.parametrize("role", ["reviewer", "author", "counsellor", "researcher", "auditor"])
def test_only_a_manager_makes_or_moves_one(role: str) -> None:
    crowd(1)
    broadcast = announcements.scheduled(drafted(day=date(2099, 1, 1), wall=time(9)))
    other = client_of(role, role)

    assert other.get(new()).status_code == 403
    for do in ("cancel", "take_back", "pause", "submit"):
        answer = other.post(reverse("enrolment:broadcast", args=[broadcast.pk]), {"do": do})
        assert answer.status_code == 403
    broadcast.refresh_from_db()
    assert broadcast.status == "scheduled"


def test_campaign_without_a_published_version_says_so(client: Client) -> None:
    worlds.campaign()

    answer = client.get(new())

    assert answer.status_code == 409
    assert "Publish one first" in answer.content.decode()


@pytest.mark.slow
def test_pages_ask_few_queries_of_ten_thousand_people(client: Client) -> None:
    now = worlds.at_noon()
    announcements.multitude(crowd(1, joined=now)[0], 10_000)
    broadcast = made(client)
    at = clock.calendar_now()
    announcements.work(at)
    asked = [
        (url, _queries(client, url))
        for url in (
            reverse("enrolment:broadcast", args=[broadcast.pk]),
            reverse("enrolment:broadcasts"),
            reverse("enrolment:broadcast_edit", args=[broadcast.pk]),
            new(),
        )
    ]
    broadcast.refresh_from_db()
    assert broadcast.counted is not None
    assert broadcast.counted["going"] == 10_001

    announcements.sent(broadcast, at)
    broadcast_figures.refresh(now=at)
    asked.append(("sent", _queries(client, reverse("enrolment:broadcast", args=[broadcast.pk]))))

    assert broadcast.queued == 10_001
    assert [(url, count) for url, count in asked if count > 12] == []


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)
