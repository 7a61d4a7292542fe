"""What the virtual clock tells, written down as a transcript. Pure."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.schedule import local_day
from campaigns.wording import MissingValue
from enrolment.persona import Persona
from enrolment.stand_in import StandIn, Standing, Waiting
from enrolment.state import Due, Reason, Verdict
from enrolment.state import Entry as Entered
from enrolment.talk import EnterStage, Response, SetProfile, StartAttempt
from enrolment.transcript import Entry, Kind, Transcript
from enrolment.virtual_clock import Moved, Outage

Words = Callable[[str, datetime], str]


class Transcriber:
    """`words` is set once there is a clock to ask; without it the transcript has no wording."""

    def __init__(self, persona: Persona, content: Content) -> None:
        self.persona, self.content = persona, content
        self.zone = ZoneInfo(persona.zone)
        self.entries: list[Entry] = []
        self.words: Words | None = None
        self._quit_date: date | None = None

    def transcript(self, end: datetime, *, unsaid: Iterable[str]) -> Transcript:
        for text in unsaid:
            self._add(end, Kind.UNSAID, text, None)
        entries = tuple(sorted(self.entries, key=lambda entry: entry.at))
        return Transcript(self.persona.key, self.persona.name, self.persona.zone, entries)

    def heard(self, at: datetime, text: str, response: Response, person: StandIn) -> None:
        self._add(at, Kind.HEARD, text, person, verdict=response.end.value, reason=response.reason)
        for line in response.says:
            self._add(at, Kind.REPLY, line.text_key, person, text_key=line.text_key)
        for change in response.changes:
            turn = _turn(change)
            if turn:
                self._add(at, Kind.TURN, turn, person)

    def decided(self, at: datetime, due: Due, text: str | None, person: StandIn) -> None:
        verdict, reason = due.verdict, due.reason
        if verdict is Verdict.QUEUED and text is None:
            verdict, reason = Verdict.SUPPRESSED, Reason.MISSING_VALUE
        leaves = max(at, due.not_before)
        self._add(
            due.due_at,
            Kind.STEP,
            due.step.key,
            person,
            occurrence=due.occurrence,
            verdict=verdict.value,
            reason=reason.value,
            text_key=due.text_key,
            leaves=self._local(leaves) if text is not None and leaves > due.due_at else None,
            words=text or "",
        )

    def entered(self, entry: Entered, person: StandIn) -> None:
        self._add(entry.at, Kind.TURN, f"enters {entry.stage}", person)

    def came_to_nothing(self, at: datetime, waiting: Waiting, reason: str, person: StandIn) -> None:
        step = waiting.due.step.key
        verdict = "expired" if reason == "expired" else "cancelled"
        self._add(
            at, Kind.STEP, step, person,
            occurrence=waiting.due.occurrence, verdict=verdict, reason=reason,
        )  # fmt: skip

    def asked_anew(self, at: datetime, question: str, person: StandIn) -> None:
        key = f"question.{question}"
        self._add(at, Kind.REPLY, key, person, text_key=key)

    def out(self, outage: Outage) -> None:
        self._add(outage.start, Kind.OUTAGE, "begins", None)
        self._add(outage.end, Kind.OUTAGE, "ends", None)

    def moved(self, move: Moved, person: StandIn) -> None:
        self._add(move.at, Kind.TURN, f"{move.kind} moved to {move.day}", person)

    def stood(self, at: datetime, before: Standing, person: StandIn) -> None:
        self._add(at, Kind.TURN, person.standing.value, person)

    def _add(
        self,
        at: datetime,
        kind: Kind,
        key: str,
        person: StandIn | None,
        *,
        occurrence: int = 1,
        verdict: str = "",
        reason: str = "",
        text_key: str = "",
        leaves: datetime | None = None,
        words: str = "",
    ) -> None:
        if kind is Kind.REPLY:
            words = self._wording(key, at)
        self.entries.append(
            Entry(
                at=self._local(at),
                kind=kind,
                key=key,
                offset=self._offset(at, person),
                occurrence=occurrence,
                attempt=1 if person is None else person.attempt,
                verdict=verdict,
                reason=reason,
                text_key=text_key,
                leaves=leaves,
                words=words,
            )
        )

    def _wording(self, text_key: str, at: datetime) -> str:
        try:
            return self.words(text_key, at) if self.words is not None else ""
        except MissingValue:
            return ""

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)

    def _offset(self, at: datetime, person: StandIn | None) -> str:
        day = local_day(at, self.zone)
        if person is not None:
            self._quit_date = person.quit_date
        if self._quit_date is None:
            return f"J+{(day - self.persona.joins.date()).days}"
        days = (day - self._quit_date).days
        return f"Q{days:+d}" if days else "Q"


def _turn(change: object) -> str:
    """In a few words; nothing for what the replies tell already."""
    match change:
        case StartAttempt():
            return "another attempt"
        case EnterStage(stage):
            return f"enters {stage}"
        case SetProfile(profile):
            return f"dose {profile}"
    return ""
