"""A pack that could never run is refused, with the place and the reason."""

import shutil
from pathlib import Path

import pytest

from campaigns.pack import PackRefused, read_pack

MCESSATION = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"
PATH = "  then: {after_days: 7, enter: not_ready}\n"
NOT_READY = "- key: not_ready\n  name: Not ready yet\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("stages", "product = 'vape'", "product = = 'vape'", "column 11"),
        ("stages", "product = 'vape'", "prodct = 'vape'", "product"),
        ("stages", "product = 'vape'", "product = 'pipe'", "pipe"),
        ("stages", "product = 'vape'", "product > 3", "product"),
        ("stages", "attempt = 1", "days_since(quitdate) > 1", "quit_date"),
        ("stages", "anchor: silence", "anchor: silense", "did you mean 'silence'"),
        ("stages", "anchor: silence", "anchor: calendar.", "no anchor is called 'calendar.'"),
        (
            "stages",
            NOT_READY,
            NOT_READY + "  then: {after_days: 9, enter: relapse}\n",
            "in a circle: relapse -> not_ready -> relapse",
        ),
        ("campaign", 'nb: "no"', "nb: Kari Eksempel", "say no, or who read it and when"),
        ("campaign", 'nb: "no"', "nb: {by: Kari Eksempel}", "on is missing"),
        ("campaign", 'nb: "no"', "nb: {on: 2026-11-02}", "by is missing"),
        ("campaign", 'nb: "no"', "nb: {by: Kari, on: 2026-02-30}", "a day such as 2027-03-01"),
        ("campaign", 'nb: "no"', "nb: {by: Kari, on: 2.11.2026}", "a day such as 2027-03-01"),
        ("campaign", 'nb: "no"', "nb: {by: Kari, on: 2026-11-02, at: Oslo}", "unknown key 'at'"),
        ("campaign", 'nb: "no"', 'nbb: "no"', "'nbb' is not one of the languages"),
        ("stages", PATH, "  then: {enter: not_ready}\n", "both after_days and enter"),
        ("stages", PATH, "  then: {after_days: 7, enter: eve}\n", "no stage with anchor entry"),
        ("stages", "anchor: quit_date\n  track: core", "anchor: quit_date\n  track: path", "entry"),
        ("stages", "pool: tip", "pool: tips", "did you mean 'tip'"),
        ("stages", "bank: tip", "bank: tipp", "did you mean 'tip'"),
        ("stages", "profiles: [high]", "profiles: [hihg]", "did you mean 'high'"),
        ("stages", "repeat: {every_days: 2, times: 45}", "repeat: {times: 45}", "every_days"),
        ("stages", "{name: vape,", "{name: Vape!,", "small letters"),
        ("campaign", "silent_days: 14\n", "", "silent_days is not set"),
        ("campaign", "more: high", "more: higher", "did you mean 'high'"),
        ("campaign", "default_profile: standard", "default_profile: usual", "no profile"),
        ("campaign", "caps: {day: 6, week: 42}", "caps: {day: 4}", "caps allow 4 a day"),
        ("campaign", "min_gap_minutes: 100", "min_gap_minutes: 240", "more than its hours hold"),
        ("campaign", "product: {type: choice}", "product: {type: number}", "type number"),
        ("campaign", 'end: "08:25"', 'end: "07:00"', "start must lie before end"),
        ("campaign", 'start: "08:00", end: "20:30"', 'start: "10:00", end: "12:00"', "outside"),
        ("campaign", "  product: {type: choice}\n", "", "no attribute is called 'product'"),
        ("questions", "next: already_quit", "next: allready_quit", "did you mean 'already_quit'"),
        ("questions", "stage: not_ready", "stage: eve", "no stage with anchor entry"),
        ("questions", "range: {from: 0, to: 100}", "range: {from: 9, to: 1}", "after its to"),
        ("questions", "then: more", "then: moore", "then is 'moore'"),
        ("keywords", "stage: weight", "stage: wait", "did you mean 'weight'"),
        ("keywords", "question: relapse_confirm", "question: relapse", "relapse_confirm"),
        ("keywords", "- action: less\n", "- action: less\n  case: soon\n", "has no case"),
        ("keywords", "en: [PAUSE, HOLIDAY]", "en: [STOPP, HOLIDAY]", "STOP"),
        ("texts.en", "  system.paused:", "  system.paussed:", "text system.paused is missing"),
        ("texts.en", "  early.03@vape:", "  early.03@wape:", "text early.03@vape is missing"),
        ("texts.en", '  own_reason: "', '  own_raison: "', "no short GSM-7 value for own_reason"),
        ("texts.en", "{{ resume_date }}", "{{ own_hours }}", "known only in system.time_set"),
    ],
)
def test_pack_is_refused(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    copy = tmp_path / "pack"
    shutil.copytree(MCESSATION, copy)
    path = copy / f"{file}.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))

    with pytest.raises(PackRefused) as refused:
        read_pack(copy)

    found = [str(problem) for problem in refused.value.problems]
    assert any(said in line for line in found), found
    assert all(".yaml:" in line for line in found)


@pytest.mark.parametrize(
    ("file", "old", "stage"),
    [
        ("keywords", "- action: slip\n", "after_slip"),
        ("keywords", "- action: enter\n  stage: sleep\n", "sleep"),
    ],
)
def test_a_stage_that_nothing_brings_about_is_refused(
    tmp_path: Path, file: str, old: str, stage: str
) -> None:
    copy = tmp_path / "pack"
    shutil.copytree(MCESSATION, copy)
    path = copy / f"{file}.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, "- action: later\n", 1))
    questions = copy / "questions.yaml"
    questions.write_text(questions.read_text().replace("then: slip", "then: null"))

    with pytest.raises(PackRefused) as refused:
        read_pack(copy)

    assert any(
        f"stage {stage} would never come" in str(found) for found in refused.value.problems
    ), refused.value.problems
