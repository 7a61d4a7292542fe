"""Computes every draw of a trial anew from its sealed seed. The seed is not shown."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Trial
from enrolment import recomputing


class Command(BaseCommand):
    help = "Says whether a trial's ledger is what its seed gives; fails where it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="its key")
        parser.add_argument("trial", help="its key")

    def handle(self, *, campaign: str, trial: str, **options: object) -> None:
        found = list(Trial.objects.filter(campaign__key=campaign, key=trial))
        if len(found) != 1 or found[0].seed is None:
            raise CommandError(f"No trial {trial} of {campaign} has started.")
        made = recomputing.recompute(found[0])
        if not made.seed_fits:
            raise CommandError("The seed is not the one whose hash was published.")
        if not made.is_whole:
            raise CommandError(
                f"Otherwise than drawn: allocations {list(made.other_allocations)[:20]}, "
                f"decisions {list(made.other_decisions)[:20]}"
            )
        self.stdout.write(
            f"{made.allocations} allocations and {made.decisions} draws at steps are what the "
            "seed gives"
        )
