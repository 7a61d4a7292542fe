"""While a blinded trial runs, its arms are in no bundle but of who may unblind and chose to."""

import json
from pathlib import Path

import pytest

from campaigns.models import Trial
from enrolment.models import Allocation, Decision, Enrolment
from research.bundle.people import Scope
from research.bundle.writing import Wanted, write
from tests import trials, worlds
from tests.research import crowd
from tests.research.bundle.bundles import KEY, everything, rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trial() -> Trial:
    people = crowd.people()
    made = trials.trial(worlds.campaign(), arms={"usual-care": {}, "new-care": {}})
    for name in ("amina", "bo"):
        draw(made, people[name])
    Decision.objects.filter(step_key="day.0").update(
        options=["long-one", "short-one"], probabilities=[0.6, 0.4],
        draw=0.375, variant="short-one", text_key="day.0@short-one", policy_version="1",
        arm="dose=new-care",
    )  # fmt: skip
    return made


def draw(of: Trial, enrolment: Enrolment) -> None:
    factor = of.factors.get()
    Allocation.objects.create(
        enrolment=enrolment, trial=of, factor=factor, arm=factor.arms.get(key="new-care"),
        stratum="language=en", block=1, position=enrolment.pk, method="blocks", draw=0.625,
        probabilities={"usual-care": 0.5, "new-care": 0.5}, seed_hash=of.seed_hash,
        generator="test", policy_version="1", allocated_at=crowd.NOW,
    )  # fmt: skip


def bundle(folder: Path, *, with_arms: bool = False) -> None:
    folder.mkdir()
    campaign = worlds.campaign()
    scope = Scope(campaign.pk, KEY, crowd.NOW, with_arms)
    write(wanted=Wanted(campaign, scope), folder=folder, told=lambda done, total: None)


def test_nothing_tells_an_arm_of_a_blinded_trial_that_runs(trial: Trial, tmp_path: Path) -> None:
    bundle(tmp_path / "out")

    told = rows(tmp_path / "out", "allocations")
    assert len(told) == 2
    for row in told:
        assert row["blinded"] == "1"
        hidden = ("arm", "block_id", "seq_no", "probabilities", "draw")
        assert [row[column] for column in hidden] == [""] * 5
    for path, content in everything(tmp_path / "out").items():
        for word in (b"new-care", b"usual-care", b"short-one", b"0.375", b"0.625"):
            assert word not in content, path
    assert "A blinded trial is running" in (tmp_path / "out" / "README.md").read_text()


def test_arms_are_there_for_who_may_unblind(trial: Trial, tmp_path: Path) -> None:
    bundle(tmp_path / "out", with_arms=True)

    for row in rows(tmp_path / "out", "allocations"):
        assert (row["arm"], row["block_id"], row["draw"]) == ("new-care", "1", "0.625")
        assert json.loads(row["probabilities"]) == {"usual-care": 0.5, "new-care": 0.5}
    drawn = [row for row in rows(tmp_path / "out", "decisions") if row["draw"]]
    assert {row["variant"] for row in drawn} == {"short-one"}
    assert "A blinded trial" not in (tmp_path / "out" / "README.md").read_text()


@pytest.mark.parametrize("change", [{"blinded": False}, {"state": "stopped"}])
def test_open_or_stopped_trial_keeps_nothing_back(
    trial: Trial, tmp_path: Path, change: dict[str, object]
) -> None:
    if "state" in change:
        assert trial.move_to("stopped", stopped_at=crowd.NOW)
    else:
        Trial.objects.filter(pk=trial.pk).update(**change)

    bundle(tmp_path / "out")

    assert {row["arm"] for row in rows(tmp_path / "out", "allocations")} == {"new-care"}
    arms = {row["arm"] for row in rows(tmp_path / "out", "flow")}
    assert arms == {"all", "dose:new-care"}
