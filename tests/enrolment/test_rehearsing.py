"""The commands, the shipped personas and transcripts, and what an approver accepted."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from campaigns import loading
from campaigns.models import Campaign, CampaignVersion
from campaigns.pack import read_pack
from enrolment import rehearsed, rehearsing
from enrolment.models import Enrolment
from enrolment.persona import read_persona
from enrolment.rehearsal import rehearse
from enrolment.rehearsed import PERSONAS
from enrolment.rehearsing import TRANSCRIPTS
from enrolment.transcript import differences, from_json
from tests import worlds
from trust.models import User

pytestmark = pytest.mark.django_db

CURRICULA = sorted(path.parent for path in Path(settings.CURRICULA_DIR).glob(f"*/{PERSONAS}"))
MCESSATION = Path(settings.CURRICULA_DIR) / "mcessation"
AMINA = """
format: 1
key: amina
name: Amina
joins: "2026-12-01 12:00"
zone: Europe/London
days: 14
answers: {uses: "yes", name: Amina, date: in 9 days}
"""


@pytest.fixture
def persona(tmp_path: Path) -> Path:
    path = tmp_path / "amina.yaml"
    path.write_text(AMINA)
    return path


def said(*words: object, **options: object) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("folder", CURRICULA, ids=lambda folder: folder.name)
def test_shipped_personas_fare_as_their_transcripts_say(folder: Path) -> None:
    """When this fails, read what it names; if that is meant, accept it: docs/rehearsal.md."""
    stage = rehearsing.stage_of_pack(folder)
    found = {}

    for path in sorted((folder / PERSONAS).glob("*.yaml")):
        told = rehearse(stage.content, read_persona(path), country=stage.country)
        kept = rehearsing.kept_transcript(folder / TRANSCRIPTS, told.persona)
        assert kept is not None, f"no transcript of {told.persona} was accepted"
        found[told.persona] = [str(difference) for difference in differences(kept, told)]

    assert {persona: lines for persona, lines in found.items() if lines} == {}


def test_pack_rehearsed_from_its_folder_leaves_no_row() -> None:
    rehearsing.stage_of_pack(MCESSATION)

    assert not CampaignVersion.objects.exists()
    assert not Campaign.objects.exists()


def test_transcript_kept_as_a_file_has_a_line_for_each_entry(persona: Path, tmp_path: Path) -> None:
    version = worlds.version()

    said("rehearse", "quit", "--persona", persona, "--accept", tmp_path)

    text = (tmp_path / "amina.json").read_text()
    kept = from_json(json.loads(text))
    assert sum('"kind"' in line for line in text.splitlines()) == len(kept.entries)
    assert rehearsing.kept_transcript(tmp_path, "amina") == kept
    assert version.campaign.key == "quit"


def test_rehearsal_is_told_in_lines(persona: Path) -> None:
    worlds.version()

    told = said("rehearse", "quit", "--persona", persona, "--words")

    assert "Thu 10 Dec 2026  Q" in told
    assert "< day.0: Today is the day, Amina." in told
    assert not Enrolment.objects.exists()


def test_rehearsal_is_told_as_json(persona: Path) -> None:
    worlds.version()

    kept = json.loads(said("rehearse", "quit", "--persona", persona, "--json", "--days", "3"))

    assert (kept["persona"], kept["format"]) == ("amina", 1)
    assert all("words" not in entry for entry in kept["entries"])


def test_comparison_fails_when_a_persona_fares_differently(persona: Path, tmp_path: Path) -> None:
    worlds.version()
    said("rehearse", "quit", "--persona", persona, "--accept", tmp_path)

    same = said("rehearse", "quit", "--persona", persona, "--against", tmp_path)
    persona.write_text(AMINA.replace("in 9 days", "in 8 days"))

    assert "amina: no differences" in same
    with pytest.raises(CommandError, match="1 of 1 personas fare differently"):
        said("rehearse", "quit", "--persona", persona, "--against", tmp_path)


def test_version_asked_for_is_the_one_rehearsed(persona: Path) -> None:
    first = worlds.version()
    worlds.version(first.campaign, extra_days=(3,))

    newest = said("rehearse", "quit", "--persona", persona)
    older = said("rehearse", "quit", "--persona", persona, "--version-number", "1")

    assert ("day.3" in newest, "day.3" in older) == (True, False)


def test_draft_is_rehearsed_where_nothing_is_published(persona: Path) -> None:
    worlds.version(published=False)

    assert "day.0" in said("rehearse", "quit", "--persona", persona)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("unheard-of",), "No campaign has the key unheard-of"),
        (("quit", "--version-number", "9"), "quit has no such version"),
        (("quit", "--days", "0"), "a number of days above 0"),
    ],
)
def test_wrong_call_is_refused_in_words(
    persona: Path, words: tuple[str, ...], problem: str
) -> None:
    worlds.version()

    with pytest.raises(CommandError, match=problem):
        said("rehearse", *words, "--persona", persona)


def test_key_of_two_organisations_wants_one_named(persona: Path) -> None:
    worlds.version(worlds.campaign("clinic"))
    worlds.version(worlds.campaign("hospital"))

    with pytest.raises(CommandError, match="--organisation"):
        said("rehearse", "quit", "--persona", persona)
    assert "day.0" in said("rehearse", "quit", "--persona", persona, "--organisation", "hospital")


def test_broken_persona_is_refused_with_its_lines(persona: Path) -> None:
    worlds.version()
    persona.write_text(AMINA.replace("days: 14", "days: 0"))

    with pytest.raises(CommandError, match="1 problems in the persona"):
        said("rehearse", "quit", "--persona", persona)


def test_folder_without_personas_is_refused(tmp_path: Path) -> None:
    worlds.version()

    with pytest.raises(CommandError, match="holds no persona"):
        said("rehearse", "quit", "--persona", tmp_path)


def test_simulation_is_told_in_lines_and_as_json() -> None:
    worlds.version()
    crowd = ("--people", "20", "--days", "30", "--processes", "1", "--start", "2027-01-04")

    lines = said("simulate", "quit", *crowd, "--price", "0.1")
    kept = json.loads(said("simulate", "quit", *crowd, "--json"))

    assert lines.startswith("20 people, 30 days each")
    assert "cost at most" in lines
    assert (kept["people"], kept["cost"]) == (20, None)


@pytest.mark.parametrize("words", [("--people", "0"), ("--days", "800"), ("--processes", "0")])
def test_simulation_out_of_range_is_refused(words: tuple[str, str]) -> None:
    worlds.version()

    with pytest.raises(CommandError, match="please"):
        said("simulate", "quit", *words)


def test_accepted_transcript_of_the_nearest_version_before_counts(persona: Path) -> None:
    first = worlds.version()
    second = worlds.version(first.campaign)
    told = rehearse(rehearsing.stage_of_pack(MCESSATION).content, read_persona(persona))
    actor = User.objects.create(email="r@clinic.example", organisation=worlds.organisation())
    accept = {"transcript": told, "actor": actor, "now": worlds.NOON}

    kept = rehearsing.accept_transcript(version=first, **accept)

    assert rehearsing.accepted_transcript(second, "amina") == kept
    again = rehearsing.accept_transcript(version=second, **accept)
    assert rehearsing.accepted_transcript(second, "amina") == again
    assert rehearsing.accepted_transcript(first, "amina") == kept


def test_personas_belong_to_the_curriculum_the_version_came_from() -> None:
    version = worlds.version()
    assert list(rehearsed.shipped_personas(version)) == []

    version.pack = {"key": "mcessation"}

    assert MCESSATION / PERSONAS / "on_time.yaml" in rehearsed.shipped_personas(version)


def test_personas_that_fare_as_shipped_are_accepted_at_once() -> None:
    campaign = worlds.campaign()
    campaign.variables = {"programme": "Breathe", "quitline": "1", "emergency_number": "2"}
    campaign.save()
    version = loading.load(pack=read_pack(MCESSATION), campaign=campaign, author=None)
    actor = User.objects.create(email="r@clinic.example", organisation=worlds.organisation())
    version.steps.filter(key="quit.03").delete()
    at = {"version": version, "actor": actor, "now": worlds.NOON}

    same, other = rehearsing.accept_unchanged(**at)

    # Whoever reaches the quit day misses a text.
    assert "on_time" in other
    assert set(same) | set(other) == {path.stem for path in rehearsed.shipped_personas(version)}
    assert rehearsed.unaccepted(version) == sorted(other)


@pytest.mark.parametrize("key", ["..", "../..", "mcessation/..", "/etc"])
def test_pack_key_leads_nowhere_else(key: str) -> None:
    version = worlds.version()
    version.pack = {"key": key}

    assert rehearsed.shipped_folder(version) is None


def test_file_is_written_the_same_however_often(tmp_path: Path, persona: Path) -> None:
    told = rehearse(rehearsing.stage_of_pack(MCESSATION).content, read_persona(persona))
    worded = replace(
        told, entries=tuple(replace(entry, words="other words") for entry in told.entries)
    )

    first = rehearsing.keep_transcript(tmp_path, told).read_text()

    assert rehearsing.keep_transcript(tmp_path, worded).read_text() == first
