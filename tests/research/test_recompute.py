"""What a stranger reckons from a bundle is what the pages show."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from campaigns.models import Campaign
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


def _reckoned_apart(folder: Path) -> dict[str, Any]:
    """By a process that has nothing of ours to import."""
    command = [sys.executable, "-I", str(Path(recompute.__file__)), str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    found: dict[str, Any] = json.loads(said.stdout)
    return found
