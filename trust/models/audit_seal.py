from typing import ClassVar

from django.db import models


class AuditSeal(models.Model):
    """A stretch of the audit as it was: its rows' digest, chained to the seal before it.

    Append-only, by a trigger like the audit's own. `mac` needs a key that is not in the database,
    so whoever rewrites rows there cannot seal them anew."""

    # Of the whole house; nobody's page lists it.
    scope_organisation: ClassVar[str | None] = None
    scope_campaign: ClassVar[str | None] = None

    sealed_at = models.DateTimeField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    until = models.DateTimeField(help_text="The newest time in it.")
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the rows, in hex.")
    key_version = models.PositiveSmallIntegerField()
    mac = models.CharField(max_length=64, help_text="HMAC-SHA-256 of it and of the one before.")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.first_id}-{self.last_id}"
