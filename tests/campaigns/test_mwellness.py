"""The shipped mWellness pack counted against the tables of its README, and held to its promises."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from campaigns.conditions import Facts, compile_condition
from campaigns.lint import lint
from campaigns.lint_findings import Severity
from campaigns.pack import Pack, read_pack
from campaigns.pack_values import PackStage, PackStep
from campaigns.rules import Priority
from campaigns.wording import placeholders, unknown_placeholders, worst_case
from tests.campaigns.test_mcessation_languages import (
    BOKMAL,
    CAPITALS,
    NYNORSK,
    is_heard,
    to_text,
    words_of,
)

PACK = Path(__file__).resolve().parents[2] / "curricula" / "mwellness"
GOALS = ("move", "eat", "sleep", "calm", "drink")
#: As many as were planned, the same for each goal.
STAGES = {"welcome": 4, "start": 16, "build": 24, "checks": 12, "keep": 14}
BANKS = {"tip": 12, "done": 8, "move": 5, "eat": 5, "sleep": 5, "calm": 5, "drink": 5}
#: What no text may say, in any language: a dose, a promise, blame, fear, weight.
FORBIDDEN = (
    r"\bmg\b|\bunits?\b|\benhet(er)?\b|\beining(ar)?\b|\bml\b|\bdoses?\b|\bdosen?\b|\bkcal\b|"
    r"\bcalori\w*|\bkalori\w*|\bweights?\b|\bvekt\w*|\bslank\w*|\bdiet\w*|\bslim\w*|"
    r"\bcure[sd]?\b|\bkurer\w*|\bguarantee\w*|\bgaranter\w*|\bpromise\w*|\bwill help you\b|"
    r"\blaz(y|iness)\b|\blatskap\w*|\bfat\b|\bfeit\w*|\bobes\w*|\bashamed\b|\bskam\w*|\bshame\w*|\bfail\w*|"
    r"\bdie[sd]?\b|\bdeath\b|\bdø\b|\bdød\w*|\bcancer\b|\bkreft\w*|"
    r"\balcoholic\w*|\balkoholiker\w*|\balkoholikar\w*|\baddict\w*|\bavhengig\w*|\bdepress\w*|"
    r"\bdepresjon\w*|\binsomni\w*|\bangst\w*"
)
DOCTOR = {"en": "doctor", "nb": "lege", "nn": "lege"}
SUDDENLY = re.compile(r"suddenly|all at once|bråslutt|aldri brått")
STOPS = {"en": "STOP", "nb": "STOPP", "nn": "STOPP"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(PACK)


def stage_of(pack: Pack, key: str) -> PackStage:
    (stage,) = (stage for stage in pack.stages if stage.key == key)
    return stage


def steps_of(pack: Pack, *stages: str) -> list[PackStep]:
    return [step for key in stages for step in stage_of(pack, key).steps]


def holds(when: str, chosen: Mapping[str, str]) -> bool:
    return compile_condition(when)(Facts(values=MappingProxyType(dict(chosen))))


def goal_of(step: PackStep, chosen: Mapping[str, str]) -> str:
    """As choosing.py does: the first whose condition holds, else the one without."""
    for variant in step.variants:
        if not variant.when or holds(variant.when, chosen):
            return variant.name
    raise AssertionError(step.key)


def coming(pack: Pack, goal: str, second: str, profile: str) -> list[tuple[int, str, str]]:
    """Day, goal and text or question of all that comes from `start` to `keep`, in order."""
    chosen = {"goal": goal, "second": second}
    found = [
        (step.day or 0, name := goal_of(step, chosen), f"{step.key}@{name}")
        for step in steps_of(pack, "start", "build", "keep")
        if not step.profiles or profile in step.profiles
    ]
    for step in steps_of(pack, "checks"):
        if holds(step.when, chosen):
            days = ((step.day or 0) + turn * (step.every_days or 0) for turn in range(step.times))
            found += [(day, step.question.removesuffix("_days"), step.key) for day in days]
    return sorted(found)


def counted(pack: Pack, goal: str) -> dict[str, int]:
    """Of one goal alone, in the language that holds the fewest."""
    rows = []
    for texts in pack.texts.values():
        keys = [key for _, _, key in coming(pack, goal, "none", "standard") if key in texts]
        stages = Counter("checks" if key.startswith("check.") else key[: key.index(".")]
                         for key in keys)  # fmt: skip
        welcome = sum(step.key in texts for step in steps_of(pack, "welcome"))
        rows.append({"welcome": welcome, **stages})
    return {stage: min(row[stage] for row in rows) for stage in STAGES}


def table(first: str) -> list[list[str]]:
    """The README's table whose first heading is this, headings included."""
    lines = (PACK / "README.md").read_text().splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip(" *") for cell in line.strip("|").split("|")])
    return rows


