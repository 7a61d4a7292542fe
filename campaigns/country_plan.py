"""What a country says before a curriculum becomes its campaign, and what is wrong with it. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import available_timezones

from campaigns.countries import is_country
from campaigns.country_numbers import number_faults
from campaigns.faults import Fault
from campaigns.pack_values import Pack, PackSlot
from campaigns.schedule import Span
from trust.telling import tell

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SPAN = re.compile(r"\s*(\d{1,2})[:.](\d{2})\s*[-\u2013]\s*(\d{1,2})[:.](\d{2})\s*")
_LONGEST_KEY, _LONGEST_NAME, _OLDEST = 40, 80, 99
_HOURS = tell("Write two times of one day, the earlier first, such as 08:00-20:30.")


@dataclass(frozen=True, slots=True)
class CountryPlan:
    """A slot not named is as the curriculum has it; one that is None could not be read, and so
    could the hours. `minimum_age` None: as the country's law has it."""

    country: str
    key: str
    name: str
    time_zone: str
    languages: tuple[str, ...]
    default_language: str
    hours: PackSlot | None
    slots: Mapping[str, PackSlot | None]
    variables: Mapping[str, str]
    minimum_age: int | None = None
    numbers_confirmed: bool = False


def span_of(written: str) -> PackSlot | None:
    """08:00-20:30; None when it is no such thing, or does not lie within one day."""
    match = _SPAN.fullmatch(written)
    if match is None:
        return None
    try:
        start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    except ValueError:
        return None
    return PackSlot(start, end) if start < end else None


def faults(plan: CountryPlan, pack: Pack) -> tuple[Fault, ...]:
    """Everything that is wrong, at once."""
    return (
        *programme_faults(plan.country, plan.key, plan.name),
        *people_faults(
            pack, plan.languages, plan.default_language, plan.time_zone, plan.minimum_age
        ),
        *hours_faults(pack, plan.hours, plan.slots),
        *number_faults(
            pack,
            plan.variables,
            country=plan.country,
            languages=plan.languages,
            confirmed=plan.numbers_confirmed,
        ),
    )


def programme_faults(country: str, key: str, name: str) -> Iterator[Fault]:
    if not is_country(country):
        yield Fault("country", f"{country!r} is no country's two letters, such as NP.")
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        yield Fault(
            "key",
            tell(
                "Write small letters, digits and single hyphens, at most "
                "%(longest_key)s, such as quit-nepal. It never changes.",
                longest_key=_LONGEST_KEY,
            ),
        )
    if not name.strip() or len(name) > _LONGEST_NAME:
        yield Fault(
            "name",
            tell(
                "Write a name for staff, at most %(longest_name)s characters.",
                longest_name=_LONGEST_NAME,
            ),
        )


def people_faults(
    pack: Pack,
    languages: Iterable[str],
    default_language: str,
    time_zone: str,
    minimum_age: int | None,
) -> Iterator[Fault]:
    chosen = tuple(languages)
    if not chosen or not set(chosen) <= set(pack.languages):
        has = ", ".join(pack.languages)
        yield Fault(
            "languages",
            tell("Choose among those the curriculum is written in: %(has)s.", has=has),
        )
    if default_language not in chosen:
        yield Fault("default_language", tell("Choose one of the languages chosen above."))
    if time_zone not in available_timezones():
        yield Fault("time_zone", tell("Choose a time zone, such as Asia/Kathmandu."))
    if minimum_age is not None and not 0 < minimum_age <= _OLDEST:
        yield Fault(
            "minimum_age",
            tell("Write years from 1 to %(oldest)s, or leave it empty.", oldest=_OLDEST),
        )


def hours_faults(
    pack: Pack, hours: PackSlot | None, slots: Mapping[str, PackSlot | None]
) -> Iterator[Fault]:
    if hours is None:
        yield Fault("hours", _HOURS)
    for name in slots.keys() - pack.slots.keys():
        yield Fault(slot_field(name), f"The curriculum has no slot called {name}.")
    for name, usual in pack.slots.items():
        slot = slots.get(name, usual)
        if slot is None:
            yield Fault(slot_field(name), _HOURS)
        elif hours and not Span(slot.start, slot.end).within(Span(hours.start, hours.end)):
            yield Fault(
                slot_field(name),
                tell(
                    "%(name)s (%(slot)s) reaches outside the hours %(hours)s. Move it "
                    "inside, or widen the hours.",
                    name=name,
                    slot=written(slot),
                    hours=written(hours),
                ),
            )


def slot_field(name: str) -> str:
    return f"slot_{name}"


def written(slot: PackSlot) -> str:
    return f"{slot.start:%H:%M}-{slot.end:%H:%M}"
