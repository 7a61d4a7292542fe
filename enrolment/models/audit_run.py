from datetime import datetime

from django.db import models
from django.utils.translation import gettext


class AuditRun(models.Model):
    """One run of the audit of all books, what stood broken at its end, and where the next goes on;
    of no organisation. Machine time.

    `marks`: up to which id, by table, what is new has been looked at. `place`: where the round
    through everything has come to, nothing at its beginning. `standing`: the findings themselves,
    as code, subject and detail, which the next run asks for again. `whole_from`, `whole_until`:
    the last round that came to its end, carried from run to run. A run that was killed never
    ends."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    found = models.JSONField(default=dict, help_text="How many findings, by invariant.")
    standing = models.JSONField(null=True, blank=True)
    marks = models.JSONField(null=True, blank=True)
    place = models.JSONField(null=True, blank=True)
    is_behind = models.BooleanField(
        null=True, blank=True, help_text="What is new was more than it had time for."
    )
    round_began_at = models.DateTimeField(null=True, blank=True)
    whole_from = models.DateTimeField(null=True, blank=True)
    whole_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return gettext("Audit %(number)s") % {"number": self.pk}

    @classmethod
    def last_ended(cls) -> "AuditRun | None":
        """It speaks for the books: what ended while it ran is in it."""
        ended = cls.objects.filter(ended_at__isnull=False)
        return ended.order_by("-ended_at", "-id").first()

    @property
    def findings(self) -> int:
        return sum(self.found.values())

    @property
    def waits_since(self) -> datetime | None:
        """Since when no round has come to its end."""
        return self.whole_until or self.round_began_at
