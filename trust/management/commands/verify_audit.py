from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from trust import audit_seals
from trust.models import AuditSeal


class Command(BaseCommand):
    help = "Checks the audit against its seals. Exits non-zero when a row was touched."

    def handle(self, **options: object) -> None:
        found = list(audit_seals.broken(now=timezone.now()))
        for each in found:
            self.stdout.write(
                f"seal {each.seal_id}, rows {each.first_id}-{each.last_id}: {each.reason}"
            )
        if found:
            raise CommandError(f"{len(found)} seals do not hold")
        last = AuditSeal.objects.order_by("-id").first()
        upto = (
            f"up to row {last.last_id}, {last.sealed_at:%Y-%m-%d %H:%M} UTC" if last else "none yet"
        )
        self.stdout.write(f"the audit is as it was sealed ({upto})")
