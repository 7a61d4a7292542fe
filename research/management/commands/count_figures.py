"""Counts what the worker counts in its own time."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from messaging import clock
from research import counting


class Command(BaseCommand):
    help = "Brings the figures up to date now: every day that may have changed, and everybody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anew",
            action="store_true",
            help="every day, after old rows were loaded",
        )

    def handle(self, *, anew: bool, **options: object) -> None:
        days = counting.count_all(now=clock.calendar_now(), anew=anew)
        self.stdout.write(f"{days} days counted, and everybody")
