"""Whether the house does its work: what a load balancer and a watchman want to know."""

from dataclasses import dataclass
from datetime import datetime

from enrolment.operations import QUEUES
from enrolment.standing_work import STUCK, waiting
from messaging import heartbeats, holding
from messaging.heartbeats import pulse_of, pulses


@dataclass(frozen=True, slots=True)
class Health:
    """`troubles` are names of parts, never of people; none: all is well."""

    troubles: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        return not self.troubles


def health(*, now: datetime, calendar: datetime) -> Health:
    """`now` is machine time. Four queries. Raises django.db.Error when the database is away."""
    found = pulses(now=now)
    parts = (heartbeats.BEAT, heartbeats.WATCH, *(heartbeats.QUEUE + each for each in QUEUES))
    silent = [f"silent:{name}" for name in parts if pulse_of(found, name, now=now).is_silent]
    late = {
        f"late:{each.queue}"
        for each in waiting(now=now, calendar=calendar)
        if each.age is not None and each.age > STUCK
    }
    held = ["held"] if holding.held_since() is not None else []
    return Health((*held, *silent, *sorted(late)))
