"""What silence itself brings about, in memory: whoever does not answer whether to leave has left,
and whoever was not heard of for half a year is asked whether it is still she. Pure.

Each function says which verb it mirrors.
"""

from datetime import datetime

from campaigns.own_questions import (
    CONSENT,
    INVITATION_STANDS,
    LEAVE,
    LONG_SILENCE,
    SILENCE_LEAVES_AFTER,
    STILL,
)
from enrolment import turning
from enrolment.stand_in import StandIn, Standing

_STANDS_FOR = {
    LEAVE: SILENCE_LEAVES_AFTER,
    CONSENT: INVITATION_STANDS,
    STILL: INVITATION_STANDS,
}


def next_look(person: StandIn) -> datetime | None:
    """When silence will have lasted long enough for something."""
    moments = (_leaves_at(person), _is_asked_at(person))
    return min((moment for moment in moments if moment is not None), default=None)


def leaves(person: StandIn, now: datetime) -> bool:
    """leaving.take_silence_as_leaving"""
    at = _leaves_at(person)
    if at is None or now < at:
        return False
    turning.end(person, Standing.LEFT)
    return True


def is_asked(person: StandIn, now: datetime) -> bool:
    """reconsenting.ask_the_silent"""
    at = _is_asked_at(person)
    if at is None or now < at:
        return False
    turning.pause(person, None, now)
    person.ask(STILL, now)
    return True


def _leaves_at(person: StandIn) -> datetime | None:
    stands_for = _STANDS_FOR.get(person.question)
    if stands_for is None or person.asked_at is None or person.has_ended:
        return None
    return person.asked_at + stands_for


def _is_asked_at(person: StandIn) -> datetime | None:
    if person.standing is not Standing.ACTIVE or person.next_due_at is None:
        return None
    return person.heard_at + LONG_SILENCE
