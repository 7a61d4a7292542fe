"""The first page: what waits, and each live campaign at a glance."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import CampaignVersion, Membership
from enrolment import cases
from enrolment.models import Case, Enrolment, Trouble
from messaging import holding
from messaging.models import Alarm, Sender
from research import cards, counting
from research.cards import health
from research.models import DayCount, StandingCount
from tests import worlds
from tests.research import crowd
from tests.signing_in import with_second_factor
from trust.models import User

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")


def signed_in(role: str, *, wide: bool = True) -> Client:
    user = User.objects.create(
        email=f"{role}@clinic.example",
        name=role,
        organisation=worlds.organisation(),
        organisation_role=role if wide else "",
        is_staff=True,
    )
    if not wide:
        Membership.objects.create(user=user, campaign=worlds.campaign(), role=role)
    return with_second_factor(user)


def shown(client: Client) -> str:
    answer = client.get(INDEX)
    assert answer.status_code == 200
    return answer.content.decode()


def case(*, due_ago: timedelta, **given: object) -> Case:
    enrolment = worlds.person()
    cases.open_flagged(enrolment=enrolment, reason="other", detail="", now=worlds.NOON)
    found = Case.objects.get()
    crowd.move_calendar()
    Case.objects.filter(pk=found.pk).update(due_at=crowd.NOW - due_ago, **given)
    return found


@pytest.mark.parametrize(("role", "may_look"), [("organisation_admin", True), ("author", False)])
def test_held_house_is_told_to_everybody(role: str, may_look: bool) -> None:
    holding.hold()

    told = shown(signed_in(role))

    assert "Sending is held since a back-up was restored" in told
    assert (f'href="{reverse("enrolment:operations")}">Look at' in told) is may_look
    assert 'href=""' not in told


def test_first_day_says_that_nothing_is_live_and_how_to_begin() -> None:
    told = shown(signed_in("programme_manager"))

    assert "Nothing waits for you." in told
    assert "No campaign is live yet." in told
    assert reverse("campaigns:new_campaign") in told
    assert reverse("campaigns:new_campaign") not in shown(signed_in("auditor"))


def test_card_tells_who_is_in_and_what_today_brought() -> None:
    crowd.people()
    crowd.settle("day.1", "delivered", crowd.NOW, "amina")
    crowd.settle("day.1", "expired", crowd.NOW, "bo")
    counting.count_all(now=crowd.NOW, anew=False)
    reach = signed_in("programme_manager").get(INDEX).wsgi_request.reach

    (card,) = cards.cards(reach, now=crowd.NOW - timedelta(days=1))

    assert (card.enrolled, card.active, card.joining) == (3, 0, 0)
    assert (card.today.planned, card.today.sent, card.today.delivered) == (2, 1, 1)
    assert (card.today.suppressed, card.heard, card.left.count) == (1, 0, 0)
    (card,) = cards.cards(reach, now=crowd.at(9, 20))
    assert (card.heard, card.left.count, card.why) == (2, 1, "too many texts 1")
    assert card.bars.most == 3


def test_large_figures_are_grouped_by_thousands() -> None:
    worlds.version()
    rows = {"measure": "funnel", "key": "enrolled", "count": 1_234_567}
    StandingCount.objects.create(campaign=worlds.campaign(), **rows)
    StandingCount.objects.create(campaign=worlds.campaign(), **{**rows, "key": "began"})
    for key in ("consented", "eligible"):
        StandingCount.objects.create(campaign=worlds.campaign(), **{**rows, "key": key})

    assert "1,234,567" in shown(signed_in("programme_manager"))


def test_cards_are_of_campaigns_the_user_may_see() -> None:
    worlds.version(worlds.campaign("clinic"))
    worlds.version(worlds.campaign("clinic", "other"))
    worlds.version(worlds.campaign("hospital", "theirs"))
    worlds.version(worlds.campaign("clinic", "draft"), published=False)

    wide = signed_in("researcher").get(INDEX).context["cards"]
    narrow = signed_in("reviewer", wide=False).get(INDEX).context["cards"]

    assert [card.campaign.key for card in wide] == ["other", "quit"]
    assert [card.campaign.key for card in narrow] == ["quit"]


def test_urgent_and_overdue_cases_are_told_to_who_answers() -> None:
    case(due_ago=timedelta(hours=1), urgency=Case.Urgency.URGENT)

    told = shown(signed_in("counsellor"))

    assert "1 urgent case waits for a person." in told
    assert "1 case is overdue in the counsellors&#x27; inbox." in told


def test_manager_is_told_of_overdue_cases_without_reading_them() -> None:
    case(due_ago=timedelta(hours=1), urgency=Case.Urgency.URGENT)

    told = shown(signed_in("programme_manager"))

    assert "urgent" not in told
    assert "1 case is overdue" in told
    assert reverse("admin:enrolment_pagercontact_changelist") in told


def test_alarms_and_budgets_are_told_to_who_may_see_the_senders() -> None:
    Alarm.objects.create(sender=worlds.sender(), kind=Alarm.Kind.UNREACHABLE)
    Sender.objects.update(budget_state=Sender.BudgetState.STOPPED)

    told = shown(signed_in("organisation_admin"))

    assert "1 alarm keeps texts from leaving." in told
    assert "1 sender has spent the budget" in told
    assert "Nothing waits for you." in shown(signed_in("author"))


def test_reviewer_is_told_of_versions_that_wait() -> None:
    edition = worlds.version(published=False)
    CampaignVersion.objects.filter(pk=edition.pk).update(status="in_review")

    assert "1 version waits for a review." in shown(signed_in("reviewer"))
    assert "for a review" not in shown(signed_in("author"))


@pytest.mark.parametrize(
    ("change", "alarm", "state"),
    [
        ({}, None, "good"),
        ({}, "unreachable", "bad"),
        ({"is_active": False}, None, "bad"),
        ({"budget_state": "warned"}, None, "uneasy"),
        ({"budget_state": "stopped"}, None, "bad"),
    ],
)
def test_health_is_of_what_keeps_texts_back(
    change: dict[str, object], alarm: str | None, state: str
) -> None:
    sender = worlds.sender()
    for name, value in change.items():
        setattr(sender, name, value)

    assert health(sender, alarm, is_held=False).state == state


def test_no_campaign_looks_well_while_the_whole_house_is_held() -> None:
    worlds.person()
    client = signed_in("programme_manager")
    before = shown(client)
    holding.hold()
    held = shown(client)

    assert "Texts leave as planned" in before
    assert "Texts leave as planned" not in held
    assert "Sending is held: nothing leaves" in held


@pytest.mark.parametrize(
    "role", ["programme_manager", "organisation_admin", "counsellor", "platform"]
)
def test_page_takes_few_queries_with_ten_thousand_rows(
    role: str, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    worlds.version()
    campaign = worlds.campaign()
    today = crowd.NOW.date()
    DayCount.objects.bulk_create(
        DayCount(
            campaign=campaign,
            day=today - timedelta(days=n % 60),
            measure="text",
            key=f"suppressed:{n // 60}",
            count=1,
        )
        for n in range(10_000)
    )
    case(due_ago=timedelta(hours=1))
    client = signed_in("programme_manager" if role == "platform" else role)
    User.objects.update(is_superuser=role == "platform")

    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        assert client.get(INDEX).status_code == 200
    assert Enrolment.objects.exists()


def test_trouble_of_the_house_is_named_to_whoever_runs_it_and_an_alarm_once() -> None:
    now = worlds.NOON
    Trouble.objects.create(kind="beat", began_at=now)
    Trouble.objects.create(
        kind="sender", subject="1:1", began_at=now, organisation=worlds.organisation()
    )

    assert "1 trouble of the house is open." in shown(signed_in("organisation_admin"))
    assert "trouble of the house" not in shown(signed_in("counsellor"))
