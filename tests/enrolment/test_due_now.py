from datetime import datetime, timedelta

import pytest

from campaigns import jobs
from campaigns.models import Job
from enrolment import broadcast_work, broadcasts, due_now, inviting, pacing
from enrolment.models import Broadcast, Case, Enrolment
from messaging.clock import calendar_now
from messaging.models import Message
from tests import announcements, worlds
from tests.factories.message import MessageFactory
from tests.factories.sender import SenderFactory

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
HOUR = timedelta(hours=1)


def is_due() -> bool:
    return due_now.is_anything_due(kinds=tuple(broadcast_work.workers(clock=calendar_now)))


@pytest.fixture
def now() -> datetime:
    """Somebody is enrolled, and nothing is left to do until her first text."""
    at = worlds.at_noon()
    worlds.person(number=NUMBER, joined=at, quit_day=at.date() + timedelta(days=9))
    pacing.settle()
    assert not is_due()
    return at


def test_step_is_due_when_its_minute_has_come(now: datetime) -> None:
    Enrolment.objects.update(next_due_at=now + 2 * HOUR)

    assert not is_due()
    worlds.step_clock(120)
    assert is_due()
    pacing.settle()
    assert not is_due()


@pytest.mark.parametrize(
    ("columns", "due"),
    [
        ({"not_before": -HOUR}, True),
        ({"not_before": HOUR}, False),
        ({"not_before": -HOUR, "retry_at": HOUR}, False),
        ({"not_before": -HOUR, "retry_at": -HOUR}, True),
        ({"not_before": HOUR, "valid_until": -HOUR}, True),
        ({"not_before": -HOUR, "retry_at": HOUR, "valid_until": -HOUR}, True),
    ],
)
def test_text_is_due_to_leave_or_to_expire(
    now: datetime, columns: dict[str, timedelta], due: bool
) -> None:
    times = {name: now + ahead for name, ahead in columns.items()}
    MessageFactory(sender=SenderFactory(), **{"valid_until": now + 9 * HOUR, **times})

    assert is_due() is due


def test_call_on_the_wire_is_waited_for(now: datetime) -> None:
    MessageFactory(status=Message.Status.SENDING)

    assert is_due()


def test_text_in_is_due_and_its_case_when_nobody_took_it(now: datetime) -> None:
    worlds.text(NUMBER, "my cat is grey and sleeps all day")
    assert is_due()
    pacing.settle()
    assert not is_due()

    Case.objects.update(due_at=calendar_now())

    assert is_due()


def test_number_handed_in_is_due(now: datetime) -> None:
    inviting.note(
        campaign=worlds.campaign(),
        number="+447700900002",
        language="en",
        channel="web",
        now=now,
    )

    assert is_due()


def test_broadcast_is_due_at_its_hour(now: datetime) -> None:
    broadcast = announcements.scheduled(announcements.drafted())
    Broadcast.objects.filter(pk=broadcast.pk).update(due_at=now + HOUR)
    assert not is_due()

    worlds.step_clock(60)

    assert is_due()


def test_broadcast_under_way_is_followed_to_its_end(now: datetime) -> None:
    broadcast = announcements.scheduled(announcements.drafted())
    Broadcast.objects.filter(pk=broadcast.pk).update(status="sending", planned_at=now)

    assert is_due()
    pacing.settle()
    assert not is_due()


@pytest.mark.parametrize(("kind", "due"), [(broadcasts.COUNT, True), ("workbook", False)])
def test_job_is_due_where_the_clock_runs_its_kind(now: datetime, kind: str, due: bool) -> None:
    job = jobs.start(campaign=worlds.campaign(), kind=kind, detail={}, actor=None)

    assert is_due() is due
    Job.objects.filter(pk=job.pk).update(status="stopped", ended_at=now)
    assert not is_due()
