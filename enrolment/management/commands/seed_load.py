from argparse import ArgumentParser
from time import monotonic

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaigns.models import CampaignVersion
from enrolment import demo
from enrolment.seeding import Amounts, SeedingRefused, require_fakes, seed
from messaging import clock


class Command(BaseCommand):
    help = (
        "Loads a large invented installation into the demo's campaign: people, texts out and in "
        "over the last 180 days. Stopped, it goes on where it was when run again with the same "
        "figures. Refused unless DEMO is on and every sender is fake."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--participants", type=int, default=1_000_000)
        parser.add_argument("--messages", type=int, default=5_000_000)
        parser.add_argument("--inbound", type=int, default=200_000)
        parser.add_argument("--seed", type=int, default=1, dest="seed_number")

    def handle(
        self, *, participants: int, messages: int, inbound: int, seed_number: int, **options: object
    ) -> None:
        if not settings.DEMO:
            raise CommandError("Set DEMO=1 to load invented people; never on a real installation.")
        if participants < 1 or min(messages, inbound) < 0:
            raise CommandError("At least one participant, and no fewer than no texts.")
        try:
            require_fakes()
            self._load(Amounts(participants, messages, inbound), seed_number)
        except SeedingRefused as refused:
            raise CommandError(str(refused)) from refused

    def _load(self, amounts: Amounts, seed_number: int) -> None:
        began = monotonic()
        demo.seed(curricula=settings.CURRICULA_DIR)
        version = CampaignVersion.objects.select_related("campaign").get(
            campaign__organisation__slug="demo", campaign__key="mcessation", status="published"
        )
        now = clock.calendar_now()
        for people in seed(version=version, amounts=amounts, seed_number=seed_number, now=now):
            spent = monotonic() - began
            self.stdout.write(f"{people} of {amounts.participants} people, {spent:.0f} s")
