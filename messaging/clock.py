"""Calendar time: the database's clock and one stored offset, so that a demo can pass a month in
an hour. With a real sender anywhere the offset must be nothing."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import DateTimeField, F, Func

from messaging.models.calendar_offset import CalendarOffset
from messaging.models.sender import Sender
from messaging.providers.registry import is_fake
from trust import audit

#: The longest step; after each, everything due must be sent before the next.
LONGEST_STEP_MINUTES = 15

#: For SQL that must stamp a row with the very instant it is written.
CALENDAR_NOW = (
    "(clock_timestamp()"
    " + coalesce((SELECT o.\"offset\" FROM messaging_calendaroffset o WHERE o.id = 1), '0'))"
)


class CalendarNow(Func):
    """The same in a query of the ORM, which saves a round trip; each row has its own instant."""

    template = CALENDAR_NOW
    output_field = DateTimeField()


class ClockRefused(Exception):
    """The clock may not be moved, or a moved clock may not be sent by; says why."""


def calendar_now() -> datetime:
    """Aware, UTC. Moves on within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {CALENDAR_NOW}")
        now: datetime = cursor.fetchone()[0]
    return now


def both() -> tuple[datetime, datetime]:
    """Machine time, which no demo moves, and calendar time at the same instant. Aware, UTC."""
    sql = "SELECT clock_timestamp(), coalesce((SELECT max(\"offset\") FROM {}), '0')"
    with connection.cursor() as cursor:
        cursor.execute(sql.format(CalendarOffset._meta.db_table))
        now, offset = cursor.fetchone()
    return now, now + offset


@transaction.atomic
def step(*, minutes: int) -> None:
    """Moves the calendar forward. Raises ClockRefused with a real sender anywhere, ValueError for
    a step that is not of 1 to 15 minutes."""
    if not 1 <= minutes <= LONGEST_STEP_MINUTES:
        raise ValueError(f"a step is 1 to {LONGEST_STEP_MINUTES} minutes, not {minutes}")
    if not all_senders_fake():
        raise ClockRefused("The clock only moves while every sender is on a fake provider.")
    ahead, row = timedelta(minutes=minutes), CalendarOffset.objects.filter(pk=1)
    # A day is 96 steps, and only the first finds no row.
    if not row.update(offset=F("offset") + ahead):
        CalendarOffset.objects.get_or_create(pk=1)
        row.update(offset=F("offset") + ahead)
    audit.record(verb="clock.step", subject=CalendarOffset(pk=1), detail={"minutes": minutes})


def all_senders_fake() -> bool:
    aliases = Sender.objects.order_by().values_list("provider", flat=True).distinct()
    return all(is_fake(alias) for alias in aliases)


def require_honest() -> None:
    """Raises ClockRefused when the calendar has been moved and a sender is real."""
    moved = CalendarOffset.objects.filter(offset__gt=timedelta(0)).exists()
    if moved and not all_senders_fake():
        raise ClockRefused(
            "The calendar was moved for a demo, and a sender is on a real provider. Start a real "
            "installation with a fresh database."
        )
