from datetime import UTC, datetime, timedelta

import pytest

from enrolment.speaking import Meant, Speaker, chosen, listed, whose

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ANNA, PER = Speaker(1, "Anna", knows=True), Speaker(2, "Per", knows=True)


def test_open_question_comes_first_and_the_newest_of_two() -> None:
    asked = Speaker(1, "Anna", knows=False, asked_at=NOON)
    later = Speaker(2, "Per", knows=False, asked_at=NOON + timedelta(minutes=1))

    assert whose((asked, PER), "yes", remembered=2) == Meant(1, "yes")
    assert whose((asked, later), "yes", remembered=None) == Meant(2, "yes")


def test_name_says_it_before_anything_else() -> None:
    asked = Speaker(1, "Anna", knows=True, asked_at=NOON)

    assert whose((asked, PER), "Per: CRAVE", remembered=1) == Meant(2, "CRAVE")
    assert whose((asked, PER), "crave per!", remembered=1) == Meant(2, "crave")


def test_name_that_two_have_says_nothing() -> None:
    twin = Speaker(2, "anna", knows=True)

    assert whose((ANNA, twin), "Anna CRAVE", remembered=None) == Meant(None, "Anna CRAVE")


def test_what_both_know_is_asked_unless_remembered() -> None:
    assert whose((ANNA, PER), "CRAVE", remembered=None) == Meant(None, "CRAVE")
    assert whose((ANNA, PER), "CRAVE", remembered=1) == Meant(1, "CRAVE")
    assert whose((ANNA, PER), "CRAVE", remembered=9) == Meant(None, "CRAVE")


def test_what_one_alone_knows_is_hers() -> None:
    assert whose((ANNA, Speaker(2, "Per", knows=False)), "SUGAR 6", remembered=2) == Meant(
        1, "SUGAR 6"
    )


def test_what_nobody_knows_is_the_last_speakers_or_the_newest_persons() -> None:
    strangers = (Speaker(1, "Anna", knows=False), Speaker(2, "Per", knows=False))

    assert whose(strangers, "so tired", remembered=1) == Meant(1, "so tired")
    assert whose(strangers, "so tired", remembered=None) == Meant(2, "so tired")


@pytest.mark.parametrize(
    ("said", "place"),
    [("1", 0), ("2.", 1), ("٢", 1), ("per", 1), ("PER!", 1), ("3", None), ("0", None), ("x", None)],
)
def test_choice_is_read_by_number_or_name(said: str, place: int | None) -> None:
    assert chosen(("Anna", "Per"), said) == place


def test_people_are_listed_by_their_numbers() -> None:
    assert listed(("Anna", "Per")) == "1 Anna, 2 Per"
