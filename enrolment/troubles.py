"""What is not as it should be, seen, written down once, and over when it is over.

Looked for by `manage.py watch`, a process of its own that needs neither worker nor beat, so that it
can tell of both. What it finds stands in rows, which say whom to tell (`enrolment.noticing`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from enrolment.auditing import ROUND_OLD
from enrolment.models.audit_run import AuditRun
from enrolment.models.notice import Notice
from enrolment.models.operator_contact import OperatorContact
from enrolment.models.trouble import Trouble
from enrolment.notice_calls import TOO_OLD
from messaging import heartbeats, holding
from messaging.backlog import backlogs
from messaging.heartbeats import Pulse, pulse_of, pulses
from messaging.models import Alarm, Sender
from trust.key_standing import standing
from trust.telling import tell

log = structlog.get_logger(__name__)

Kind = Trouble.Kind
_BUDGET = {
    Sender.BudgetState.WARNED: tell("close to the month's budget; at 100 per cent its texts stop"),
    Sender.BudgetState.STOPPED: tell(
        "spent for this month; all but answers to HELP and STOP waits"
    ),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A trouble there is now; by machine time it began not later than `since`."""

    kind: Trouble.Kind
    subject: str
    since: datetime
    detail: str = ""
    organisation_id: int | None = None


def watch(*, now: datetime, calendar: datetime) -> int:
    """How many began or ended. Safe twice at once. `now` is machine time.

    After a pause of its own it trusts no silence of others before they had time to be seen."""
    heartbeats.seen(name=heartbeats.WATCH, at=now)
    found = pulses(now=now)
    standing = [*_held(), *_senders(), *_budgets(now), *_audit(now), *_round(now)]
    standing += _keys(now)
    looked_at = {Kind.HELD, Kind.SENDER, Kind.BUDGET, Kind.AUDIT, Kind.ROUND, Kind.KEYS}
    if found[heartbeats.WATCH].is_settled:
        standing += [*_silent(found, now), *_late(now, calendar)]
        looked_at |= {Kind.BEAT, Kind.QUEUE, Kind.BACKLOG}
    return _keep(standing, looked_at, now)


def _held() -> list[Seen]:
    held_at = holding.held_since()
    return [Seen(Kind.HELD, "", held_at)] if held_at is not None else []


def _senders() -> list[Seen]:
    rows = Alarm.objects.filter(cleared_at=None, sender__is_active=True).select_related("sender")
    return [
        Seen(
            kind=Kind.SENDER,
            subject=f"{alarm.sender_id}:{alarm.pk}",
            since=alarm.raised_at,
            detail=alarm.get_kind_display(),
            organisation_id=alarm.sender.organisation_id,
        )
        for alarm in rows
    ]


def _budgets(now: datetime) -> list[Seen]:
    """Warned of, and told anew when it is spent: then all but answers to HELP and STOP waits."""
    uneasy = Sender.objects.filter(is_active=True).exclude(budget_state=Sender.BudgetState.OPEN)
    return [
        Seen(
            kind=Kind.BUDGET,
            subject=f"{sender.pk}:{sender.budget_state}",
            since=now,
            detail=_BUDGET[Sender.BudgetState(sender.budget_state)],
            organisation_id=sender.organisation_id,
        )
        for sender in uneasy
    ]


def _audit(now: datetime) -> list[Seen]:
    """The last that came to its end speaks for the books."""
    last = AuditRun.last_ended()
    if last is None or not last.findings:
        return []
    counts = ", ".join(f"{code} {number}" for code, number in sorted(last.found.items()))
    return [Seen(Kind.AUDIT, "", last.ended_at or now, f"{last.findings} findings, {counts}")]


def _round(now: datetime) -> list[Seen]:
    last = AuditRun.last_ended()
    if last is None or last.waits_since is None or now - last.waits_since < ROUND_OLD:
        return []
    return [Seen(Kind.ROUND, "", last.waits_since + ROUND_OLD)]


def _keys(now: datetime) -> list[Seen]:
    """A rotation that was begun, or has to be: over when nothing needs the old key."""
    found = standing(now=now)
    return [
        Seen(Kind.KEYS, str(version), now, f"{found.needed[version].total()} keys")
        for version in found.behind
    ]


def _silent(found: dict[str, Pulse], now: datetime) -> list[Seen]:
    """While the beat is silent, or has just come back, the queues' silence says nothing of workers.
    What was never seen may not be meant to be here."""
    beat = pulse_of(found, heartbeats.BEAT, now=now)
    if beat.is_silent:
        return [Seen(Kind.BEAT, "", beat.seen_at)] if beat.seen_at else []
    if not beat.is_settled:
        return []
    return [
        Seen(Kind.QUEUE, name.removeprefix(heartbeats.QUEUE), pulse.seen_at)
        for name, pulse in found.items()
        if name.startswith(heartbeats.QUEUE) and pulse.is_silent and pulse.seen_at
    ]


def _late(now: datetime, calendar: datetime) -> list[Seen]:
    found = backlogs(calendar=calendar)
    late = [each.sender_id for each in found if each.oldest < calendar - TOO_OLD]
    told = Alarm.objects.filter(cleared_at=None).values("sender_id")
    senders = Sender.objects.filter(pk__in=late).exclude(pk__in=told)
    return [
        Seen(
            kind=Kind.BACKLOG,
            subject=str(sender.pk),
            since=now,
            detail=f"the oldest has waited for more than {TOO_OLD // timedelta(minutes=1)} minutes",
            organisation_id=sender.organisation_id,
        )
        for sender in senders
    ]


@transaction.atomic
def _keep(standing: Iterable[Seen], looked_at: set[Trouble.Kind], now: datetime) -> int:
    """Whoever comes second waits at the unique row, and finds it told."""
    by_key = {(seen.kind.value, seen.subject): seen for seen in standing}
    held = Trouble.objects.filter(ended_at=None, kind__in=looked_at).order_by("pk")
    open_now = {(row.kind, row.subject): row for row in held.select_for_update()}
    moved = 0
    for key, seen in by_key.items():
        moved += key not in open_now and _begin(seen, now)
    for key, row in open_now.items():
        if key not in by_key:
            _end(row, now)
            moved += 1
    return moved


def _begin(seen: Seen, now: datetime) -> bool:
    trouble, is_new = Trouble.objects.get_or_create(
        kind=seen.kind,
        subject=seen.subject,
        ended_at=None,
        defaults={
            "detail": seen.detail[:200],
            "began_at": seen.since,
            "organisation_id": seen.organisation_id,
        },
    )
    if is_new:
        log.error("trouble_began", trouble_id=trouble.pk, status=seen.kind.value)
        contacts = OperatorContact.objects.filter(is_active=True)
        if seen.organisation_id is not None:
            contacts = contacts.filter(organisation_id=seen.organisation_id)
        _tell(trouble, contacts, Notice.Occasion.BEGAN, now)
    return is_new


def _end(trouble: Trouble, now: datetime) -> None:
    """Told to those who were told that it began."""
    trouble.ended_at = now
    trouble.save(update_fields=["ended_at"])
    log.warning("trouble_over", trouble_id=trouble.pk, status=trouble.kind)
    told = OperatorContact.objects.filter(is_active=True, notices__trouble=trouble).distinct()
    _tell(trouble, told, Notice.Occasion.ENDED, now)


def _tell(
    trouble: Trouble,
    contacts: Iterable[OperatorContact],
    occasion: Notice.Occasion,
    now: datetime,
) -> None:
    notices = [
        Notice(trouble=trouble, contact=contact, occasion=occasion, made_at=now, next_at=now)
        for contact in contacts
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
