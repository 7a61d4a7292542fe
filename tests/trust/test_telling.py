from copy import deepcopy
from datetime import UTC, date, datetime

from trust.telling import Day, Told, as_json, from_json, said_by, tell, tell_count

TUESDAY = date(2026, 12, 1)
WORDS = {
    "%(key)s lacks %(what)s": "%(key)s mangler %(what)s",
    "wording": "ordlyd",
    "%(count)s text": "%(count)s melding",
    "%(count)s texts": "%(count)s meldinger",
}


class Norwegian:
    language = "nb"

    def one(self, words: str) -> str:
        return WORDS.get(words, words)

    def many(self, one: str, many: str, count: int) -> str:
        return WORDS[one if count == 1 else many]


def norwegian(words: object) -> str:
    return said_by(Norwegian(), words)


def test_told_sentence_is_english_until_somebody_else_says_it() -> None:
    told = tell("%(key)s lacks %(what)s", key="tip.1", what=tell("wording"))

    assert told == "tip.1 lacks wording"
    assert norwegian(told) == "tip.1 mangler ordlyd"


def test_count_chooses_the_form() -> None:
    assert [str(tell_count("%(count)s text", "%(count)s texts", n)) for n in (0, 1, 2)] == [
        "0 texts",
        "1 text",
        "2 texts",
    ]
    assert norwegian(tell_count("%(count)s text", "%(count)s texts", 1)) == "1 melding"


def test_lists_are_said_each() -> None:
    told = tell("%(key)s lacks %(what)s", key=["a", "b"], what=(tell("wording"), "steps"))

    assert told == "a, b lacks wording, steps"
    assert norwegian(told) == "a, b mangler ordlyd, steps"


def test_without_values_a_per_cent_sign_is_itself() -> None:
    assert tell("At least 40% of them") == "At least 40% of them"


def test_days_are_written_as_the_language_writes_them() -> None:
    assert Day(TUESDAY, "EEEE d MMM") == "Tuesday 1 Dec"
    assert norwegian(Day(TUESDAY, "EEEE d MMM")) == "tirsdag 1. des."
    assert norwegian(tell("On %(day)s", day=Day(TUESDAY, "d MMMM"))) == "On 1. desember"


def test_told_sentence_is_kept_as_json_and_told_again() -> None:
    at = datetime(2026, 12, 1, 18, 4, tzinfo=UTC)
    told = [
        tell("%(key)s lacks %(what)s", key=3, what=[tell("wording"), "x"]),
        {"count": tell_count("%(count)s text", "%(count)s texts", 2), "at": Day(at, "HH:mm")},
        "plain",
    ]

    again = from_json(as_json(told))

    assert again == told
    assert norwegian(again[0]) == "3 mangler ordlyd, x"
    assert norwegian(again[1]["count"]) == "2 meldinger"
    assert norwegian(again[1]["at"]) == "18:04"


def test_copy_can_still_be_told() -> None:
    copied = deepcopy(tell("wording"))

    assert isinstance(copied, Told)
    assert norwegian(copied) == "ordlyd"
