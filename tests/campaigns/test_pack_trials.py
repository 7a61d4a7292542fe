"""Trials in a pack: what is refused and what to do, the way to rows, a workbook and back."""

import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import trials
from campaigns.compiling import compile_version
from campaigns.conditions import BadCondition, compile_condition
from campaigns.loading import load
from campaigns.models import Trial
from campaigns.pack import PackRefused, read_pack
from campaigns.pack_files import dump
from campaigns.pack_vocabulary import vocabulary
from campaigns.trial_rows import plan_of, planned_in
from campaigns.unloading import as_pack
from campaigns.workbook import read_workbook
from campaigns.workbook_writing import write_workbook
from enrolment.persona import Persona
from enrolment.rehearsal import rehearse
from enrolment.simulation import Crowd, simulate
from tests import worlds
from tests.factories import UserFactory

TRIAL = Path(__file__).parents[1] / "packs" / "trial"


def refused(tmp_path: Path, old: str, new: str, file: str = "trials.yaml") -> list[str]:
    folder = tmp_path / "pack"
    shutil.copytree(TRIAL, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackRefused) as found:
        read_pack(folder)
    return [str(problem) for problem in found.value.problems]


def test_dump_then_read_gives_the_same_pack(tmp_path: Path) -> None:
    pack = read_pack(TRIAL)

    dump(pack, tmp_path)

    assert read_pack(tmp_path) == pack
    assert [trial.key for trial in pack.trials] == ["texts", "tips"]


def test_workbook_brings_the_trials_back() -> None:
    pack = read_pack(TRIAL)

    assert read_workbook(write_workbook(pack)) == pack


@pytest.mark.django_db
def test_loaded_version_plans_and_draws_what_the_pack_says() -> None:
    pack = read_pack(TRIAL)

    version = load(pack=pack, campaign=worlds.campaign(), author=None)

    version.refresh_from_db()
    assert as_pack(version) == pack
    assert planned_in(version) == pack.trials
    content = compile_version(version)
    drawn = {step.key: step.draw.kind for step in content.steps if step.draw is not None}
    assert drawn == {"tip.1": "micro", "tip.2": "ab", "again.draw": "again"}
    assert content.randomises
    assert content.counts_from_joining


@pytest.mark.django_db
def test_planned_trial_is_set_up_and_starts_once_its_version_is_published() -> None:
    version = load(pack=read_pack(TRIAL), campaign=worlds.campaign(), author=None)
    keeper = UserFactory(organisation=worlds.organisation())
    for plan in planned_in(version):
        trials.make(campaign=version.campaign, plan=plan, actor=keeper)
    worlds.publish(version)

    for trial in Trial.objects.all():
        assert trials.faults_at_start(trial) == []
        trials.start(trial=trial, reason="Ready", actor=keeper, now=worlds.NOON)

    assert plan_of(Trial.objects.get(key="texts")).factors[1].arms[1].delay_days == 14


