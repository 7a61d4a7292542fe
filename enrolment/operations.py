"""What the operations page shows: the house's own facts, and the rows of what one's reach holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Value

from enrolment import audit_standing, notice_calls
from enrolment.house_words import Standing, by_age, counted, said, sending, sized
from enrolment.models.notice import Notice
from enrolment.models.operator_contact import OperatorContact
from enrolment.models.trouble import Trouble
from enrolment.notice_calls import TOO_OLD
from enrolment.standing_work import SLOW, STUCK, waiting
from messaging import heartbeats
from messaging.backlog import MOST, Backlog, backlogs, calls_of
from messaging.heartbeats import Pulse, pulse_of, pulses
from messaging.models import Alarm, Attempt, House, Recipient, Sender
from messaging.reconcile import UNRESOLVED_AFTER
from trust.scope import Reach, scope
from trust.telling import tell

PERMISSION = "organisation.view"
_SHOWN = 50
_LISTED = 100
#: In the order of a text's way; config's own, which nothing below may import.
QUEUES = ("stop_inbound", "replies", "due", "bulk", "callbacks", "reports")

_SIZES = """
SELECT pg_database_size(current_database()),
       (SELECT coalesce(json_agg(t), '[]') FROM (
          SELECT coalesce(w.relname, c.relname) AS name,
                 sum(pg_total_relation_size(c.oid))::bigint AS bytes,
                 coalesce(sum(nullif(c.reltuples, -1)), -1)::bigint AS rows
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
            LEFT JOIN pg_class w ON w.oid = i.inhparent
           WHERE c.relkind = 'r' AND n.nspname = 'public'
           GROUP BY 1 ORDER BY bytes DESC LIMIT 8) AS t)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` stand between the name and the standing, in the order of their heads."""

    name: str
    cells: Sequence[str]
    standing: Standing
    link: str = ""
    told: Sequence[str] = ()


def page(*, reach: Reach, now: datetime, calendar: datetime) -> dict[str, Any]:
    """`now` is machine time. Eight queries, however many rows there are."""
    found, counts = pulses(now=now), _counts(reach)
    return {
        "troubles": _troubles(reach, now),
        "parts": _parts(found, now, is_held=bool(counts["held"])),
        "queues": _queues(found, now, calendar),
        "senders": _senders(reach, now, calendar),
        "audit": audit_standing.audit(now=now),
        "offset": said(calendar - now) if calendar > now else "",
        **counts,
        "now": now,
    }


def dead_numbers(reach: Reach) -> QuerySet[Recipient]:
    """Newest first; none of them is texted."""
    bad = Recipient.objects.filter(bad_since__isnull=False)
    return scope(bad, reach, PERMISSION).order_by("-bad_since", "pk")


def unknown_texts(*, reach: Reach, now: datetime) -> dict[str, Any]:
    """By the oldest: the next to be given up."""
    oldest = _open_ones(reach).order_by("started_at").values_list("message_id", "started_at")
    rows = [
        {"id": message_id, "until": at + UNRESOLVED_AFTER, "in": said(at + UNRESOLVED_AFTER - now)}
        for message_id, at in oldest[:_LISTED]
    ]
    return {"rows": rows, "listed": _LISTED, "may_open": reach.may("person.view")}


def sizes() -> dict[str, Any]:
    """As the database last estimated; nothing is counted."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES)
        whole, tables = cursor.fetchone()
    # Before its first look at a table the database says -1.
    rows = [
        (each["name"], sized(each["bytes"]), f"{each['rows']:,}" if each["rows"] >= 0 else "\u2013")
        for each in tables
    ]
    return {"whole": sized(whole), "tables": rows}


def within(reach: Reach) -> QuerySet[Trouble]:
    """The whole house's troubles are everyone's who may see a house at all."""
    if not reach.may(PERMISSION):
        return Trouble.objects.none()
    return scope(Trouble.objects.all(), reach, PERMISSION) | Trouble.objects.filter(
        organisation=None
    )


def _troubles(reach: Reach, now: datetime) -> list[dict[str, Any]]:
    rows = within(reach).filter(ended_at=None)[:_SHOWN]
    return [
        {
            "words": notice_calls.words_of(trouble),
            "for": said(now - trouble.began_at),
            "began_at": trouble.began_at,
        }
        for trouble in rows
    ]


def _parts(found: dict[str, Pulse], now: datetime, *, is_held: bool) -> list[Row]:
    beat = pulse_of(found, heartbeats.BEAT, now=now)
    watch = pulse_of(found, heartbeats.WATCH, now=now)
    return [
        Row(tell("Outgoing texts"), (), sending(is_held=is_held)),
        Row(tell("Beat"), (), _beat(beat)),
        Row(tell("Watch"), (), _watch(watch)),
    ]


def _beat(pulse: Pulse) -> Standing:
    if pulse.seen_at is None:
        words = tell("The beat has never been seen: nothing is planned, sent or answered")
        return Standing("stuck", words)
    return _seen(
        pulse,
        tell(
            "The beat has not been seen for 2 minutes, last %(time)s ago: nothing is planned, sent "
            "or answered",
            time=said(pulse.now - pulse.seen_at),
        ),
    )


def _watch(pulse: Pulse) -> Standing:
    if pulse.seen_at is None:
        return Standing("stuck", tell("The watch has never been seen: nobody is told of troubles"))
    return _seen(
        pulse,
        tell(
            "The watch has not been seen for 2 minutes, last %(time)s ago: nobody is told of "
            "troubles",
            time=said(pulse.now - pulse.seen_at),
        ),
    )


def _seen(pulse: Pulse, silent: str) -> Standing:
    assert pulse.seen_at is not None, "asked of what was seen"
    if pulse.is_silent:
        return Standing("stuck", silent)
    return Standing("well", tell("Seen %(time)s ago", time=said(pulse.now - pulse.seen_at)))


def _queues(found: dict[str, Pulse], now: datetime, calendar: datetime) -> list[Row]:
    work = waiting(now=now, calendar=calendar)
    beat = pulse_of(found, heartbeats.BEAT, now=now)
    return [
        Row(
            name=queue,
            cells=(_worked(pulse_of(found, heartbeats.QUEUE + queue, now=now)),),
            standing=_queue_standing(
                pulse_of(found, heartbeats.QUEUE + queue, now=now),
                beat,
                max((each.age for each in work if each.queue == queue and each.age), default=None),
            ),
            told=[
                each.told(counted(each.rows, most=MOST))
                for each in work
                if each.queue == queue and each.rows
            ],
        )
        for queue in QUEUES
    ]


def _worked(pulse: Pulse) -> str:
    if pulse.seen_at is None:
        return tell("never")
    return tell("%(time)s ago", time=said(pulse.now - pulse.seen_at))


def _queue_standing(pulse: Pulse, beat: Pulse, age: timedelta | None) -> Standing:
    if pulse.is_silent and not beat.is_silent:
        return Standing("stuck", tell("No worker takes from it"))
    return by_age(age, slow=SLOW, stuck=STUCK)


def _senders(reach: Reach, now: datetime, calendar: datetime) -> list[Row]:
    """Of texts as they left; the share is the hour's."""
    standing = Alarm.objects.filter(cleared_at=None, sender=OuterRef("pk")).values("kind")
    senders = Sender.objects.annotate(alarm=Subquery(standing[:1])).order_by("name")
    rows = list(scope(senders, reach, PERMISSION)[:_SHOWN])
    ids = [sender.pk for sender in rows]
    waits = {each.sender_id: each for each in backlogs(calendar=calendar)}
    calls = calls_of(sender_ids=ids, now=now)
    whole = sum(hour for _, hour in calls.values())
    return [
        _sender(sender, calls.get(sender.pk, (0, 0)), whole, waits, calendar) for sender in rows
    ]


def _sender(
    sender: Sender,
    calls: tuple[int, int],
    whole: int,
    waits: Mapping[int, Backlog],
    calendar: datetime,
) -> Row:
    minute, hour = calls
    backlog = waits.get(sender.pk)
    age = calendar - backlog.oldest if backlog else None
    if not sender.is_active:
        standing = Standing("quiet", tell("Switched off"))
    elif kind := getattr(sender, "alarm", None):
        standing = Standing("stuck", tell("Alarm: %(kind)s", kind=tell(Alarm.Kind(kind).label)))
    elif sender.budget_state == Sender.BudgetState.STOPPED:
        standing = Standing("slow", tell("The budget is spent: its texts wait"))
    else:
        standing = by_age(age, slow=SLOW, stuck=TOO_OLD)
    share = f"{round(100 * hour / whole)} %" if whole else "\u2013"
    cells = (
        tell("%(count)s a second", count=sender.segments_per_second), str(minute), str(hour), share,
        counted(backlog.waiting if backlog else 0, most=MOST),
    )  # fmt: skip
    return Row(sender.name, cells, standing)


def _counts(reach: Reach) -> dict[str, str]:
    """Of what has a page of its own: as far as MOST, in one query."""
    lost = Notice.objects.filter(status=Notice.Status.FAILED)
    asked: dict[str, QuerySet[Any]] = {
        "unknown": _open_ones(reach),
        "dead": dead_numbers(reach),
        "contacts": scope(OperatorContact.objects.filter(is_active=True), reach, PERMISSION),
        "lost": scope(lost, reach, PERMISSION),
        # The whole house's, shown with its parts.
        "held": House.objects.filter(held_at__isnull=False),
    }
    parts = [
        queryset.order_by().annotate(of=Value(name)).values_list("of", "pk")[: MOST + 1]
        for name, queryset in asked.items()
    ]
    found = Counter(of for of, _ in parts[0].union(*parts[1:], all=True))
    return {name: counted(found[name], most=MOST) if found[name] else "" for name in asked}


def _open_ones(reach: Reach) -> QuerySet[Attempt]:
    return scope(Attempt.objects.filter(outcome=Attempt.Outcome.UNKNOWN), reach, PERMISSION)
