from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from tests import worlds

pytestmark = pytest.mark.django_db

USUAL = (
    "--organisation", "clinic", "--key", "quit-britain", "--name", "Quit", "--zone",
    "Europe/London", "--languages", "nb,en", "--hours", "08:00-20:30",
    "--set", "programme=Breathe Easy", "--set", "emergency_number=999",
    "--set", "quitline=0300 123 1044",
)  # fmt: skip


def run(*options: str, curriculum: str = "mcessation") -> str:
    out = StringIO()
    call_command("new_country", curriculum, "GB", *USUAL, *options, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def clinic() -> None:
    worlds.sender()


def test_draft_is_made_and_what_remains_is_told() -> None:
    told = run("--sender", "Number", "--price", "0.03", "--currency", "GBP", "--minimum-age", "17")

    campaign = Campaign.objects.get(key="quit-britain")
    version = campaign.versions.get()
    assert (version.default_language, set(version.languages)) == ("nb", {"nb", "en"})
    assert (campaign.minimum_age, campaign.sender.currency) == (17, "GBP")
    assert "Quit v1 is a draft now" in told
    assert "Clinical approval" in told


def test_faults_are_named_by_their_options_and_nothing_is_made() -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="4 things"):
        call_command(
            "new_country", "mdiabetes", "GB", *USUAL, "--slot", "night=21:00-21:10",
            "--zone", "Mars", "--date", "ramadan=2020-01-01", stdout=out,
        )  # fmt: skip

    told = [line.partition(":")[0] for line in out.getvalue().splitlines()]
    assert told == ["--zone", "--slot night", "--set advice_line", "--date ramadan"]
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--organisation", "nowhere"), "Known: clinic"),
        (("--sender", "Nobody"), "Known: Number"),
        (("--author", "nobody@clinic.example"), "No user"),
        (("--price", "cheap"), "takes a number"),
        (("--price", "NaN"), "takes a number"),
        (("--date", "ramadan=soon"), "ramadan=2027-02-08"),
        (("--slot", "night"), "a name, = and a value"),
    ],
)
def test_what_is_not_there_is_said(options: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        run(*options)

    assert not Campaign.objects.exists()


def test_unknown_curriculum_is_answered_with_the_shipped_ones() -> None:
    with pytest.raises(CommandError, match=r"Shipped: .*mcessation, mdiabetes"):
        run(curriculum="mflying")
