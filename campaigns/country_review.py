"""What was typed in all steps: kept between them, read again, and given to the verb."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from campaigns.age_gate import minimum_age
from campaigns.countries import country_name
from campaigns.country_forms import HoursForm, NumbersForm, PeopleForm, ProgrammeForm
from campaigns.country_numbers import CONFIRMED
from campaigns.country_plan import CountryPlan
from campaigns.country_step import Draft, StepForm
from campaigns.country_supply_forms import CalendarForm, SenderForm
from campaigns.measures import MEASURES, usual_unit
from campaigns.national_days import national_days_off

FORMS: tuple[type[StepForm], ...] = (
    ProgrammeForm, PeopleForm, HoursForm, NumbersForm, SenderForm, CalendarForm,
)  # fmt: skip
STEPS = tuple(form.step for form in FORMS)
REVIEW = "review"
_HANGS_ON = {
    "country": {PeopleForm.step, CalendarForm.step},
    "curriculum": {HoursForm.step, CalendarForm.step},
}
_HOLIDAYS = 8
_WEEK = 7


@dataclass
class Steps:
    """`forms` up to the first that is not answered well; `open` is that one's step, or review."""

    forms: dict[str, StepForm]
    open: str


def read(draft: Draft, kept: Mapping[str, str]) -> Steps:
    """Each step's answers are read by the rules of today, not those they were typed under."""
    forms: dict[str, StepForm] = {}
    for kind in FORMS:
        typed = kept.get(kind.step)
        form = forms[kind.step] = kind(draft, None if typed is None else QueryDict(typed))
        if not form.is_valid():
            return Steps(forms, kind.step)
        draft.said[kind.step] = form.cleaned_data
    return Steps(forms, REVIEW)


def retyped(kept: Mapping[str, str], step: str, typed: str) -> dict[str, str]:
    """With the step's new answers. Another country has another zone and other days, another
    curriculum other slots: what was said of the old one is asked again."""
    now = {**kept, step: typed}
    if step != STEPS[0] or step not in kept:
        return now
    before, after = QueryDict(kept[step]), QueryDict(typed)
    for field, steps in _HANGS_ON.items():
        if before.get(field) != after.get(field):
            now = {name: said for name, said in now.items() if name not in steps}
    return now


def plan_of(draft: Draft) -> CountryPlan:
    said = draft.said
    people, numbers = said["people"], said["numbers"]
    return CountryPlan(
        country=draft.country,
        key=said["programme"]["key"],
        name=said["programme"]["name"],
        time_zone=people["time_zone"],
        languages=tuple(people["languages"]),
        default_language=people["default_language"],
        hours=said["hours"]["hours"],
        slots=said["hours"]["slots"],
        variables=numbers["variables"],
        minimum_age=people["minimum_age"],
        numbers_confirmed=numbers[CONFIRMED],
    )


def shown(forms: Mapping[str, StepForm]) -> Iterator[dict[str, Any]]:
    """Every step with what was typed there, for a last look."""
    for form in forms.values():
        yield {
            "step": form.step,
            "title": form.title,
            "rows": [(field.label, _told(field)) for field in form],
        }


def brought(draft: Draft) -> dict[str, Any]:
    """What nobody typed: it comes with the country."""
    own = draft.said["people"]["minimum_age"]
    measures = {question.measure for question in draft.pack.questions if not question.unit}
    units = [
        (
            gettext("%(name)s without a unit") % {"name": name.replace("_", " ").capitalize()},
            usual_unit(rule, draft.country),
        )
        for name, rule in MEASURES.items()
        if name in measures
    ]
    return {
        "title": gettext("What comes with %(country_name)s")
        % {"country_name": country_name(draft.country)},
        "rows": [
            (
                gettext("Youngest who may join by their own word"),
                gettext("%(years)s years") % {"years": minimum_age(draft.country, own)},
            ),
            (gettext("Weekend"), ", ".join(week_of(draft.country, draft.today)["weekend"])),
            *((label, unit.name) for label, unit in units),
        ],
    }


def week_of(country: str, today: date) -> dict[str, Any]:
    """The weekend and the next public holidays, as the library has them."""
    off = national_days_off(country, today.year)
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=ahead) for ahead in range(_WEEK)]
    return {
        "country": country_name(country),
        "weekend": [f"{day:%A}" for day in days if day.weekday() in off.weekend],
        "holidays": sorted(day for day in off.holidays if day >= today)[:_HOLIDAYS],
    }


def _told(field: Any) -> str:
    value = field.value()
    if value in (None, "", []):
        return field.field.empty_label or "" if hasattr(field.field, "empty_label") else ""
    if isinstance(value, bool) or str(value) == "on":
        return "yes" if value else "no"
    choices = dict(getattr(field.field, "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, one)) for one in value)
    named = {str(getattr(key, "value", key)): label for key, label in choices.items()}
    return str(named.get(str(value), value))
