"""What is typed to make a broadcast: whom it is for, what it says, when it goes."""

import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from campaigns.conditions import BadCondition, compile_condition
from campaigns.models import CampaignVersion
from campaigns.pack_vocabulary import vocabulary
from campaigns.unloading import as_pack
from campaigns.wording import LONGEST_OWN
from enrolment.broadcast_file import LARGEST_FILE, ListRefused, lines_of
from enrolment.broadcast_words import ALLOWED, discreet_problems, problems
from enrolment.models.broadcast import Broadcast
from enrolment.models.enrolment import Enrolment

_ACTIVE, _COMPLETED = Enrolment.Status.ACTIVE, Enrolment.Status.COMPLETED
_PEOPLE = {
    "active": ("Everybody in the programme now", [_ACTIVE]),
    "completed": ("Everybody who has come to its end", [_COMPLETED]),
    "both": ("Both of them", [_ACTIVE, _COMPLETED]),
    "list": ("Only those on a list I upload", [_ACTIVE]),
}
_SOON, _AT = "soon", "at"
_LONGEST_TEXT = 800


class BroadcastForm(forms.Form):
    """`version` is the campaign's published one: its languages, stages, hours and the names its
    conditions know. `has_list`: an uploaded list is there already."""

    name = forms.CharField(
        label="Its name", max_length=80, help_text="For staff, such as Closed on Friday."
    )
    people = forms.ChoiceField(
        label="Whom is it for?",
        choices=[(key, label) for key, (label, _) in _PEOPLE.items()],
        widget=forms.RadioSelect,
        initial="active",
    )
    file = forms.FileField(
        label="The list",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        help_text="A CSV file or a spreadsheet, one person a line in the first column: a telephone "
        "number, or a handle such as P-12. Whoever is not in this campaign gets nothing.",
    )
    languages = forms.MultipleChoiceField(
        label="Only who reads",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all languages.",
    )
    stage = forms.ChoiceField(
        label="Only who is in the stage",
        required=False,
        help_text="From the first to the last day of its texts, or since it was entered.",
    )
    condition = forms.CharField(
        label="Only for whom this holds",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "off"}),
        help_text="A condition, as in a campaign: days_since(quit_date) >= 30 and slips = 0.",
    )
    when = forms.ChoiceField(
        label="When does it go?",
        choices=[(_SOON, "As soon as it may go"), (_AT, "At this time")],
        widget=forms.RadioSelect,
        initial=_SOON,
    )
    day = forms.DateField(
        label="Day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    wall = forms.TimeField(
        label="Time", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    zone_of = forms.ChoiceField(
        label="By which clock",
        choices=Broadcast.ZoneOf.choices,
        required=False,
        initial=Broadcast.ZoneOf.CAMPAIGN,
    )

    def __init__(
        self, *given: Any, version: CampaignVersion, has_list: bool = False, **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.version, self.has_list = version, has_list
        self.lines: list[str] | None = None
        self._variables = version.campaign.variables
        languages = [(language, language) for language in version.languages]
        self._choices("languages", languages)
        stages = version.stages.order_by("position").values_list("key", "name")
        self._choices("stage", [("", "Any"), *stages])
        for language in version.languages:
            self.fields[f"text_{language}"] = self._words(language, is_discreet=False)
            self.fields[f"discreet_{language}"] = self._words(language, is_discreet=True)

    @property
    def texts(self) -> list[BoundField]:
        return [self[f"text_{language}"] for language in self.version.languages]

    @property
    def discreet_texts(self) -> list[BoundField]:
        return [self[f"discreet_{language}"] for language in self.version.languages]

    @property
    def longest(self) -> dict[str, int]:
        """How long each placeholder may get."""
        own = {name: LONGEST_OWN[name] for name in sorted(ALLOWED)}
        return {**own, **{name: len(value) for name, value in self._variables.items() if value}}

    @property
    def longest_told(self) -> str:
        """The same for the count beside the words, which the browser makes."""
        return json.dumps(self.longest)

    @property
    def values(self) -> dict[str, Any]:
        """Columns of the broadcast."""
        given = self.cleaned_data
        by_list = given["people"] == "list"
        at = given["when"] == _AT
        return {
            "name": given["name"],
            "statuses": _PEOPLE[given["people"]][1],
            "by_list": by_list,
            "languages": given["languages"],
            "stage": given["stage"],
            "condition": given["condition"].strip(),
            "texts": self._worded("text"),
            "discreet_texts": self._worded("discreet"),
            "default_language": self.version.default_language,
            "day": given["day"] if at else None,
            "wall": given["wall"] if at else None,
            "zone_of": given["zone_of"] or Broadcast.ZoneOf.CAMPAIGN,
        }

    def clean_condition(self) -> str:
        source: str = self.cleaned_data["condition"]
        if source.strip():
            try:
                compile_condition(source, known=vocabulary(as_pack(self.version), arms=False))
            except BadCondition as bad:
                raise forms.ValidationError(f"At {bad}.") from bad
        return source

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is None or self.data.get("people") != "list":
            return None
        if file.size is not None and file.size > LARGEST_FILE:
            raise forms.ValidationError(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
        try:
            self.lines = lines_of(file.read())
        except ListRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        wants_list = given.get("people") == "list" and "file" not in self.errors
        if wants_list and self.lines is None and not self.has_list:
            self.add_error("file", "Choose the list.")
        if given.get("when") == _AT:
            self._check_time(given)
        for name, problem in self._problems(given):
            self.add_error(name, problem)
        return given

    def _check_time(self, given: dict[str, Any]) -> None:
        for name, said in (("day", "Choose a day."), ("wall", "Choose a time.")):
            if given.get(name) is None and name not in self.errors:
                self.add_error(name, said)
        start, end = self.version.hours_start, self.version.hours_end
        wall = given.get("wall")
        if wall is not None and not start <= wall < end:
            self.add_error(
                "wall", f"Texts of this campaign come from {start:%H:%M} to {end:%H:%M}."
            )

    def _problems(self, given: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for language in self.version.languages:
            text = given.get(f"text_{language}") or ""
            for problem in problems(text, self._variables):
                yield f"text_{language}", problem
            discreet = given.get(f"discreet_{language}") or ""
            for problem in discreet_problems(discreet, self._variables, language):
                yield f"discreet_{language}", problem

    def _words(self, language: str, *, is_discreet: bool) -> forms.CharField:
        is_default = language == self.version.default_language
        return forms.CharField(
            label=f"In {language}",
            max_length=_LONGEST_TEXT,
            required=is_default and not is_discreet,
            widget=forms.Textarea(
                attrs={"rows": 3, "lang": language, "dir": "auto", "class": "words"}
            ),
            error_messages={"required": "Write it in this language: others fall back to it."},
        )

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _worded(self, kind: str) -> dict[str, str]:
        found = {
            language: self.cleaned_data[f"{kind}_{language}"].strip()
            for language in self.version.languages
        }
        return {language: text for language, text in found.items() if text}


class SendBackForm(forms.Form):
    why = forms.CharField(
        label="What is to be mended",
        max_length=200,
        error_messages={"required": "Say what is to be mended."},
    )


def initial_of(broadcast: Broadcast) -> dict[str, Any]:
    """What the form begins with when a draft is changed."""
    both = len(broadcast.statuses) > 1
    people = "both" if both else broadcast.statuses[0]
    return {
        "name": broadcast.name,
        "people": "list" if broadcast.by_list else people,
        "languages": broadcast.languages,
        "stage": broadcast.stage,
        "condition": broadcast.condition,
        "when": _SOON if broadcast.day is None else _AT,
        "day": broadcast.day,
        "wall": broadcast.wall,
        "zone_of": broadcast.zone_of,
        **{f"text_{language}": text for language, text in broadcast.texts.items()},
        **{f"discreet_{language}": text for language, text in broadcast.discreet_texts.items()},
    }
