"""A text column that is sealed in the database and text in Python.

The row's id and its organisation's key are needed to seal, so the model must inherit
`trust.sealed.SealedModel` (a system check says so). Renaming a table or column changes what its
values are bound to: seal them again in that migration.
"""

from typing import Any, overload

from django.apps import apps
from django.apps.registry import Apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.expressions import Expression
from django.db.models.lookups import Exact, Lookup, Transform
from django.db.models.query_utils import DeferredAttribute

from trust.keys import sealer, unseal
from trust.sealing import key_id_of


class Sealed:
    """A value as it came from the database, opened on first access and never shown by repr.

    `row_id` is the row it was read from (set by `SealedModel.from_db`); a copy of the object under
    a new id must be opened with the old one and sealed anew."""

    __slots__ = ("blob", "row_id", "text")

    def __init__(self, blob: bytes) -> None:
        self.blob = blob
        self.row_id: int | None = None
        self.text: str | None = None

    def __repr__(self) -> str:
        return "<sealed>"

    def open(self, place: str, row_id: int) -> str:
        if self.text is None:
            self.text = unseal(place, row_id if self.row_id is None else self.row_id, self.blob)
        return self.text


class SealedAttribute(DeferredAttribute):
    field: "EncryptedText"

    @overload
    def __get__(self, instance: None, cls: type[models.Model] | None = None) -> Any: ...
    @overload
    def __get__(
        self, instance: models.Model, cls: type[models.Model] | None = None
    ) -> str | None: ...
    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        value = instance.__dict__.get(name)
        if name not in instance.__dict__:
            value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            return value.open(self.field.place, instance.pk)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        if not (value is None or isinstance(value, str | Sealed)):
            raise TypeError(f"{self.field.place} takes text or None, not {type(value).__name__}")
        instance.__dict__[self.field.attname] = value


class ExactlyNone(Exact):
    """`column=None` is how Django says isnull; with any other value it cannot be answered."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs is not None:
            raise FieldError("a sealed column can only be compared with None")
        super().__init__(lhs, rhs)


class EncryptedText(models.TextField):  # type: ignore[type-arg]  # no generics at run time
    """Looking inside is impossible: every lookup but `isnull` raises FieldError, and
    `queryset.update()` takes None or an already sealed value."""

    description = "Text, sealed"
    descriptor_class = SealedAttribute
    empty_strings_allowed = False

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(
        self, value: bytes | memoryview | None, expression: Expression, connection: object
    ) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            return None
        row_id = model_instance.pk
        if row_id is None:
            raise ValueError(
                f"{model_instance._meta.label} needs its id before {self.name} can be sealed: "
                "draw it with trust.ids.draw_ids"
            )
        if isinstance(value, Sealed):
            if value.row_id in (None, row_id):
                return value.blob
            value = value.open(self.place, row_id)
        organisation_id: int | None = getattr(model_instance, "sealing_organisation_id", None)
        if organisation_id is None:
            raise ValueError(f"{model_instance._meta.label} has no organisation to seal for")
        return sealer(organisation_id).seal(self.place, row_id, value)

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None:
            return None
        if isinstance(value, bytes):
            key_id_of(value)
            return value
        raise TypeError(
            f"{self.place} cannot be set without its row: assign it and save(), or seal it with "
            "trust.keys.sealer"
        )

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        if lookup_name == "exact":
            return ExactlyNone
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: only isnull can be asked of it")
        return super().get_lookup(lookup_name)

    def get_placeholder(self, value: Any, compiler: object, connection: object) -> str:
        """Called as a statement is written. An expression would put its own text, unsealed."""
        if hasattr(value, "as_sql"):
            raise TypeError(f"{self.place} cannot be set by an expression")
        return "%s"

    def get_transform(self, lookup_name: str) -> type[Transform] | None:
        raise FieldError(f"{self.name} is sealed: nothing can be computed from it")

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.place} is sealed and is never written to a fixture")


def encrypted_columns(registry: Apps = apps) -> list[tuple[type[models.Model], EncryptedText]]:
    """Every sealed column of every installed model: what erasure must null and rotation reseal."""
    return [
        (model, field)
        for model in registry.get_models()
        if not model._meta.proxy
        for field in model._meta.local_fields
        if isinstance(field, EncryptedText)
    ]
