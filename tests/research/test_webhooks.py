"""Web services told of what happens: signed, once, again after a failure, and of nobody by name."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Membership
from enrolment import api_tokens, leaving, planner, replies
from enrolment.models import Enrolment
from research import noting_news, sending_news
from research.models import DayCount, Webhook, WebhookDelivery
from tests import worlds
from tests.enrolment.pagers import Pager, pager
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
NUMBER = "+447700900001"


@pytest.fixture
def listener() -> Iterator[Pager]:
    with pager() as found:
        yield found


@pytest.fixture
def researcher() -> User:
    found = User.objects.create(
        email="r@clinic.example", organisation=worlds.organisation(), is_staff=True
    )
    Membership.objects.create(user=found, campaign=worlds.campaign(), role="researcher")
    return found


@pytest.fixture
def webhook(listener: Pager, researcher: User) -> Webhook:
    campaign = worlds.campaign()
    return Webhook.objects.create(
        campaign=campaign,
        name="Lab",
        address=listener.address,
        events=list(Webhook.Event.values),
        cursors=noting_news.begin(campaign, now=worlds.NOON),
        made_at=NOW,
        made_by=researcher,
    )


def work(now: datetime = NOW) -> int:
    noting_news.note_due(now=now, calendar=worlds.NOON)
    return sending_news.deliver_due(now=now, calendar=worlds.NOON)


def joined() -> Enrolment:
    return worlds.person(number=NUMBER, quit_day=worlds.NOON.date())


def answered() -> None:
    planner.tick(now=worlds.NOON + timedelta(hours=8))
    worlds.text(NUMBER, "no", at=worlds.NOON + timedelta(hours=9))
    replies.answer_pending(now=worlds.NOON + timedelta(hours=9))


def test_events_are_told_once_as_the_api_tells_them(webhook: Webhook, listener: Pager) -> None:
    enrolment = joined()
    answered()
    leaving.withdraw(enrolment=enrolment, source="staff", reason="asked", now=worlds.NOON)

    assert work() == 3
    assert work() == 0

    told = {call["event"]: call for call in listener.told}
    assert set(told) == {"enrolled", "answer", "left"}
    assert {call["campaign"] for call in told.values()} == {webhook.campaign.key}
    assert len({row["pid"] for call in told.values() for row in call["rows"]}) == 1
    assert told["answer"]["rows"][0]["question"] == "smoked"
    for secret in ("7700900", "Amina", "2026"):
        assert secret not in json.dumps(listener.told), secret
    _, token = api_tokens.create(
        campaign=webhook.campaign, name="Lab", may={"research"}, now=worlds.NOON
    )
    read = Client().get(
        "/api/v1/research/answers/", headers={"Authorization": f"Bearer {token}"}
    ).json()  # fmt: skip
    assert told["answer"]["rows"] == read["rows"]


def test_signature_is_checked_as_the_docs_say(webhook: Webhook, listener: Pager) -> None:
    joined()
    work()

    secret, headers = sending_news.secret_of(webhook), listener.headers[0]
    signed = headers["Sendwell-Timestamp"].encode() + b"." + listener.bodies[0]
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["Sendwell-Signature"] == f"sha256={expected}"


def test_what_was_before_is_not_told(listener: Pager, researcher: User) -> None:
    joined()
    campaign = worlds.campaign()
    Webhook.objects.create(
        campaign=campaign, name="Late", address=listener.address, events=["enrolled"],
        cursors=noting_news.begin(campaign, now=worlds.NOON), made_at=NOW, made_by=researcher,
    )  # fmt: skip

    assert work() == 0


def test_receiver_that_is_down_is_tried_again(webhook: Webhook, listener: Pager) -> None:
    listener.answers = [500, 204]
    joined()

    work()
    first = WebhookDelivery.objects.get()
    assert (first.status, first.reason, first.attempts) == ("pending", "answered_500", 1)
    assert work() == 0, "not before its time"
    assert work(NOW + timedelta(minutes=1)) == 1

    first.refresh_from_db()
    assert (first.status, first.attempts) == ("sent", 2)
    assert listener.told[0] == listener.told[1]


def test_after_three_days_it_is_given_up_and_a_person_sends_it_again(
    webhook: Webhook, listener: Pager, researcher: User
) -> None:
    listener.answers = [500]
    joined()
    now = NOW
    while WebhookDelivery.objects.filter(status="pending").exists() or now == NOW:
        work(now)
        now += timedelta(hours=2)

    dead = WebhookDelivery.objects.get()
    assert (dead.status, dead.reason) == ("dead", "answered_500")
    assert timedelta(days=3) <= dead.settled_at - NOW < timedelta(days=3, hours=4)  # type: ignore[operator]
    listener.answers = [204]
    client = Client()
    client.force_login(researcher)
    asked = {"action": "again", "_selected_action": [dead.pk]}
    client.post(reverse("admin:research_webhookdelivery_changelist"), asked)
    dead.refresh_from_db()
    assert dead.status == "pending"
    assert AuditEvent.objects.filter(verb="webhook.again", actor=researcher).exists()


def test_whoever_may_not_read_any_more_has_nothing_told(webhook: Webhook, listener: Pager) -> None:
    Membership.objects.all().delete()
    joined()

    assert work() == 0

    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.stopped_reason) == (False, "maker_may_not_read")
    assert listener.told == []


def test_private_address_is_not_called(webhook: Webhook, settings: object) -> None:
    settings.PAGER_PRIVATE_HOSTS = []  # type: ignore[attr-defined]
    joined()

    work()

    assert WebhookDelivery.objects.get().reason == "address_not_public"


def test_day_s_texts_are_summed_up_and_few_are_not_told(webhook: Webhook, listener: Pager) -> None:
    day = worlds.NOON.date()
    for key, count in (("delivered", 12), ("undelivered", 3)):
        DayCount.objects.create(
            campaign=webhook.campaign, day=day, measure="text", key=key, number=0, count=count
        )
    assert work() == 0, "the day is not over"

    tomorrow = worlds.NOON + timedelta(days=1)
    noting_news.note_due(now=NOW, calendar=tomorrow)
    noting_news.note_due(now=NOW, calendar=tomorrow)
    assert sending_news.deliver_due(now=NOW, calendar=tomorrow) == 1

    assert listener.told[0]["rows"] == [
        {"day": day.isoformat(), "became": "delivered", "texts": 12},
        {"day": day.isoformat(), "became": "undelivered", "texts": None},
    ]


def test_researcher_makes_one_in_the_admin_and_is_shown_the_secret(researcher: User) -> None:
    client = Client()
    client.force_login(researcher)
    form = {
        "campaign": worlds.campaign().pk, "name": "Lab", "address": "https://lab.example/in",
        "events": ["left", "answer"], "is_active": "on",
    }  # fmt: skip

    client.post(reverse("admin:research_webhook_add"), form)

    made = Webhook.objects.get()
    assert made.made_by == researcher
    assert set(made.cursors) == set(Webhook.Event.values)
    page = client.get(reverse("admin:research_webhook_change", args=[made.pk])).content.decode()
    assert sending_news.secret_of(made) in page
    client.post(
        reverse("admin:research_webhook_add"), {**form, "address": "http://169.254.169.254/"}
    )
    assert Webhook.objects.count() == 1


def test_manager_makes_none(researcher: User) -> None:
    Membership.objects.update(role="programme_manager")
    client = Client()
    client.force_login(researcher)

    assert client.get(reverse("admin:research_webhook_add")).status_code == 403


def test_calls_go_after_ninety_days_and_nothing_is_told_twice(
    webhook: Webhook, listener: Pager
) -> None:
    joined()
    assert work() > 0
    told = len(listener.told)
    later = NOW + sending_news.KEPT

    assert sending_news.remove_old(now=later) == 0
    assert sending_news.remove_old(now=later + timedelta(seconds=1)) == told
    assert work(later) == 0
    assert len(listener.told) == told
