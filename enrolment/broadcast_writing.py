"""A batch of a broadcast decided and written: its decisions, its messages, what the numbers have
now got; all in the caller's transaction, ids drawn first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from campaigns.wording import MissingValue
from enrolment import broadcast_people
from enrolment.broadcast_deciding import RANK, Audience, Fate, LeftOut, Words, decide, is_meant
from enrolment.broadcast_people import Someone
from enrolment.claiming import Claimed
from enrolment.coming import hours_of
from enrolment.models.broadcast import Broadcast
from enrolment.models.broadcast_decision import BroadcastDecision
from enrolment.sharing import Shared, shared_among
from enrolment.state import Plan
from enrolment.telling import worded
from messaging import outbox
from messaging.models import Message
from messaging.outgoing import Outline
from messaging.statements import ids as array
from messaging.statements import words as plain
from trust.ids import draw_ids

_DECIDE = """
INSERT INTO enrolment_broadcastdecision
       (id, broadcast_id, enrolment_id, outcome, reason, language, message_id, decided_at)
SELECT d.id, %(broadcast)s, d.enrolment_id, d.outcome, d.reason, d.language,
       nullif(d.message_id, 0), %(now)s
  FROM unnest(%(ids)s::bigint[], %(enrolments)s::bigint[], %(outcomes)s::text[],
              %(reasons)s::text[], %(languages)s::text[], %(messages)s::bigint[])
       AS d(id, enrolment_id, outcome, reason, language, message_id)
"""
_FILL = """
UPDATE enrolment_enrolment e
   SET load_day = a.load_day, load = a.load::int[], last_text_at = a.last_text_at
  FROM unnest(%(ids)s::bigint[], %(days)s::date[], %(loads)s::text[], %(last)s::timestamptz[])
       AS a(id, load_day, load, last_text_at)
 WHERE e.id = a.id
"""


class Judged(NamedTuple):
    """One person who is meant; `text` is there where `fate` lets it go."""

    someone: Someone
    fate: Fate
    text: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    queued: int
    left_out: int


def judge(
    broadcast: Broadcast, people: Sequence[Someone], audience: Audience, words: Words, now: datetime
) -> list[Judged]:
    """Whoever of them is meant, in their order; what one person of a number gets counts for the
    next."""
    claimed = [someone.claimed for someone in people if someone.claimed is not None]
    shared = shared_among(claimed)
    found = (_judged(broadcast, someone, shared, audience, words, now) for someone in people)
    return [judged for judged in found if judged is not None]


def _judged(
    broadcast: Broadcast,
    someone: Someone,
    shared: Shared,
    audience: Audience,
    words: Words,
    now: datetime,
) -> Judged | None:
    row = someone.claimed
    if row is None:
        # Whose journey has not begun fits no condition, for nothing is known of her.
        return None if audience.asks else Judged(someone, Fate(someone.why_not))
    if not is_meant(row.content, row.state, audience, now):
        return None
    if someone.why_not:
        return Judged(someone, Fate(someone.why_not))
    state = shared.state_of(row) if row.is_shared else row.state
    wanted = broadcast_people.wanted_at(broadcast, row.state.zone, now)
    fate = decide(row.content, state, row.manner, words, wanted=wanted, now=now)
    if fate.due is None or fate.chosen is None or fate.load is None:
        return Judged(someone, fate)
    try:
        text = worded(row, fate.chosen.wording, fate.due, language=fate.chosen.language)
    except MissingValue:
        return Judged(someone, Fate(LeftOut.MISSING_VALUE))
    if row.is_shared:
        plan = Plan((fate.due,), None, now, fate.load)
        fate = Fate("", fate.due, fate.chosen, shared.own_load(row, plan, now))
    return Judged(someone, fate, text)


def write(broadcast: Broadcast, judged: Sequence[Judged], now: datetime) -> Written:
    if not judged:
        return Written(0, 0)
    going = [one for one in judged if one.text]
    message_ids = draw_ids(Message, len(going))
    outbox.queue_many(
        outlines=[
            _outline(message_id, broadcast, one)
            for message_id, one in zip(message_ids, going, strict=True)
        ],
        now=now,
    )
    of = dict(zip((one.someone.enrolment_id for one in going), message_ids, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_DECIDE, _decisions(broadcast, judged, of, now))
        if going:
            cursor.execute(_FILL, _loads(going))
    return Written(len(going), len(judged) - len(going))


def cause_key(broadcast_id: int, enrolment_id: int) -> str:
    """Of a text: once a person, whatever happens to its decision."""
    return f"{broadcast_id}:{enrolment_id}"


def _outline(message_id: int, broadcast: Broadcast, one: Judged) -> Outline:
    row, due = one.someone.claimed, one.fate.due
    assert row is not None
    assert due is not None
    hours = hours_of(row.content, row.state)
    return Outline(
        message_id=message_id,
        organisation_id=row.organisation_id,
        sender_id=row.sender_id,
        recipient_id=row.recipient_id,
        kind=Message.Kind.BROADCAST.value,
        cause_kind=Message.CauseKind.BROADCAST.value,
        cause_key=cause_key(broadcast.pk, one.someone.enrolment_id),
        text=one.text,
        not_before=due.not_before,
        valid_until=due.valid_until,
        hours=(hours.start, hours.end),
        zone=row.state.zone,
        priority=RANK,
        is_test=False,
        approved=row.approved,
    )


def _decisions(
    broadcast: Broadcast, judged: Sequence[Judged], of: dict[int, int], now: datetime
) -> dict[str, Any]:
    outcomes = BroadcastDecision.Outcome
    return {
        "broadcast": broadcast.pk,
        "now": now,
        "ids": array(draw_ids(BroadcastDecision, len(judged))),
        "enrolments": array(one.someone.enrolment_id for one in judged),
        "outcomes": plain(
            (outcomes.QUEUED if one.text else outcomes.LEFT_OUT).value for one in judged
        ),
        "reasons": plain(_quoted(one.fate.reason) for one in judged),
        "languages": plain(
            _quoted(one.fate.chosen.language if one.fate.chosen and one.text else "")
            for one in judged
        ),
        "messages": array(of.get(one.someone.enrolment_id, 0) for one in judged),
    }


def _quoted(word: str) -> str:
    return f'"{word}"'


def _loads(going: Sequence[Judged]) -> dict[str, Any]:
    loads = [one.fate.load for one in going if one.fate.load is not None]
    return {
        "ids": [one.someone.enrolment_id for one in going],
        "days": [load.day for load in loads],
        "loads": ["{" + ",".join(map(str, load.counts)) + "}" for load in loads],
        "last": [load.last_at for load in loads],
    }


def reasons(judged: Sequence[Judged]) -> Counter[str]:
    return Counter(str(one.fate.reason) for one in judged if not one.text)


def rows_going(judged: Sequence[Judged]) -> Iterator[tuple[Claimed, Judged]]:
    for one in judged:
        if one.text and one.someone.claimed is not None:
            yield one.someone.claimed, one
