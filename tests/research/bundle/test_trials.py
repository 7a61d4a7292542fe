"""What a bundle tells of trials: who came, the arms, and what fell and came at each drawn step."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.models import Trial
from enrolment import joining
from enrolment.models import Decision, Enrolment
from research.bundle.people import Scope, pseudonym
from research.bundle.writing import Wanted, write
from tests import trials, worlds
from tests.research import trial_people
from tests.research.bundle.bundles import KEY, rows
from tests.research.trial_people import LATER, allocate, begins, person

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
DUE = worlds.NOON + timedelta(days=2)
DRAW = {
    "trial": "dose", "step": "day.1", "kind": "micro",
    "options": {"text": "0.25", "@other": "0.25", "nothing": "0.5"},
    "outcome": {"kind": "reply", "within_hours": 24},
}  # fmt: skip


def bundle(folder: Path) -> None:
    scope = Scope(worlds.campaign().pk, KEY, LATER)
    write(wanted=Wanted(worlds.campaign(), scope), folder=folder, told=lambda done, total: None)


def comes_due(enrolment: Enrolment, draw: float | None, *, due: timedelta = timedelta()) -> None:
    away = "paused" if draw is None else ""
    Decision.objects.create(
        enrolment=enrolment, attempt=1, step_key="day.1", occurrence=1,
        version=enrolment.version, due_at=DUE + due, local_date=DUE.date(), decided_at=DUE + due,
        outcome="suppressed", reason="draw", available=not away, unavailable_reason=away,
        policy_version="1/1", options=None if away else ["text", "@other", "nothing"],
        probabilities=None if away else [0.25, 0.25, 0.5], draw=draw,
    )  # fmt: skip


def hers(enrolment: Enrolment) -> str:
    return pseudonym(KEY, "e", "enrolment", enrolment.pk)


def test_drawn_option_and_its_outcome_are_told(tmp_path: Path) -> None:
    version = trial_people.version({"day.1": DRAW})
    trials.trial(blinded=False)
    first, second, third, away, waits = (person(n, version) for n in range(1, 6))
    for each, draw in ((first, 0.2), (second, 0.25), (third, 0.999), (away, None)):
        comes_due(each, draw)
    comes_due(waits, 0.1, due=LATER - DUE - HOUR)
    for each, at in ((first, 24 * HOUR), (second, 25 * HOUR), (away, HOUR)):
        worlds.text(each.participant.recipient.number or "", "hello", at=DUE + at)

    bundle(tmp_path)

    told = {
        row["enrolment_id"]: (row["option"], row["proximal"], row["variant"])
        for row in rows(tmp_path, "decisions")
        if row["policy_version"]
    }
    assert told == {
        hers(first): ("text", "1", ""), hers(second): ("'@other", "0", ""),
        hers(third): ("nothing", "0", ""), hers(away): ("", "", ""),
        hers(waits): ("text", "", ""),
    }  # fmt: skip
    (step,) = rows(tmp_path, "steps_drawn")
    assert [step[name] for name in ("step", "trial", "kind", "outcome_kind", "within_hours")] == [
        "day.1", "dose", "micro", "reply", "24",
    ]  # fmt: skip


def test_everybody_who_came_to_a_trial_is_told_with_what_came_of_it(tmp_path: Path) -> None:
    version = trial_people.version()
    trial = trials.trial(blinded=False, running=False)
    before, drawn = person(1, version), person(2, version)
    allocate(drawn, trial, "new")
    trials.start(trial)
    screened, waiting = (begins(n, version) for n in (3, 4))
    joining.mark_ineligible(enrolment=screened, reason="not_using", now=worlds.NOON + HOUR)

    bundle(tmp_path)

    ends = {row["enrolment_id"]: row["end"] for row in rows(tmp_path, "assessed")}
    assert ends == {
        hers(drawn): "allocated", hers(screened): "ineligible", hers(waiting): "on_the_way_in",
    }  # fmt: skip
    assert hers(before) in {row["enrolment_id"] for row in rows(tmp_path, "enrolments")}
    arms = [(row["place"], row["arm"]) for row in rows(tmp_path, "arms")]
    assert arms == [("1", "usual"), ("2", "new")]


@pytest.mark.parametrize("column", ["blinded", "state"])
def test_design_of_a_blinded_trial_that_runs_and_of_a_draft_is_not_told(
    tmp_path: Path, column: str
) -> None:
    version = trial_people.version({"day.1": DRAW})
    trial = trials.trial(running=column == "blinded", blinded=column == "blinded")
    comes_due(person(1, version), 0.2)

    bundle(tmp_path)

    assert trial.state == (Trial.State.RUNNING if column == "blinded" else Trial.State.DRAFT)
    assert rows(tmp_path, "arms") == rows(tmp_path, "steps_drawn") == []
    (drawn,) = (row for row in rows(tmp_path, "decisions") if row["policy_version"])
    assert drawn["option"] == ("" if column == "blinded" else "text")
