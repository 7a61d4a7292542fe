"""The questions and the words of a pack read: what is asked, how it is heard, and then. Pure."""

from campaigns.consent_scopes import ConsentScope
from campaigns.haste import Haste
from campaigns.measures import MEASURES
from campaigns.pack_fields import Reader
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import PackBand, PackChoice, PackKeyword, PackOutcome, PackQuestion
from campaigns.rules import KeywordAction, QuestionKind, Then
from trust.telling import tell

_QUESTION = (
    "key", "type", "attribute", "choices", "range", "unit", "outcomes", "expires_hours",
    "reminder_hours", "measure", "bands", "consent",
)  # fmt: skip
_BAND = ("reply", "from", "below", "second_from", "second_below", "alarm")


def read_question(node: Node, marks: Marks, problems: Problems) -> PackQuestion:
    fields = Reader(node, problems, *_QUESTION)
    kind = fields.word("type", QuestionKind)
    absent = Node(node.file, node.line, {})
    span = fields.fields.get("range", absent)
    ends = ("from_day", "to_day") if kind == QuestionKind.DATE else ("from", "to")
    found = Reader(span if span.value is not None else absent, problems, *ends)
    is_date = kind == QuestionKind.DATE
    choices = fields.nodes("choices", required=False)
    outcomes = fields.mapping("outcomes", required=False)
    return PackQuestion(
        key=read_key("question", fields, marks, problems),
        kind=kind,
        attribute=fields.text("attribute", required=False),
        choices=tuple(_choice(choice, problems) for choice in choices),
        earliest_day=found.whole("from_day", default=0, lowest=-3650) if is_date else 0,
        latest_day=found.whole("to_day", default=30, lowest=-3650) if is_date else 30,
        lowest=None if is_date else found.optional_number("from"),
        highest=None if is_date else found.optional_number("to"),
        unit=fields.text("unit", required=False),
        outcomes={value: _outcome(outcome, problems) for value, outcome in outcomes.items()},
        expires_hours=fields.whole("expires_hours", default=0),
        reminder_hours=fields.whole("reminder_hours", default=0),
        measure=fields.word("measure", MEASURES, ""),
        bands=tuple(_band(band, problems) for band in fields.nodes("bands", required=False)),
        consent=fields.word("consent", ConsentScope, ""),
    )


def _choice(node: Node, problems: Problems) -> PackChoice:
    fields = Reader(node, problems, "value", "number", "words")
    words = read_words(fields, problems)
    return PackChoice(fields.text("value"), fields.whole("number"), words)


def _band(node: Node, problems: Problems) -> PackBand:
    fields = Reader(node, problems, *_BAND)
    return PackBand(
        reply=fields.text("reply", required=False),
        lowest=fields.optional_number("from"),
        below=fields.optional_number("below"),
        second_lowest=fields.optional_number("second_from"),
        second_below=fields.optional_number("second_below"),
        alarm=fields.flag("alarm"),
    )


def _outcome(node: Node, problems: Problems) -> PackOutcome:
    fields = Reader(node, problems, "reply", "then", "stage", "next")
    return PackOutcome(
        reply=fields.text("reply", required=False),
        then=fields.word("then", Then, ""),
        stage=fields.text("stage", required=False),
        next=fields.text("next", required=False),
    )


def read_keyword(node: Node, marks: Marks, problems: Problems) -> PackKeyword:
    fields = Reader(node, problems, "action", "bank", "question", "stage", "case", "words")
    words = read_words(fields, problems)
    for word in (word for found in words.values() for word in found):
        marks.put("keyword", word, node)
    return PackKeyword(
        fields.word("action", KeywordAction),
        fields.text("bank", required=False),
        words,
        question=fields.text("question", required=False),
        stage=fields.text("stage", required=False),
        case=fields.word("case", Haste, default=""),
    )


def read_words(fields: Reader, problems: Problems) -> dict[str, tuple[str, ...]]:
    languages = fields.mapping("words")
    reader = Reader(fields.at("words"), problems, *languages) if languages else fields
    return {language: reader.texts(language) for language in languages}


def read_key(kind: str, fields: Reader, marks: Marks, problems: Problems) -> str:
    key = fields.text("key")
    if key and marks.has(kind, key):
        problems.add(
            fields.at("key"),
            tell("%(kind)s %(key)s stands here twice; keep one", kind=kind, key=key),
        )
    marks.put(kind, key, fields.at("key"))
    return key
