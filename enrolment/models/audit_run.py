from django.db import models
from django.utils.translation import gettext


class AuditRun(models.Model):
    """One run of the audit of all books, and what it found; of no organisation. Machine time.

    A run that was cut short never ends."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    found = models.JSONField(default=dict, help_text="How many findings, by invariant.")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return gettext("Audit %(number)s") % {"number": self.pk}

    @property
    def findings(self) -> int:
        return sum(self.found.values())
