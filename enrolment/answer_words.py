"""The words people answer in: yes and no, numbers, days and months, one file a language. Pure.

`languages/<code>.toml` beside this module holds them as people type them; here they are folded and
made into tables and patterns once. A person is understood in her own language first and always in
English, which half the world texts in. Whether a native speaker has read a file stands in it.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeGuard

from messaging.folding import fold

#: Languages with a file.
LANGUAGES = ("en", "nb", "nn", "es", "fr", "pt", "ar", "hi")
_SAME = {"no": "nb"}
_NEAR = {
    "day_before": -2, "yesterday": -1, "today": 0, "tomorrow": 1, "day_after": 2,
    "week_ago": -7, "week_ahead": 7,
}  # fmt: skip
_UNITS = {"day": 1, "week": 7, "month": 30}
_PAIRS = {"two_days": 2, "two_weeks": 14, "two_months": 60}
_DATES = ("before", "after", "between", "this", "coming", "past", "ordinals", "first")
_DAYS_LISTS = (*_UNITS, *_PAIRS, "ahead", "ago", "lasting")
_LISTS = (
    "yes", "yes_begins", "no", "no_begins", "undecided", "articles", "beside_numbers",
)  # fmt: skip
_PLACES = {"numbers": 11, "weekdays": 7, "months": 12}
_TABLES = {"near": tuple(_NEAR), "days": _DAYS_LISTS, "dates": _DATES}
_FLAGS = ("reviewed", "month_first")
_MAY_BE_ABSENT = frozenset({*_PAIRS, "after", "first", "month_first"})
_DAYS = "{days}"
_NOTHING = r"(?!)"


class BadLanguageFile(ValueError):
    """A file of words with something unknown, missing or of the wrong sort in it."""


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """One language's, folded.

    near: phrase -> the days from today it may mean. numbers: 0 to 10; counts: the same
    and articles, which count days but answer no question. units: word -> its days.
    pairs: a word that carries its own two, such as the Arabic dual -> its days.
    month_first: 4/12 is 12 April; day before month is meant everywhere else.
    ahead, ago, lasting: what stands before and after a span of days.
    span: pattern with `count`, `unit`, `pair`. weekday: with `lead`, `day`, `tail`. dated: with
    `day` or `first`, `month` and `year`.
    """

    language: str
    reviewed: bool
    month_first: bool
    yes: frozenset[str]
    yes_begins: frozenset[str]
    no: frozenset[str]
    no_begins: frozenset[str]
    undecided: frozenset[str]
    beside_numbers: tuple[str, ...]
    near: Mapping[str, frozenset[int]]
    numbers: Mapping[str, int]
    counts: Mapping[str, int]
    units: Mapping[str, int]
    pairs: Mapping[str, int]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    before: tuple[str, ...]
    after: tuple[str, ...]
    past: frozenset[str]
    ahead: tuple[tuple[str, str], ...]
    ago: tuple[tuple[str, str], ...]
    lasting: tuple[tuple[str, str], ...]
    span: re.Pattern[str]
    weekday: re.Pattern[str]
    dated: tuple[re.Pattern[str], ...]


def words_for(language: str) -> tuple[AnswerWords, ...]:
    """Those of the language, if there is a file, then English."""
    code = language.replace("_", "-").split("-")[0].lower()
    code = _SAME.get(code, code)
    if code in LANGUAGES and code != "en":
        return words_of(code), words_of("en")
    return (words_of("en"),)


@lru_cache(maxsize=len(LANGUAGES))
def words_of(language: str) -> AnswerWords:
    """Raises BadLanguageFile."""
    path = files("enrolment").joinpath("languages", f"{language}.toml")
    return parse(language, path.read_text(encoding="utf-8"))


def parse(language: str, source: str) -> AnswerWords:
    """Raises BadLanguageFile."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise BadLanguageFile(f"{language}: {error}") from None
    _check(language, data)
    days, dates = data["days"], data["dates"]
    units = _places((days[unit] for unit in _UNITS), _UNITS.values())
    pairs = _places((days.get(pair, ()) for pair in _PAIRS), _PAIRS.values())
    weekdays, months = _places(data["weekdays"], range(7)), _places(data["months"], range(1, 13))
    numbers = _places(data["numbers"], range(11))
    counts = {**numbers, **dict.fromkeys(_folded(data["articles"]), 1)}
    return AnswerWords(
        language=language,
        reviewed=data["reviewed"],
        month_first=data.get("month_first", False),
        yes=frozenset(_folded(data["yes"])),
        yes_begins=frozenset(_folded(data["yes_begins"])),
        no=frozenset(_folded(data["no"])),
        no_begins=frozenset(_folded(data["no_begins"])),
        undecided=frozenset(_folded(data["undecided"])),
        beside_numbers=_longest_first(data["beside_numbers"]),
        near=_near(data["near"]),
        numbers=numbers,
        counts=counts,
        units=units,
        pairs=pairs,
        weekdays=weekdays,
        months=months,
        before=_longest_first(dates["before"]),
        after=_longest_first(dates.get("after", ())),
        past=frozenset(_folded(dates["past"])),
        ahead=_around(days["ahead"]),
        ago=_around(days["ago"]),
        lasting=_around(days["lasting"]),
        span=_span(counts, units, pairs),
        weekday=_weekday(dates, weekdays),
        dated=_dated(dates, months),
    )


