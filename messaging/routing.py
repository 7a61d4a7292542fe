"""Which sender a text leaves by, where several stand in for each other.

By weight, and the same for the same number as long as the weights stand: a person who answers
should find the number they know. Each sender draws a lot for the number, bent by its weight, and
the highest wins (weighted rendezvous hashing), so a weight that changes moves only its own share.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """A sender that may be used now. `group_id` None: it stands alone. `probing`: one text, to see
    whether its alarm is over. `spent`: its budget is, and it only answers HELP and STOP."""

    sender_id: int
    provider: str
    group_id: int | None
    weight: int
    probing: bool = False
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message that may leave, queued on `sender_id`, one of `group_id`'s if that is given.
    `past_budget`: a spent budget does not hold it back."""

    message_id: int
    recipient_id: int
    sender_id: int
    group_id: int | None
    segments: int
    urgent: bool
    past_budget: bool = False


@dataclass(slots=True)
class Purse:
    """What is left of a sender's allowance, in segments, and in texts when it is only probing."""

    urgent: float
    ordinary: float
    texts: int | None = None

    def allows(self, urgent: bool) -> bool:
        """A text may overdraw by its own length: it is not cut in two."""
        return (self.urgent if urgent else self.ordinary) > 0 and self.texts != 0

    def pay(self, segments: int) -> None:
        self.urgent -= segments
        self.ordinary -= segments
        if self.texts is not None:
            self.texts -= 1


@dataclass(frozen=True, slots=True)
class Choice:
    message_id: int
    recipient_id: int
    sender_id: int
    segments: int


def allowed(
    due: Mapping[int, int | None],
    routes: Mapping[int, Route],
    purses: Mapping[int, Purse],
    limit: int,
) -> tuple[dict[int, int], bool]:
    """How many texts to look at for each sender that has some due, and whether one of them waits
    for its bucket. `due` is its group by sender; one without an open route is left out."""
    most: dict[int, int] = {}
    waits = False
    for sender_id, group_id in due.items():
        members = [
            purses[route.sender_id]
            for route in routes.values()
            if route.sender_id == sender_id or (group_id and route.group_id == group_id)
        ]
        segments = sum(max(0.0, purse.urgent) for purse in members)
        if segments > 0:
            most[sender_id] = min(limit, math.ceil(segments))
        elif members:
            waits = True
    return most, waits


def choose(
    candidates: Sequence[Candidate], routes: Mapping[int, Route], purses: Mapping[int, Purse]
) -> tuple[list[Choice], bool]:
    """At most one text a number, in the candidates' order; and whether any had to wait for its
    sender's bucket. `purses` are paid from."""
    groups: dict[int, list[Route]] = {}
    for route in routes.values():
        if route.group_id is not None:
            groups.setdefault(route.group_id, []).append(route)
    chosen: dict[int, Choice] = {}
    waiting = False
    for candidate in candidates:
        if candidate.recipient_id in chosen:
            continue
        members = _members(candidate, groups)
        sender_id = _sender(candidate, members, purses)
        if sender_id is None:
            waiting = waiting or members is None or bool(members)
            continue
        purses[sender_id].pay(candidate.segments)
        chosen[candidate.recipient_id] = Choice(
            candidate.message_id, candidate.recipient_id, sender_id, candidate.segments
        )
    return list(chosen.values()), waiting


def _members(candidate: Candidate, groups: Mapping[int, Sequence[Route]]) -> Sequence[Route] | None:
    """Those of its group that it may leave by; None when its sender stands alone. A member without
    weight is for when no other is well: that the others' buckets are empty is no reason."""
    if candidate.group_id is None:
        return None
    open_to_it = [
        route
        for route in groups.get(candidate.group_id, ())
        if candidate.past_budget or not route.spent
    ]
    if any(route.weight > 0 and not route.probing for route in open_to_it):
        return [route for route in open_to_it if route.weight > 0]
    return open_to_it


def _sender(
    candidate: Candidate, members: Sequence[Route] | None, purses: Mapping[int, Purse]
) -> int | None:
    if members is None:
        purse = purses.get(candidate.sender_id)
        return candidate.sender_id if purse and purse.allows(candidate.urgent) else None
    able = [route for route in members if purses[route.sender_id].allows(candidate.urgent)]
    if len(able) <= 1:
        return able[0].sender_id if able else None
    return max(able, key=lambda route: _lot(candidate.recipient_id, route)).sender_id


def _lot(recipient_id: int, route: Route) -> float:
    digest = hashlib.blake2b(b"%d:%d" % (recipient_id, route.sender_id), digest_size=8).digest()
    share = (int.from_bytes(digest, "big") + 1) / (2**64 + 2)
    return -max(route.weight, 1) / math.log(share)
