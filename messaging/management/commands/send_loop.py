from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging import clock, draining


class Command(BaseCommand):
    help = "Sends what is due without Celery, until it is stopped (Ctrl-C) or nothing is left."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="End when nothing is due any more.")
        parser.add_argument(
            "--every", type=float, default=1.0, help="Seconds between two looks when idle."
        )

    def handle(self, *args: Any, once: bool, every: float, **options: Any) -> None:
        try:
            sent = draining.drain(once=once, pause=timedelta(seconds=every))
        except clock.ClockRefused as refused:
            raise CommandError(str(refused)) from refused
        except KeyboardInterrupt:
            return
        self.stdout.write(f"{sent} messages handled.")
