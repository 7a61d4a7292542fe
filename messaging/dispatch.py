"""Messages on their way: claim, call, settle, batch by batch.

Safe late, twice at once, and killed at any point: an attempt is committed before its call, and one
that nobody settles is found by `reconcile`.
"""

import structlog

from messaging import calling, clock
from messaging.claiming import Call, Claim, claim
from messaging.models.attempt import Attempt
from messaging.providers.base import Outgoing, SendResult
from messaging.providers.registry import provider
from messaging.settling import Answer, settle
from trust.sealing import SealBroken

log = structlog.get_logger(__name__)

#: Never more attempts than can leave at once; the rest would only grow old beside the wire.
SLOTS = 100


def send_due(*, limit: int = 200) -> int:
    """Sends what may leave now; how many messages were handled, blocked ones among them.

    Raises ClockRefused when a moved calendar meets a real sender."""
    clock.require_honest()
    handled = 0
    while handled < limit:
        batch = claim(limit=min(SLOTS, limit - handled))
        if not batch.calls and not batch.blocked:
            break
        _deliver(batch)
        handled += len(batch.calls) + batch.blocked
    return handled


def _deliver(batch: Claim) -> None:
    answers: list[Answer] = []
    readable: list[tuple[Call, Outgoing]] = []
    for call in batch.calls:
        try:
            readable.append((call, call.open()))
        except SealBroken:
            log.error("message_unreadable", message_id=call.message_id)
            answers.append(Answer(call.attempt_id, Attempt.Outcome.NOT_MADE, fails="unreadable"))
    results = calling.send_all(
        [(provider(call.provider), outgoing) for call, outgoing in readable],
        committing_since=batch.committing_since,
    )
    for (call, _), result in zip(readable, results, strict=True):
        answers.append(_answer(call, result))
    settle(answers=answers, now=clock.calendar_now())


def _answer(call: Call, result: SendResult | None) -> Answer:
    if result is None:
        return Answer(call.attempt_id, Attempt.Outcome.NOT_MADE)
    return Answer(
        attempt_id=call.attempt_id,
        outcome=Attempt.Outcome(result.outcome.value),
        provider_message_id=result.provider_message_id,
        error_code=result.error_code,
        retry_after=result.retry_after,
        report=result.report,
    )
