"""Whatever a pack holds, its workbook holds: written and read back it is the same pack."""

from dataclasses import replace
from datetime import time
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from campaigns.consent_scopes import ConsentScope
from campaigns.haste import Haste
from campaigns.measures import MEASURES
from campaigns.pack import unchecked
from campaigns.pack_marks import Problems
from campaigns.pack_values import (
    Pack,
    PackAttribute,
    PackBand,
    PackBank,
    PackBankText,
    PackChoice,
    PackKeyword,
    PackOutcome,
    PackProfile,
    PackQuestion,
    PackReader,
    PackSlot,
    PackStage,
    PackStep,
    PackVariant,
)
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
from campaigns.scales import Points, ScaleBand, ScalePart, ScaleRule
from campaigns.schedule import Avoid
from campaigns.workbook_file import read_book
from campaigns.workbook_tree import tops_of
from campaigns.workbook_writing import write_workbook

LANGUAGES = ("en", "nb", "ar")
#: What a person may type into a cell, formulas and foreign scripts with it; a spreadsheet keeps no
#: control characters and no space at the ends.
SIGNS = st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffe\uffff") | st.just(
    " "
)
texts = st.text(SIGNS, min_size=1, max_size=30).map(str.strip).filter(bool)
formulas = st.sampled_from(
    ["=1+1", "=cmd|' /C calc'!A0", "+44", "-1", "@SUM(A1)", "007", "1.10", "TRUE"]
)
sayings = texts | formulas
maybe = st.just("") | sayings
keys = st.from_regex(r"[a-z][a-z0-9_.]{0,11}", fullmatch=True)
names = st.lists(sayings, max_size=2).map(tuple)
wholes = st.integers(0, 30_000)
numbers = st.none() | st.integers(-9999, 9999).map(lambda tenths: tenths / 10)


def words_of(enum: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([member.value for member in enum])


def spoken() -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    several = st.lists(sayings, min_size=1, max_size=3).map(tuple)
    return st.dictionaries(st.sampled_from(["any", *LANGUAGES]), several, max_size=4)


@st.composite
def slots(draw: st.DrawFn) -> PackSlot:
    start, end = sorted(draw(st.tuples(st.integers(0, 1438), st.integers(0, 1438))))
    return PackSlot(time(*divmod(start, 60)), time(*divmod(end + 1, 60)))


steps = st.builds(
    PackStep,
    key=keys,
    day=st.integers(-365, 365),
    slot=maybe,
    question=maybe,
    late=words_of(LateRule),
    shelf_hours=wholes,
    priority=words_of(Priority),
    tags=names,
    bank=maybe,
    every_days=st.none(),
    times=st.just(1),
    profiles=names,
    when=maybe,
    variants=st.lists(st.builds(PackVariant, name=sayings, when=maybe), max_size=2).map(tuple),
    avoid=st.just(()) | st.just((Avoid.HOLIDAYS.value, Avoid.WEEKENDS.value)),
    if_unknown=words_of(IfUnknown),
)
later_steps = st.builds(
    PackStep,
    key=keys,
    after_minutes=wholes,
    late=words_of(LateRule),
    every_days=st.integers(1, 30),
    times=st.integers(1, 30),
    priority=words_of(Priority),
)
stages = st.builds(
    PackStage,
    key=keys,
    name=sayings,
    anchor=sayings,
    track=words_of(Track),
    late=words_of(LateRule),
    shelf_hours=wholes,
    steps=st.lists(steps | later_steps, max_size=2, unique_by=lambda step: step.key).map(tuple),
    profiles=names,
    when=maybe,
    then_after_days=st.none() | st.integers(1, 300),
    then_enter=maybe,
    pool=maybe,
    avoid=st.just(()) | st.just((Avoid.WEEKENDS.value,)),
)


def with_own_steps(stage: PackStage) -> PackStage:
    """A step's key stands once in a pack."""
    own = (replace(step, key=f"{stage.key}.{step.key}") for step in stage.steps)
    return replace(stage, steps=tuple(own))


answers = st.sampled_from(["yes", "no", "well", "1"])
outcomes = st.builds(
    PackOutcome, reply=maybe, then=st.just("") | words_of(Then), stage=maybe, next=maybe
)
bands = st.builds(
    PackBand,
    reply=sayings,
    lowest=numbers,
    below=numbers,
    second_lowest=numbers,
    second_below=numbers,
    alarm=st.booleans(),
)
choices = st.builds(PackChoice, value=sayings, number=wholes, words=spoken())
undated = st.sampled_from([kind.value for kind in QuestionKind if kind is not QuestionKind.DATE])
common: dict[str, Any] = {
    "key": keys,
    "attribute": maybe,
    "choices": st.lists(choices, max_size=2).map(tuple),
    "outcomes": st.dictionaries(answers, outcomes, max_size=2),
    "expires_hours": wholes,
    "reminder_hours": wholes,
    "unit": maybe,
    "consent": st.just("") | words_of(ConsentScope),
}
questions = st.builds(
    PackQuestion,
    kind=undated,
    lowest=numbers,
    highest=numbers,
    measure=st.just("") | st.sampled_from(sorted(MEASURES)),
    bands=st.lists(bands, max_size=2).map(tuple),
    **common,
) | st.builds(
    PackQuestion,
    kind=st.just("date"),
    earliest_day=st.integers(-99, 99),
    latest_day=st.integers(-99, 99),
    **common,
)
points = st.integers(-50, 50).map(float)
parts = st.builds(
    ScalePart, question=sayings, points=st.dictionaries(sayings, points, max_size=3)
) | st.builds(
    ScalePart,
    question=sayings,
    bands=st.lists(st.builds(Points, numbers, points), min_size=1, max_size=3).map(tuple),
)
scales = st.builds(
    ScaleRule,
    parts=st.lists(parts, min_size=1, max_size=2, unique_by=lambda part: part.question).map(tuple),
    bands=st.lists(st.builds(ScaleBand, sayings, numbers), max_size=2).map(tuple),
)
banks = st.builds(
    PackBank,
    key=keys,
    name=sayings,
    texts=st.lists(
        st.builds(PackBankText, key=keys, tags=names), max_size=2, unique_by=lambda text: text.key
    ).map(tuple),
)
keywords = st.builds(
    PackKeyword,
    action=words_of(KeywordAction),
    bank=maybe,
    words=spoken(),
    question=maybe,
    stage=maybe,
    case=st.just("") | words_of(Haste),
)


def listed(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=2, unique_by=lambda each: each.key).map(tuple)


def by_language(of: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, dict[str, str]]]:
    said = st.dictionaries(keys, of, max_size=2)
    return st.fixed_dictionaries(dict.fromkeys(LANGUAGES, said))


