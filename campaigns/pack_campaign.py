"""Parts of campaign.yaml, each read by itself. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from campaigns.pack_fields import Reader, suggestion
from campaigns.pack_marks import Node, Problems
from campaigns.pack_values import PackAttribute, PackProfile, PackReader
from campaigns.rules import AttributeKind
from trust.telling import tell

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Of a reader's name, with the body they read for.
_LONGEST_NAME = 120
#: Unread: as a word, or as YAML reads it without quotes.
_UNREAD = ("no", False)


def read_profile(node: Node, problems: Problems) -> PackProfile:
    fields = Reader(node, problems, "less", "more")
    return PackProfile(fields.text("less", required=False), fields.text("more", required=False))


def read_attribute(node: Node, problems: Problems) -> PackAttribute:
    fields = Reader(node, problems, "type", "replaced_by")
    kind = fields.word("type", AttributeKind)
    return PackAttribute(kind, fields.text("replaced_by", required=False))


def read_native_readers(
    fields: Reader, languages: Iterable[str], problems: Problems
) -> dict[str, PackReader]:
    """By language, those that were read; one marked `no`, or not named, was not."""
    return dict(_readers(fields, tuple(languages), problems))


def _readers(
    fields: Reader, languages: tuple[str, ...], problems: Problems
) -> Iterator[tuple[str, PackReader]]:
    for language, node in fields.mapping("native_readers", required=False).items():
        if language not in languages:
            near = suggestion(language, languages)
            problems.add(
                node,
                tell(
                    "%(language)s is not one of the languages%(near)s",
                    language=f"{language!r}",
                    near=near,
                ),
            )
        elif node.value not in _UNREAD and (found := _reader(node, problems)) is not None:
            yield language, found


def _reader(node: Node, problems: Problems) -> PackReader | None:
    if not isinstance(node.value, dict):
        problems.add(
            node, tell("say no, or who read it and when: {by: Ann Example, on: 2027-03-01}")
        )
        return None
    fields = Reader(node, problems, "by", "on")
    by, on = fields.text("by"), fields.text("on")
    if len(by) > _LONGEST_NAME:
        problems.add(
            fields.at("by"),
            tell("by is longer than %(longest_name)s characters", longest_name=_LONGEST_NAME),
        )
    if on and not _is_day(on):
        problems.add(fields.at("on"), tell("on must be a day such as 2027-03-01"))
    return PackReader(by, on)


def _is_day(written: str) -> bool:
    try:
        return bool(_DAY.fullmatch(written) and date.fromisoformat(written))
    except ValueError:
        return False