@pytest.mark.parametrize("goal", GOALS)
def test_goal_holds_the_seventy_texts_of_the_readme(pack: Pack, goal: str) -> None:
    rows = {row[0].split("`")[1]: row[1:] for row in table("Goal")[2:]}
    held = counted(pack, goal)

    assert held == STAGES
    assert [int(cell) for cell in rows[goal]] == [*STAGES.values(), sum(STAGES.values())]
    assert sum(held.values()) == 70


def test_each_language_holds_what_the_readme_counts(pack: Pack) -> None:
    heading, _, *rows = table("Texts")
    banks = {text.key for bank in pack.banks for text in bank.texts}
    steps = {step.key for stage in pack.stages for step in stage.steps if not step.question}

    assert heading[1:] == [f"`{language}`" for language in pack.languages]
    for place, texts in enumerate(pack.texts.values(), start=1):
        parts = Counter(
            "System" if key.startswith("system.")
            else "Banks" if key in banks
            else "Planned texts" if key.partition("@")[0] in steps
            else "Questions, second tries, replies"
            for key in texts
        )  # fmt: skip
        longest = max(worst_case(text).units for text in texts.values())
        expected = {**parts, "All": len(texts), "Longest, in units of 160": longest}
        assert {row[0]: int(row[place]) for row in rows if row[0] in expected} == expected


def test_banks_hold_their_texts(pack: Pack) -> None:
    assert {bank.key: len(bank.texts) for bank in pack.banks} == BANKS


@pytest.mark.parametrize("second", ["none", *GOALS])
@pytest.mark.parametrize("goal", GOALS)
def test_two_goals_take_turns_at_the_dose_of_one(pack: Pack, goal: str, second: str) -> None:
    for profile in ("standard", "light"):
        one = coming(pack, goal, "none", profile)
        both = coming(pack, goal, second, profile)
        shares = Counter(name for _, name, _ in both)

        assert [day for day, _, _ in both] == [day for day, _, _ in one]
        assert set(shares) == {goal, second} - {"none"}
        assert min(shares.values()) >= 0.4 * len(both)


@pytest.mark.parametrize(("profile", "most"), [("standard", 5), ("light", 4)])
def test_a_day_holds_one_text_and_a_week_keeps_its_dose(
    pack: Pack, profile: str, most: int
) -> None:
    days = Counter(day for day, _, _ in coming(pack, "eat", "calm", profile))
    days.update(step.day for step in steps_of(pack, "surveys", "close") if step.day is not None)

    assert set(days.values()) == {1}
    assert max(sum(days[first + ahead] for ahead in range(7)) for first in range(1, 190)) <= most
    assert most < (pack.cap_week or 0)


