"""Attempts nobody settled: the process died, or the provider's answer left it open.

Such a call is never made again by guess. The provider is asked by the attempt's token; only where
its answer is final does a text that it never had go back to the queue.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from messaging.calling import look_up_all
from messaging.clock import calendar_now
from messaging.models.attempt import Attempt
from messaging.models.message import Message
from messaging.providers.base import LookUp, LookUpState
from messaging.providers.registry import ProviderMissing, provider
from messaging.settling import Answer, settle

#: A provider that cannot say is given this long; then the text counts as failed, unresolved.
UNRESOLVED_AFTER = timedelta(hours=48)
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
SELECT id, token, provider FROM messaging_attempt
 WHERE outcome = 'unknown' AND provider = ANY(%s)
   AND started_at < clock_timestamp() - make_interval(secs => %s)
 ORDER BY id LIMIT %s
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
    _lose(lease)
    settled = _ask(lease)
    _give_up(now=calendar_now())
    return settled


@transaction.atomic
def _lose(lease: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOSE, [lease, _BATCH])


def _ask(lease: float) -> int:
    """No row is locked while the provider is asked; settling is conditional instead."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKABLE, [_final_aliases(), lease, _BATCH])
        open_attempts = cursor.fetchall()
    found = look_up_all([(provider(alias), token) for _, token, alias in open_attempts])
    answers = [
        answer
        for (attempt_id, _, _), look_up in zip(open_attempts, found, strict=True)
        if (answer := _answer(attempt_id, look_up)) is not None
    ]
    return settle(answers=answers, now=calendar_now())


def _answer(attempt_id: int, look_up: LookUp) -> Answer | None:
    match look_up.state:
        case LookUpState.FOUND:
            return Answer(
                attempt_id,
                Attempt.Outcome.ACCEPTED,
                provider_message_id=look_up.provider_message_id,
                report=look_up.report,
            )
        case LookUpState.NOT_FOUND:
            return Answer(attempt_id, Attempt.Outcome.NOT_ACCEPTED)
        case LookUpState.UNAVAILABLE:
            return None


@transaction.atomic
def _give_up(*, now: datetime) -> None:
    """The attempt stays unknown, so its message can never be tried again; a late report can still
    raise it."""
    if Message.objects.filter(status=Message.Status.UNKNOWN).exists():
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_UP, [now, UNRESOLVED_AFTER.total_seconds()])


def _final_aliases() -> list[str]:
    found = []
    in_use = Attempt.objects.filter(outcome=Attempt.Outcome.UNKNOWN).order_by()
    for alias in in_use.values_list("provider", flat=True).distinct():
        try:
            if provider(alias).capabilities.look_up_is_final:
                found.append(alias)
        except ProviderMissing:
            continue
    return found
