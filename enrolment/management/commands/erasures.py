from django.core.management.base import BaseCommand

from enrolment import erasure_log


class Command(BaseCommand):
    help = (
        "Completes the log of erasures outside the database (ERASURE_LOG). Safe at any time; run "
        "it with each backup."
    )

    def handle(self, **options: object) -> None:
        self.stdout.write(f"{erasure_log.complete()} erasures added")
