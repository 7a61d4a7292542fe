"""Whether the arms of a trial are alike in their strata. It tells people by arm: for who may see
them."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Trial
from research.trial_balance import balance


class Command(BaseCommand):
    help = "People by arm and stratum, and standardised differences against the first arm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="its key")
        parser.add_argument("trial", help="its key")

    def handle(self, *, campaign: str, trial: str, **options: object) -> None:
        found = list(Trial.objects.filter(campaign__key=campaign, key=trial))
        if len(found) != 1:
            raise CommandError(f"{len(found)} trials are called {trial} in {campaign}.")
        for each in balance(found[0]):
            counted = ", ".join(f"{arm} {people}" for arm, people in each.people.items())
            self.stdout.write(f"{each.factor}: {counted}")
            for line in each.lines:
                people = ", ".join(f"{arm} {number}" for arm, number in line.people.items())
                apart = ", ".join(
                    f"{arm} -" if found is None else f"{arm} {found:+.2f}"
                    for arm, found in line.difference.items()
                )
                self.stdout.write(f"  {line.level}: {people}; difference {apart}")
