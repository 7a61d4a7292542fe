"""What a stranger reckons from a bundle is what the pages show."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from campaigns.models import Campaign
from enrolment.models import Allocation
from research import counting
from research.bundle.people import Scope
from research.bundle.writing import Wanted, write
from research.figures import Figures, figures, today_in
from tests.research import recompute, seeded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def campaign() -> Campaign:
    made = seeded.live().campaign
    counting.count_all(now=seeded.NOW, anew=True)
    return made


@pytest.fixture
def shown(campaign: Campaign) -> Iterator[Figures]:
    return figures(campaign, since=None, until=today_in(campaign, seeded.NOW))


def test_figures_of_the_bundle_are_those_of_the_pages(
    campaign: Campaign, shown: Figures, tmp_path: Path
) -> None:
    scope = Scope(campaign.pk, bytes(32), seeded.NOW)
    write(wanted=Wanted(campaign, scope), folder=tmp_path, told=lambda done, total: None)

    found = _reckoned_apart(tmp_path)

    assert found["funnel"] == {step.key: step.count for step in shown.funnel}
    assert found["dose"] == {name: getattr(shown.dose, name) for name in found["dose"]}
    everything = shown.replies.all
    assert tuple(found["replies"]) == (everything.numerator, everything.denominator)
    curve = [(point.day, point.staying) for point in shown.retention.points if point.left]
    assert len(curve) > 20
    assert [(day, pytest.approx(share)) for day, share in found["retention"]] == curve
    outcomes = {
        f"{each.time}/{each.window}": {
            "free": each.of_due.numerator,
            "due": each.of_due.denominator,
            "answered": each.of_answers.denominator,
        }
        for each in shown.abstinence
    }
    assert set(outcomes) == {"30/7", "30/30", "91/7", "91/30"}
    assert found["abstinence"] == found["told_abstinence"] == outcomes
    assert Package(str(tmp_path / "datapackage.json")).validate().valid


def test_arms_come_out_as_in_the_database(campaign: Campaign, tmp_path: Path) -> None:
    """Their shares as the ledgers have them, row by row; test_recompute_trial does a report's."""
    scope = Scope(campaign.pk, bytes(32), seeded.NOW)
    write(wanted=Wanted(campaign, scope), folder=tmp_path, told=lambda done, total: None)

    found = _reckoned_apart(tmp_path)

    assert found["by_arm"] == {
        f"dose:{arm}": {"free": len(free), "due": len(due)}
        for arm, (due, free) in _surveyed_in_arms().items()
    }
    assert {arm: counts["due"] > 100 for arm, counts in found["by_arm"].items()} == {
        "dose:new": True, "dose:usual": True,
    }  # fmt: skip


def _surveyed_in_arms() -> dict[str, tuple[set[int], set[int]]]:
    """Arm -> (who is due at 91 days, who of them told no smoking in seven); by the ORM alone."""
    found: dict[str, tuple[set[int], set[int]]] = {"new": (set(), set()), "usual": (set(), set())}
    for drawn in Allocation.objects.filter(is_test=False).select_related("arm", "enrolment"):
        quit_day = drawn.enrolment.anchors.get(kind="quit_date").day
        assert quit_day is not None
        if quit_day + timedelta(days=91 + 14) >= seeded.NOW.date():
            continue
        due, free = found[drawn.arm.key]
        due.add(drawn.enrolment_id)
        asked = drawn.enrolment.answers.filter(question_key="use7", is_valid=True)
        for answer in asked.order_by("answered_at"):
            if -3 <= (answer.asked_at.date() - quit_day).days - 91 <= 14 and answer.value == "no":
                free.add(drawn.enrolment_id)
    return found


def _reckoned_apart(folder: Path) -> dict[str, Any]:
    """By a process that has nothing of ours to import."""
    command = [sys.executable, "-I", str(Path(recompute.__file__)), str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    found: dict[str, Any] = json.loads(said.stdout)
    return found
