"""docs/reference/models.md, made of Django's models.

DEMO=1 python -m tests.tools.models_page > docs/reference/models.md
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator

import django
from django.apps import apps
from django.db import models
from django.utils.translation import override

APPS = ("trust", "messaging", "campaigns", "enrolment", "research")
_HEAD = """# Models

Made by `DEMO=1 python -m tests.tools.models_page`. Every table of our own, floor by floor from the
ground: what a row is, and its columns. *Sealed* columns hold nothing that can be read without the
organisation's key. A type in brackets may be empty. What a research bundle tells of them:
[codebook](../codebook.md).
"""


def page() -> str:
    with override("en-gb"):
        return "\n".join([_HEAD, *(_floor(app) for app in APPS)])


def _floor(app: str) -> str:
    # By name: Django lists them as they happened to be imported.
    found = sorted(apps.get_app_config(app).get_models(), key=lambda model: model.__name__)
    return "\n".join([f"## {app}", "", *(_section(model) for model in found)])


def _section(model: type[models.Model]) -> str:
    lines = [
        f"### {model.__name__}",
        "",
        f"`{model._meta.db_table}` {first_sentence(model)}".rstrip(),
        "",
        "| Column | Type | What it is |",
        "|---|---|---|",
        *(_row(field) for field in model._meta.concrete_fields),
        "",
    ]
    return "\n".join(lines)


def first_sentence(model: type[models.Model]) -> str:
    """Empty where a class says nothing: Django then writes its columns in place of it."""
    told = " ".join((model.__doc__ or "").split())
    if told.startswith(f"{model.__name__}("):
        return ""
    return re.split(r"(?<=[.!?]) ", told, maxsplit=1)[0]


def _row(field: "models.Field[object, object]") -> str:
    what = " ".join(part.replace("|", "/").replace("\n", " ") for part in _told(field))
    kind = _kind(field)
    return f"| `{field.attname}` | {f'({kind})' if field.null else kind} | {what} |"


def _kind(field: "models.Field[object, object]") -> str:
    if field.remote_field is not None:
        return f"-> {field.remote_field.model.__name__}"
    if type(field).__name__ == "EncryptedText":
        return "sealed text"
    name = re.sub(r"Field$", "", type(field).__name__)
    length = getattr(field, "max_length", None)
    return f"{name} {length}" if length and name == "Char" else name


def _told(field: "models.Field[object, object]") -> Iterator[str]:
    if field.help_text:
        yield str(field.help_text)
    if field.unique and not field.primary_key:
        yield "Unique."
    if field.choices:
        yield f"One of {', '.join(_values(field.choices))}."


def _values(choices: Iterable[tuple[object, object]]) -> Iterator[str]:
    """With the word that people read, where that says more."""
    for value, label in choices:
        is_alike = str(label).lower() == str(value).replace("_", " ")
        yield f"`{value}`" if is_alike else f"`{value}` {label}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.stdout.write(page())
