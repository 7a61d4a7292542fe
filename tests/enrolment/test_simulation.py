from dataclasses import replace
from datetime import date

import pytest

from campaigns.rules import Caps, Priority
from enrolment.crowds import simulate_together
from enrolment.dose_curve import curve_of
from enrolment.rates import USUAL_RATES
from enrolment.simulation import Crowd, simulate
from enrolment.simulation_report import DoseDay, lines, possible_texts, report_of, to_json
from tests.contents import content, day_step, event_step

STEPS = (
    event_step("welcome.1", 1, priority=Priority.REPLY),
    *(day_step(f"day.{day}", day) for day in range(-3, 20)),
    day_step("evening.0", 0, "evening"),
    day_step("ask.smoked", 2, "evening", question="smoked", priority=Priority.ASSESSMENT),
    day_step("month", 35),
    event_step("after.1", 180, anchor="slip"),
)
KEYS = {step.key for step in STEPS} | {
    "question.uses", "question.name", "question.date", "question.smoked", "reply.smoked.yes",
    "reply.smoked.no", "system.joined", "system.stopped",
    *(f"crave.{place}" for place in range(1, 6)), "slip.1", "slip.2",
}  # fmt: skip
RULES = content(*STEPS, texts={(key, "en"): f"words of {key}" for key in KEYS})
CROWD = Crowd(people=60, days=60, seed=1, start=date(2027, 1, 4), zone="Europe/Oslo")
#: Everybody joins, stays and says nothing more.
QUIET = replace(
    USUAL_RATES,
    eligible=1.0, answers_joining=1.0, answers=0.0, most_days_ahead=5,
    stops_a_day_before=0.0, stops_on_quit_day=0.0, stops_a_day=0.0, goes_silent=0.0,
    craves=0.0, slips=0.0, relapses=0.0, tries_words=0.0,
    asks_less=0.0, asks_pause=0.0, asks_later=0.0,
)  # fmt: skip


def test_same_seed_brings_the_same_figures() -> None:
    assert simulate(RULES, CROWD) == simulate(RULES, CROWD)


def test_other_seed_brings_others() -> None:
    assert simulate(RULES, CROWD) != simulate(RULES, replace(CROWD, seed=2))


def test_people_shared_among_processes_are_the_same_people() -> None:
    crowd = replace(CROWD, people=120, days=20)

    assert simulate_together(RULES, crowd, processes=2) == simulate(RULES, crowd)


def test_everyone_who_stays_gets_every_text_from_the_quit_day_on() -> None:
    tally = simulate(RULES, replace(CROWD, people=20), rates=QUIET)

    assert tally.began == 20
    assert tally.present[1] == 20
    assert [tally.dose[day] for day in (1, 2, 3)] == [20, 40, 20]
    assert tally.unsent == {}


def test_gap_in_the_plan_is_found() -> None:
    report = report_of(RULES, simulate(RULES, replace(CROWD, people=20), rates=QUIET))

    assert [(gap.after_day, gap.before_day) for gap in report.gaps] == [(19, 35)]
    assert (report.tally.with_gap, report.tally.longest_gap) == (20, 16)


def test_text_nobody_came_to_is_named() -> None:
    tally = simulate(RULES, replace(CROWD, people=20), rates=QUIET)

    assert report_of(RULES, tally).unreached == (
        "after.1", "crave.1", "crave.2", "crave.3", "crave.4", "crave.5", "slip.1", "slip.2",
    )  # fmt: skip


def test_possible_texts_know_banks_and_questions() -> None:
    rules = content(day_step("tip", 1, bank="crave"), day_step("ask", 2, question="smoked"))

    assert possible_texts(rules) == {
        "question.smoked", "slip.1", "slip.2", *(f"crave.{place}" for place in range(1, 6)),
    }  # fmt: skip


def test_caps_that_bite_are_counted() -> None:
    capped = content(
        *STEPS,
        caps=Caps(day=1, week=5),
        texts={(key, "en"): f"words of {key}" for key in KEYS},
    )

    report = report_of(capped, simulate(capped, replace(CROWD, people=20), rates=QUIET))

    assert report.cap_hits["week_cap"] > 0


def test_those_who_stop_are_not_in_the_dose_any_more() -> None:
    rates = replace(QUIET, stops_on_quit_day=1.0)

    tally = simulate(RULES, replace(CROWD, people=20), rates=rates)

    assert tally.standings == {"left": 20}
    assert tally.present[1] == 0
    assert tally.dose[1] == 0


def test_share_who_leave_by_day_42_is_the_published_one() -> None:
    """SmokefreeTXT: 53.6 % stayed for 42 days."""
    left = USUAL_RATES.stops_on_quit_day
    stayed = (1 - left) * (2.718281828 ** (-USUAL_RATES.stops_a_day * 42))

    assert stayed == pytest.approx(0.536, abs=0.005)


def test_half_of_cravings_come_within_106_hours() -> None:
    assert USUAL_RATES.crave_hours * 0.6931 == pytest.approx(106, abs=1)


def test_craving_or_slip_is_texted_by_the_published_share() -> None:
    neither = (1 - USUAL_RATES.craves) * (1 - USUAL_RATES.slips)

    assert 1 - neither == pytest.approx(0.385, abs=0.005)


def test_report_is_told_in_lines_and_as_json() -> None:
    report = report_of(RULES, simulate(RULES, CROWD), price=0.05)

    found = list(lines(report))
    kept = to_json(report)
    assert found[0].startswith("60 people, 60 days each")
    assert any(line.startswith("cost at most") for line in found)
    assert kept["cost"] == pytest.approx(kept["segments"] * 0.05)
    assert kept["people"] == 60


def test_curve_is_drawn_only_where_people_are() -> None:
    dose = [DoseDay(day, 2 * present, present) for day, present in enumerate((40, 40, 20, 4))]

    curve = curve_of(dose)

    assert curve is not None
    assert len(curve.line.split(" ")) == 3
    assert [tick.label for tick in curve.texts] == ["0", "1", "2"]
    assert curve.days[0].label == "Q"


def test_curve_of_nobody_is_none() -> None:
    assert curve_of([DoseDay(0, 0, 0)]) is None
