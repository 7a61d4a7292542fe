"""Texts with places for values, `Bearer {{ secret }}`, checked once when the provider is made.

Nothing but names may stand between the braces: no filters, no conditions. What a value may not
contain in its surroundings is the business of who renders: an address, a form, JSON or XML.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, str | int]

_HOLE = re.compile(r"\{\{\s*([A-Za-z_]{1,30})\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
#: Objects within lists within objects: deeper is a mistake.
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Template:
    """`pieces` begin with a literal text, then a name and a literal in turn. A literal may be a
    secret."""

    pieces: tuple[str, ...] = field(repr=False)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.pieces[1::2])

    @property
    def only(self) -> str:
        """The name, where nothing else stands in the template; else ""."""
        alone = len(self.pieces) == 3 and not self.pieces[0] and not self.pieces[2]
        return self.pieces[1] if alone else ""

    def rendered(self, values: Values, escaped: Callable[[str], str] = str) -> str:
        found = list(self.pieces)
        found[1::2] = [escaped(str(values[name])) for name in self.pieces[1::2]]
        return "".join(found)


def template(place: str, source: object, known: Collection[str]) -> Template:
    """Raises TypeError or ValueError that names `place`, and never a literal."""
    if not isinstance(source, str):
        raise TypeError(f"{place} is a text")
    pieces = _HOLE.split(source)
    if any(_BRACES.search(literal) for literal in pieces[::2]):
        raise ValueError(f"{place} has braces that are not a placeholder like {{{{ number }}}}")
    unknown = sorted(set(pieces[1::2]) - set(known))
    if unknown:
        raise ValueError(f"{place} has a placeholder that is not known here: {unknown[0]}")
    return Template(tuple(pieces))


def json_template(place: str, source: Any, known: Collection[str], deep: int = 0) -> Any:
    """The same document with a Template in place of every text."""
    if deep > _DEEPEST:
        raise ValueError(f"{place} is nested too deeply")
    if isinstance(source, Mapping):
        if not all(isinstance(name, str) for name in source):
            raise TypeError(f"{place} has a name that is no text")
        return {
            name: json_template(f"{place}.{name}", each, known, deep + 1)
            for name, each in source.items()
        }
    if isinstance(source, list | tuple):
        return [
            json_template(f"{place}[{number}]", each, known, deep + 1)
            for number, each in enumerate(source)
        ]
    if source is None or isinstance(source, bool | int | float):
        return source
    return template(place, source, known)


def rendered_json(source: Any, values: Values) -> Any:
    """A text that is nothing but one placeholder takes the value's own type, so that minutes are a
    number; a field that is nothing but an empty value is left out."""
    if isinstance(source, dict):
        return {
            name: rendered_json(each, values)
            for name, each in source.items()
            if not is_empty(each, values)
        }
    if isinstance(source, list):
        return [rendered_json(each, values) for each in source]
    if not isinstance(source, Template):
        return source
    return values[source.only] if source.only else source.rendered(values)


def is_empty(source: Any, values: Values) -> bool:
    return isinstance(source, Template) and bool(source.only) and values[source.only] == ""


def names_in(source: Any) -> frozenset[str]:
    """Every placeholder of a document made by `json_template`."""
    if isinstance(source, Template):
        return source.names
    each = source.values() if isinstance(source, dict) else source
    inner = [names_in(one) for one in each] if isinstance(source, dict | list) else []
    return frozenset().union(*inner)
