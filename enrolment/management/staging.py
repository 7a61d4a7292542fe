"""Which content a command is about: a campaign's version, or a content pack's folder."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Campaign
from campaigns.pack import PackRefused
from campaigns.wording import MissingValue
from enrolment import rehearsing
from enrolment.rehearsing import Stage
from messaging import clock


def add_stage_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("campaign", help="a campaign's key, or a content pack's folder")
    parser.add_argument("--organisation", help="its slug, where two have a campaign of that key")
    parser.add_argument("--version-number", type=int, metavar="N", help="else the published one")


def stage_named(command: BaseCommand, options: Mapping[str, object]) -> Stage:
    """Raises CommandError in words."""
    name = str(options["campaign"])
    try:
        if (Path(name) / "campaign.yaml").is_file():
            return rehearsing.stage_of_pack(Path(name))
        number = options["version_number"]
        version = rehearsing.version_of(
            _campaign(name, options["organisation"]), number if isinstance(number, int) else None
        )
        if version is None:
            raise CommandError(f"{name} has no such version.")
        return rehearsing.stage_of(version, today=clock.calendar_now().date())
    except PackRefused as refused:
        for problem in refused.problems:
            command.stderr.write(str(problem))
        raise CommandError(f"{refused}: mend it in {name}") from refused
    except MissingValue as missing:
        raise CommandError(f"The campaign's variable {missing} has no value yet.") from missing


def _campaign(key: str, organisation: object) -> Campaign:
    found = Campaign.objects.filter(key=key)
    if organisation:
        found = found.filter(organisation__slug=organisation)
    campaigns = list(found[:2])
    if not campaigns:
        raise CommandError(f"No campaign has the key {key}, and no pack lies there.")
    if len(campaigns) > 1:
        raise CommandError(f"Two organisations have a campaign {key}: name one, --organisation.")
    return campaigns[0]
