from django.core.management.base import BaseCommand, CommandError

from enrolment import ledger
from messaging import clock
from messaging import ledger as wire_ledger


class Command(BaseCommand):
    help = "Audits the invariants I1-I8. Exits non-zero when a promise is broken."

    def handle(self, **options: object) -> None:
        found = [*wire_ledger.violations(), *ledger.violations(now=clock.calendar_now())]
        for violation in found:
            self.stdout.write(f"{violation.code} {violation.subject}: {violation.detail}")
        if found:
            raise CommandError(f"{len(found)} broken promises")
        self.stdout.write("the ledger is in order")
