from datetime import date, datetime, time
from pathlib import Path

import pytest
from django.conf import settings

from enrolment.persona import (
    MovedDate,
    PersonaOutage,
    PersonaRefused,
    ScriptLine,
    When,
    read_pasted,
    read_persona,
)

WHOLE = """
format: 1
key: kari
name: Kari pauses
about: Over Easter.
joins: "2027-03-01 16:10"
zone: Europe/Oslo
country: "NO"
language: nb
seed: 19
days: 60
answers_after: 12
answers:
  uses_tobacco: "yes"
  per_day: 12
  craving: ["3", null, "1"]
  mood: null
script:
  - {day: 24, at: "08:30", text: PAUSE 6}
  - {quit_day: -1, at: "21:00", text: CRAVE}
  - {quit_day: 2, attempt: 2, at: "12:00", text: SLIP}
silent_from: {quit_day: 40, at: "06:00"}
outages:
  - {ends: "2027-03-17 14:00", hours: 6}
dates: {calendar.ramadan: "2027-02-08"}
moved_dates:
  - {day: 9, at: "19:00", anchor: calendar.ramadan, to: "2027-02-09"}
"""
LEAST = """
format: 1
key: kari
name: Kari
joins: "2027-03-01 16:10"
zone: Europe/Oslo
days: 60
"""


def problems(text: str) -> list[str]:
    with pytest.raises(PersonaRefused) as refused:
        read_pasted(text)
    return [str(problem) for problem in refused.value.problems]


def test_every_field_is_read() -> None:
    persona = read_pasted(WHOLE)

    assert (persona.key, persona.name, persona.about) == ("kari", "Kari pauses", "Over Easter.")
    assert persona.joins == datetime(2027, 3, 1, 16, 10)
    assert (persona.zone, persona.country, persona.language) == ("Europe/Oslo", "NO", "nb")
    assert (persona.seed, persona.days) == (19, 60)
    assert persona.answers_after.total_seconds() == 12 * 60
    assert persona.answers == {
        "uses_tobacco": "yes", "per_day": "12", "craving": ("3", None, "1"), "mood": (None,),
    }  # fmt: skip
    assert persona.script == (
        ScriptLine(When(24, time(8, 30)), "PAUSE 6"),
        ScriptLine(When(-1, time(21), quit_date=True), "CRAVE"),
        ScriptLine(When(2, time(12), quit_date=True, attempt=2), "SLIP"),
    )
    assert persona.silent_from == When(40, time(6), quit_date=True)
    assert persona.outages == (PersonaOutage(datetime(2027, 3, 17, 14), 6),)
    assert persona.dates == {"calendar.ramadan": date(2027, 2, 8)}
    assert persona.moved_dates == (
        MovedDate(When(9, time(19)), "calendar.ramadan", date(2027, 2, 9)),
    )


def test_little_is_needed() -> None:
    persona = read_pasted(LEAST)

    assert (persona.seed, persona.answers, persona.script, persona.outages) == (1, {}, (), ())
    assert persona.silent_from is None


def test_joining_is_local_time() -> None:
    assert read_pasted(LEAST).joins_at.isoformat() == "2027-03-01T15:10:00+00:00"


@pytest.mark.parametrize(
    ("line", "instead", "problem"),
    [
        ("format: 1", "format: 2", "persona.yaml:2: format must be 1"),
        ("key: kari", "key: Kari!", "persona.yaml:3: key: small letters, digits and _ only"),
        ("zone: Europe/Oslo", "zone: Oslo", "persona.yaml:6: no time zone is called 'Oslo'"),
        ("days: 60", "days: 0", "persona.yaml:7: days must lie between 1 and 32000"),
        ("days: 60", "days: 900", "persona.yaml:7: days: at most 731"),
        ("days: 60", "dais: 60", "persona.yaml:7: unknown key 'dais'; did you mean 'days'?"),
        (
            'joins: "2027-03-01 16:10"',
            "joins: 1 March",
            'persona.yaml:5: joins must be a time such as "2027-03-20 14:00", in quotes',
        ),
    ],
)
def test_wrong_value_is_told_where_it_stands(line: str, instead: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in problems(LEAST.replace(line, instead)))


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("answers: {smoked: no}", 'put "yes" and "no" in quotes'),
        ("answers: {smoked: {a: b}}", "expected what is texted back, found a mapping"),
        ('script: [{at: "12:00", text: CRAVE}]', "name either day (from joining) or quit_day"),
        (
            'script: [{day: 1, quit_day: 1, at: "12:00", text: CRAVE}]',
            "name either day (from joining) or quit_day",
        ),
        (
            'script: [{day: 1, attempt: 2, at: "12:00", text: CRAVE}]',
            "attempt goes with quit_day only",
        ),
        ('script: [{day: -1, at: "12:00", text: CRAVE}]', "day must lie between 0 and 32000"),
        ('script: [{day: 1, at: "25:00", text: CRAVE}]', "at must be a time"),
        ('script: [{day: 1, at: "12:00"}]', "text is missing"),
        ('outages: [{ends: "2027-03-17 14:00"}]', "hours is missing"),
        (
            'moved_dates: [{day: 9, at: "19:00", anchor: calendar.eid, to: "2027-03-11"}]',
            "dates has no calendar.eid that could move",
        ),
        ('dates: {calendar.ramadan: "soon"}', 'expected a day such as "2027-02-08"'),
    ],
)
def test_wrong_part_is_told_in_plain_words(more: str, problem: str) -> None:
    assert any(problem in found for found in problems(LEAST + more))


def test_all_problems_are_told_at_once() -> None:
    found = problems(LEAST.replace("days: 60", "days: 0").replace("Europe/Oslo", "Oslo"))

    assert len(found) == 2


@pytest.mark.parametrize("text", ["", "- a list", "key: [", "a: &b 1\nc: *b"])
def test_what_is_no_persona_at_all_is_refused(text: str) -> None:
    assert problems(text)


SHIPPED = sorted(Path(settings.CURRICULA_DIR).glob("*/personas/*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_persona_can_be_read_and_is_named_by_its_key(path: Path) -> None:
    assert read_persona(path).key == path.stem


def test_personas_are_shipped() -> None:
    assert len(SHIPPED) >= 10
