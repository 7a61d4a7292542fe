from collections.abc import Sequence

from django.core.management.base import BaseCommand, CommandError, CommandParser

from enrolment import auditing
from enrolment.models.audit_run import AuditRun
from messaging.ledger import Violation


class Command(BaseCommand):
    help = (
        "Audits the invariants I1-I8, all books at once, and keeps the result. Exits non-zero when "
        "a promise is broken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--found",
            action="store_true",
            help="name what the last audit left standing, without looking anew",
        )

    def handle(self, *, found: bool, **options: object) -> None:
        broken = _left_standing() if found else auditing.run()[1]
        for violation in broken:
            self.stdout.write(f"{violation.code} {violation.subject}: {violation.detail}")
        if broken:
            raise CommandError(f"{len(broken)} broken promises")
        self.stdout.write("the ledger is in order")


def _left_standing() -> Sequence[Violation]:
    last = AuditRun.last_ended()
    if last is None:
        raise CommandError("No audit has come to its end yet.")
    return auditing.standing(last)
