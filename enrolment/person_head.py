"""The head of a person's page: who, where in the programme, what comes next, and how the number
does. Nothing of it is a name or a number; those are shown one click at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.rules import QUIT_DATE_ANCHOR, entered_stage, is_moment
from enrolment import person_rows, person_words, silences
from enrolment.handles import handle_of
from enrolment.language_names import language_name
from enrolment.models.case import Case
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.next_text import next_text
from enrolment.state import AnchorAt
from enrolment.two_clocks import TwoClocks
from messaging.advice import STRIKES
from trust.telling import tell

#: An arm may be a dose, or a version.
_TELL_ARMS = ("Dose", "Version")

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
                str(Case.Reason(each["reason"]).label),
                each["urgency"] == Case.Urgency.URGENT,
            )
            for each in row.open_cases
        ],
        others=[
            Other(
                each["id"],
                handle_of(each["person"]),
                each["campaign"],
                str(Enrolment.Status(each["status"]).label),
            )
            for each in row.others
        ],
    )


def _state(enrolment: Enrolment, clocks: TwoClocks) -> str:
    label = str(Enrolment.Status(enrolment.status).label).capitalize()
    if enrolment.paused_at is not None:
        return tell("%(state)s since %(day)s", state=label, day=clocks.day(enrolment.paused_at))
    if enrolment.ended_at is not None:
        return tell("%(state)s on %(day)s", state=label, day=clocks.day(enrolment.ended_at))
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
        return tell(
            "%(step)s waits to leave, from %(moment)s on.",
            step=text["step"],
            moment=clocks.moment(leaves),
        )
    due = enrolment.next_due_at
    if enrolment.status == Enrolment.Status.PAUSED and due is not None:
        told = silences.standing(status=enrolment.status, why=enrolment.pause_reason)
        return tell("%(why)s They go on %(moment)s.", why=told, moment=clocks.moment(due))
    found = next_text(enrolment=enrolment, content=content, anchors=anchors, now=now)
    if found is not None:
        shown = {"moment": clocks.moment(found.at), "step": found.step, "why": found.why}
        if found.if_condition:
            return tell("%(moment)s: %(step)s, %(why)s. Only if its condition holds then.", **shown)
        return tell("%(moment)s: %(step)s, %(why)s.", **shown)
    if due is not None and due <= now:
        return tell("It is being planned. Look again in a moment.")
    if due is not None:
        return tell("What comes next is looked at %(moment)s.", moment=clocks.moment(due))
    why = enrolment.pause_reason or enrolment.exit_reason
    return silences.standing(status=enrolment.status, why=why)


def _facts(
    enrolment: Enrolment, content: Content, anchors: Sequence[AnchorAt], clocks: TwoClocks
) -> list[Fact]:
    participant = enrolment.participant
    zone = participant.time_zone.replace("_", " ")
    hours = ""
    if participant.hours_start is not None and participant.hours_end is not None:
        own = f"{participant.hours_start:%H:%M}\N{EN DASH}{participant.hours_end:%H:%M}"
        hours = tell("%(hours)s, own", hours=own)
    return [
        *_dates(anchors),
        Fact(tell("Stage"), _stages(content, anchors)),
        Fact(tell("Attempt"), str(enrolment.attempt) if enrolment.attempt > 1 else ""),
        Fact(tell("Dose"), content.profile(enrolment.profile).replace("_", " ")),
        Fact(tell("Language"), capfirst(language_name(participant.language))),
        Fact(tell("Time zone"), zone, warns=bool(clocks.beside(enrolment.enrolled_at))),
        Fact(
            tell("Hours"),
            hours or f"{content.hours.start:%H:%M}\N{EN DASH}{content.hours.end:%H:%M}",
        ),
        Fact(tell("Time of day"), participant.slot.replace("_", " ")),
        Fact(tell("Version"), str(enrolment.version.number)),
        Fact(tell("Open question"), enrolment.question.replace("_", " ")),
        Fact(tell("Last heard of"), clocks.moment(enrolment.heard_at)),
        *_consents(enrolment, clocks),
        _health(enrolment, clocks),
    ]


def _dates(anchors: Sequence[AnchorAt]) -> list[Fact]:
    """Of her own: the country's calendar is everybody's."""
    own = [each for each in anchors if each.day is not None and not is_moment(each.kind)]
    own.sort(key=lambda each: each.kind != QUIT_DATE_ANCHOR)
    return [
        Fact(person_words.anchor_name(each.kind), person_words.full_day(each.day))
        for each in own
        if each.day is not None
    ]


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
            tell("Agreed %(scope)s", scope=Consent.Scope(scope).label),
            _consent(line, clocks),
            warns=not line["is_given"],
        )
        for scope, line in last.items()
    ]


def _consent(line: Mapping[str, Any], clocks: TwoClocks) -> str:
    day = clocks.day(datetime.fromisoformat(line["at"]))
    return tell("yes, %(day)s", day=day) if line["is_given"] else tell("no, %(day)s", day=day)


def _health(enrolment: Enrolment, clocks: TwoClocks) -> Fact:
    participant = enrolment.participant
    recipient = participant.recipient
    if participant.number_lost_at is not None:
        return Fact(tell("Number"), tell("somebody else's now"), warns=True)
    if recipient.number is None:
        return Fact(tell("Number"), tell("forgotten"), warns=True)
    if enrolment.has_opted_out:  # type: ignore[attr-defined]
        return Fact(tell("Number"), tell("opted out: nothing may be sent to it"), warns=True)
    if recipient.bad_since is not None:
        told = tell(
            "unreachable since %(day)s; a text from it ends that",
            day=clocks.day(recipient.bad_since),
        )
        return Fact(tell("Number"), told, warns=True)
    if recipient.strikes:
        told = tell(
            "%(count)s of %(most)s strikes: texts did not arrive",
            count=recipient.strikes,
            most=STRIKES,
        )
        return Fact(tell("Number"), told, warns=True)
    return Fact(tell("Number"), tell("takes texts"))
