"""Questions of consent in a pack: what is refused, what conditions may ask, the way to rows and
back."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.compiling import compile_version
from campaigns.conditions import Facts, compile_condition
from campaigns.diff import diff
from campaigns.loading import load
from campaigns.pack import PackRefused, read_pack
from campaigns.pack_files import dump
from campaigns.unloading import as_pack
from tests import worlds

STUDY = Path(__file__).parents[1] / "packs" / "study"


def test_dump_then_read_gives_the_same_pack(tmp_path: Path) -> None:
    pack = read_pack(STUDY)

    dump(pack, tmp_path)

    assert read_pack(tmp_path) == pack


@pytest.mark.django_db
def test_loaded_and_unloaded_pack_is_the_same() -> None:
    pack = read_pack(STUDY)

    version = load(pack=pack, campaign=worlds.campaign(), author=None)

    version.refresh_from_db()
    assert as_pack(version) == pack
    assert compile_version(version).questions["study"].consent == "research"


def test_change_of_what_is_asked_is_told_in_words() -> None:
    before = read_pack(STUDY)
    questions = tuple(
        replace(question, consent="") if question.key == "call" else question
        for question in before.questions
    )

    found = diff(before, replace(before, questions=questions))

    assert [(row.key, row.aspect, row.before, row.after) for row in found] == [
        ("call", "consent", "follow_up_call", "none")
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "questions",
            "consent: research",
            "consent: everything",
            "consent is 'everything'; it must be one of",
        ),
        (
            "questions",
            "type: yes_no\n  consent: follow_up_call",
            "type: text\n  consent: follow_up_call",
            "consent is a yes or a no",
        ),
        (
            "questions",
            '"no": {reply: study.no}',
            '"no": {reply: study.no, then: ineligible}',
            "a no to this ends nothing",
        ),
        ("questions", "consent: data_sharing", "consent: data_sharing\n  attribute: age", "ledger"),
        (
            "keywords",
            "- {action: ask, question: sharing, words: {en: [SHARING]}}\n",
            "",
            "what was given can be taken back: give sharing a keyword",
        ),
        (
            "texts.en",
            "  again.sharing:",
            '  ask.sharing: "Clinic too? YES or NO"\n  again.sharing:',
            "asked in one wording, question.sharing; take ask.sharing out",
        ),
        (
            "texts.en",
            "  again.sharing:",
            '  remind.sharing: "Clinic too? YES or NO"\n  again.sharing:',
            "take remind.sharing out",
        ),
        ("stages", '"consent.research"', '"consent.reserch"', "did you mean research?"),
        ("stages", '"consent.research"', "\"consent.research = 'yes'\"", "true or false by itself"),
        ("stages", '"consent.research"', '"known(consent.research)"', "by itself: not asked is no"),
    ],
)
def test_consent_with_a_mistake_is_refused(
    tmp_path: Path, file: str, old: str, new: str, problem: str
) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(STUDY, folder)
    text = (folder / f"{file}.yaml").read_text()
    assert old in text
    (folder / f"{file}.yaml").write_text(text.replace(old, new, 1))

    with pytest.raises(PackRefused) as refused:
        read_pack(folder)

    assert any(problem in str(found) for found in refused.value.problems), refused.value.problems


def test_condition_may_not_name_a_consent_nobody_asks(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(STUDY, folder)
    text = (folder / "questions.yaml").read_text()
    (folder / "questions.yaml").write_text(text.replace("  consent: data_sharing\n", ""))

    with pytest.raises(PackRefused) as refused:
        read_pack(folder)

    assert "no question asks for consent to data_sharing" in str(refused.value.problems)


@pytest.mark.parametrize(
    ("values", "stands"),
    [({}, False), ({"consent.research": "yes"}, True), ({"consent.research": "no"}, False)],
)
def test_who_was_not_asked_has_not_consented(values: dict[str, str], stands: bool) -> None:
    facts = Facts(values=values)

    assert compile_condition("consent.research")(facts) is stands
    assert compile_condition("not consent.research")(facts) is not stands