@pytest.mark.django_db
def test_trial_that_its_version_plans_otherwise_does_not_start() -> None:
    version = load(pack=read_pack(TRIAL), campaign=worlds.campaign(), author=None)
    keeper = UserFactory(organisation=worlds.organisation())
    made = trials.make(campaign=version.campaign, plan=planned_in(version)[0], actor=keeper)
    worlds.publish(version)
    Trial.objects.filter(pk=made.pk).update(block_sizes=[8])
    made.refresh_from_db()

    assert "plans this trial differently" in trials.faults_at_start(made)[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("method: stratified", "method: blocked", "method is 'blocked'"),
        ("block_sizes: [4, 8]", "block_sizes: [3]", "must be a multiple of 2"),
        ("strata: [language,", "strata: [langage,", "nothing is called 'langage'"),
        ("strata: [language,", "strata: [age,", "age has too many values"),
        ("consent: research", "consent: love", "consent is 'love'"),
        ('eligible: "age >= 18"', 'eligible: "height > 2"', "nothing is called height"),
        ("step: again.draw", "step: again.drew", "did you mean 'again.draw'"),
        ("delay_days: 14", "delay: 14", "unknown key 'delay'"),
        ("key: later", "key: now", "two arms of start have one key"),
        ("name: More}", "name: More, delay_days: 3}", "can't change version, profile or start"),
        ("name: Now}", "name: Now, profile: high}", "no profile is called 'high'"),
        ("text: 0.6,", "text: 0.7,", "add up to 1.1"),
        ("step: tip.1", "step: tip.9", "no step is called 'tip.9'"),
        ("warm: 0.5", "hot: 0.5", "is no variant of step tip.2"),
        ("of: sharing", "of: caring", "no question is called 'caring'"),
        ("options: {text: 0.9, nothing: 0.1}", "options: {text: 1}", "has the same options"),
        ("- key: start", "- key: texts", "two factors called texts"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_to_do(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    found = refused(tmp_path, old, new)

    assert any(problem.startswith("trials.yaml:") and told in problem for problem in found), found


def test_outcomes_of_a_delayed_arm_are_counted_from_joining(tmp_path: Path) -> None:
    found = refused(tmp_path, "anchor: joined", "anchor: enrolment", "stages.yaml")

    assert "count outcomes from joined" in found[0]


def test_condition_on_an_arm_that_no_trial_has_is_refused(tmp_path: Path) -> None:
    found = refused(tmp_path, "arm.texts = 'real'", "arm.texts = 'reel'", "stages.yaml")

    assert "not among the choices of arm.texts" in found[0]


def test_who_chooses_people_by_hand_may_not_choose_by_arm() -> None:
    with pytest.raises(BadCondition, match=r"nothing is called arm\.texts"):
        compile_condition("arm.texts = 'real'", known=vocabulary(read_pack(TRIAL), arms=False))


@pytest.mark.django_db
def test_rehearsal_plays_the_arm_a_persona_names() -> None:
    version = load(pack=read_pack(TRIAL), campaign=worlds.campaign(), author=None)
    content = compile_version(version)
    joins = worlds.NOON.replace(tzinfo=None)
    answers = {"first_name": "Ada", "age": "44", "study": "yes", "call": "no", "sharing": "no"}

    def sent(**arms: str) -> set[str]:
        persona = Persona(
            key="ada", name="Ada", joins=joins, zone="Europe/London", days=40, answers=answers,
            arms={"start": "now", **arms},
        )  # fmt: skip
        told = rehearse(content, persona).entries
        return {str(entry) for entry in told if "queued" in str(entry) or "sent" in str(entry)}

    real, matched = " ".join(sent(texts="real")), " ".join(sent(texts="matched"))
    assert "glass of water" in real
    assert "glass of water" not in matched
    assert "dark room" in matched


@pytest.mark.django_db
def test_crowd_lives_through_trials_without_a_sealed_seed() -> None:
    version = load(pack=read_pack(TRIAL), campaign=worlds.campaign(), author=None)
    crowd = Crowd(people=12, days=20, seed=4, start=worlds.NOON.date(), zone="Europe/London")

    once = simulate(compile_version(version), crowd)

    assert once.as_json() == simulate(compile_version(version), crowd).as_json()
    assert once.people == 12


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "campaigns:journey", "campaigns:texts", "campaigns:lint", "campaigns:techniques",
        "enrolment:ethics_pack", "enrolment:version_preview", "campaigns:version_workbook",
    ],
)  # fmt: skip
def test_page_of_a_version_opens_where_a_step_only_draws(name: str) -> None:
    version = load(pack=read_pack(TRIAL), campaign=worlds.campaign(), author=None)
    worlds.publish(version)
    user = UserFactory(
        organisation=worlds.organisation(), organisation_role="programme_manager", is_staff=True
    )
    client = Client()
    client.force_login(user)

    assert client.get(reverse(name, args=[version.pk])).status_code == 200
