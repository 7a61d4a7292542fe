from django.core.management.base import BaseCommand, CommandError

from enrolment import auditing


class Command(BaseCommand):
    help = (
        "Audits the invariants I1-I8 and keeps the result. Exits non-zero when a promise is broken."
    )

    def handle(self, **options: object) -> None:
        _, found = auditing.run()
        for violation in found:
            self.stdout.write(f"{violation.code} {violation.subject}: {violation.detail}")
        if found:
            raise CommandError(f"{len(found)} broken promises")
        self.stdout.write("the ledger is in order")
