"""Sentences that can still be said in another language. Pure.

A module that knows no Django writes English and returns a str; what it was made of goes with it,
so that a door can say it again in the viewer's language. Digests, logs and audit rows keep the
English. docs/decisions/0016-interface-language.md.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol, Self

from babel.dates import format_datetime

#: Languages that write a point behind the day's number.
_POINTED = ("nb", "nn", "da", "de", "fi")


class Speaker(Protocol):
    """Whoever knows the words of one language."""

    @property
    def language(self) -> str: ...

    def one(self, words: str) -> str: ...

    def many(self, one: str, many: str, count: int) -> str: ...


class Told(str):
    """A str, in English; `values` are put in by name, and lists of them are joined by commas."""

    one: str
    many: str
    number: int
    values: Mapping[str, Any]

    def __new__(
        cls, one: str, many: str = "", count: int = 1, values: Mapping[str, Any] | None = None
    ) -> Self:
        held = values or {}
        made = super().__new__(cls, _put_in(one if count == 1 or not many else many, held, None))
        made.one, made.many, made.number, made.values = one, many, count, held
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.one, self.many, self.number, self.values)

    def by(self, speaker: Speaker) -> str:
        words = (
            speaker.many(self.one, self.many, self.number) if self.many else speaker.one(self.one)
        )
        return _put_in(words, self.values, speaker)

    def __str__(self) -> str:
        """Itself, or errors of forms would forget what they were made of."""
        return self

    def __html__(self) -> str:
        """So a page writes it, by whoever speaks there; asked before anything is escaped."""
        return _Page.write(self)


class Day(str):
    """A day or a moment by a pattern of Unicode's, such as "EEEE d MMM"."""

    at: date
    pattern: str

    def __new__(cls, at: date, pattern: str) -> Self:
        made = super().__new__(cls, _day(at, pattern, "en"))
        made.at, made.pattern = at, pattern
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.at, self.pattern)

    def by(self, speaker: Speaker) -> str:
        return _day(self.at, self.pattern, speaker.language)

    def __html__(self) -> str:
        return _Page.write(self)


class _Page:
    """Set at start by the app: how a page writes what it is given."""

    @staticmethod
    def write(words: Told | Day) -> str:
        raise RuntimeError("nobody speaks for pages yet")


def pages_speak_by(write: Any) -> None:
    _Page.write = staticmethod(write)  # type: ignore[method-assign]


def tell(words: str, /, **values: Any) -> Told:
    return Told(words, values=values)


def tell_count(one: str, many: str, count: int, /, **values: Any) -> Told:
    """`count` is there by its name too."""
    return Told(one, many, count, {"count": count, **values})


def said_by(speaker: Speaker, words: Any) -> str:
    """Whatever it is: what was never told stays as it is."""
    if isinstance(words, Told | Day):
        return words.by(speaker)
    if isinstance(words, list | tuple):
        return ", ".join(said_by(speaker, each) for each in words)
    return str(words)


def as_json(value: Any) -> Any:
    """With everything that is needed to tell it again."""
    if isinstance(value, Told):
        return {"told": [value.one, value.many, value.number, as_json(dict(value.values))]}
    if isinstance(value, Day):
        return {"day": [value.at.isoformat(), value.pattern]}
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    return value


def from_json(value: Any) -> Any:
    """What `as_json` made; lists stay lists."""
    if isinstance(value, Mapping):
        if set(value) == {"told"}:
            one, many, count, values = value["told"]
            return Told(one, many, count, from_json(values))
        if set(value) == {"day"}:
            at, pattern = value["day"]
            return Day(datetime.fromisoformat(at) if "T" in at else date.fromisoformat(at), pattern)
        return {key: from_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [from_json(each) for each in value]
    return value


def _put_in(words: str, values: Mapping[str, Any], speaker: Speaker | None) -> str:
    if not values:
        return words
    return words % {key: _value(each, speaker) for key, each in values.items()}


def _value(each: Any, speaker: Speaker | None) -> Any:
    if isinstance(each, list | tuple):
        return ", ".join(str(_value(part, speaker)) for part in each)
    if speaker is not None and isinstance(each, Told | Day):
        return each.by(speaker)
    return each


def _day(at: date, pattern: str, language: str) -> str:
    main = language.split("-")[0]
    if main in _POINTED:
        pattern = pattern.replace("d ", "d. ")
    moment = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)
    return str(format_datetime(moment, pattern, locale=main))
