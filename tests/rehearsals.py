"""Personas for tests, and one life lived twice: in memory, and through the verbs."""

from datetime import datetime, time, timedelta
from typing import Any

from campaigns.compiling import content_of
from enrolment import leaving, planner, reconsenting, replies
from enrolment.models import Decision, Enrolment
from enrolment.persona import Persona, ScriptLine, When
from enrolment.rehearsal import Script
from enrolment.stand_in import StandIn
from enrolment.transcribing import Transcriber
from enrolment.transcript import Entry, Kind
from enrolment.virtual_clock import Outage, VirtualClock
from tests import worlds

ANSWERS = {"uses": "yes", "name": "Amina", "date": "in 9 days", "smoked": "no"}
#: A Tuesday noon in London; the quit date is the 10th.
JOINS = datetime(2026, 12, 1, 12, 0)
NUMBER = "+447700900001"


def persona(**changes: Any) -> Persona:
    fields: dict[str, Any] = {
        "key": "amina",
        "name": "Amina",
        "joins": JOINS,
        "zone": "Europe/London",
        "days": 20,
        "answers": ANSWERS,
        "seed": 7,
        **changes,
    }
    return Persona(**fields)


def said(day: int, at: str, text: str, *, quit_date: bool = True) -> ScriptLine:
    return ScriptLine(When(day, time.fromisoformat(at), quit_date=quit_date), text)


class NotingClock(VirtualClock):
    """Notes each moment lived: when, what came in, and when the person looks again."""

    def live(self, now: datetime) -> None:
        texts = [texting.text for texting in self.coming_in if texting.at <= now]
        super().live(now)
        self.moments.append((now, texts, self.person.next_due_at, self.person.question))

    moments: list[tuple[datetime, list[str], datetime | None, str]]


def in_memory(version_id: int, life: Persona) -> NotingClock:
    rules = content_of(version_id)
    person = StandIn(rules, life.seed, life.zone, "en", life.joins_at)
    outages = [
        Outage(life.instant(found.ends) - timedelta(hours=found.hours), life.instant(found.ends))
        for found in life.outages
    ]
    clock = NotingClock(
        person, Script(life), Transcriber(life, rules), end=life.end, outages=outages
    )
    clock.moments = []
    clock.run("join", life.joins_at)
    return clock


def in_database(life: Persona, clock: NotingClock) -> None:
    """The same texts and ticks, moment by moment, through the verbs."""
    worlds.text(NUMBER, "JOIN")
    replies.answer_pending(now=life.joins_at)
    enrolment = Enrolment.objects.get()
    Enrolment.objects.update(seed=life.seed)
    enrolment.participant.time_zone = life.zone
    enrolment.participant.save()
    for now, texts, next_due_at, question in clock.moments:
        for text in texts:
            worlds.text(NUMBER, text, at=now)
            replies.answer_pending(now=now)
        reconsenting.ask_the_silent(now=now)
        leaving.take_silence_as_leaving(now=now)
        planner.tick(now=now)
        enrolment.refresh_from_db()
        assert enrolment.next_due_at == next_due_at, now
        assert enrolment.question == question, now


def decided_in_database() -> list[tuple[object, ...]]:
    columns = ("attempt", "step_key", "occurrence", "local_date", "outcome", "reason", "text_key")
    return sorted(Decision.objects.values_list(*columns))


def entries(clock: NotingClock) -> list[Entry]:
    assert isinstance(clock.witness, Transcriber)
    return clock.witness.entries


def decided_in_memory(clock: NotingClock) -> list[tuple[object, ...]]:
    return sorted(
        (
            entry.attempt, entry.key, entry.occurrence, entry.day, entry.verdict, entry.reason,
            entry.text_key,
        )
        for entry in entries(clock)
        if entry.kind is Kind.STEP and entry.verdict not in ("cancelled", "expired")
    )  # fmt: skip
