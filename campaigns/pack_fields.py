"""One mapping of a pack read field by field, each wrong one reported where it stands. Pure."""

from collections.abc import Iterable
from datetime import time
from difflib import get_close_matches

from campaigns.pack_marks import Node, Problems


class Reader:
    """A wrong or missing field is reported once and read as empty, so that reading goes on."""

    def __init__(self, node: Node, problems: Problems, *known: str) -> None:
        self.node = node
        self.problems = problems
        self.fields: dict[str, Node] = {}
        if not isinstance(node.value, dict):
            problems.add(node, f"expected a mapping of {', '.join(known)}, found {node.kind}")
            self.wrong_kind = True
            return
        self.wrong_kind = False
        self.fields = node.value
        for name, found in self.fields.items():
            if name not in known:
                problems.add(found, f"unknown key {name!r}{suggestion(name, known)}")

    def at(self, name: str) -> Node:
        """Where the field stands, or the mapping itself when it is absent."""
        return self.fields.get(name, self.node)

    def text(self, name: str, *, required: bool = True) -> str:
        value = self._value(name, required)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        return str(self._wrong(name, "a text", ""))

    def word(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of a closed list; `default` when absent, else the field is required."""
        value = self.text(name, required=default is None)
        if not value:
            return default or ""
        words = list(allowed)
        if value not in words:
            self.problems.add(
                self.at(name), f"{name} is {value!r}; it must be one of {', '.join(words)}"
            )
            return default or words[0]
        return value

    def whole(self, name: str, *, default: int | None = None) -> int:
        """`default` when absent, else the field is required."""
        value = self._value(name, default is None)
        if value is None:
            return default or 0
        if isinstance(value, int) and not isinstance(value, bool):
            if abs(value) > 100_000:
                self.problems.add(self.at(name), f"{name} is too large a number")
                return 0
            return value
        self._wrong(name, "a whole number", 0)
        return 0

    def optional_whole(self, name: str) -> int | None:
        return (
            self.whole(name, default=0)
            if self.at(name).value is not None and (name in self.fields)
            else None
        )

    def texts(self, name: str, *, required: bool = True) -> tuple[str, ...]:
        return tuple(
            str(node.value) for node in self.nodes(name, required=required) if self._is_word(node)
        )

    def nodes(self, name: str, *, required: bool = True) -> list[Node]:
        value = self._value(name, required)
        if isinstance(value, list):
            return value
        if value is not None:
            self._wrong(name, "a list", None)
        return []

    def mapping(self, name: str, *, required: bool = True) -> dict[str, Node]:
        value = self._value(name, required)
        if isinstance(value, dict):
            return value
        if value is not None:
            self._wrong(name, "a mapping", None)
        return {}

    def _value(self, name: str, required: bool) -> object:
        if name not in self.fields or self.fields[name].value is None:
            if required and not self.wrong_kind:
                self.problems.add(self.at(name), f"{name} is missing")
            return None
        return self.fields[name].value

    def _wrong(self, name: str, wanted: str, instead: object) -> object:
        found = self.at(name)
        self.problems.add(found, f"{name} must be {wanted}, found {found.kind}")
        return instead

    def _is_word(self, node: Node) -> bool:
        if isinstance(node.value, (str, int)) and not isinstance(node.value, bool):
            return True
        self.problems.add(node, f"expected a word, found {node.kind}")
        return False


def suggestion(word: str, known: Iterable[str]) -> str:
    words = sorted(known)
    near = get_close_matches(word, words, 1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f". Known: {', '.join(words)}" if 0 < len(words) <= 20 else ""


def clock(reader: Reader, name: str) -> time:
    """A field written "HH:MM"."""
    written = reader.text(name)
    try:
        return time.fromisoformat(written)
    except ValueError:
        if written:
            reader.problems.add(
                reader.at(name), f'{name} must be a time such as "08:30", in quotes'
            )
        return time()
