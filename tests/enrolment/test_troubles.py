"""Troubles are seen, told once, and told again when they are over; the clock is passed in."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command

from enrolment import notice_calls, noticing, signed_calls, troubles
from enrolment.models import AuditRun, Notice, OperatorContact, Trouble
from messaging import alarms, heartbeats, holding
from messaging.models import Alarm, Message
from tests import worlds
from tests.enrolment.pagers import Pager, pager
from tests.factories.recipient import RecipientFactory
from tests.messaging.texts import queue_text

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def private_hosts(settings: Any) -> None:
    settings.PAGER_PRIVATE_HOSTS = ["127.0.0.1"]
    settings.PUBLIC_BASE_URL = "https://sendwell.example"


@pytest.fixture
def receiver() -> Iterator[Pager]:
    with pager() as found:
        yield found


def contact(slug: str = "clinic", **columns: Any) -> OperatorContact:
    columns = columns or {"email": f"operator@{slug}.example"}
    return OperatorContact.objects.create(
        organisation=worlds.organisation(slug), name="Night operator", **columns
    )


def watch(begin: datetime, end: datetime, *, beating: tuple[str, ...] = ()) -> None:
    """Every ten seconds; `beating` are seen all the while."""
    now = begin
    while now <= end:
        for name in beating:
            heartbeats.seen(name=name, at=now)
        troubles.watch(now=now, calendar=now)
        noticing.deliver_due(now=now)
        now += 10 * SECOND


def queued(at: datetime) -> None:
    """A text that might have left since `at`."""
    sender = worlds.sender()
    text = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    Message.objects.filter(pk=text.pk).update(not_before=at, valid_until=at + timedelta(days=1))


def subjects() -> list[str]:
    return [sent.subject for sent in mail.outbox]


def test_held_house_is_told_at_once_and_when_it_sends_again() -> None:
    contact()
    holding.hold()
    watch(NIGHT, NIGHT + 10 * SECOND)
    assert subjects() == ["Trouble: sending is held"]
    assert "STOP is carried out" in mail.outbox[0].body

    holding.release()
    watch(NIGHT + 20 * SECOND, NIGHT + 30 * SECOND)
    assert subjects() == ["Trouble: sending is held", "Over: sending is held"]


def test_silent_beat_is_told_once_and_again_when_it_is_back() -> None:
    contact()
    watch(NIGHT, NIGHT + 5 * MINUTE, beating=(heartbeats.BEAT,))
    assert subjects() == []

    watch(NIGHT + 5 * MINUTE, NIGHT + 20 * MINUTE)
    assert subjects() == ["Trouble: the beat is silent"]
    assert "has not been seen for two minutes" in mail.outbox[0].body

    watch(NIGHT + 20 * MINUTE, NIGHT + 25 * MINUTE, beating=(heartbeats.BEAT,))
    assert subjects() == ["Trouble: the beat is silent", "Over: the beat is silent"]
    trouble = Trouble.objects.get()
    assert trouble.ended_at is not None
    assert {notice.status for notice in Notice.objects.all()} == {"sent"}


def test_beat_is_silent_after_two_minutes_and_not_before() -> None:
    watch(NIGHT, NIGHT + 5 * MINUTE, beating=(heartbeats.BEAT,))

    troubles.watch(now=NIGHT + 7 * MINUTE, calendar=NIGHT)
    assert not Trouble.objects.exists()
    troubles.watch(now=NIGHT + 7 * MINUTE + SECOND, calendar=NIGHT)
    assert Trouble.objects.get().began_at == NIGHT + 5 * MINUTE


def test_house_that_was_stopped_for_a_night_is_no_trouble_when_it_starts() -> None:
    watch(NIGHT, NIGHT + 5 * MINUTE, beating=(heartbeats.BEAT,))
    morning = NIGHT + timedelta(hours=8)

    watch(morning, morning + MINUTE)
    watch(morning + MINUTE, morning + 10 * MINUTE, beating=(heartbeats.BEAT,))

    assert not Trouble.objects.exists()


def test_queue_that_no_worker_takes_from_is_told_by_its_name() -> None:
    contact()
    everything = (heartbeats.BEAT, "queue:due", "queue:bulk")
    watch(NIGHT, NIGHT + 5 * MINUTE, beating=everything)

    watch(NIGHT + 5 * MINUTE, NIGHT + 10 * MINUTE, beating=everything[:2])

    [sent] = mail.outbox
    assert "the queue bulk" in sent.body


def test_queues_are_let_be_while_the_beat_is_silent() -> None:
    watch(NIGHT, NIGHT + 5 * MINUTE, beating=(heartbeats.BEAT, "queue:due"))

    watch(NIGHT + 5 * MINUTE, NIGHT + 15 * MINUTE)
    assert [trouble.kind for trouble in Trouble.objects.all()] == ["beat"]
    watch(NIGHT + 15 * MINUTE, NIGHT + 16 * MINUTE, beating=(heartbeats.BEAT,))
    assert Trouble.objects.count() == 1


def test_alarm_is_told_to_its_own_organisation_by_signed_webhook(receiver: Pager) -> None:
    mine = contact(webhook=receiver.address)
    contact("hospital")
    sender = worlds.sender()
    alarms.sound(kind=Alarm.Kind.REFUSED, sender_ids=[sender.pk], code="20003", detail="secret")

    watch(NIGHT, NIGHT + MINUTE)
    alarms.clear(sender_ids=[sender.pk], kinds=[Alarm.Kind.REFUSED])
    watch(NIGHT + MINUTE, NIGHT + 2 * MINUTE)

    assert [told["occasion"] for told in receiver.told] == ["began", "ended"]
    assert receiver.told[0]["subject"] == str(sender.pk)
    assert receiver.headers[0]["Sendwell-Signature"].startswith("sha256=")
    assert notice_calls.secret_of(mine) not in str(receiver.bodies)
    assert sender.name not in str(receiver.bodies)
    assert sender.address not in str(receiver.bodies)
    assert subjects() == []


def test_findings_of_the_audit_are_told_until_one_is_clean() -> None:
    contact()
    AuditRun.objects.create(started_at=NIGHT, ended_at=NIGHT, found={"I1": 2, "I8": 1})
    watch(NIGHT, NIGHT + MINUTE)
    # One that was cut short says nothing.
    AuditRun.objects.create(started_at=NIGHT + MINUTE)
    watch(NIGHT + MINUTE, NIGHT + 2 * MINUTE)
    assert subjects() == ["Trouble: the audit found something"]
    assert "3 findings, I1 2, I8 1" in mail.outbox[0].body

    AuditRun.objects.create(started_at=NIGHT + 2 * MINUTE, ended_at=NIGHT + 2 * MINUTE)
    watch(NIGHT + 2 * MINUTE, NIGHT + 3 * MINUTE)
    assert subjects()[1:] == ["Over: the audit found something"]


def test_audit_that_does_not_get_round_is_told_until_it_has() -> None:
    contact()
    run = AuditRun.objects.create(
        started_at=NIGHT, ended_at=NIGHT, round_began_at=NIGHT - timedelta(hours=47)
    )
    watch(NIGHT, NIGHT + MINUTE)
    assert subjects() == []

    AuditRun.objects.filter(pk=run.pk).update(round_began_at=NIGHT - timedelta(hours=49))
    watch(NIGHT + MINUTE, NIGHT + 2 * MINUTE)
    assert subjects() == ["Trouble: the audit does not get round"]
    assert "For two days the audit has not been through all the books" in mail.outbox[0].body

    AuditRun.objects.filter(pk=run.pk).update(whole_until=NIGHT)
    watch(NIGHT + 2 * MINUTE, NIGHT + 3 * MINUTE)
    assert subjects()[1:] == ["Over: the audit does not get round"]


@pytest.mark.parametrize(("late", "is_told"), [(26, False), (31, True)])
def test_due_text_that_does_not_leave_is_told(late: int, is_told: bool) -> None:
    contact()
    queued(NIGHT - late * MINUTE)

    watch(NIGHT, NIGHT + 3 * MINUTE)
    assert [trouble.kind for trouble in Trouble.objects.all()] == ["backlog"] * is_told

    Message.objects.filter(status="queued").update(
        status="cancelled", status_reason="left", settled_at=NIGHT
    )
    watch(NIGHT + 3 * MINUTE, NIGHT + 4 * MINUTE)
    assert not Trouble.objects.filter(ended_at=None).exists()


def test_late_texts_of_a_sender_with_an_alarm_are_told_by_the_alarm_alone() -> None:
    queued(NIGHT - timedelta(hours=2))
    alarms.sound(kind=Alarm.Kind.UNREACHABLE, sender_ids=[worlds.sender().pk])

    watch(NIGHT, NIGHT + 4 * MINUTE)

    assert [trouble.kind for trouble in Trouble.objects.all()] == ["sender"]


class Hanging(BaseEmailBackend):
    """A mail server that takes the connection and says nothing until the time is out."""

    tried = 0

    def send_messages(self, messages: Any) -> int:
        Hanging.tried += 1
        raise TimeoutError if Hanging.tried % 2 else smtplib.SMTPServerDisconnected


def test_mail_server_that_hangs_is_tried_again_and_harms_no_other(
    receiver: Pager, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "tests.enrolment.test_troubles.Hanging"
    contact()
    contact(webhook=receiver.address)
    AuditRun.objects.create(started_at=NIGHT, ended_at=NIGHT, found={"I1": 1})

    watch(NIGHT, NIGHT + 5 * MINUTE)
    assert len(receiver.told) == 1
    waits = Notice.objects.get(contact__webhook="")
    assert (waits.status, waits.reason) == ("pending", "mail_unreachable")
    assert 3 <= waits.attempts <= 6

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    watch(NIGHT + 5 * MINUTE, NIGHT + 15 * MINUTE)
    assert subjects() == ["Trouble: the audit found something"]


def test_contact_that_is_switched_off_is_told_nothing() -> None:
    contact(email="away@clinic.example", is_active=False)
    AuditRun.objects.create(started_at=NIGHT, ended_at=NIGHT, found={"I1": 1})

    watch(NIGHT, NIGHT + MINUTE)

    assert Trouble.objects.count() == 1
    assert subjects() == []


def test_address_that_no_mail_can_carry_ends_nothing() -> None:
    told = signed_calls.mail(to="a\n@clinic.example", subject="Trouble", body="It is.")

    assert told == "mail_refused"


def test_watch_looks_once_for_cron(capsys: pytest.CaptureFixture[str]) -> None:
    AuditRun.objects.create(started_at=NIGHT, ended_at=NIGHT, found={"I1": 1})

    call_command("watch", "--once")

    assert "1 troubles began or ended; 0 notices tried" in capsys.readouterr().out


def test_budget_is_told_when_it_runs_out_and_again_when_it_is_spent() -> None:
    contact()
    sender = worlds.sender()
    assert troubles.watch(now=NIGHT, calendar=NIGHT) == 0

    for state in ("warned", "stopped"):
        type(sender).objects.filter(pk=sender.pk).update(budget_state=state)
        troubles.watch(now=NIGHT, calendar=NIGHT)

    told = Trouble.objects.filter(kind=Trouble.Kind.BUDGET).order_by("pk")
    assert [(row.subject, row.ended_at) for row in told] == [
        (f"{sender.pk}:warned", NIGHT),
        (f"{sender.pk}:stopped", None),
    ]
    assert Notice.objects.filter(trouble=told[1]).count() == 1