def test_pace_is_four_a_week_then_three_then_one(pack: Pack) -> None:
    weeks = Counter(((step.day or 0) - 1) // 7 for step in steps_of(pack, "start", "build", "keep"))

    assert [weeks[week] for week in range(26)] == [4] * 4 + [3] * 8 + [1] * 14
    assert max(step.day or 0 for step in steps_of(pack, "keep")) <= 182


def test_checks_ask_each_seventh_day_and_answer_in_three_bands(pack: Pack) -> None:
    questions = {question.key: question for question in pack.questions}
    bands = {"zero": "low", "few": "low", "some": "middle", "half": "middle", "most": "high",
             "all": "high"}  # fmt: skip

    for goal in GOALS:
        days = [day for day, _, key in coming(pack, goal, "none", "light") if "check." in key]
        replies = [outcome.reply for outcome in questions[f"{goal}_days"].outcomes.values()]
        assert days == list(range(7, 85, 7))
        assert [bands[reply.rpartition(".")[2]] for reply in replies] == (
            ["low"] * 2 + ["middle"] * 3 + ["high"] * 3
        )


def test_where_somebody_stands_is_asked_at_joining_and_in_weeks_12_and_26(pack: Pack) -> None:
    questions = {question.key: question for question in pack.questions}
    asked = [(step.question, step.day) for step in steps_of(pack, "surveys")]

    assert pack.onboarding[-1] == "active_days"
    assert {outcome.next for outcome in questions["active_days"].outcomes.values()} == {"portions"}
    assert {outcome.next for outcome in questions["portions"].outcomes.values()} == {"sleep_hours"}
    assert asked == [("active_days", 86), ("helpful", 90), ("active_days", 182), ("helpful", 184)]


def test_choosing_alcohol_warns_at_once_of_stopping_suddenly(pack: Pack) -> None:
    questions = {question.key: question for question in pack.questions}

    assert questions["goal"].outcomes["drink"].reply == "reply.goal.drink"
    assert questions["second"].outcomes["drink"].reply == "reply.goal.drink"
    # On the way it is the third text where alcohol is the first goal, the fourth where the second.
    sudden = ("reply.goal.drink", "start.03@drink", "start.04@drink", "reply.drink.zero")
    for language, texts in pack.texts.items():
        for key in sudden:
            assert SUDDENLY.search(texts[key]), (language, key)
        for key in (*sudden, "reply.drink.all", "drink.04"):
            assert DOCTOR[language] in texts[key], (language, key)


def test_every_text_fits_one_gsm7_segment_in_the_worst_case(pack: Pack) -> None:
    long = {
        (language, key): worst_case(text)
        for language, texts in pack.texts.items()
        for key, text in texts.items()
        if worst_case(text).segments != 1 or worst_case(text).encoding != "gsm7"
    }

    assert long == {}


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_languages_are_complete_and_alike_in_their_placeholders(pack: Pack, language: str) -> None:
    english, other = pack.texts["en"], pack.texts[language]

    assert english.keys() == other.keys()
    assert {key for key in english if placeholders(english[key]) != placeholders(other[key])} == (
        set()
    )
    assert [key for key in english if english[key] == other[key]] == []


@pytest.mark.parametrize(("language", "foreign"), [("nb", NYNORSK), ("nn", BOKMAL)])
def test_text_keeps_to_its_own_written_form(pack: Pack, language: str, foreign: set[str]) -> None:
    strayed = {
        key: found
        for key, text in pack.texts[language].items()
        if (found := words_of(text) & foreign)
    }

    assert strayed == {}


@pytest.mark.parametrize("language", ["en", "nb", "nn"])
def test_a_word_named_in_a_text_is_heard(pack: Pack, language: str) -> None:
    known = to_text(pack, language)

    deaf = {
        key: words
        for key, text in pack.texts[language].items()
        for words in CAPITALS.findall(text)
        if not is_heard(words, known) and not all(is_heard(word, known) for word in words.split())
    }
    assert deaf == {}


def test_no_text_names_a_dose_a_promise_or_blame(pack: Pack) -> None:
    found = {
        (language, key): told.group()
        for language, texts in pack.texts.items()
        for key, text in texts.items()
        if (told := re.search(FORBIDDEN, text, re.IGNORECASE))
    }

    assert found == {}


def test_numbers_to_ring_come_from_country_variables_alone(pack: Pack) -> None:
    named = {"programme", "emergency_number", "advice_line"}

    assert set(pack.variables) == named
    for texts in pack.texts.values():
        assert named <= {name for text in texts.values() for name in placeholders(text)}
        assert [key for key, text in texts.items() if unknown_placeholders(text, named)] == []
        for text in texts.values():
            assert not re.search(r"\d{4}|www|http", text), text


def test_the_linter_finds_nothing_else_but_hints(pack: Pack) -> None:
    """And that no native reader has read it, which is true."""
    told = [finding for finding in lint(pack) if finding.severity != Severity.HINT]
    assert {finding.rule for finding in told} == {"unread_language"}


def test_no_two_texts_of_a_language_are_alike(pack: Pack) -> None:
    for texts in pack.texts.values():
        assert len(set(texts.values())) == len(texts)


def test_a_name_never_opens_a_sentence(pack: Pack) -> None:
    """ "friend" and "du" stand in for a name that is not known."""
    opening = re.compile(r"(?:^|[.?!:] )\{\{ first_name \}\}")

    for texts in pack.texts.values():
        assert [key for key, text in texts.items() if opening.search(text)] == []


@pytest.mark.parametrize("profile", ["standard", "light"])
@pytest.mark.parametrize("goal", GOALS)
def test_stop_is_named_every_few_texts(pack: Pack, goal: str, profile: str) -> None:
    for language, texts in pack.texts.items():
        since = 0
        for _, _, key in coming(pack, goal, "none", profile):
            since = 0 if STOPS[language] in texts[key] else since + 1
            assert since <= 11, (language, key)


def test_every_stage_is_tagged_and_none_leans_on_one_technique(pack: Pack) -> None:
    for stage in ("start", "build", "keep"):
        steps = steps_of(pack, stage)
        tags = Counter(tag for step in steps for tag in step.tags)
        assert all(step.tags for step in steps)
        assert max(tags.values()) <= 0.4 * len(steps), (stage, tags.most_common(2))
    techniques = {tag for stage in pack.stages for step in stage.steps for tag in step.tags}
    assert len(techniques) >= 8


def test_words_of_the_goals_are_answered_from_their_banks(pack: Pack) -> None:
    named = {keyword.bank for keyword in pack.keywords if keyword.bank}
    welcome = {step.priority for step in steps_of(pack, "welcome")}

    assert named == set(BANKS)
    assert welcome == {Priority.REPLY}
