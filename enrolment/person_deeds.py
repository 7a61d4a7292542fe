"""The deeds of a person's page: what each is called, when it is offered, what it will bring about,
and the verb that does it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.rules import QUIT_DATE_ANCHOR
from enrolment import consequences, noting, steering
from enrolment.language_names import language_name
from enrolment.models.enrolment import Enrolment
from enrolment.person_forms import (
    DateForm,
    DeedForm,
    LanguageForm,
    NoteForm,
    PauseForm,
    WhenForm,
    WithdrawForm,
    spoken,
)
from enrolment.talking import talk_of
from enrolment.two_clocks import TwoClocks
from trust.models import User
from trust.telling import tell

_Status = Enrolment.Status
_RUNNING = (_Status.ACTIVE, _Status.COMPLETED, _Status.PAUSED)
_ANY = tuple(status for status in _Status if status != _Status.ERASED)
_Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Doing:
    """One deed on its way."""

    enrolment: Enrolment
    given: _Given
    actor: User
    now: datetime
    clocks: TwoClocks


@dataclass(frozen=True, slots=True)
class Deed:
    """`foresee`: what will happen, sentence by sentence. `do`: False when nothing was changed."""

    name: str
    button: str
    title: str
    statuses: Sequence[str]
    foresee: Callable[[Doing], list[str]]
    do: Callable[[Doing], bool]
    done: str
    form: type[DeedForm] = DeedForm
    is_grave: bool = False
    #: A note is all there is to it: nothing to look at twice.
    is_plain: bool = False

    @property
    def address(self) -> str:
        """The name of its page."""
        return f"admin:enrolment_enrolment_do_{self.name}"


def offered(enrolment: Enrolment, now: datetime) -> list[Deed]:
    return [
        deed
        for deed in DEEDS.values()
        if enrolment.status in deed.statuses and deed.form(enrolment=enrolment, now=now).offered
    ]


def _foresee_pause(doing: Doing) -> list[str]:
    days = doing.given.get("days")
    if days is None:
        end: str = tell(
            "Nothing planned comes until somebody resumes the texts, or they text RESUME."
        )
    else:
        zone = doing.enrolment.participant.time_zone
        until = steering.pause_ends(zone, days, doing.now)
        end = tell("Nothing planned comes until %(moment)s.", moment=doing.clocks.moment(until))
    return [
        end,
        tell("Planned texts that wait to leave are taken back and are not made up for."),
        tell("A word they text us is still answered. They get no text about the pause."),
    ]


def _pause(doing: Doing) -> bool:
    days: int | None = doing.given.get("days")
    return steering.pause(
        enrolment_id=doing.enrolment.pk, days=days, actor=doing.actor, now=doing.now
    )


def _foresee_resume(doing: Doing) -> list[str]:
    return [
        tell("Planned texts come again from now on, in their hours."),
        tell("What came due during the pause is not sent afterwards."),
    ]


def _resume(doing: Doing) -> bool:
    return steering.resume(enrolment_id=doing.enrolment.pk, actor=doing.actor, now=doing.now)


def _foresee_date(doing: Doing) -> list[str]:
    kind, day = doing.given["kind"], doing.given["day"]
    told: list[str] = [
        tell("The new day is %(day)s. What is not planned yet follows it.", day=spoken(day))
    ]
    if kind == QUIT_DATE_ANCHOR:
        form = DateForm(enrolment=doing.enrolment, now=doing.now)
        talk = talk_of(doing.enrolment, form.content)
        if day == talk.quit_date and not talk.path:
            return [tell("That is their quit day already. Nothing changes.")]
        if consequences.has_quit(talk, doing.now):
            told.append(
                tell("The old day has come, so this begins another attempt, from its start.")
            )
            told.append(
                tell("Planned texts of the attempt before that wait to leave are taken back.")
            )
            return told
    told.append(tell("A text that waits to leave already still comes, and no text comes twice."))
    return told


def _date(doing: Doing) -> bool:
    given = doing.given
    return steering.move_date(
        enrolment_id=doing.enrolment.pk,
        kind=given["kind"],
        day=given["day"],
        actor=doing.actor,
        now=doing.now,
    )


def _foresee_language(doing: Doing) -> list[str]:
    name = language_name(doing.given["language"])
    return [
        tell(
            "Texts and replies are in %(language)s from now on, in all their campaigns that have "
            "it.",
            language=name,
        ),
        tell("Planned texts that wait to leave are put into it, too."),
    ]


def _language(doing: Doing) -> bool:
    return steering.set_language(
        enrolment_id=doing.enrolment.pk,
        language=doing.given["language"],
        actor=doing.actor,
        now=doing.now,
    )


def _foresee_when(doing: Doing) -> list[str]:
    zone, hours = doing.given["zone"], doing.given["hours"]
    span = tell("the campaign's hours")
    if hours:
        span = tell(
            "%(first)s to %(last)s", first=f"{hours.start:%H:%M}", last=f"{hours.end:%H:%M}"
        )
    return [
        tell(
            "Planned texts come in %(hours)s, by the clock of %(zone)s.",
            hours=span,
            zone=zone.replace("_", " "),
        ),
        tell("A text that waits to leave keeps its time of day on that clock."),
        tell("If that time is over by then, it goes in the next hours. None is lost."),
        tell("It counts for all campaigns of this person."),
    ]


def _when(doing: Doing) -> bool:
    given = doing.given
    return steering.set_when(
        enrolment_id=doing.enrolment.pk,
        zone=given["zone"],
        hours=given["hours"],
        slot=given["slot"],
        actor=doing.actor,
        now=doing.now,
    )


def _foresee_withdraw(doing: Doing) -> list[str]:
    if doing.given.get("whole_number"):
        return [
            tell(
                "The number opts out, as by STOP: nothing of any campaign is sent to it any more."
            ),
            tell("Every campaign of this person ends, and what waits is taken back."),
            tell("Only a START from that number undoes it. They get no text about it."),
        ]
    return [
        tell(
            "%(campaign)s ends for this person; what waits is taken back.",
            campaign=doing.enrolment.campaign.name,
        ),
        tell("Other campaigns go on. They can come back with the campaign's word."),
        tell("They get no text about it."),
    ]


def _withdraw(doing: Doing) -> bool:
    return steering.withdraw(
        enrolment_id=doing.enrolment.pk,
        whole_number=bool(doing.given.get("whole_number")),
        actor=doing.actor,
        now=doing.now,
    )


def _note(doing: Doing) -> bool:
    note = noting.add(
        enrolment=doing.enrolment,
        words=doing.given["words"],
        is_confidential=bool(doing.given.get("is_confidential")),
        actor=doing.actor,
        now=doing.now,
    )
    return note is not None


def _foresee_note(doing: Doing) -> list[str]:
    return []


DEEDS: Mapping[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed(
            "resume", tell("Resume"), tell("Resume the texts"), (_Status.PAUSED,),
            _foresee_resume, _resume, tell("The texts go on."),
        ),
        Deed(
            "pause", tell("Pause"), tell("Pause the texts"), _RUNNING,
            _foresee_pause, _pause, tell("The texts are paused."), PauseForm,
        ),
        Deed(
            "date", tell("Move the date"), tell("Move a date"), _RUNNING,
            _foresee_date, _date, tell("The date is moved."), DateForm,
        ),
        Deed(
            "language", tell("Language"), tell("Change the language"), Enrolment.OPEN,
            _foresee_language, _language, tell("The language is changed."), LanguageForm,
        ),
        Deed(
            "when", tell("Time zone and hours"), tell("Change when texts come"), Enrolment.OPEN,
            _foresee_when, _when, tell("Saved. Waiting texts follow."), WhenForm,
        ),
        Deed(
            "note", tell("Add a note"), tell("Add a note"), _ANY,
            _foresee_note, _note, tell("The note is kept."), NoteForm, is_plain=True,
        ),
        Deed(
            "withdraw", tell("Take out"), tell("Take this person out"), Enrolment.OPEN,
            _foresee_withdraw, _withdraw, tell("This person is out."), WithdrawForm, is_grave=True,
        ),
    )
}  # fmt: skip
