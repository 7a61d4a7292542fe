from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from enrolment import restoring
from enrolment.erasure_log import LogUnreadable
from messaging import catching_up, holding
from messaging.catching_up import Caught


class Command(BaseCommand):
    help = (
        "After a restore to an older point: holds sending, obeys the STOPs and erasures since, and "
        "asks the providers what has left. Safe to run again. --release lets texts leave."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hold", action="store_true", help="hold sending, and no more")
        parser.add_argument("--release", action="store_true", help="let texts leave again")
        parser.add_argument(
            "--without-erasure-log",
            action="store_true",
            help="the log of erasures is lost: whoever was erased since is in this database again",
        )

    def handle(
        self, *, hold: bool, release: bool, without_erasure_log: bool, **options: object
    ) -> None:
        if release and holding.held_since() is None:
            raise CommandError("Sending is not held.")
        if holding.hold():
            self.stdout.write("Sending is held.")
        self.stdout.write(f"Books end {holding.standing().lost_from:%Y-%m-%d %H:%M:%S} UTC.")
        if hold:
            return
        self._catch_up(without_erasure_log)
        if not release:
            self.stdout.write("Sending is still held. Read this, then: after_restore --release")
            return
        try:
            restoring.release()
        except restoring.NotYet as why:
            raise CommandError(str(why)) from why
        self.stdout.write("Sending is released.")

    def _catch_up(self, without_log: bool) -> None:
        """Of an error only the kind is told: a provider's words may hold a number."""
        try:
            self.stdout.write(f"STOPs since then, obeyed now: {catching_up.take_in_stops()}")
            erased = restoring.erase_again(without_log=without_log)
            self.stdout.write(f"People erased again: {erased.again}; not here: {erased.absent}")
            restoring.plan()
            self._tell(catching_up.ask_providers())
        except LogUnreadable as why:
            raise CommandError(
                f"{why} Put it there, or say --without-erasure-log. Sending stays held."
            ) from why
        except Exception as error:
            raise CommandError(
                f"Broken off by {type(error).__name__}; run it again. Sending stays held."
            ) from None

    def _tell(self, caught: Caught) -> None:
        lines = (
            f"Texts that had left, found at the providers: {caught.settled}",
            f"Texts on their way then and found nowhere, counted as failed: {caught.given_up}",
            f"Numbers that got a text unknown here: {caught.strange}",
            f"Texts that may have left, so they never will: {caught.kept_back}",
        )
        self.stdout.write("\n".join(lines))
        if caught.silent:
            names = ", ".join(caught.silent)
            self.stdout.write(f"Providers that cannot tell what they sent: {names}")
