"""Trends as conditions see them, from rows."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.loading import load
from campaigns.pack import read_pack
from enrolment import measuring, planner
from enrolment.models import Enrolment
from enrolment.talk import RecordReading
from tests import worlds

pytestmark = pytest.mark.django_db

SUGAR = Path(__file__).parents[1] / "packs" / "sugar"


def person() -> Enrolment:
    version = load(pack=read_pack(SUGAR), campaign=worlds.campaign(), author=None)
    worlds.publish(version)
    return worlds.person(of=version, quit_day=None)


@pytest.mark.parametrize(
    ("readings", "outcome"),
    [
        (((10, 6.0), (9, 6.4), (2, 7.0), (1, 7.6)), "queued"),
        (((10, 7.0), (1, 6.0)), "suppressed"),
        (((1, 9.0),), "suppressed"),
        ((), "suppressed"),
    ],
)
def test_step_for_those_whose_readings_rise(
    readings: tuple[tuple[int, float], ...], outcome: str
) -> None:
    enrolment = person()
    day_four = worlds.NOON + timedelta(days=4)
    for days_before, value in readings:
        measuring.record(
            enrolment=enrolment,
            told=RecordReading("sugar", value, "mmol/L"),
            measured_at=day_four - timedelta(days=days_before),
        )

    for day in range(5):
        planner.tick(now=worlds.NOON + timedelta(days=day))

    assert enrolment.decisions.get(step_key="rising.1").outcome == outcome
