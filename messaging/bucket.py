"""How many segments a sender may send now: one bucket a sender, in the database.

It holds over every worker of every machine, and losing the broker does not touch it. A bucket fills
by the sender's rate up to a quarter of a second's worth, so that no pause is made up for in a burst
the provider would refuse. Whoever claims takes what it may need, and gives back at once what it did
not use. A text may overdraw: the next waits until that is paid back, so the rate holds exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from messaging.statements import ids, rows

#: Seconds' worth a bucket holds; at least one segment.
DEPTH = 0.25
#: This share stays for replies, HELP and STOP, which find it whenever they come.
KEPT = 0.1

_DEPTH = f"greatest(1, s.segments_per_second * {DEPTH})::float8"

_NEW = f"""
INSERT INTO messaging_pace (sender_id, level, filled_at)
SELECT s.id, {_DEPTH}, clock_timestamp()
  FROM messaging_sender s WHERE s.id = ANY(%(senders)s::bigint[]) ORDER BY s.id
ON CONFLICT DO NOTHING
RETURNING sender_id
"""

_TAKE = f"""
WITH filled AS (
    SELECT p.sender_id, ({_DEPTH} * {KEPT})::float8 AS kept, clock_timestamp() AS at,
           least({_DEPTH}, p.level + s.segments_per_second
               * greatest(0, extract(epoch FROM clock_timestamp() - p.filled_at)::float8)) AS level
      FROM messaging_pace p JOIN messaging_sender s ON s.id = p.sender_id
     WHERE p.sender_id = ANY(%(senders)s::bigint[])
     ORDER BY p.sender_id
       FOR NO KEY UPDATE OF p
)
UPDATE messaging_pace p
   SET level = f.level - greatest(0, least(f.level, %(want)s::float8)), filled_at = f.at
  FROM filled f WHERE p.sender_id = f.sender_id
RETURNING p.sender_id, greatest(0, least(f.level, %(want)s::float8)), greatest(0, f.level - f.kept)
"""

# Locked in the order of `_TAKE`: two that met in another would wait for each other.
_GIVE_BACK = """
WITH held AS (
    SELECT p.sender_id FROM messaging_pace p
     WHERE p.sender_id = ANY(%(senders)s::bigint[]) ORDER BY p.sender_id FOR NO KEY UPDATE
)
UPDATE messaging_pace p SET level = p.level + b.segments
  FROM held
  JOIN unnest(%(senders)s::bigint[], %(segments)s::float8[]) AS b(sender_id, segments)
    ON b.sender_id = held.sender_id
 WHERE p.sender_id = held.sender_id
RETURNING p.sender_id
"""

_SLOW_DOWN = """
WITH held AS (
    SELECT p.sender_id FROM messaging_pace p
     WHERE p.sender_id = ANY(%(senders)s::bigint[]) ORDER BY p.sender_id FOR NO KEY UPDATE
)
UPDATE messaging_pace p SET level = least(p.level, -v.seconds * s.segments_per_second)
  FROM held
  JOIN unnest(%(senders)s::bigint[], %(seconds)s::float8[]) AS v(sender_id, seconds)
    ON v.sender_id = held.sender_id
  JOIN messaging_sender s ON s.id = held.sender_id
 WHERE p.sender_id = held.sender_id
RETURNING p.sender_id
"""

#: Seconds of silence after "too many at once", if the provider does not say how long; and at most.
_BREATH = 0.2
_LONGEST_BREATH = 30.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """Segments. `urgent` is all that was taken, `ordinary` what others than replies may use."""

    urgent: float
    ordinary: float


def take(*, sender_ids: Sequence[int], want: float) -> dict[int, Allowance]:
    """At most `want` from each of these senders' buckets. Commits at once: nobody waits for a claim
    to end."""
    taken = _take(sender_ids, want)
    new = [sender_id for sender_id in sender_ids if sender_id not in taken]
    if new:
        rows(_NEW, {"senders": ids(new)})
        taken |= _take(new, want)
    return taken


def _take(sender_ids: Sequence[int], want: float) -> dict[int, Allowance]:
    return {
        sender_id: Allowance(level, min(level, ordinary))
        for sender_id, level, ordinary in rows(_TAKE, {"senders": ids(sender_ids), "want": want})
    }


def give_back(*, taken: Mapping[int, Allowance], used: Mapping[int, int]) -> None:
    """`used` are segments by sender; more than was taken leaves a debt."""
    rest = {
        sender_id: allowance.urgent - used.get(sender_id, 0)
        for sender_id, allowance in taken.items()
    }
    changed = {sender_id: segments for sender_id, segments in sorted(rest.items()) if segments}
    if changed:
        rows(_GIVE_BACK, {"senders": ids(changed), "segments": ids(changed.values())})


def slow_down(*, after: Mapping[int, timedelta | None]) -> None:
    """The provider has said that these senders are too quick, and maybe for how long: their buckets
    are empty until then, for every worker."""
    seconds = {
        sender_id: min(wait.total_seconds(), _LONGEST_BREATH) if wait else _BREATH
        for sender_id, wait in sorted(after.items())
    }
    if seconds:
        rows(_SLOW_DOWN, {"senders": ids(seconds), "seconds": ids(seconds.values())})
