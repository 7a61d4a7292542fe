from pathlib import Path

import pytest

from campaigns.pack import read_pack
from campaigns.scales import Value, scored

SCALES = read_pack(Path(__file__).parents[1] / "packs" / "sugar").scales


@pytest.mark.parametrize(
    ("per_day", "first_use", "score", "band"),
    [
        ("10", "later", 0, "low"),
        ("11", "later", 1, "low"),
        ("20", "within_60", 2, "middle"),
        ("30", "within_30", 4, "middle"),
        ("31", "within_30", 5, "high"),
        ("100", "within_5", 6, "high"),
    ],
)
def test_heaviness_of_smoking(per_day: str, first_use: str, score: float, band: str) -> None:
    values: dict[str, Value] = {"answer.per_day": per_day, "answer.first_use": first_use}

    assert scored(SCALES, values) == {"scale.hsi": score, "scale.hsi.band": band}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"answer.per_day": "10"},
        {"answer.per_day": "a lot", "answer.first_use": "later"},
        {"answer.per_day": "10", "answer.first_use": "never"},
        {"answer.per_day": "", "answer.first_use": "later"},
    ],
)
def test_half_a_score_is_none(values: dict[str, Value]) -> None:
    assert scored(SCALES, values) == {}
