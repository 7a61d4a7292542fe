"""The audit finds nothing in a sound ledger, and finds each fault that is seeded."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from enrolment import ledger, pacing, planner, replies
from enrolment.models import Decision, Enrolment
from messaging import dispatch
from messaging import ledger as wire_ledger
from messaging.models import Attempt, InboundMessage, Message
from tests import worlds
from tests.audits import row_by_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    """Someone in the middle of things, after everything has been planned, sent and answered."""
    now = worlds.at_noon()
    enrolment = worlds.person(joined=now - timedelta(hours=1), quit_day=now.date())
    worlds.text("+447700900001", "crave")
    replies.answer_pending(now=now)
    planner.tick(now=now)
    dispatch.send_due()
    return enrolment


def codes() -> set[str]:
    """Found by the whole audit, and row by row just the same."""
    now = pacing.clock.calendar_now()
    whole = [*wire_ledger.violations(), *ledger.violations(now=now)]
    assert set(row_by_row(now)) == set(whole)
    return {violation.code for violation in whole}


def execute(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_sound_ledger_is_in_order(enrolment: Enrolment) -> None:
    assert codes() == set()
    call_command("audit_ledger")


def test_due_step_without_a_decision_is_found(enrolment: Enrolment) -> None:
    decision = Decision.objects.filter(enrolment=enrolment).earliest("pk")
    Message.objects.filter(cause_kind="decision", cause_key=str(decision.pk)).update(
        cause_kind="staff"
    )
    decision.delete()

    assert "I2" in codes()
    with pytest.raises(CommandError, match="broken"):
        call_command("audit_ledger")


def test_queued_decision_without_a_message_is_found(enrolment: Enrolment) -> None:
    Decision.objects.create(
        enrolment=enrolment,
        attempt=1,
        step_key="ghost",
        occurrence=1,
        version=enrolment.version,
        due_at=worlds.NOON,
        local_date=worlds.NOON.date(),
        outcome="queued",
        decided_at=worlds.NOON,
    )

    assert "I2" in codes()


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("decision", "999999999"),
        ("decision", "99999999999999999999999"),
        ("decision", "no number"),
        ("broadcast", "1:2"),
        ("broadcast", "1:2:3"),
        ("broadcast", "7"),
    ],
)
def test_message_that_nobody_decided_is_found(enrolment: Enrolment, kind: str, key: str) -> None:
    Message.objects.filter(cause_kind="inbound").update(cause_kind="staff")
    text = Message.objects.filter(cause_kind="staff").earliest("pk")
    Message.objects.filter(pk=text.pk).update(cause_kind=kind, cause_key=key)

    assert "I6" in codes()


def test_two_acceptances_are_found(enrolment: Enrolment) -> None:
    """The unique index forbids it, so the fault needs the index gone."""
    attempt = Attempt.objects.filter(outcome="accepted").earliest("pk")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("DROP INDEX attempt_one_accepted")
    Attempt.objects.create(
        message=attempt.message,
        token="second",
        provider="fake",
        outcome="accepted",
        calendar_at=attempt.calendar_at,
        settled_at=attempt.settled_at,
    )

    assert "I1" in codes()


def test_attempt_after_stop_is_found(enrolment: Enrolment) -> None:
    attempt = Attempt.objects.filter(outcome="accepted").latest("pk")
    worlds.text("+447700900001", "STOP")
    execute("UPDATE messaging_attempt SET started_at = clock_timestamp() WHERE id = %s", attempt.pk)

    assert "I3" in codes()


def test_inbound_without_an_end_is_found(enrolment: Enrolment) -> None:
    InboundMessage.objects.update(end="pending", ended_at=None, end_reason="")
    execute("UPDATE messaging_inboundmessage SET stored_at = stored_at - interval '1 day'")

    assert "I8" in codes()


def test_violations_ask_no_more_of_many_people_than_of_few(
    django_assert_max_num_queries: Any,
) -> None:
    edition = worlds.version()
    for place in range(30):
        worlds.person(of=edition, number=f"+4477009001{place:02}")

    with django_assert_max_num_queries(20):
        ledger.violations(now=worlds.NOON)
