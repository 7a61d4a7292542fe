from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaigns import loading
from campaigns.compiling import content_of
from campaigns.models import CampaignVersion
from campaigns.pack import read_pack
from campaigns.unloading import as_pack
from tests import worlds
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

MCESSATION = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"
VARIABLES = {"programme": "Breathe Easy", "quitline": "0808 157 0123", "emergency_number": "999"}


@pytest.mark.parametrize("curriculum", ["mcessation", "mdiabetes", "mwellness"])
def test_pack_to_rows_and_back_is_the_same_pack(curriculum: str) -> None:
    pack = read_pack(MCESSATION.parent / curriculum)

    version = loading.load(pack=pack, campaign=worlds.campaign(), author=None)

    version.refresh_from_db()
    assert as_pack(version) == pack
    assert version.status == CampaignVersion.Status.DRAFT
    assert AuditEvent.objects.filter(verb="version.load").exists()


def test_loaded_pack_compiles_with_its_country_variables() -> None:
    campaign = worlds.campaign()
    campaign.variables = VARIABLES
    campaign.save()
    version = loading.load(pack=read_pack(MCESSATION), campaign=campaign, author=None)

    content = content_of(version.pk)

    assert "0808 157 0123" in content.wording("reply.mood.bad", "en").parts[0]
    assert content.slots_fit
    assert len(content.banks["crave"]) == 20


def test_second_load_is_the_next_number() -> None:
    pack = read_pack(MCESSATION)
    first = loading.load(pack=pack, campaign=worlds.campaign(), author=None)
    second = loading.load(pack=pack, campaign=worlds.campaign(), author=None)

    assert (first.number, second.number) == (1, 2)


def test_command_loads_and_counts() -> None:
    worlds.campaign()
    said = StringIO()

    call_command("load_pack", str(MCESSATION), campaign="quit", stdout=said)

    assert "v1 is a draft now: 27 stages, 3381 texts" in said.getvalue()


def test_command_notes_the_author_and_refuses_an_unknown_one() -> None:
    worlds.campaign()
    writer = User.objects.create(email="writer@clinic.example", organisation=worlds.organisation())

    call_command(
        "load_pack", str(MCESSATION), campaign="quit", author=writer.email, stdout=StringIO()
    )
    with pytest.raises(CommandError, match="--author"):
        call_command(
            "load_pack", str(MCESSATION), campaign="quit", author="x@x.example", stdout=StringIO()
        )

    assert CampaignVersion.objects.get().author == writer


def test_command_with_a_bad_pack_changes_nothing(tmp_path: Path) -> None:
    worlds.campaign()
    said = StringIO()

    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("load_pack", str(tmp_path), campaign="quit", stdout=said)

    assert "stages.yaml:1: the file is missing" in said.getvalue()
    assert not CampaignVersion.objects.exists()


def test_command_for_an_unknown_campaign_names_the_known() -> None:
    worlds.campaign()

    with pytest.raises(CommandError, match="Known: quit"):
        call_command("load_pack", str(MCESSATION), campaign="qiut", stdout=StringIO())


def test_check_only_looks() -> None:
    said = StringIO()

    call_command("load_pack", str(MCESSATION), check=True, stdout=said)

    assert "no problems" in said.getvalue()
