from typing import ClassVar

from django.db import models


class AuditKey(models.Model):
    """What a master key that has been taken away made the audit's seals with, itself sealed by a
    newer one: so old seals can be checked without the old key. Made by `manage.py reseal`."""

    # Of the whole house; nobody's page lists it.
    scope_organisation: ClassVar[str | None] = None
    scope_campaign: ClassVar[str | None] = None

    version = models.PositiveSmallIntegerField(primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"Audit key of master key {self.version}"
