from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from campaigns.conditions import (
    BadCondition,
    Facts,
    Kind,
    Vocabulary,
    compile_condition,
)

WORDS = ("product", "answer.mood", "language")
NUMBERS = ("per_day", "reading.glucose", "attempt")
DATES = ("birth_date", "answer.visit")
ANCHORS = ("quit_date", "enrolment", "stage.relapse")
STAGES = ("relapse", "not_ready")
CHOICES = ("vape", "Snus", "don't know", "größe", "yes", "no")
KNOWN = Vocabulary(
    kinds={
        **dict.fromkeys(WORDS, Kind.CHOICE),
        **dict.fromkeys(NUMBERS, Kind.NUMBER),
        **dict.fromkeys(DATES, Kind.DATE),
    },
    choices=dict.fromkeys(WORDS, frozenset(CHOICES)),
    anchors=frozenset(ANCHORS),
    stages=frozenset(STAGES),
)

Truth = bool | None


@dataclass(frozen=True)
class Said:
    """A condition as it is written, and what it ought to say, worked out in another way."""

    source: str
    meaning: Callable[[Facts], Truth]


def stated(condition: str, facts: Facts) -> Truth:
    """Kleene's three values, read off two calls that only give two."""
    if compile_condition(condition)(facts):
        return True
    return False if compile_condition(f"not ({condition})")(facts) else None


def number(facts: Facts, name: str) -> float | None:
    found = facts.values.get(name)
    return float(found) if isinstance(found, (int, float, str)) and found != "" else None


def day(facts: Facts, name: str) -> date | None:
    found = facts.values.get(name)
    return found if isinstance(found, date) else None


def word(facts: Facts, name: str) -> str | None:
    found = facts.values.get(name)
    return found.casefold() if isinstance(found, str) and found else None


SIGNS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
LITERALS = st.integers(-30, 30) | st.integers(-60, 60).map(lambda halves: halves / 2)
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))


def quoted(words: str) -> str:
    return f'"{words}"' if "'" in words else f"'{words}'"


@st.composite
def number_said(draw: st.DrawFn) -> Said:
    name, sign, literal = draw(
        st.tuples(st.sampled_from(NUMBERS), st.sampled_from([*SIGNS]), LITERALS)
    )

    def meaning(facts: Facts) -> Truth:
        found = number(facts, name)
        return None if found is None else SIGNS[sign](found, literal)

    return Said(f"{name} {sign} {literal}", meaning)


@st.composite
def between_said(draw: st.DrawFn) -> Said:
    name, ends = draw(st.tuples(st.sampled_from(DATES), st.lists(DAYS, min_size=2, max_size=2)))
    low, high = sorted(ends)

    def meaning(facts: Facts) -> Truth:
        found = day(facts, name)
        return None if found is None else low <= found <= high

    return Said(f"{name} between '{low}' and '{high}'", meaning)


@st.composite
def days_said(draw: st.DrawFn) -> Said:
    anchor, sign = draw(st.tuples(st.sampled_from(ANCHORS), st.sampled_from([*SIGNS])))
    literal = draw(st.integers(-4, 4))

    def meaning(facts: Facts) -> Truth:
        found = facts.days.get(anchor)
        return None if found is None else SIGNS[sign](found, literal)

    return Said(f"days_since({anchor}) {sign} {literal}", meaning)


@st.composite
def words_said(draw: st.DrawFn) -> Said:
    name, negated = draw(st.tuples(st.sampled_from(WORDS), st.booleans()))
    listed = draw(st.lists(st.sampled_from(CHOICES), min_size=1, max_size=4))

    def meaning(facts: Facts) -> Truth:
        found = word(facts, name)
        return None if found is None else (found in {w.casefold() for w in listed}) != negated

    if len(listed) == 1 and draw(st.booleans()):
        return Said(f"{name} {'!=' if negated else '='} {quoted(listed[0])}", meaning)
    among = ", ".join(quoted(one.upper() if "ß" not in one else one) for one in listed)
    return Said(f"{name} {'not in' if negated else 'in'} ({among})", meaning)


def stage_said(key: str) -> Said:
    return Said(f"stage.{key}", lambda facts: key in facts.stages)


def known_said(name: str) -> Said:
    return Said(f"known({name})", lambda facts: facts.values.get(name, "") != "")


SINGLE = (
    number_said()
    | between_said()
    | days_said()
    | words_said()
    | st.sampled_from(STAGES).map(stage_said)
    | st.sampled_from((*WORDS, *NUMBERS, *DATES)).map(known_said)
    | st.sampled_from([Said("true", lambda facts: True), Said("FALSE", lambda facts: False)])
)


