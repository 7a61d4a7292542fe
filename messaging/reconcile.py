"""Attempts nobody settled: the process died, or the provider's answer left it open.

Such a call is never made again by guess. A report with the attempt's token settles it, or the
provider is asked. Only where its answer is final, or where the step says that a second text is
better than none, does one that it does not know of go back to the queue. Whatever is still open
after two days counts as failed, unresolved.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from messaging import departures, failpoints
from messaging.calling import look_up_all
from messaging.clock import calendar_now
from messaging.models.attempt import Attempt
from messaging.models.message import Message
from messaging.providers.base import LookUp, LookUpState, Outgoing
from messaging.providers.registry import ProviderMissing, provider
from messaging.settling import Answer, settle
from trust.keys import unseal
from trust.sealing import SealBroken

#: A provider that cannot say is given this long; then the text counts as failed, unresolved.
UNRESOLVED_AFTER = timedelta(hours=48)
#: Asked this often, minutes apart, a text marked for it is sent again.
NOT_FOUND_TIMES = 2
_BATCH = 500

_LOSE = """
WITH lost AS (
    SELECT id, message_id FROM messaging_attempt
     WHERE outcome = 'started' AND started_at < clock_timestamp() - make_interval(secs => %s)
     ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
), moved AS (
    UPDATE messaging_attempt a SET outcome = 'unknown' FROM lost WHERE a.id = lost.id
    RETURNING a.message_id
)
UPDATE messaging_message m SET status = 'unknown'
  FROM moved WHERE m.id = moved.message_id AND m.status = 'sending'
"""

_ASKABLE = """
SELECT a.id, a.token, a.provider, a.started_at, a.look_ups, m.id, m.resend_unknown,
       m.recipient_id, s.address, r.number, b.text
  FROM messaging_attempt a
  JOIN messaging_message m ON m.id = a.message_id
  JOIN messaging_sender s ON s.id = m.sender_id
  JOIN messaging_recipient r ON r.id = m.recipient_id
  LEFT JOIN messaging_messagebody b ON b.message_id = m.id
 WHERE a.outcome = 'unknown' AND m.status = 'unknown' AND a.provider = ANY(%s)
   AND a.started_at < clock_timestamp() - make_interval(secs => %s)
   AND (a.look_up_at IS NULL OR a.look_up_at <= clock_timestamp())
   AND r.number IS NOT NULL AND b.text IS NOT NULL
 ORDER BY a.id LIMIT %s
"""

_ASK_LATER = """
UPDATE messaging_attempt a
   SET look_ups = least(a.look_ups + v.times, 1000),
       look_up_at = clock_timestamp() + make_interval(secs => v.wait)
  FROM unnest(%s::bigint[], %s::int[], %s::float[]) AS v(id, times, wait)
 WHERE a.id = v.id AND a.outcome = 'unknown'
"""

_GIVE_UP = """
UPDATE messaging_message m
   SET status = 'failed', status_reason = 'unresolved', settled_at = %s
  FROM messaging_attempt a
 WHERE a.message_id = m.id AND m.status = 'unknown' AND a.outcome = 'unknown'
   AND a.started_at < clock_timestamp() - make_interval(secs => %s)
