"""Inbound texts answered: each row once, each to an end.

The transport has stored the text and obeyed STOP before anything here runs. A row that can't be
answered because of a fault goes to a person, never away. Many rows are answered in one transaction;
where that cannot be written, one after another, so that one row's fault stays its own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain
from typing import TypeVar

import structlog
from django.db import transaction

from enrolment import cases, leaving, listening, safety, saying, turns
from enrolment.cases import Opening
from enrolment.models.bank_use import BankUse
from enrolment.outcomes import Outcome
from enrolment.rehousing import Busy
from enrolment.responding import outcome_of
from enrolment.saying import Reply
from enrolment.talk import End
from enrolment.talking import known_of
from enrolment.waiting import Came, Waiting, came, claim, still
from messaging import inbox, optout
from messaging.models import InboundMessage, Message, Recipient

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: So many numbers are held at once; the texts of more cost little less each.
_AT_ONCE = 100


def answer_pending(*, now: datetime, limit: int = 200) -> int:
    """Answers what waits, oldest first; how many rows came to an end. A number that another worker
    or a send holds is left to the last, and waited for."""
    texts = came(limit=limit)
    ended, busy = _answer_all(texts, now, wait=False)
    if busy:
        left = still([text for text in texts if text.recipient_id in busy])
        ended += _answer_all(left, now, wait=True)[0]
    return ended


def _answer_all(texts: Sequence[Came], now: datetime, *, wait: bool) -> tuple[int, set[int]]:
    """How many ended, and the numbers that were left alone."""
    ended, busy = 0, set[int]()
    for batch in _batches(texts):
        free = [text for text in batch if text.recipient_id not in busy]
        answered, held = _answer(free, now, wait=wait)
        ended += answered
        busy |= held
    return ended, busy


def _batches(texts: Sequence[Came]) -> Iterator[Sequence[Came]]:
    """No number twice in one of them: its second text is answered knowing of the first."""
    turns: Counter[int] = Counter()
    rounds: dict[int, list[Came]] = {}
    for text in texts:
        rounds.setdefault(turns[text.recipient_id], []).append(text)
        turns[text.recipient_id] += 1
    for each in rounds.values():
        for first in range(0, len(each), _AT_ONCE):
            yield each[first : first + _AT_ONCE]


def _answer(texts: Sequence[Came], now: datetime, *, wait: bool) -> tuple[int, set[int]]:
    try:
        return _answer_together(texts, now, wait=wait)
    except Exception:
        if len(texts) > 1:
            log.warning("inbound_batch_failed", texts=len(texts), exc_info=True)
            return sum(_answer([text], now, wait=True)[0] for text in texts), set()
        return _give_to_a_person(texts[0].inbound_id, now), set()


def _give_to_a_person(inbound_id: int, now: datetime) -> int:
    """A fault here must not silence anybody: the row goes to the counsellors' inbox. Called while
    the fault is handled."""
    log.exception("inbound_failed", inbound_id=inbound_id)
    with transaction.atomic():
        inbound = InboundMessage.objects.select_for_update().get(pk=inbound_id)
        reason, said = _after_fault(inbound)
        if not inbox.end(inbound=inbound, end=End.INBOX, reason=reason, now=now):
            return 0
        cases.open_each(openings=[Opening(inbound, reason)], now=now)
    _all_the_same(inbound, said, now)
    return 1


def _all_the_same(inbound: InboundMessage, said: Sequence[Reply], now: datetime) -> None:
    """What a fault must not keep from her: a STOP ends everything and is confirmed, words of need
    are answered. Each by itself: should one be what is broken, the others stand, and a person has
    been told."""
    deeds: list[Callable[[], object]] = []
    if inbound.is_stop or inbound.opted_out:
        number = inbound.recipient_id
        deeds.append(partial(leaving.end_opted_out, recipient_id=number, source="sms", now=now))
    deeds += [partial(_say, each, now) for each in said]
    for deed in deeds:
        try:
            deed()
        except Exception:
            log.exception("after_fault_failed", inbound_id=inbound.pk)


@transaction.atomic
def _say(reply: Reply, now: datetime) -> None:
    """But no STOP is confirmed to whoever has come back since."""
    number = Recipient.objects.select_for_update(no_key=True).get(pk=reply.inbound.recipient_id)
    if reply.kind != Message.Kind.STOP_CONFIRMATION or optout.is_opted_out(recipient=number):
        saying.queue(replies=[reply], now=now)


def _after_fault(inbound: InboundMessage) -> tuple[str, Sequence[Reply]]:
    """Why a person reads it, and what is said all the same, in the sender's words: to words of
    need, and that a STOP was heard."""
    reason, said = safety.after_fault(inbound=inbound)
    if inbound.opted_out and not inbound.provider_answered:
        kind, text = Message.Kind.STOP_CONFIRMATION, inbound.sender.stop_text
        plain = saying.plain_reply(inbound=inbound, text=text, kind=kind)
        said = [*said, replace(plain, place=len(said))]
    return reason, said


@transaction.atomic
def _answer_together(texts: Sequence[Came], now: datetime, *, wait: bool) -> tuple[int, set[int]]:
    waiting, busy = claim(texts, wait=wait)
    # Of those who leave nothing more is asked.
    staying = [each for each in waiting if not each.inbound.opted_out]
    known = known_of(_all(each.enrolments for each in staying))
    outcomes: list[Outcome] = []
    for each in waiting:
        try:
            outcomes.append(outcome_of(each, known, now))
        except Busy:
            busy.add(each.inbound.recipient_id)
            continue
        except Exception:
            log.exception("inbound_failed", inbound_id=each.inbound.pk)
            outcomes.append(_broken(each, now))
    _note_whose(waiting, outcomes)
    return _write(outcomes, now), busy


def _broken(waiting: Waiting, now: datetime) -> Outcome:
    """A person reads it; what was to be written of it is not. A STOP ends everything all the
    same."""
    inbound = waiting.inbound
    reason, said = _after_fault(inbound)
    is_stop = inbound.is_stop or inbound.opted_out
    left = waiting.enrolments if is_stop else ()
    listener = waiting.enrolments[-1] if waiting.enrolments else None
    return Outcome(inbound, End.INBOX, reason, replies=said, left=left, listener=listener)


def _note_whose(waiting: Sequence[Waiting], outcomes: Sequence[Outcome]) -> None:
    """Where a number is not one person's alone; it costs the others nothing."""
    crowded = {each.inbound.pk for each in waiting if each.people > 1}
    for each in outcomes:
        participant = each.listener.participant if each.listener is not None else None
        if each.inbound.pk in crowded or (participant is not None and participant.is_shared):
            turns.note(inbound=each.inbound, participant_id=participant.pk if participant else None)


def _write(outcomes: Sequence[Outcome], now: datetime) -> int:
    """How many texts ended."""
    listening.heard(enrolments=_all(each.heard for each in outcomes), now=now)
    BankUse.objects.bulk_create(_all(each.uses for each in outcomes))
    saying.queue(replies=_all(each.replies for each in outcomes), now=now)
    leaving.withdraw_all(
        enrolments=_all(each.left for each in outcomes), source="sms", reason="stop", now=now
    )
    openings = [
        Opening(each.inbound, each.reason, each.listener)
        for each in outcomes
        if each.end == End.INBOX
    ]
    cases.open_each(openings=openings, now=now)
    ends = [(each.inbound.pk, each.end, each.reason) for each in outcomes]
    return inbox.end_pending(ends=ends, now=now)


def _all(parts: Iterable[Iterable[T]]) -> list[T]:
    return list(chain.from_iterable(parts))
