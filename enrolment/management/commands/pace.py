import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from enrolment import pacing
from messaging.clock import ClockRefused

_STEPS_A_DAY = 24 * 60 // pacing.STEP_MINUTES


class Command(BaseCommand):
    help = "Presses the phone page's clock: a calendar day passes in so many seconds. Demo only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=float, required=True, help="seconds a day lasts")

    def handle(self, *, day: float, **options: object) -> None:
        if day <= 0:
            raise CommandError("--day wants a number of seconds above 0, such as 20.")
        pause = day / _STEPS_A_DAY
        while True:
            started = time.monotonic()
            try:
                pacing.advance(minutes=pacing.STEP_MINUTES)
            except ClockRefused as refused:
                raise CommandError(str(refused)) from refused
            except pacing.StillBusy:
                self.stderr.write("work has not come to rest; the clock waits")
            time.sleep(max(0.0, pause - (time.monotonic() - started)))
