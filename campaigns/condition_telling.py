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
from trust.telling import tell, tell_count

_STAGE = "stage."
_ANCHORS = {
    ENROLMENT_ANCHOR: tell("joining"),
    JOINED_ANCHOR: tell("joining"),
    QUIT_DATE_ANCHOR: tell("the quit date"),
    SLIP_ANCHOR: tell("a slip"),
    SILENCE_ANCHOR: tell("long silence"),
}
_DAYS = (
    tell("Monday"), tell("Tuesday"), tell("Wednesday"), tell("Thursday"), tell("Friday"),
    tell("Saturday"), tell("Sunday"),
)  # fmt: skip
_WEEKDAYS = {str(number): day for number, day in enumerate(_DAYS, start=1)}


@dataclass(frozen=True, slots=True)
class _Said:
    """`is_one`: one comparison, which needs no brackets among others."""

    words: str
    denied: str
    is_one: bool = True

    def among_others(self) -> str:
        return self.words if self.is_one else tell("(%(words)s)", words=self.words)


def told(source: str) -> str:
    """Nothing for a condition that holds for everybody."""
    cursor = Cursor(tokens(source))
    return "" if cursor.ended else _either(cursor).words


def anchor_words(kind: str) -> str:
    """What is counted from: joining, the quit date, Ramadan."""
    if kind.startswith(CALENDAR_PREFIX):
        return _plain(kind.removeprefix(CALENDAR_PREFIX)).capitalize()
    if kind.startswith(_STAGE):
        return tell("entering %(stage)s", stage=_plain(kind.removeprefix(_STAGE)))
    return _ANCHORS.get(kind) or tell("the %(date)s", date=_plain(kind))


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
    words = parts[0].among_others()
    for each in parts[1:]:
        both = {"one": words, "other": each.among_others()}
        words = (
            tell("%(one)s or %(other)s", **both)
            if word == "or"
            else tell("%(one)s and %(other)s", **both)
        )
    return _Said(words, tell("not (%(words)s)", words=words), is_one=False)


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
        always, never = tell("always"), tell("never")
        yes = token.value is True
        return _Said(always if yes else never, never if yes else always)
    if token.is_("known"):
        name = _named(_in_brackets(cursor))
        return _Said(tell("%(name)s is known", name=name), tell("%(name)s is not known", name=name))
    if token.is_("days_since"):
        return _days(_in_brackets(cursor), cursor)
    if token.text.startswith(_STAGE):
        stage = _plain(token.text.removeprefix(_STAGE))
        return _Said(
            tell("she is in %(stage)s", stage=stage), tell("she is not in %(stage)s", stage=stage)
        )
    if token.text.startswith(CONSENT_PREFIX):
        to = _plain(token.text.removeprefix(CONSENT_PREFIX))
        return _Said(
            tell("she said yes to %(scope)s", scope=to),
            tell("she has not said yes to %(scope)s", scope=to),
        )
    return _compared(_named(token.text), cursor)


def _compared(name: str, cursor: Cursor) -> _Said:
    turned, sign, values = _comparison(cursor)
    words = [_value(value) for value in values]
    if name == "weekday":
        words = [_WEEKDAYS.get(word, word) for word in words]
    said = _by_sign(name, sign, words)
    return _Said(said.denied, said.words) if turned else said


def _by_sign(name: str, sign: str, words: list[str]) -> _Said:
    if sign == "between":
        ends = {"name": name, "low": words[0], "high": words[1]}
        return _Said(
            tell("%(name)s is from %(low)s to %(high)s", **ends),
            tell("%(name)s is not from %(low)s to %(high)s", **ends),
        )
    told = {"name": name, "value": _listed(words) if sign == "in" else words[0]}
    is_it = tell("%(name)s is %(value)s", **told), tell("%(name)s is not %(value)s", **told)
    pairs = {
        "=": is_it,
        "in": is_it,
        "!=": (is_it[1], is_it[0]),
        "<": (
            tell("%(name)s is below %(value)s", **told),
            tell("%(name)s is not below %(value)s", **told),
        ),
        "<=": (
            tell("%(name)s is at most %(value)s", **told),
            tell("%(name)s is not at most %(value)s", **told),
        ),
        ">": (
            tell("%(name)s is above %(value)s", **told),
            tell("%(name)s is not above %(value)s", **told),
        ),
        ">=": (
            tell("%(name)s is at least %(value)s", **told),
            tell("%(name)s is not at least %(value)s", **told),
        ),
    }
    return _Said(*pairs[sign])


def _days(kind: str, cursor: Cursor) -> _Said:
    turned, sign, values = _comparison(cursor)
    words = _days_words(anchor_words(kind), sign, values)
    denied = tell("not %(words)s", words=words)
    return _Said(denied, words) if turned != (sign == "!=") else _Said(words, denied)


def _days_words(anchor: str, sign: str, values: Sequence[Literal]) -> str:
    if sign in ("between", "in"):
        ends = [_value(value) for value in values]
        if sign == "between":
            span = {"first": ends[0], "last": ends[1], "anchor": anchor}
            return tell("on day %(first)s to %(last)s counted from %(anchor)s", **span)
        return tell("on day %(days)s counted from %(anchor)s", days=_listed(ends), anchor=anchor)
    day = values[0]
    # Days are whole: more than 3 is 4 or more.
    if isinstance(day, int):
        day += (sign == ">") - (sign == "<")
    if sign in ("=", "!="):
        return _point(day, anchor)
    if day == 0:
        if sign[0] == ">":
            return tell("on %(anchor)s or later", anchor=anchor)
        return tell("on %(anchor)s or earlier", anchor=anchor)
    if (sign[0] == ">") == _is_after(day):
        return tell("at least %(point)s", point=_point(day, anchor))
    if sign[0] == ">":
        return tell("no earlier than %(point)s", point=_point(day, anchor))
    return tell("no later than %(point)s", point=_point(day, anchor))


def _point(day: Literal, anchor: str) -> str:
    """`3 days after the quit date`"""
    if day == 0:
        return tell("on %(anchor)s", anchor=anchor)
    count = str(day).removeprefix("-")
    number = 1 if count == "1" else 2
    if _is_after(day):
        return tell_count(
            "%(count)s day after %(anchor)s",
            "%(count)s days after %(anchor)s",
            number,
            count=count,
            anchor=anchor,
        )
    return tell_count(
        "%(count)s day before %(anchor)s",
        "%(count)s days before %(anchor)s",
        number,
        count=count,
        anchor=anchor,
    )


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
        return tell("the day of %(date)s", date=anchor_words(name))
    head, _, rest = name.partition(".")
    match head if rest else "":
        case "answer":
            return tell("the answer to %(question)s", question=_plain(rest))
        case "reading":
            return tell("the reading of %(measure)s", measure=_plain(rest))
        case "trend":
            return tell("the trend of %(measure)s", measure=_plain(rest))
    return _plain(name)


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def _value(value: Literal) -> str:
    if isinstance(value, bool):
        return tell("yes") if value else tell("no")
    return _plain(value) if isinstance(value, str) else str(value)


def _listed(words: Sequence[str]) -> str:
    if len(words) == 1:
        return words[0]
    return tell("%(one)s or %(other)s", one=words[:-1], other=words[-1])
