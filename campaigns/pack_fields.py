"""One mapping of a pack read field by field, each wrong one reported where it stands. Pure."""

import re
from collections.abc import Iterable
from datetime import time
from difflib import get_close_matches

from campaigns.pack_marks import Node, Problems
from trust.telling import tell

_DECIMAL = re.compile(r"-?\d{1,6}(\.\d{1,4})?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
#: What the database's small numbers and its columns hold.
_LARGEST = 32_000
_LONGEST = {
    "key": 40,
    "name": 80,
    "value": 40,
    "slot": 40,
    "attribute": 40,
    "reply": 40,
    "when": 500,
}


class Reader:
    """A wrong or missing field is reported once and read as empty, so that reading goes on."""

    def __init__(self, node: Node, problems: Problems, *known: str) -> None:
        self.node = node
        self.problems = problems
        self.fields: dict[str, Node] = {}
        if not isinstance(node.value, dict):
            problems.add(
                node,
                tell(
                    "expected a mapping of %(known)s, found %(kind)s",
                    known=[*known],
                    kind=node.kind,
                ),
            )
            self.wrong_kind = True
            return
        self.wrong_kind = False
        self.fields = node.value
        for name, found in self.fields.items():
            if name not in known:
                problems.add(
                    found,
                    tell(
                        "unknown key %(name)s%(suggestion)s",
                        name=f"{name!r}",
                        suggestion=suggestion(name, known),
                    ),
                )

    def at(self, name: str) -> Node:
        """Where the field stands, or the mapping itself when it is absent."""
        return self.fields.get(name, self.node)

    def text(self, name: str, *, required: bool = True) -> str:
        value = self._value(name, required)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or isinstance(value, str):
            return self._fitting(name, (value or "").strip())
        return str(self._wrong(name, tell("a text"), ""))

    def word(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of a closed list; `default` when absent, else the field is required."""
        value = self.text(name, required=default is None)
        if not value:
            return default or ""
        words = list(allowed)
        if value not in words:
            self.problems.add(
                self.at(name),
                tell(
                    "%(name)s is %(value)s; it must be one of %(words)s",
                    name=name,
                    value=f"{value!r}",
                    words=[*words],
                ),
            )
            return default or words[0]
        return str(value)

    def whole(self, name: str, *, default: int | None = None, lowest: int = 0) -> int:
        """`default` when absent, else the field is required."""
        value = self._value(name, default is None)
        if value is None:
            return default or 0
        if isinstance(value, int) and not isinstance(value, bool):
            if lowest <= value <= _LARGEST:
                return value
            self.problems.add(
                self.at(name),
                tell(
                    "%(name)s must lie between %(lowest)s and %(largest)s",
                    name=name,
                    lowest=lowest,
                    largest=_LARGEST,
                ),
            )
            return 0
        self._wrong(name, tell("a whole number"), 0)
        return 0

    def optional_whole(self, name: str, *, lowest: int = 0) -> int | None:
        if name not in self.fields or self.fields[name].value is None:
            return None
        return self.whole(name, lowest=lowest)

    def optional_number(self, name: str) -> float | None:
        value = self._value(name, False)
        if value is None:
            return None
        # YAML's own floats have strange spellings, so the reader hands on what was written.
        if isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            return float(value)
        self._wrong(name, tell("a number"), None)
        return None

    def flag(self, name: str) -> bool:
        """False when absent."""
        value = self._value(name, False)
        if value is None or isinstance(value, bool):
            return bool(value)
        self._wrong(name, tell("true or false"), False)
        return False

    def texts(self, name: str, *, required: bool = True) -> tuple[str, ...]:
        found = [node for node in self.nodes(name, required=required) if self._is_word(node)]
        for node in found:
            if len(str(node.value)) > _LONGEST["key"]:
                self.problems.add(
                    node, tell("longer than %(longest)s characters", longest=_LONGEST["key"])
                )
        return tuple(str(node.value) for node in found)

    def words(self, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """An optional list of words from a closed list."""
        words = list(allowed)
        found = self.texts(name, required=False)
        for word in found:
            if word not in words:
                self.problems.add(
                    self.at(name),
                    tell(
                        "%(name)s has %(word)s; it may hold %(words)s",
                        name=name,
                        word=f"{word!r}",
                        words=[*words],
                    ),
                )
        return tuple(word for word in found if word in words)

    def nodes(self, name: str, *, required: bool = True) -> list[Node]:
        value = self._value(name, required)
        if isinstance(value, list):
            return value
        if value is not None:
            self._wrong(name, tell("a list"), None)
        return []

    def mapping(self, name: str, *, required: bool = True) -> dict[str, Node]:
        value = self._value(name, required)
        if isinstance(value, dict):
            return value
        if value is not None:
            self._wrong(name, tell("a mapping"), None)
        return {}

    def _value(self, name: str, required: bool) -> object:
        if name not in self.fields or self.fields[name].value is None:
            if required and not self.wrong_kind:
                self.problems.add(self.at(name), tell("%(name)s is missing", name=name))
            return None
        return self.fields[name].value

    def _fitting(self, name: str, text: str) -> str:
        longest = _LONGEST.get(name, 2000)
        if len(text) > longest:
            self.problems.add(
                self.at(name),
                tell("%(name)s is longer than %(longest)s characters", name=name, longest=longest),
            )
        if "\x00" in text:
            self.problems.add(
                self.at(name), tell("%(name)s holds an invisible NUL character", name=name)
            )
        return text

    def _wrong(self, name: str, wanted: str, instead: object) -> object:
        found = self.at(name)
        self.problems.add(
            found,
            tell(
                "%(name)s must be %(wanted)s, found %(kind)s",
                name=name,
                wanted=wanted,
                kind=found.kind,
            ),
        )
        return instead

    def _is_word(self, node: Node) -> bool:
        if isinstance(node.value, (str, int)) and not isinstance(node.value, bool):
            return True
        self.problems.add(node, tell("expected a word, found %(kind)s", kind=node.kind))
        return False


def suggestion(word: str, known: Iterable[str]) -> str:
    words = sorted(known)
    near = get_close_matches(word, words, 1)
    if near:
        return tell("; did you mean %(near)s?", near=f"{near[0]!r}")
    return tell(". Known: %(words)s", words=words) if 0 < len(words) <= 20 else ""


def clock(reader: Reader, name: str) -> time | None:
    """A field written "HH:MM"; None when it is not."""
    written = reader.text(name)
    match = _CLOCK.fullmatch(written)
    if match:
        return time(int(match[1]), int(match[2]))
    if written:
        where = reader.at(name)
        told = tell('%(name)s must be a time such as "08:30", in quotes', name=name)
        if where.column:
            told = tell('%(name)s must be a time such as "08:30"', name=name)
        reader.problems.add(where, told)
    return None
