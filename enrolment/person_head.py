"""The head of a person's page: who, where in the programme, what comes next, and how the number
does. Nothing of it is a name or a number; those are shown one click at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.core import Locale, UnknownLocaleError

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.rules import QUIT_DATE_ANCHOR, entered_stage, is_moment
from enrolment import person_rows, person_words, silences
from enrolment.handles import handle_of
from enrolment.models.case import Case
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.next_text import next_text
from enrolment.state import AnchorAt
from enrolment.two_clocks import TwoClocks
from messaging.advice import STRIKES

#: An arm may be a dose, or a version.
_TELL_ARMS = ("Dose", "Version")


@dataclass(frozen=True, slots=True)
class Fact:
    term: str
    told: str
    #: Wants to be seen.
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    enrolment_id: int
    handle: str
    campaign: str
    state: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    case_id: int
    told: str
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Head:
    handle: str
    state: str
    status: str
    coming: str
    facts: Sequence[Fact]
    cases: Sequence[OpenCase]
    others: Sequence[Other]


def head(*, enrolment: Enrolment, clocks: TwoClocks, now: datetime, blinded: bool = False) -> Head:
    """Of a row by `person_rows.with_head`; one query more where the content minds a calendar.
    `blinded`: what an arm may be told by is left out."""
    content, anchors = compiled(enrolment.version), person_rows.anchors_of(enrolment)
    row: Any = enrolment
    return Head(
        handle=handle_of(enrolment.participant_id),
        state=_state(enrolment, clocks),
        status=enrolment.status,
        coming=_coming(enrolment, content, anchors, clocks, now),
        facts=[
            fact
            for fact in _facts(enrolment, content, anchors, clocks)
            if fact.told and not (blinded and fact.term in _TELL_ARMS)
        ],
        cases=[
            OpenCase(
                each["id"],
                Case.Reason(each["reason"]).label,
                each["urgency"] == Case.Urgency.URGENT,
            )
            for each in row.open_cases
        ],
        others=[
            Other(
                each["id"],
                handle_of(each["person"]),
                each["campaign"],
                Enrolment.Status(each["status"]).label,
            )
            for each in row.others
        ],
    )


def _state(enrolment: Enrolment, clocks: TwoClocks) -> str:
    label = Enrolment.Status(enrolment.status).label.capitalize()
    if enrolment.paused_at is not None:
        return f"{label} since {clocks.day(enrolment.paused_at)}"
    if enrolment.ended_at is not None:
        return f"{label} on {clocks.day(enrolment.ended_at)}"
    return label


def _coming(
    enrolment: Enrolment,
    content: Content,
    anchors: Sequence[AnchorAt],
    clocks: TwoClocks,
    now: datetime,
) -> str:
    waiting: list[dict[str, str]] = enrolment.waiting  # type: ignore[attr-defined]
    for text in waiting:
        leaves = max(datetime.fromisoformat(text["at"]), now)
        return f"{text['step']} waits to leave, from {clocks.moment(leaves)} on."
    due = enrolment.next_due_at
    if enrolment.status == Enrolment.Status.PAUSED and due is not None:
        told = silences.standing(status=enrolment.status, why=enrolment.pause_reason)
        return f"{told} They go on {clocks.moment(due)}."
    found = next_text(enrolment=enrolment, content=content, anchors=anchors, now=now)
    if found is not None:
        condition = " Only if its condition holds then." if found.if_condition else ""
        return f"{clocks.moment(found.at)}: {found.step}, {found.why}.{condition}"
    if due is not None and due <= now:
        return "It is being planned. Look again in a moment."
    if due is not None:
        return f"What comes next is looked at {clocks.moment(due)}."
    why = enrolment.pause_reason or enrolment.exit_reason
    return silences.standing(status=enrolment.status, why=why)


def _facts(
    enrolment: Enrolment, content: Content, anchors: Sequence[AnchorAt], clocks: TwoClocks
) -> list[Fact]:
    participant = enrolment.participant
    zone = participant.time_zone.replace("_", " ")
    hours = ""
    if participant.hours_start is not None and participant.hours_end is not None:
        hours = f"{participant.hours_start:%H:%M}\N{EN DASH}{participant.hours_end:%H:%M}, own"
    return [
        *_dates(anchors),
        Fact("Stage", _stages(content, anchors)),
        Fact("Attempt", str(enrolment.attempt) if enrolment.attempt > 1 else ""),
        Fact("Dose", content.profile(enrolment.profile).replace("_", " ")),
        Fact("Language", language_name(participant.language)),
        Fact("Time zone", zone, warns=bool(clocks.beside(enrolment.enrolled_at))),
        Fact("Hours", hours or f"{content.hours.start:%H:%M}\N{EN DASH}{content.hours.end:%H:%M}"),
        Fact("Time of day", participant.slot.replace("_", " ")),
        Fact("Version", str(enrolment.version.number)),
        Fact("Open question", enrolment.question.replace("_", " ")),
        Fact("Last heard of", clocks.moment(enrolment.heard_at)),
        *_consents(enrolment, clocks),
        _health(enrolment, clocks),
    ]


def _dates(anchors: Sequence[AnchorAt]) -> list[Fact]:
    """Of her own: the country's calendar is everybody's."""
    own = [each for each in anchors if each.day is not None and not is_moment(each.kind)]
    own.sort(key=lambda each: each.kind != QUIT_DATE_ANCHOR)
    named = [(person_words.anchor(each.kind, each.day)).partition(": ") for each in own]
    return [Fact(name, day) for name, _, day in named]


def _stages(content: Content, anchors: Sequence[AnchorAt]) -> str:
    entered = [
        stage
        for each in anchors
        if each.until is None and (stage := entered_stage(each.kind)) in content.stages
    ]
    return ", ".join(str(stage).replace("_", " ") for stage in entered)


def _consents(enrolment: Enrolment, clocks: TwoClocks) -> list[Fact]:
    """The last word on each scope."""
    lines: list[dict[str, Any]] = enrolment.consent_lines  # type: ignore[attr-defined]
    last = {line["scope"]: line for line in lines}
    return [
        Fact(
            f"Agreed {Consent.Scope(scope).label}",
            f"{'yes' if line['is_given'] else 'no'}, "
            f"{clocks.day(datetime.fromisoformat(line['at']))}",
            warns=not line["is_given"],
        )
        for scope, line in last.items()
    ]


def _health(enrolment: Enrolment, clocks: TwoClocks) -> Fact:
    participant = enrolment.participant
    recipient = participant.recipient
    if participant.number_lost_at is not None:
        return Fact("Number", "somebody else's now", warns=True)
    if recipient.number is None:
        return Fact("Number", "forgotten", warns=True)
    if enrolment.has_opted_out:  # type: ignore[attr-defined]
        return Fact("Number", "opted out: nothing may be sent to it", warns=True)
    if recipient.bad_since is not None:
        since = clocks.day(recipient.bad_since)
        return Fact("Number", f"unreachable since {since}; a text from it ends that", warns=True)
    if recipient.strikes:
        told = f"{recipient.strikes} of {STRIKES} strikes: texts did not arrive"
        return Fact("Number", told, warns=True)
    return Fact("Number", "takes texts")


def language_name(code: str) -> str:
    try:
        return str(Locale.parse(code).get_display_name("en")).capitalize()
    except (UnknownLocaleError, ValueError):
        return code
