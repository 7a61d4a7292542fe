"""The sheets of a workbook: one campaign version as a spreadsheet. Pure.

A workbook holds what a pack's files hold, laid flat: a list inside a list has a sheet of its own,
whose first column names what it belongs to. docs/workbook.md is for those who fill it in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaigns.measures import MEASURES
from campaigns.rules import (
    AttributeKind,
    IfUnknown,
    KeywordAction,
    LateRule,
    Priority,
    QuestionKind,
    Then,
    Track,
)
from campaigns.schedule import Avoid


class Kind(StrEnum):
    """How a cell is read. `WORDS` are several, with commas between them."""

    TEXT = "text"
    WORDS = "words"
    WHOLE = "whole"
    NUMBER = "number"
    CLOCK = "clock"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """`choices`: a closed list. `of`: the sheet and column whose values may stand here."""

    name: str
    note: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """`by_language`: further columns, one for each language, of this kind. `any_language`: and one
    before them for words of every language. `name` is also what errors call it."""

    name: str
    note: str
    columns: tuple[Column, ...]
    by_language: Kind | None = None
    any_language: bool = False

    def names(self, languages: Sequence[str]) -> list[str]:
        own = [column.name for column in self.columns]
        if self.by_language is None:
            return own
        return [*own, *([ANY] if self.any_language else []), *languages]


ANY = "any"
#: The sheet whose rows are settings, one a row.
CAMPAIGN, SETTING, VALUE = "Campaign", "setting", "value"


def _key(note: str) -> Column:
    return Column("key", note, required=True)


def _of(name: str, sheet: str, column: str = "key", note: str = "", **more: bool) -> Column:
    note = note or f"one of the sheet {sheet}"
    return Column(name, note, of=(sheet, column), required=more.get("required", False))


def _whole(name: str, note: str) -> Column:
    return Column(name, note, Kind.WHOLE)


def _number(name: str, note: str) -> Column:
    return Column(name, note, Kind.NUMBER)


def _choice(name: str, choices: type[StrEnum], note: str, *, required: bool = False) -> Column:
    return Column(name, note, choices=tuple(choices), required=required)


#: The settings of the first sheet, in their order.
SETTINGS = (
    Column("key", "short name of the campaign, small letters", required=True),
    Column("name", "as people and staff read it", required=True),
    Column("about", "a sentence or two for staff"),
    Column("review", "who has read it, such as: not clinically reviewed"),
    Column("author", "who wrote it"),
    Column("languages", "codes with commas, such as: en, nb", Kind.WORDS, required=True),
    Column("default_language", "one of them", required=True),
    Column("hours_start", "no text before this, such as 08:00", Kind.CLOCK, required=True),
    Column("hours_end", "and none after this", Kind.CLOCK, required=True),
    _of("default_slot", "Slots", "name", required=True),
    Column("onboarding", "keys of the questions asked of who joins, in order", Kind.WORDS),
    _of("default_profile", "Profiles", "name"),
    _whole("min_gap_minutes", "least time between two planned texts"),
    _whole("cap_day", "most planned texts in a day"),
    _whole("cap_week", "most planned texts in a week"),
    _whole("silent_days", "days without a word after which somebody is silent"),
)

_PROFILES = Column("profiles", "only for these doses; empty: for all", Kind.WORDS)
_WHEN = Column("when", "a condition, such as: gender = woman; empty: always")
_AVOID = Column("avoid", "moves off such days", Kind.WORDS, choices=tuple(Avoid))

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        CAMPAIGN,
        "One setting a row. Leave a value empty where you don't need it.",
        (Column(SETTING, "don't change these"), Column(VALUE, ""), Column("note", "")),
    ),
    Sheet(
        "Slots",
        "Times of day a text may be planned for.",
        (
            Column("name", "such as: morning", required=True),
            Column("start", "such as 08:00", Kind.CLOCK, required=True),
            Column("end", "such as 10:00", Kind.CLOCK, required=True),
        ),
    ),
    Sheet(
        "Profiles",
        "Doses: how many texts. LESS and MORE lead from one to the other.",
        (
            Column("name", "such as: full", required=True),
            _of("less", "Profiles", "name"),
            _of("more", "Profiles", "name"),
        ),
    ),
    Sheet(
        "Attributes",
        "What is known of a person, for conditions.",
        (
            Column("name", "such as: gender", required=True),
            _choice("type", AttributeKind, "what sort of value", required=True),
            Column("replaced_by", "the attribute that counts once it is known"),
        ),
    ),
    Sheet(
        "Variables",
        "What each country fills in for itself, such as a helpline. No values here.",
        (
            Column("name", "used as {{ name }}", required=True),
            Column("about", "what belongs in it"),
        ),
    ),
    Sheet(
        "Stages",
        "The parts of the journey.",
        (
            _key("such as: countdown"),
            Column("name", "as staff read it", required=True),
            Column("anchor", "the day its days are counted from", required=True),
            _choice("track", Track, "which track it runs on", required=True),
            _choice(
                "late", LateRule, "what becomes of a step whose time has passed", required=True
            ),
            Column(
                "shelf_hours", "how long a text is still worth sending", Kind.WHOLE, required=True
            ),
            _PROFILES,
            _WHEN,
            _whole("then_after_days", "days after which the next stage begins"),
            _of("then_enter", "Stages"),
            _of("pool", "Banks"),
            _AVOID,
        ),
    ),
    Sheet(
        "Steps",
        "What is sent, and when. Its words stand on the sheet Texts, under the same key.",
        (
            _of("stage", "Stages", required=True),
            _key("such as: quit.3"),
            _whole("day", "days from the stage's anchor; may be below 0"),
            _of("slot", "Slots", "name"),
            _whole("after_minutes", "in place of a day and a slot: so long after the anchor"),
            _of("question", "Questions"),
            _of("bank", "Banks"),
            _whole("every_days", "comes again after so many days"),
            _whole("times", "how often in all"),
            _PROFILES,
            _WHEN,
            _AVOID,
            _choice("if_unknown", IfUnknown, "when the condition can't be told"),
            _choice("late", LateRule, "empty: as its stage says"),
            _whole("shelf_hours", "empty: as its stage says"),
            _choice("priority", Priority, "which goes first when there are too many"),
            Column("tags", "codes of techniques, such as: 1.4, 8.2", Kind.WORDS),
        ),
    ),
    Sheet(
        "Variants",
        "Other words for a step, for some people. Their words stand under step@name.",
        (
            _of("step", "Steps", required=True),
            Column("name", "such as: snus", required=True),
            _WHEN,
        ),
    ),
    Sheet(
        "Questions",
        "What is asked.",
        (
            _key("such as: mood"),
            _choice("type", QuestionKind, "how the answer is read", required=True),
            Column("attribute", "where the answer is kept"),
            Column("measure", "of a reading", choices=tuple(MEASURES)),
            Column("unit", "of a reading or a number"),
            _number("from", "lowest answer; of a date, days from today"),
            _number("to", "highest answer; of a date, days from today"),
            _whole("expires_hours", "how long an answer is waited for; 0: until it comes"),
            _whole("reminder_hours", "asked once more after so long"),
        ),
    ),
    Sheet(
        "Choices",
        "The answers of a choice.",
        (
            _of("question", "Questions", required=True),
            Column("value", "as it is kept, such as: morning", required=True),
            Column("number", "what may be texted in its place", Kind.WHOLE, required=True),
        ),
        by_language=Kind.WORDS,
        any_language=True,
    ),
    Sheet(
        "Outcomes",
        "What an answer sets off.",
        (
            _of("question", "Questions", required=True),
            Column("answer", "yes, no, or a value of the choice", required=True),
            Column("reply", "key of the text that answers"),
            _choice("then", Then, "what happens"),
            _of("stage", "Stages"),
            _of("next", "Questions", note="the question asked at once"),
        ),
    ),
    Sheet(
        "Bands",
        "What is said to a reading. The first that holds counts; the last has no bounds.",
        (
            _of("question", "Questions", required=True),
            _number("from", "included"),
            _number("below", "not included"),
            _number("second_from", "of blood pressure's second number"),
            _number("second_below", ""),
            Column("reply", "key of the text that answers"),
            Column("alarm", "TRUE: the safety text, and a person is told", Kind.FLAG),
        ),
    ),
    Sheet(
        "Scales",
        "Points for answers. One row for each answer, or for each span of numbers.",
        (
            Column("scale", "such as: hsi", required=True),
            _of("question", "Questions", required=True),
            Column("answer", "of a choice"),
            _number("to", "of a number: up to and with this; empty: all above"),
            _number("points", ""),
        ),
    ),
    Sheet(
        "Scale bands",
        "Names for what a scale comes to.",
        (
            _of("scale", "Scales", "scale", required=True),
            Column("name", "such as: low", required=True),
            _number("to", "up to and with this; empty: all above"),
        ),
    ),
    Sheet(
        "Banks",
        "Heaps of texts that are drawn from.",
        (_key("such as: crave"), Column("name", "as staff read it", required=True)),
    ),
    Sheet(
        "Bank texts",
        "What is in them. The words stand on the sheet Texts, under the same key.",
        (
            _of("bank", "Banks", required=True),
            _key("such as: crave.01"),
            Column("tags", "codes of techniques", Kind.WORDS),
        ),
    ),
    Sheet(
        "Keywords",
        "What people may text.",
        (
            _choice("action", KeywordAction, "what it does", required=True),
            _of("bank", "Banks"),
            _of("question", "Questions"),
            _of("stage", "Stages"),
        ),
        by_language=Kind.WORDS,
        any_language=True,
    ),
    Sheet(
        "Defaults",
        "What stands in a text where the person's own is not known.",
        (Column("field", "such as: first_name", required=True),),
        by_language=Kind.TEXT,
    ),
    Sheet(
        "Texts",
        "Every text, each language beside the other.",
        (_key("as in the other sheets"),),
        by_language=Kind.TEXT,
    ),
)

BY_NAME = {sheet.name: sheet for sheet in SHEETS}
