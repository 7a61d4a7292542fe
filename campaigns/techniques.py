"""Techniques of behaviour change: published codes and labels, and our own glosses. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Technique:
    code: str
    label: str
    gloss: str

    @property
    def group(self) -> int:
        return int(self.code.partition(".")[0])


_FILE = tomllib.loads(
    resources.files("campaigns").joinpath("bcttv1.toml").read_text(encoding="utf-8")
)
VOCABULARY, VERSION = str(_FILE["vocabulary"]), str(_FILE["version"])
#: In the order of the taxonomy.
TECHNIQUES: Mapping[str, Technique] = {
    code: Technique(code, *words) for code, words in _FILE["techniques"].items()
}
GROUPS: Mapping[int, str] = {int(number): name for number, name in _FILE["groups"].items()}


def in_order(codes: frozenset[str] | set[str]) -> list[str]:
    """As the taxonomy has them: 2.3 before 10.4."""
    return [code for code in TECHNIQUES if code in codes]
