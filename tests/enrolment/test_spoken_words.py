"""A keyword found in a text, with what stands after it."""

from datetime import UTC, date, datetime

import pytest

from campaigns.rules import KeywordAction
from campaigns.schedule import Span
from enrolment.spoken_words import find_word, knows_word
from enrolment.talk import Talk
from tests.contents import MORE_QUESTIONS, full

NOW = datetime(2026, 12, 12, 12, 0, tzinfo=UTC)
TALK = Talk(1, 3, "Europe/London", "en", joining=False)
RULES = full()


@pytest.mark.parametrize(
    ("text", "action", "more"),
    [
        ("crave!", KeywordAction.BANK, ""),
        ("PAUSE", KeywordAction.PAUSE, ""),
        ("pause  7", KeywordAction.PAUSE, "7"),
        ("DATE: 12.4", KeywordAction.DATE, "12.4"),
        ("New Date 12.4", KeywordAction.DATE, "12.4"),
        ("new date12.4", KeywordAction.DATE, "12.4"),
        ("TIME 8:30-20", KeywordAction.TIME, "8:30-20"),
    ],
)
def test_word_and_what_stands_after_it(text: str, action: KeywordAction, more: str) -> None:
    word = find_word(RULES, TALK, text, NOW)

    assert word is not None
    assert (word.rule.action, word.more) == (action, more)
    assert knows_word(RULES, text)


@pytest.mark.parametrize("text", ["", "   ", "crave 7", "less please", "7 pause", "datenight", "8"])
def test_no_word(text: str) -> None:
    assert find_word(RULES, TALK, text, NOW) is None
    assert not knows_word(RULES, text)


def test_whole_text_wins_over_its_first_word() -> None:
    rules = full(keywords={**RULES.keywords, "pause 7": RULES.keywords["crave"]})

    word = find_word(rules, TALK, "PAUSE 7", NOW)

    assert word is not None
    assert word.rule.action is KeywordAction.BANK


def test_hours_must_leave_an_hour_of_the_campaigns_own() -> None:
    almost, enough = (find_word(RULES, TALK, f"TIME {said}", NOW) for said in ("5-8", "5-9"))

    assert almost is not None
    assert enough is not None
    assert almost.meaning is None
    assert isinstance(enough.meaning, Span)


def test_new_date_lies_within_the_range_of_the_contents_own_question() -> None:
    from_now = {"date": MORE_QUESTIONS["date"], "started": MORE_QUESTIONS["started"]}
    no_question = full(questions={}, onboarding=())

    for rules in (full(questions={**MORE_QUESTIONS, **from_now}), no_question):
        last = find_word(rules, TALK, "DATE in 30 days", NOW)
        after = find_word(rules, TALK, "DATE in 31 days", NOW)
        assert last is not None
        assert after is not None
        assert (last.meaning, after.meaning) == (date(2027, 1, 11), None)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("crvae", KeywordAction.BANK),
        ("CRAVEE!", KeywordAction.BANK),
        ("craaaave", KeywordAction.BANK),
        ("puase", KeywordAction.PAUSE),
        ("latr", None),
        ("resmue", KeywordAction.RESUME),
        ("langauge", KeywordAction.LANGUAGE),
        ("puase 7", KeywordAction.PAUSE),
        ("puase for a while i think", None),
        ("puase xyz", None),
    ],
)
def test_word_one_slip_away_is_guessed(text: str, action: KeywordAction | None) -> None:
    word = find_word(RULES, TALK, text, NOW)

    assert (word.rule.action if word else None) is action
    assert word is None or word.guessed
    assert not knows_word(RULES, text)


@pytest.mark.parametrize("text", ["slpi", "jion", "stoop", "sliip", "hepl", "mroe", "quitt"])
def test_short_words_and_words_near_leaving_are_not_guessed(text: str) -> None:
    assert find_word(RULES, TALK, text, NOW) is None


def test_words_that_join_or_tell_a_slip_are_never_guessed() -> None:
    rules = full(
        keywords={
            "smokefree": RULES.keywords["join"],
            "lapsed": RULES.keywords["slip"],
            "laptop": RULES.keywords["crave"],
        }
    )

    assert find_word(rules, TALK, "smokfree", NOW) is None
    assert find_word(rules, TALK, "lapsedd", NOW) is None
    assert find_word(rules, TALK, "laptopp", NOW) is not None


def test_nothing_is_guessed_between_two_words() -> None:
    rules = full(keywords={"paused": RULES.keywords["pause"], "pauses": RULES.keywords["crave"]})

    assert find_word(rules, TALK, "pauseq", NOW) is None


@pytest.mark.parametrize("text", ["7.", "٧", "७", "7️⃣", '"crave"', "CRAVE!!! 😩", "crave\n--\nBo"])
def test_figures_of_any_script_and_decorated_words_are_heard(text: str) -> None:
    word = find_word(RULES, TALK, text, NOW)

    assert word is not None
    assert not word.guessed
    assert word.rule.bank == "crave"