"""


def settle_lost() -> int:
    """How many attempts were settled. Safe to run twice at once."""
    lease = float(settings.ATTEMPT_LEASE_SECONDS)
    settled = _never_left()
    _lose(lease)
    failpoints.reached("lost.after_commit")
    settled += _ask(lease)
    _give_up(now=calendar_now())
    return settled


def _never_left() -> int:
    """Those of a process that died before their calls go back to the queue."""
    settled = 0
    for tokens in departures.of_the_dead():
        unresolved = Attempt.objects.filter(token__in=tokens, outcome__in=Attempt.UNRESOLVED)
        ids = unresolved.values_list("pk", flat=True)
        settled += settle(answers=[Answer(pk, Attempt.Outcome.NOT_MADE) for pk in ids])
    return settled


@transaction.atomic
def _lose(lease: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOSE, [lease, _BATCH])


def _ask(lease: float) -> int:
    """No row is locked while providers are asked; settling is conditional instead."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKABLE, [_askable_aliases(), lease, _BATCH])
        open_attempts = [_open(row) for row in cursor.fetchall()]
    questions = [
        (provider(attempt.provider), outgoing, attempt.started_at)
        for attempt in open_attempts
        if (outgoing := attempt.outgoing) is not None
    ]
    readable = [attempt for attempt in open_attempts if attempt.outgoing is not None]
    answers: list[Answer] = []
    # Those that cannot be read too, or they would stand before all others at the next look.
    later = [
        (attempt.attempt_id, 0, _wait(attempt.look_ups))
        for attempt in open_attempts
        if attempt.outgoing is None
    ]
    for attempt, look_up in zip(readable, look_up_all(questions), strict=True):
        answer = _answer(attempt, look_up)
        if answer is not None:
            answers.append(answer)
        else:
            in_vain = int(look_up.state is LookUpState.NOT_FOUND)
            later.append((attempt.attempt_id, in_vain, _wait(attempt.look_ups)))
    if later:
        with connection.cursor() as cursor:
            cursor.execute(_ASK_LATER, [list(column) for column in zip(*later, strict=True)])
    return settle(answers=answers, now=calendar_now())


def _answer(attempt: "_Open", look_up: LookUp) -> Answer | None:
    match look_up.state:
        case LookUpState.FOUND:
            return Answer(
                attempt.attempt_id,
                Attempt.Outcome.ACCEPTED,
                provider_message_id=look_up.provider_message_id,
                report=look_up.report,
            )
        case LookUpState.NOT_FOUND if _gone(attempt):
            return Answer(attempt.attempt_id, Attempt.Outcome.NOT_ACCEPTED)
    return None


def _gone(attempt: "_Open") -> bool:
    """Whether a text that was not found goes back to the queue. Where the provider's word is not
    final only a text that is marked so is sent again, at the risk of a second one."""
    if provider(attempt.provider).capabilities.look_up_is_final:
        return True
    return attempt.resend_unknown and attempt.look_ups + 1 >= NOT_FOUND_TIMES


def _wait(look_ups: int) -> float:
    """Seconds to the next question: minutes at first, hours when it has been in vain for long."""
    return float(min(300 * 2**look_ups, 4 * 3600))


@dataclass(frozen=True, slots=True)
class _Open:
    attempt_id: int
    provider: str
    started_at: datetime
    look_ups: int
    resend_unknown: bool
    outgoing: Outgoing | None


def _open(row: tuple[Any, ...]) -> _Open:
    attempt_id, token, alias, started_at, look_ups, message_id, resend, recipient_id = row[:8]
    address, number, text = row[8:]
    try:
        outgoing = Outgoing(
            token=token,
            sender_address=address,
            number=unseal("messaging_recipient.number", recipient_id, bytes(number)),
            text=unseal("messaging_messagebody.text", message_id, bytes(text)),
        )
    except SealBroken:
        outgoing = None
    return _Open(attempt_id, alias, started_at, look_ups, resend, outgoing)


@transaction.atomic
def _give_up(*, now: datetime) -> None:
    """The attempt stays unknown, so its message can never be tried again; a late report can still
    raise it."""
    if Message.objects.filter(status=Message.Status.UNKNOWN).exists():
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_UP, [now, UNRESOLVED_AFTER.total_seconds()])


def _askable_aliases() -> list[str]:
    found = []
    in_use = Attempt.objects.filter(outcome=Attempt.Outcome.UNKNOWN).order_by()
    for alias in in_use.values_list("provider", flat=True).distinct():
        try:
            if provider(alias).capabilities.can_look_up:
                found.append(alias)
        except ProviderMissing:
            continue
    return found
