import time
from argparse import ArgumentParser

import structlog
from django.core.management.base import BaseCommand
from django.db import connection

from enrolment import noticing, troubles
from messaging import clock

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Looks for troubles every few seconds and tells whoever is to be told of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Look once; for cron, each minute.")
        parser.add_argument("--every", type=float, default=10.0, help="Seconds between two looks.")

    def handle(self, *, once: bool, every: float, **options: object) -> None:
        while True:
            try:
                now, calendar = clock.both()
                moved = troubles.watch(now=now, calendar=calendar)
                told = noticing.deliver_due(now=now)
            except Exception as trouble:
                if once:
                    raise
                # Under `config.run` the house ends with any of its processes: this one looks again,
                # on a connection of its own.
                log.exception("watch_put_off", reason=type(trouble).__name__)
                connection.close()
            else:
                if once:
                    self.stdout.write(f"{moved} troubles began or ended; {told} notices tried")
            if once:
                return
            time.sleep(every)
