"""A condition as a manager says it. `product = 'vape' and days_since(quit_date) >= 3` is told as
"product is vape and at least 3 days after the quit date". Pure.

It reads what `conditions` has read before, so that it refuses nothing itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from campaigns.condition_words import Cursor, Literal, Sort, tokens
from campaigns.consent_scopes import CONSENT_PREFIX
from campaigns.rules import (
    CALENDAR_PREFIX,
    ENROLMENT_ANCHOR,
    JOINED_ANCHOR,
    QUIT_DATE_ANCHOR,
    SILENCE_ANCHOR,
    SLIP_ANCHOR,
)

_STAGE = "stage."
_ANCHORS = {
    ENROLMENT_ANCHOR: "joining",
    JOINED_ANCHOR: "joining",
    QUIT_DATE_ANCHOR: "the quit date",
    SLIP_ANCHOR: "a slip",
    SILENCE_ANCHOR: "long silence",
}
_OF = {
    "answer.": "the answer to ",
    "arm.": "the arm of ",
    "reading.": "the reading of ",
    "trend.": "the trend of ",
}
_SIGNS = {
    "=": "is", "!=": "is not", "<": "is below", "<=": "is at most", ">": "is above",
    ">=": "is at least",
}  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS = {str(number): day for number, day in enumerate(_DAYS, start=1)}


@dataclass(frozen=True, slots=True)
class _Said:
    """`is_one`: one comparison, which needs no brackets among others."""

    words: str
    denied: str
    is_one: bool = True

    def among_others(self) -> str:
        return self.words if self.is_one else f"({self.words})"


def told(source: str) -> str:
    """Nothing for a condition that holds for everybody."""
    cursor = Cursor(tokens(source))
    return "" if cursor.ended else _either(cursor).words


def anchor_words(kind: str) -> str:
    """What is counted from: joining, the quit date, Ramadan."""
    if kind.startswith(CALENDAR_PREFIX):
        return _plain(kind.removeprefix(CALENDAR_PREFIX)).capitalize()
    if kind.startswith(_STAGE):
        return f"entering {_plain(kind.removeprefix(_STAGE))}"
    return _ANCHORS.get(kind) or f"the {_plain(kind)}"


def _either(cursor: Cursor) -> _Said:
    return _joined(cursor, "or", _both)


def _both(cursor: Cursor) -> _Said:
    return _joined(cursor, "and", _single)


def _joined(cursor: Cursor, word: str, part: Callable[[Cursor], _Said]) -> _Said:
    parts = [part(cursor)]
    while cursor.took(word):
        parts.append(part(cursor))
    if len(parts) == 1:
        return parts[0]
    words = f" {word} ".join(each.among_others() for each in parts)
    return _Said(words, f"not ({words})", is_one=False)


def _single(cursor: Cursor) -> _Said:
    if cursor.took("not"):
        inner = _single(cursor)
        return _Said(inner.denied, inner.words)
    if cursor.took("("):
        inner = _either(cursor)
        cursor.took(")")
        return inner
    token = cursor.take()
    if token.is_("true", "false"):
        always, never = "always", "never"
        yes = token.value is True
        return _Said(always if yes else never, never if yes else always)
    if token.is_("known"):
        name = _named(_in_brackets(cursor))
        return _Said(f"{name} is known", f"{name} is not known")
    if token.is_("days_since"):
        return _days(_in_brackets(cursor), cursor)
    if token.text.startswith(_STAGE):
        stage = _plain(token.text.removeprefix(_STAGE))
        return _Said(f"she is in {stage}", f"she is not in {stage}")
    if token.text.startswith(CONSENT_PREFIX):
        to = _plain(token.text.removeprefix(CONSENT_PREFIX))
        return _Said(f"she said yes to {to}", f"she has not said yes to {to}")
    return _compared(_named(token.text), cursor)


def _compared(name: str, cursor: Cursor) -> _Said:
    turned, sign, values = _comparison(cursor)
    words = [_value(value) for value in values]
    if name == "weekday":
        words = [_WEEKDAYS.get(word, word) for word in words]
    if sign == "in":
        does = f"is {_listed(words)}"
    elif sign == "between":
        does = f"is from {words[0]} to {words[1]}"
    else:
        does = f"{_SIGNS[sign]} {words[0]}"
    if does.startswith("is not "):
        denied = does.replace("is not ", "is ", 1)
    else:
        denied = does.replace("is ", "is not ", 1)
    said = _Said(f"{name} {does}", f"{name} {denied}")
    return _Said(said.denied, said.words) if turned else said


def _days(kind: str, cursor: Cursor) -> _Said:
    turned, sign, values = _comparison(cursor)
    words = _days_words(anchor_words(kind), sign, values)
    denied = f"not {words}"
    return _Said(denied, words) if turned != (sign == "!=") else _Said(words, denied)


def _days_words(anchor: str, sign: str, values: Sequence[Literal]) -> str:
    if sign in ("between", "in"):
        ends = [_value(value) for value in values]
        days = f"{ends[0]} to {ends[1]}" if sign == "between" else _listed(ends)
        return f"on day {days} counted from {anchor}"
    day = values[0]
    # Days are whole: more than 3 is 4 or more.
    if isinstance(day, int):
        day += (sign == ">") - (sign == "<")
    if sign in ("=", "!="):
        return f"{_point(day)}{anchor}"
    if day == 0:
        return f"on {anchor} or {'later' if sign[0] == '>' else 'earlier'}"
    if (sign[0] == ">") == _is_after(day):
        bound = "at least"
    else:
        bound = "no earlier than" if sign[0] == ">" else "no later than"
    return f"{bound} {_point(day)}{anchor}"


def _point(day: Literal) -> str:
    """`3 days after `, with what is counted from to come."""
    if day == 0:
        return "on "
    count = str(day).removeprefix("-")
    noun = "day" if count == "1" else "days"
    return f"{count} {noun} {'after' if _is_after(day) else 'before'} "


def _is_after(day: Literal) -> bool:
    return not str(day).startswith("-")


def _comparison(cursor: Cursor) -> tuple[bool, str, list[Literal]]:
    """Whether it is turned round by a `not`, its sign, what is compared with."""
    turned = cursor.took("not")
    sign = cursor.take().text
    values: list[Literal] = []
    if sign == "in":
        cursor.took("(")
        values.append(cursor.take().value)
        while cursor.took(","):
            values.append(cursor.take().value)
        cursor.took(")")
    else:
        values.append(cursor.take().value)
        if sign == "between" and cursor.took("and"):
            values.append(cursor.take().value)
    return turned, sign, values


def _in_brackets(cursor: Cursor) -> str:
    cursor.took("(")
    name = cursor.take()
    assert name.sort is Sort.NAME, "conditions are read before they are told"
    cursor.took(")")
    return name.text


def _named(name: str) -> str:
    if name.startswith(CALENDAR_PREFIX):
        return f"the day of {anchor_words(name)}"
    for prefix, words in _OF.items():
        if name.startswith(prefix):
            return words + _plain(name.removeprefix(prefix))
    return _plain(name)


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def _value(value: Literal) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _plain(value) if isinstance(value, str) else str(value)


def _listed(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