def _check(language: str, data: Mapping[str, Any]) -> None:
    known = (*_FLAGS, *_LISTS, *_PLACES, *_TABLES)
    _check_names(language, data, known)
    for name in _FLAGS:
        if not isinstance(data.get(name, False), bool):
            raise BadLanguageFile(f"{language}: {name} is true or false")
    for name, length in _PLACES.items():
        if len(data[name]) != length or not all(_are_words(listed) for listed in data[name]):
            raise BadLanguageFile(f"{language}: {name} needs {length} lists of words")
    for name in _LISTS:
        _check_words(language, name, data[name])
    for table, names in _TABLES.items():
        _check_names(language, data[table], names)
        for name, listed in data[table].items():
            _check_words(language, name, listed)
    for name in ("ahead", "ago", "lasting"):
        if any(template.count(_DAYS) != 1 for template in data["days"][name]):
            raise BadLanguageFile(f"{language}: each of {name} has {_DAYS} once")


def _check_names(language: str, found: object, known: Iterable[str]) -> None:
    if not isinstance(found, Mapping):
        raise BadLanguageFile(f"{language}: expected a table with {', '.join(known)}")
    for name in found:
        if name not in known:
            raise BadLanguageFile(f"{language}: nothing is called {name}")
    for name in known:
        if name not in found and name not in _MAY_BE_ABSENT:
            raise BadLanguageFile(f"{language}: {name} is missing")


def _check_words(language: str, name: str, listed: object) -> None:
    if not _are_words(listed):
        raise BadLanguageFile(f"{language}: {name} is a list of words")


def _are_words(listed: object) -> TypeGuard[list[str]]:
    return isinstance(listed, list) and all(isinstance(word, str) and fold(word) for word in listed)


def _folded(words: Iterable[str]) -> list[str]:
    return [fold(word) for word in words]


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(_folded(words)), key=lambda word: (-len(word), word)))


def _places(lists: Iterable[Iterable[str]], values: Iterable[int]) -> dict[str, int]:
    pairs = zip(lists, values, strict=True)
    return {fold(word): value for words, value in pairs for word in words}


def _near(table: Mapping[str, list[str]]) -> Mapping[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for name, ahead in _NEAR.items():
        for word in _folded(table[name]):
            found[word] = found.get(word, frozenset()) | {ahead}
    return found


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, _longest_first(words))) or _NOTHING


def _span(numbers: Iterable[str], units: Iterable[str], pairs: Iterable[str]) -> re.Pattern[str]:
    count = rf"(?P<count>\d{{1,3}}|{_any_of(numbers)})"
    return re.compile(rf"(?:{count} ?)?(?P<unit>{_any_of(units)})|(?P<pair>{_any_of(pairs)})")


def _around(templates: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What stands before and after the days: "in {days}" is ("in", "")."""
    parts = (template.split(_DAYS) for template in templates)
    return tuple((fold(lead), fold(tail)) for lead, tail in parts)


def _weekday(dates: Mapping[str, list[str]], weekdays: Iterable[str]) -> re.Pattern[str]:
    beside = _any_of((*dates["this"], *dates["coming"], *dates["past"]))
    return re.compile(
        rf"(?:(?P<lead>{beside}) )?(?P<day>{_any_of(weekdays)})(?: (?P<tail>{beside}))?"
    )


def _dated(dates: Mapping[str, list[str]], months: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    ordinals, first = _any_of(dates["ordinals"]), _any_of(dates.get("first", ()))
    between = rf"(?:(?:{_any_of(dates['between'])}) )*"
    day = rf"(?:(?P<day>\d{{1,2}})(?: ?(?:{ordinals}))?|(?P<first>{first}))"
    month, year = rf"(?P<month>{_any_of(months)})", rf"(?: {between}(?P<year>\d{{4}}))?"
    return (
        re.compile(rf"{between}{day} ?{between}{month}{year}"),
        re.compile(rf"{month} {between}{day}{year}"),
    )
