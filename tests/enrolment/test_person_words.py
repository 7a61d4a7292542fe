import ast
from datetime import date

import pytest

from enrolment import person_words
from enrolment.handles import handle_of, read_handle
from tests.test_house import sources, tree

_OF_A_PERSON = (
    "anchor", "consent", "enrolment", "name", "number", "participant", "person", "reading",
    "safety", "web",
)  # fmt: skip
#: Of a link and a visit, which no timeline shows.
_ELSEWHERE = {"web.link", "web.visit", "web.close"}


def test_every_deed_the_audit_has_of_a_person_is_worded() -> None:
    verbs = {
        str(given.value.value)
        for path in sources("enrolment", "messaging")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        for given in node.keywords
        if given.arg == "verb" and isinstance(given.value, ast.Constant)
    }
    known = {verb for verb in verbs if verb.split(".")[0] in _OF_A_PERSON} - _ELSEWHERE

    assert known
    assert sorted(known - set(person_words.DEEDS)) == []


def test_deed_names_what_changed_and_no_value() -> None:
    assert person_words.deed("participant.set", {"attribute": "first_name"}) == (
        "Changed: first name"
    )
    assert person_words.deed("case.some_day", {}) == "Case: some day"


@pytest.mark.parametrize(
    ("kind", "day", "told"),
    [
        ("quit_date", date(2026, 12, 10), "Quit day: Thursday 10 Dec 2026"),
        ("stage.not_ready", None, "Entered not ready"),
        ("due_date", date(2027, 1, 2), "Due date: Saturday 2 Jan 2027"),
    ],
)
def test_anchor_is_told(kind: str, day: date | None, told: str) -> None:
    assert person_words.anchor(kind, day) == told


@pytest.mark.parametrize(
    ("day", "minutes", "kind", "told"),
    [
        (0, None, "quit_date", "on the quit day, morning"),
        (-1, None, "quit_date", "1 day before the quit day, morning"),
        (14, None, "stage.late", "14 days after entering late, morning"),
        (0, None, "calendar.ramadan", "on the day of ramadan, morning"),
        (None, 180, "slip", "3 hours after the slip"),
        (None, 90, "enrolment", "90 minutes after joining"),
    ],
)
def test_why_then_counts_from_what_the_step_counts_from(
    day: int | None, minutes: int | None, kind: str, told: str
) -> None:
    assert person_words.why_then(day=day, minutes=minutes, kind=kind, slot="morning") == told


@pytest.mark.parametrize("said", ["P-12", "p12", " P 12 ", "p - 12"])
def test_handle_is_read_as_people_write_it(said: str) -> None:
    assert read_handle(said) == 12


@pytest.mark.parametrize("said", ["12", "+447700900001", "P-", "P-1x", "07700 900001"])
def test_number_is_no_handle(said: str) -> None:
    assert read_handle(said) is None


def test_handle_and_back() -> None:
    assert read_handle(handle_of(7)) == 7
