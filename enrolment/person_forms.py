"""What staff fill in for a deed on a person's page. Wrong input is kept and says what to do."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.rules import QUIT_DATE_ANCHOR, AttributeKind
from campaigns.schedule import Span, local_day
from enrolment import noting, spoken_words
from enrolment.language_names import language_name
from enrolment.models.enrolment import Enrolment
from enrolment.own_page import slot_name, slots_asked
from enrolment.person_words import anchor_name
from enrolment.rezoning import own_hours
from enrolment.spoken_hours import read_hours
from enrolment.word_actions import LONGEST_PAUSE_DAYS
from trust.telling import Day

#: Of dates that are no quit day, such as a birth that is due.
_FURTHEST = timedelta(days=366)


class DeedForm(forms.Form):
    """`offered`: whether there is anything to choose. `reads_words`: whether whoever fills it in
    reads what people text."""

    offered = True

    def __init__(
        self,
        data: Any = None,
        *,
        enrolment: Enrolment,
        now: datetime,
        reads_words: bool = False,
    ) -> None:
        super().__init__(data, use_required_attribute=False)
        self.enrolment, self.now, self.reads_words = enrolment, now, reads_words
        self.content: Content = compiled(enrolment.version)
        self.today = local_day(now, ZoneInfo(enrolment.participant.time_zone))
        self.prepare()

    def prepare(self) -> None:
        """Choices and first values, from the person."""


class PauseForm(DeedForm):
    days = forms.IntegerField(
        required=False,
        label=_("For how many days?"),
        help_text=format_lazy(
            _("1 to {most}. Empty: until somebody resumes it."), most=LONGEST_PAUSE_DAYS
        ),
        min_value=1,
        max_value=LONGEST_PAUSE_DAYS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": _("Write how many days, as a figure."),
            "min_value": _("Write 1 or more days."),
            "max_value": _("%(limit_value)s days is the most; leave it empty for no end."),
        },
    )


class DateForm(DeedForm):
    kind = forms.ChoiceField(
        label=_("Which date?"), error_messages={"required": _("Choose which date to move.")}
    )
    day = forms.DateField(
        label=_("New day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Choose the new day."),
            "invalid": _("Write the day as year-month-day, such as 2027-01-31."),
        },
    )

    def prepare(self) -> None:
        kinds = dates_of(self.content)
        self.offered = bool(kinds) and self.enrolment.started_at is not None
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(kinds.items())
        if len(kinds) == 1:
            field.initial = next(iter(kinds))
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, day = cleaned.get("kind"), cleaned.get("day")
        if kind == QUIT_DATE_ANCHOR and day is not None:
            within = spoken_words.new_date(self.content, day.isoformat(), self.today)
            if within is None:
                self.add_error(
                    "day",
                    _("Choose a day that is still to come and not much more than a month off."),
                )
        elif day is not None and abs(day - self.today) > _FURTHEST:
            self.add_error("day", _("Choose a day within a year of today."))
        return cleaned


class LanguageForm(DeedForm):
    language = forms.ChoiceField(
        label=_("Language of the texts"), error_messages={"required": _("Choose a language.")}
    )

    def prepare(self) -> None:
        others = [
            code for code in self.content.languages if code != self.enrolment.participant.language
        ]
        self.offered = bool(others)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose")),
            *((code, capfirst(language_name(code))) for code in others),
        ]


class WhenForm(DeedForm):
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=40,
        help_text=_("A place of the zone, such as Europe/Oslo or Asia/Kolkata."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
        error_messages={"required": _("Write the time zone, such as Europe/Oslo.")},
    )
    hours = forms.CharField(
        required=False,
        max_length=40,
        label=_("Own hours"),
        help_text=_(
            "Such as 9-17; no planned text comes outside them. Empty: the campaign's hours."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    slot = forms.ChoiceField(required=False, label=_("Preferred time of day"))

    def prepare(self) -> None:
        participant = self.enrolment.participant
        own = own_hours(participant)
        slots = slots_asked(self.content)
        field = self.fields["slot"]
        assert isinstance(field, forms.ChoiceField)
        named = [(slot, f"{slot}, {slot_name(self.content, slot)}") for slot in slots]
        field.choices = [("", _("The campaign's")), *named]
        if not slots:
            field.widget = forms.HiddenInput()
        self.initial = {
            "zone": participant.time_zone,
            "hours": f"{own.start:%H:%M}-{own.end:%H:%M}" if own else "",
            "slot": participant.slot if participant.slot in slots else "",
        }

    @property
    def zones(self) -> list[str]:
        return sorted(zone for zone in available_timezones() if "/" in zone)

    def clean_zone(self) -> str:
        said = str(self.cleaned_data["zone"]).strip().replace(" ", "_")
        known = {zone.casefold(): zone for zone in available_timezones()}
        found = known.get(said.casefold())
        if found is None:
            raise forms.ValidationError(
                _("There is no such time zone. Write it as continent and town: Europe/Oslo.")
            )
        return found

    def clean_hours(self) -> Span | None:
        said = str(self.cleaned_data["hours"]).strip()
        if not said:
            return None
        hours = read_hours(said)
        if hours is None:
            raise forms.ValidationError(
                _("Write the first hour and the last, at least two hours apart, such as 9-17.")
            )
        if not spoken_words.overlaps(self.content, hours):
            usual = self.content.hours
            raise forms.ValidationError(
                _(
                    "The campaign's texts come %(start)s to %(end)s. Choose hours that have "
                    "some of these in them."
                )
                % {"start": f"{usual.start:%H:%M}", "end": f"{usual.end:%H:%M}"}
            )
        return hours


class WithdrawForm(DeedForm):
    whole_number = forms.BooleanField(
        required=False,
        label=_(
            "They want no texts at all any more: the number opts out of every campaign, as by STOP"
        ),
    )

    def prepare(self) -> None:
        if self.enrolment.participant.has_company:
            del self.fields["whole_number"]


class NoteForm(DeedForm):
    words = forms.CharField(
        label=_("Note"),
        max_length=noting.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": noting.LONGEST}),
        help_text=_("No telephone number and no password, please."),
        error_messages={"required": _("Write something, or go back.")},
    )
    is_confidential = forms.BooleanField(
        required=False,
        label=_("Only for those who read what people text"),
        help_text=_("Tick it where the note tells what they said."),
    )

    def prepare(self) -> None:
        """Nobody writes what they could not read again."""
        if not self.reads_words:
            del self.fields["is_confidential"]


def dates_of(content: Content) -> Mapping[str, str]:
    """The dates of a person that the content counts from, by kind."""
    named: dict[str, str] = {}
    if any(step.anchor == QUIT_DATE_ANCHOR for step in content.steps):
        named[QUIT_DATE_ANCHOR] = anchor_name(QUIT_DATE_ANCHOR)
    for name, rule in content.attributes.items():
        if rule.kind is AttributeKind.DATE:
            named[name] = anchor_name(name)
    return named


def spoken(day: date) -> str:
    return Day(day, "EEEE d MMMM y")
