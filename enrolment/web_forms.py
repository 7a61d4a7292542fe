"""The forms of a person's own page. Each says in words what it could not read, and keeps it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.content import Content
from campaigns.rules import KeywordAction, QuestionKind, QuestionRule
from campaigns.schedule import Span
from enrolment import consequences, own_page, spoken_words, word_actions
from enrolment.reading import read_answer
from enrolment.spoken_dates import read_days
from enrolment.spoken_hours import read_hours
from enrolment.talk import Change, Resume, SetAttribute, SetHours, Talk
from enrolment.web_family_forms import DiscreetForm, NumberForm
from enrolment.web_form_base import About, OwnForm, choice_field, text_field
from messaging.folding import fold

_NAME = QuestionRule("first_name", QuestionKind.NAME)


class NameForm(OwnForm):
    what = "name"
    title = _("Your name")
    lead = _("This is what our texts call you.")
    first_name = text_field(
        _("First name"),
        _("Any name will do, up to 20 letters."),
        _("Write a name, such as Sam."),
        autocomplete="given-name",
    )

    def now_kept(self, about: About) -> dict[str, Any]:
        return {"first_name": about.page.participant.first_name}

    def clean_first_name(self) -> str:
        name = read_answer(_NAME, self.cleaned_data["first_name"], today=self.about.today)
        if name is None:
            raise forms.ValidationError(_("Write just a name, without figures, such as Sam."))
        return name

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        return [SetAttribute("first_name", self.cleaned_data["first_name"])]


class LanguageForm(OwnForm):
    what = "language"
    title = _("Language")
    lead = _("Our texts come in this language from now on.")
    language = choice_field(_("Language of the texts"), _("Choose a language."))

    def now_kept(self, about: About) -> dict[str, Any]:
        return {"language": about.page.participant.language}

    def fill(self, about: About) -> None:
        named = [(code, own_page.language_name(code)) for code in about.page.languages]
        self.fields["language"].choices = named  # type: ignore[attr-defined]

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        return [SetAttribute("language", self.cleaned_data["language"])]


class SlotForm(OwnForm):
    what = "slot"
    title = _("Time of day")
    lead = _("Some texts come at the time of day that suits you best.")
    slot = choice_field(_("Best time of day"), _("Choose a time of day."))

    def now_kept(self, about: About) -> dict[str, Any]:
        return {"slot": about.page.participant.slot}

    def fill(self, about: About) -> None:
        content = about.programme.content
        named = [(slot, own_page.slot_name(content, slot)) for slot in about.page.slots]
        self.fields["slot"].choices = named  # type: ignore[attr-defined]

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        return [SetAttribute("slot", self.cleaned_data["slot"])]


class HoursForm(OwnForm):
    what = "hours"
    title = _("Your own hours")
    lead = _("No planned text comes outside these hours. A word you text us is always answered.")
    hours = text_field(
        _("From when to when"),
        _("For example 9-17, or 8:30-20. At least two hours."),
        _("Write the first hour and the last, for example 9-17."),
        autocomplete="off",
    )

    def now_kept(self, about: About) -> dict[str, Any]:
        return {"hours": about.page.hours}

    def clean_hours(self) -> Span:
        hours = read_hours(self.cleaned_data["hours"])
        if hours is None:
            raise forms.ValidationError(
                _("Write the first hour and the last, at least two hours apart, for example 9-17.")
            )
        if not spoken_words.overlaps(self.about.programme.content, hours):
            raise forms.ValidationError(
                _("Our texts come %(hours)s. Choose hours that have at least one of these in them.")
                % {"hours": self.about.page.usual_hours}
            )
        return hours

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        hours: Span = self.cleaned_data["hours"]
        return [SetHours(hours.start, hours.end)]


class DoseForm(OwnForm):
    what = "dose"
    title = _("How many texts")
    dose = choice_field(_("How many texts do you want?"), _("Choose fewer or more."))

    def fill(self, about: About) -> None:
        named: list[tuple[str, Any]] = []
        if about.programme.fewer:
            named.append((KeywordAction.LESS, _("Fewer than now")))
        if about.programme.more:
            named.append((KeywordAction.MORE, _("More than now")))
        self.fields["dose"].choices = named  # type: ignore[attr-defined]

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        direction = KeywordAction(self.cleaned_data["dose"])
        return consequences.dose(content, talk, direction)[0]


class DayForm(OwnForm):
    what = "day"
    title = _("Your quit day")
    lead = _("The texts follow the day you choose.")
    day = text_field(
        _("Which day?"),
        _("For example tomorrow, friday, in 5 days, or 12.4 for 12 April."),
        _("Write a day, for example 12.4."),
        autocomplete="off",
    )

    def now_kept(self, about: About) -> dict[str, Any]:
        day = about.programme.talk.quit_date
        return {"day": f"{day.day}.{day.month}.{day.year}" if day else ""}

    def clean_day(self) -> date:
        said, today = self.cleaned_data["day"], self.about.today
        day = spoken_words.new_date(self.about.programme.content, said, today)
        if day is None:
            raise forms.ValidationError(
                _("Write a day that is still to come, within a month or so, for example 12.4.")
            )
        return day

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        return consequences.quit_day(talk, self.cleaned_data["day"], self.about.now)[0]


class PauseForm(OwnForm):
    what = "pause"
    title = _("Take a break")
    lead = _("No planned text comes until the break is over. A word you text us is still answered.")
    button = _("Start the break")
    days = text_field(
        _("For how many days?"),
        _("From 1 to 30."),
        _("Write how many days, from 1 to 30."),
        autocomplete="off",
        inputmode="numeric",
    )

    def now_kept(self, about: About) -> dict[str, Any]:
        return {"days": word_actions.PAUSE_DAYS}

    def clean_days(self) -> int:
        days = read_days(self.cleaned_data["days"], today=self.about.today)
        if days is None or not 1 <= days <= word_actions.LONGEST_PAUSE_DAYS:
            raise forms.ValidationError(_("Write how many days, from 1 to 30."))
        return days

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        return [word_actions.pause_for(talk, self.cleaned_data["days"], self.about.now)]


class ResumeForm(OwnForm):
    what = "resume"
    title = _("End the break")
    lead = _("The texts go on from where you are now.")
    button = _("End the break")

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        return [Resume()] if talk.paused else []


class EraseForm(forms.Form):
    """Not of any programme: it may be the last thing left to do."""

    title = _("Erase everything")
    #: Translators: the word a person types to confirm; one word, small letters are accepted too.
    WORD = _("ERASE")

    word = text_field(
        _("Type the word to confirm"), "", _("Type the word to confirm."), autocomplete="off"
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if fold(word) != fold(str(self.WORD)):
            raise forms.ValidationError(
                _("To erase everything, type the word %(word)s.") % {"word": self.WORD}
            )
        return word


FORMS: dict[str, type[OwnForm]] = {
    form.what: form
    for form in (
        NameForm,
        LanguageForm,
        SlotForm,
        HoursForm,
        DoseForm,
        DayForm,
        PauseForm,
        ResumeForm,
        DiscreetForm,
        NumberForm,
    )
}
