"""The sheets of a workbook: one campaign version as a spreadsheet. Pure.

A workbook holds what a pack's files hold, laid flat: a list inside a list has a sheet of its own,
whose first column names what it belongs to. docs/workbook.md is for those who fill it in.
"""

from campaigns.consent_scopes import ConsentScope
from campaigns.haste import Haste
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
from campaigns.workbook_columns import (
    CAMPAIGN,
    SETTING,
    VALUE,
    Column,
    Kind,
    Sheet,
    choice,
    key_column,
    number,
    of_sheet,
    whole,
)

#: The sheet that explains; it is not read.
GUIDE = "Read me"

#: One row a language.
READERS = "Native readers"

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
    of_sheet("default_slot", "Slots", "name", required=True),
    Column("onboarding", "keys of the questions asked of who joins, in order", Kind.WORDS),
    of_sheet("default_profile", "Profiles", "name"),
    whole("min_gap_minutes", "least time between two planned texts"),
    whole("cap_day", "most planned texts in a day"),
    whole("cap_week", "most planned texts in a week"),
    whole("silent_days", "days without a word after which somebody is silent"),
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
            of_sheet("less", "Profiles", "name"),
            of_sheet("more", "Profiles", "name"),
        ),
    ),
    Sheet(
        "Attributes",
        "What is known of a person, for conditions.",
        (
            Column("name", "such as: gender", required=True),
            choice("type", AttributeKind, "what sort of value", required=True),
            Column("replaced_by", "the attribute that counts once it is known"),
        ),
    ),
    Sheet(
        READERS,
        "Which native speaker has read every text of a language, and when. Empty: nobody has.",
        (
            Column("language", "one of the languages on the sheet Campaign", required=True),
            Column("by", "name, and for which body"),
            Column("on", "the day, such as 2027-03-01"),
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
            key_column("such as: countdown"),
            Column("name", "as staff read it", required=True),
            Column("anchor", "the day its days are counted from", required=True),
            choice("track", Track, "which track it runs on", required=True),
            choice("late", LateRule, "what becomes of a step whose time has passed", required=True),
            Column(
                "shelf_hours", "how long a text is still worth sending", Kind.WHOLE, required=True
            ),
            _PROFILES,
            _WHEN,
            whole("then_after_days", "days after which the next stage begins"),
            of_sheet("then_enter", "Stages"),
            of_sheet("pool", "Banks"),
            _AVOID,
        ),
    ),
    Sheet(
        "Steps",
        "What is sent, and when. Its words stand on the sheet Texts, under the same key.",
        (
            of_sheet("stage", "Stages", required=True),
            key_column("such as: quit.3"),
            whole("day", "days from the stage's anchor; may be below 0"),
            of_sheet("slot", "Slots", "name"),
            whole("after_minutes", "in place of a day and a slot: so long after the anchor"),
            of_sheet("question", "Questions"),
            of_sheet("bank", "Banks"),
            whole("every_days", "comes again after so many days"),
            whole("times", "how often in all"),
            _PROFILES,
            _WHEN,
            _AVOID,
            choice("if_unknown", IfUnknown, "when the condition can't be told"),
            choice("late", LateRule, "empty: as its stage says"),
            whole("shelf_hours", "empty: as its stage says"),
            choice("priority", Priority, "which goes first when there are too many"),
            Column("tags", "codes of techniques, such as: 1.4, 8.2", Kind.WORDS),
        ),
    ),
    Sheet(
        "Variants",
        "Other words for a step, for some people. Their words stand under step@name.",
        (
            of_sheet("step", "Steps", required=True),
            Column("name", "such as: snus", required=True),
            _WHEN,
        ),
    ),
    Sheet(
        "Questions",
        "What is asked.",
        (
            key_column("such as: mood"),
            choice("type", QuestionKind, "how the answer is read", required=True),
            Column("attribute", "where the answer is kept"),
            Column("measure", "of a reading", choices=tuple(MEASURES)),
            Column("unit", "of a reading or a number"),
            number("from", "lowest answer; of a date, days from today"),
            number("to", "highest answer; of a date, days from today"),
            whole("expires_hours", "how long an answer is waited for; 0: until it comes"),
            whole("reminder_hours", "asked once more after so long"),
            choice("consent", ConsentScope, "of a yes_no: what the yes is a consent to"),
        ),
    ),
    Sheet(
        "Choices",
        "The answers of a choice.",
        (
            of_sheet("question", "Questions", required=True),
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
            of_sheet("question", "Questions", required=True),
            Column("answer", "yes, no, or a value of the choice", required=True),
            Column("reply", "key of the text that answers"),
            choice("then", Then, "what happens"),
            of_sheet("stage", "Stages"),
            of_sheet("next", "Questions", note="the question asked at once"),
        ),
    ),
    Sheet(
        "Bands",
        "What is said to a reading. The first that holds counts; the last has no bounds.",
        (
            of_sheet("question", "Questions", required=True),
            number("from", "included"),
            number("below", "not included"),
            number("second_from", "of blood pressure's second number"),
            number("second_below", ""),
            Column("reply", "key of the text that answers"),
            Column("alarm", "TRUE: the safety text, and a person is told", Kind.FLAG),
        ),
    ),
    Sheet(
        "Scales",
        "Points for answers. One row for each answer, or for each span of numbers.",
        (
            Column("scale", "such as: hsi", required=True),
            of_sheet("question", "Questions", required=True),
            Column("answer", "of a choice"),
            number("to", "of a number: up to and with this; empty: all above"),
            number("points", ""),
        ),
    ),
    Sheet(
        "Scale bands",
        "Names for what a scale comes to.",
        (
            of_sheet("scale", "Scales", "scale", required=True),
            Column("name", "such as: low", required=True),
            number("to", "up to and with this; empty: all above"),
        ),
    ),
    Sheet(
        "Banks",
        "Heaps of texts that are drawn from.",
        (key_column("such as: crave"), Column("name", "as staff read it", required=True)),
    ),
    Sheet(
        "Bank texts",
        "What is in them. The words stand on the sheet Texts, under the same key.",
        (
            of_sheet("bank", "Banks", required=True),
            key_column("such as: crave.01"),
            Column("tags", "codes of techniques", Kind.WORDS),
        ),
    ),
    Sheet(
        "Keywords",
        "What people may text.",
        (
            choice("action", KeywordAction, "what it does", required=True),
            of_sheet("bank", "Banks"),
            of_sheet("question", "Questions"),
            of_sheet("stage", "Stages"),
            choice("case", Haste, "a person takes it up, how soon; empty: nobody is told"),
        ),
        by_language=Kind.WORDS,
        any_language=True,
    ),
    Sheet(
        "Trials",
        "What is compared, one trial a row; docs/trials.md has the form.",
        (key_column("such as: dose"), Column("plan", "as in trials.yaml", required=True)),
        optional=True,
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
        (key_column("as in the other sheets"),),
        by_language=Kind.TEXT,
    ),
)

#: The one sheet of a translator's workbook: the language translated from, then the one translated
#: into, each under its code.
TRANSLATION = Sheet(
    "Translation",
    "Write the translation beside its source. Placeholders such as {{ first_name }} stay as they "
    "are. An empty cell leaves what stands there today.",
    (
        Column("key", "what says it; don't change it", required=True),
        Column("notes", "for whoever reads the translation; shown to them, and not kept"),
    ),
    by_language=Kind.TEXT,
)

BY_NAME = {sheet.name: sheet for sheet in SHEETS}
