"""System checks that hold the ground rules where a reviewer could overlook a breach."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import ProgrammingError, models
from django.utils import timezone

from trust.admin_base import ScopedAdmin, ScopedInline, ScopedRelatedFilter
from trust.fields import encrypted_columns
from trust.key_standing import index_versions, standing
from trust.scope import scope_paths
from trust.sealed import SealedModel


def sealed_models(app_configs: object, registry: Apps = apps, **kwargs: Any) -> list[CheckMessage]:
    """E001: a sealed column on a model that does not know its id before it is written."""
    columns = encrypted_columns(registry)
    return [
        Error(
            f"{field.place} is sealed, so its model must inherit SealedModel",
            obj=model,
            id="trust.E001",
        )
        for model, field in columns
        if not issubclass(model, SealedModel)
    ]


def keys_are_there(
    app_configs: object, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E008, E009: a key was taken away that rows need. W001: one may be, after `reseal`. Asked with
    `check --database`, and so at every start."""
    if not databases:
        return []
    try:
        found, indexes = standing(now=timezone.now()), index_versions()
    except ProgrammingError:
        # A database without our tables: `migrate` asks its checks before it makes them.
        return []
    told: list[CheckMessage] = [
        Error(f"MASTER_KEYS lacks version {version}, which rows need: put it back", id="trust.E008")
        for version in found.missing
    ]
    told += [
        Error(f"INDEX_KEYS lacks version {version}, which rows need: put it back", id="trust.E009")
        for version in sorted(set(indexes) - set(settings.INDEX_KEYS))
    ]
    behind = ", ".join(map(str, set(found.behind) - set(found.missing)))
    if behind:
        hint = "run `manage.py reseal` once every process has the newest"
        told.append(Warning(f"of MASTER_KEYS {behind} is still needed", hint=hint, id="trust.W001"))
    if found.idle:
        hint = "run `manage.py reseal` once more: it takes away what is empty"
        told.append(Warning("retired data keys are kept", hint=hint, id="trust.W002"))
    return told


def scoped_pages(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """E002 to E007: an admin page of our own apps through which another organisation would show."""
    own = {config.label for config in apps.get_app_configs() if _is_ours(Path(config.path))}
    found: list[CheckMessage] = []
    for site in admin.sites.all_sites:
        for model, page in site._registry.items():
            if model._meta.app_label in own:
                found += page_errors(model, page)
    return found


def page_errors(model: type[models.Model], page: Any) -> list[CheckMessage]:
    if not isinstance(page, ScopedAdmin):
        return [Error("an admin page must be a ScopedAdmin", obj=type(page), id="trust.E002")]
    found: list[CheckMessage] = []
    if not hasattr(page, "view_permission"):
        found.append(Error("a page must name its view_permission", obj=type(page), id="trust.E003"))
    try:
        scope_paths(model)
    except ImproperlyConfigured as error:
        found.append(Error(str(error), obj=type(page), id="trust.E004"))
    if page.raw_id_fields:
        hint = "use autocomplete_fields: a raw id shows the name of any row that is typed in"
        found.append(
            Error("raw_id_fields are not scoped", hint=hint, obj=type(page), id="trust.E005")
        )
    found += [
        Error("an inline must be a ScopedInline", obj=inline, id="trust.E007")
        for inline in page.inlines
        if not issubclass(inline, ScopedInline)
    ]
    found += [
        Error(f"the list filter {path!r} is not scoped", obj=type(page), id="trust.E006")
        for path in _open_filters(model, page.list_filter)
    ]
    return found


def _open_filters(model: type[models.Model], entries: Iterable[Any]) -> list[str]:
    """Filters that read their choices from a whole table."""
    found = []
    for entry in entries:
        path, kind = entry if isinstance(entry, tuple | list) else (entry, None)
        if not isinstance(path, str):
            continue
        try:
            field = get_fields_from_path(model, path)[-1]
        except FieldDoesNotExist:
            continue
        if field.is_relation:
            is_open = kind is not None and not issubclass(kind, ScopedRelatedFilter)
        else:
            is_open = "__" in path and not (
                field.choices or isinstance(field, models.BooleanField | models.DateField)
            )
        if is_open:
            found.append(path)
    return found


def _is_ours(path: Path) -> bool:
    return path.resolve().parent == Path(settings.BASE_DIR).resolve()
