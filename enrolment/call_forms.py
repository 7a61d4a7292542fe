"""What is typed for a call list, and at the end of a call."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Step
from campaigns.rules import QuestionKind, QuestionRule
from campaigns.schedule import local_day
from enrolment.call_lists import Wanted
from enrolment.calls import Said
from enrolment.models.call_attempt import CallAttempt
from enrolment.reading import OWN_WORDS, read_answer

_DAY = dict.fromkeys(("required", "invalid"), _("Write the day as 2026-11-30."))
_DAYS = ("%Y-%m-%d", "%d.%m.%Y")
MOST = 2**31 - 1
#: Answers that are a person's own words; kept sealed.
_BY_CHOICE = frozenset({QuestionKind.YES_NO, QuestionKind.CHOICE})
_PREFIX = "answer-"


class CallListForm(forms.Form):
    step_key = forms.ChoiceField(
        label=_("Survey"),
        error_messages={
            "required": _("Choose a survey."),
            "invalid_choice": _("Choose one of the surveys in the list."),
        },
    )
    due_from = forms.DateField(
        label=_("Came due from"), input_formats=_DAYS, error_messages=_DAY,
        widget=forms.DateInput(attrs={"placeholder": "2026-11-01", "autocomplete": "off"}),
    )  # fmt: skip
    due_to = forms.DateField(
        label=_("Came due until"), input_formats=_DAYS, error_messages=_DAY,
        widget=forms.DateInput(attrs={"placeholder": "2026-11-30", "autocomplete": "off"}),
    )  # fmt: skip
    only_silent = forms.BooleanField(
        label=_("Only those who did not answer by text"), required=False, initial=True
    )
    silent_hours = forms.IntegerField(
        label=_("Hours to answer by text first"),
        min_value=0,
        max_value=24 * 60,
        initial=72,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write hours, such as 72.")
        ),
    )
    sample = forms.IntegerField(
        label=_("So many, drawn at random"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("Empty: everybody."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write how many, or leave it empty.")
        ),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        required=False,
        min_value=0,
        max_value=MOST,
        help_text=_("The same seed draws the same people again. Empty: one is drawn, and shown."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write a whole number, or leave it empty.")
        ),
    )

    def __init__(self, data: Any = None, *, surveys: Sequence[Step]) -> None:
        super().__init__(data, use_required_attribute=False)
        chosen = [
            (
                step.key,
                _("%(step)s: %(anchor)s %(day)s days")
                % {
                    "step": step.key,
                    "anchor": step.stage.anchor.replace("_", " "),
                    "day": f"{step.day:+d}",
                },
            )
            for step in surveys
        ]
        self.fields["step_key"].choices = chosen  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("due_from"), given.get("due_to")
        if first and last and last < first:
            self.add_error("due_to", _("This day lies before the first. Change one of them."))
        return given

    @property
    def wanted(self) -> Wanted:
        return Wanted(**self.cleaned_data)


class OutcomeForm(forms.Form):
    """How a call ended, and the answers, where there were any."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=CallAttempt.Outcome.choices,
        widget=forms.RadioSelect(),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose how the call ended.")
        ),
    )
    call_back_at = forms.DateTimeField(
        label=_("Call back at"),
        required=False,
        input_formats=("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M"),
        help_text=_("Their time, such as 2026-12-02 17:30."),
        error_messages={"invalid": _("Write day and time as 2026-12-02 17:30.")},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        questions: Sequence[QuestionRule],
        asked: Sequence[str],
        zone: ZoneInfo,
        now: datetime,
    ) -> None:
        super().__init__(data, use_required_attribute=False)
        self.questions, self.zone, self.now = list(questions), zone, now
        for question, words in zip(questions, asked, strict=True):
            self.fields[_PREFIX + question.key] = _field(question, words)

    @property
    def answer_fields(self) -> list[Any]:
        return [self[_PREFIX + question.key] for question in self.questions]

    def clean_call_back_at(self) -> datetime | None:
        given: datetime | None = self.cleaned_data["call_back_at"]
        return None if given is None else given.replace(tzinfo=self.zone)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        outcome, again = given.get("outcome"), given.get("call_back_at")
        if outcome == CallAttempt.Outcome.CALL_BACK and "call_back_at" not in self.errors:
            if again is None:
                self.add_error("call_back_at", _("Write when, as 2026-12-02 17:30."))
            elif again <= self.now:
                self.add_error("call_back_at", _("This time has passed. Write a later one."))
        if outcome == CallAttempt.Outcome.REACHED:
            self._read(given)
        return given

    def _read(self, given: dict[str, Any]) -> None:
        """The first answer is what the call was for; the others may be left out."""
        said: dict[str, Said] = {}
        today = local_day(self.now, self.zone)
        for place, question in enumerate(self.questions):
            name = _PREFIX + question.key
            typed = given.get(name, "")
            if not typed:
                if place == 0 and name not in self.errors:
                    self.add_error(name, _("Enter the answer, or choose another end of the call."))
                continue
            value = typed if question.kind in _BY_CHOICE else read_answer(
                question, typed, today=today
            )  # fmt: skip
            if value is None:
                self.add_error(name, _("This can't be read as an answer to the question."))
            elif question.kind in OWN_WORDS:
                said[question.key] = Said("", value)
            else:
                said[question.key] = Said(value)
        given["said"] = said


def _field(question: QuestionRule, words: str) -> forms.Field:
    choices: list[tuple[str, Any]]
    if question.kind is QuestionKind.YES_NO:
        choices = [("yes", _("Yes")), ("no", _("No"))]
    elif question.kind is QuestionKind.CHOICE:
        choices = [
            (each.value, f"{each.number}: {each.value.replace('_', ' ')}")
            for each in question.choices
        ]
    else:
        return forms.CharField(label=words, required=False, max_length=160)
    return forms.ChoiceField(
        label=words,
        required=False,
        choices=[("", _("Not asked")), *choices],
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
