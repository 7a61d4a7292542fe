from collections.abc import Collection
from typing import Any, Self

from django.db import models

from trust.fields import EncryptedText, Sealed
from trust.ids import draw_ids


class SealedModel(models.Model):
    """Base of every model with an EncryptedText: the id is known before the row is written, as
    each value is bound to it. `bulk_create` wants ids drawn by the caller (`trust.ids`)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is None:
            self.pk = draw_ids(type(self), 1)[0]
            # Without this Django would first try an UPDATE of a row that cannot exist.
            if not args:
                kwargs.setdefault("force_insert", True)
        super().save(*args, **kwargs)

    @property
    def sealing_organisation_id(self) -> int | None:
        """Whose data key seals this row. Override it where the organisation is further away."""
        return getattr(self, "organisation_id", None)

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **options: Any,
    ) -> Self:
        row = super().from_db(db, field_names, values, **options)
        for field in cls._meta.concrete_fields:
            if isinstance(field, EncryptedText):
                value = row.__dict__.get(field.attname)
                if isinstance(value, Sealed):
                    value.row_id = row.pk
        return row
