import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campaigns import access
from campaigns.models import Campaign
from messaging import clock
from research import reading_fhir
from research.reading_fhir import KINDS
from trust import audit
from trust.models import User


class Command(BaseCommand):
    help = "All FHIR R4 resources of a campaign, a file of NDJSON for each kind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="the campaign's key")
        parser.add_argument("folder", type=Path, help="where the files go; made if it is not there")
        parser.add_argument("--by", required=True, help="email of who may export research data")
        parser.add_argument("--organisation", help="its slug, where two have such a campaign")

    def handle(
        self, *, campaign: str, folder: Path, by: str, organisation: str | None, **options: object
    ) -> None:
        found = Campaign.objects.select_related("sender").filter(key=campaign)
        if organisation:
            found = found.filter(organisation__slug=organisation)
        if found.count() != 1:
            raise CommandError(f"No one campaign has the key {campaign!r}.")
        chosen, actor = found.get(), User.objects.filter(email=by).first()
        if actor is None:
            raise CommandError("Nobody has this email.")
        if not access.reach_of(actor).may("research.export", chosen.pk):
            audit.record(verb="research.export_refused", subject=chosen, actor=actor)
            raise CommandError("This person may not export the campaign's research data.")
        folder.mkdir(parents=True, exist_ok=True)
        counts = {kind: self._write(chosen, kind, folder) for kind in KINDS}
        audit.record(verb="research.export_fhir", subject=chosen, actor=actor, detail=counts)
        for kind, count in counts.items():
            self.stdout.write(f"{kind}: {count}")

    def _write(self, campaign: Campaign, kind: str, folder: Path) -> int:
        count, now = 0, clock.calendar_now()
        with (folder / f"{kind}.ndjson").open("w", encoding="utf-8") as out:
            for resource in reading_fhir.read_all(campaign=campaign, kind=kind, now=now):
                out.write(json.dumps(resource, ensure_ascii=False) + "\n")
                count += 1
        return count