def opposite(said: Said) -> Said:
    def meaning(facts: Facts) -> Truth:
        found = said.meaning(facts)
        return None if found is None else not found

    return Said(f"not ({said.source})", meaning)


def both(parts: tuple[Said, Said]) -> Said:
    def meaning(facts: Facts) -> Truth:
        found = {part.meaning(facts) for part in parts}
        return False if False in found else None if None in found else True

    return Said(" and ".join(f"({part.source})" for part in parts), meaning)


def either(parts: tuple[Said, Said]) -> Said:
    def meaning(facts: Facts) -> Truth:
        found = {part.meaning(facts) for part in parts}
        return True if True in found else None if None in found else False

    return Said("\n or ".join(f"({part.source})" for part in parts), meaning)


CONDITIONS = st.recursive(
    SINGLE,
    lambda inner: (
        inner.map(opposite)
        | st.tuples(inner, inner).map(both)
        | st.tuples(inner, inner).map(either)
    ),
    max_leaves=6,
).filter(lambda said: len(said.source) <= 200)

FACTS = st.builds(
    Facts,
    values=st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(WORDS, st.sampled_from([*CHOICES, "VAPE", ""])),
            **dict.fromkeys(NUMBERS, LITERALS | LITERALS.map(str) | st.just("")),
            **dict.fromkeys(DATES, DAYS),
        },
    ),
    days=st.dictionaries(st.sampled_from(ANCHORS), st.integers(-5, 5)),
    stages=st.frozensets(st.sampled_from(STAGES)),
)
#: Anything a careless caller might put in.
ANY_FACTS = st.builds(
    Facts,
    values=st.dictionaries(
        st.sampled_from((*WORDS, *NUMBERS, *DATES)),
        st.text() | st.integers() | st.floats() | st.dates() | st.datetimes() | st.booleans()
        | st.none() | st.binary() | st.lists(st.integers()) | st.integers(10**400, 10**401),
    ),
    days=st.dictionaries(st.sampled_from((*ANCHORS, *NUMBERS)), st.integers()),
    stages=st.frozensets(st.text()),
)  # fmt: skip
#: Text that looks enough like a condition to get past its first word.
BITS = (
    "and or not in between known days_since true false stage.early stage. product per_day "
    "( ) = != < <= > >= , 'vape' \"x\" '2026-12-01' 2026-12-01 '2026-99-99' 3 -6.5 . ' == ! é ½ ٣"
)
NEARLY = st.lists(st.sampled_from(BITS.split()), max_size=25).map(" ".join)


@given(CONDITIONS, FACTS)
def test_condition_says_what_it_ought_to(said: Said, facts: Facts) -> None:
    assert stated(said.source, facts) is said.meaning(facts)


@given(CONDITIONS, FACTS)
def test_condition_read_with_a_vocabulary_says_the_same(said: Said, facts: Facts) -> None:
    condition = compile_condition(said.source, known=KNOWN)

    assert condition == compile_condition(said.source)
    assert condition(facts) is (said.meaning(facts) is True)


@given(CONDITIONS)
def test_condition_written_out_again_is_the_same(said: Said) -> None:
    condition = compile_condition(f"\t{said.source} ")

    again = compile_condition(condition.source)

    assert again == condition
    assert (again.names, again.anchors, again.stages) == (
        condition.names,
        condition.anchors,
        condition.stages,
    )


@given(CONDITIONS, CONDITIONS, FACTS)
def test_not_both_is_one_not_or_the_other_not(first: Said, second: Said, facts: Facts) -> None:
    one, other = (f"({said.source})" for said in (first, second))

    assert stated(f"not ({one} and {other})", facts) is stated(f"not {one} or not {other}", facts)
    assert stated(f"not ({one} or {other})", facts) is stated(f"not {one} and not {other}", facts)


@given(CONDITIONS, ANY_FACTS)
def test_no_facts_make_a_condition_fail(said: Said, facts: Facts) -> None:
    assert compile_condition(said.source)(facts) in (True, False)


@given(st.text(max_size=520) | NEARLY, st.sampled_from([None, KNOWN]))
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str, known: Vocabulary | None) -> None:
    try:
        compile_condition(text, known=known)
    except BadCondition as error:
        refused = error
    else:
        return

    assert 1 <= refused.place <= len(text)
    assert refused.message
