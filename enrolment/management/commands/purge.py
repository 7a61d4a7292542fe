from argparse import ArgumentParser
from collections import Counter

from django.core.management.base import BaseCommand

from enrolment import purging
from messaging import clock
from trust import audit_months
from trust.models import Purge


class Command(BaseCommand):
    help = (
        "Takes away what was kept long enough, as each organisation has set. Safe at any time, "
        "also twice and beside the workers; stopped half-way it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one batch of each sort, no more")

    def handle(self, *, once: bool, **options: object) -> None:
        taken: Counter[str] = Counter()
        more = True
        while more:
            batch, more = purging.purge(now=clock.calendar_now())
            taken += batch
            if once:
                break
        audit_months.keep()
        for what, count in taken.items():
            self.stdout.write(f"{count} {Purge.What(what).label}")
        if not taken:
            self.stdout.write("nothing was due")
        if more:
            self.stdout.write("there may be more")