packs = st.builds(
    Pack,
    key=keys,
    name=sayings,
    about=maybe,
    review=maybe,
    author=maybe,
    languages=st.just(LANGUAGES),
    default_language=st.sampled_from(LANGUAGES),
    hours=slots(),
    slots=st.dictionaries(sayings, slots(), max_size=2),
    default_slot=sayings,
    variables=st.dictionaries(keys, maybe, max_size=2),
    onboarding=names,
    stages=listed(stages.map(with_own_steps)),
    questions=listed(questions),
    banks=listed(banks),
    keywords=st.lists(keywords, max_size=2).map(tuple),
    texts=by_language(sayings),
    defaults=by_language(sayings),
    profiles=st.dictionaries(sayings, st.builds(PackProfile, less=maybe, more=maybe), max_size=2),
    default_profile=maybe,
    min_gap_minutes=wholes,
    cap_day=st.none() | st.integers(1, 99),
    cap_week=st.none() | st.integers(1, 99),
    silent_days=st.none() | st.integers(1, 99),
    attributes=st.dictionaries(
        sayings,
        st.builds(PackAttribute, kind=words_of(AttributeKind), replaced_by=maybe),
        max_size=2,
    ),
    scales=st.dictionaries(sayings, scales, max_size=2),
    native_readers=st.dictionaries(
        st.sampled_from(LANGUAGES),
        st.builds(PackReader, by=sayings, on=st.dates().map(str)),
        max_size=3,
    ),
)


#: A shrunk pack is not worth the minutes it takes: these are small as they come.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=settings().max_examples // 4, phases=PHASES)
@given(packs)
def test_workbook_read_back_is_the_pack_it_was_written_from(pack: Pack) -> None:
    problems = Problems()

    book = read_book(write_workbook(pack), problems)
    read, _, more = unchecked(tops_of(book))

    # Twice the same key, in two lists, is a problem of the pack; so is a list of one sign too many.
    assert problems.found == []
    assert [found for found in more.found if "twice" not in found.reason] == []
    assert read == pack
