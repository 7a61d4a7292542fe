"""The words of the staff's pages as they stand in the source: what is marked for translation, by
app, and what is not marked and should be."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import django
import unfold
from babel.messages.mofile import read_mo
from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import override
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
APPS = ("trust", "messaging", "campaigns", "enrolment", "research", "config")
#: Whose pages lie in which folder of templates/; what lies in none is the house's own.
FOLDERS = {
    "account": "trust", "mfa": "trust", "admin": "trust", "trust": "trust",
    "campaigns": "campaigns", "enrolment": "enrolment", "research": "research",
    "messaging": "messaging",
}  # fmt: skip
#: A participant's own page has its words in locale/.
PARTICIPANTS = re.compile(r"enrolment/_?me_\w+\.html$")
PARTICIPANTS_CODE = re.compile(r"enrolment/web_\w+\.py$")
#: Parts of the theme that our pages show; it has no catalogue of its own.
THEME = ("admin", "registration", "unfold")

ONE = {"_", "gettext", "gettext_lazy", "gettext_noop", "tell"}
MANY = {"ngettext", "ngettext_lazy", "tell_count"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
_LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(
    rf"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*({_LITERAL})(?:\s*,\s*({_LITERAL}))?"
)


class Words(NamedTuple):
    one: str
    many: str = ""
    context: str = ""


@cache
def words_of(app: str) -> tuple[Words, ...]:
    """In the order of the source, each once."""
    found: dict[Words, None] = {}
    for path in code(app):
        found |= dict.fromkeys(in_code(path.read_text(encoding="utf-8")))
    for path in pages(app):
        found |= dict.fromkeys(on_page(path.read_text(encoding="utf-8")))
    if app != "config":
        found |= dict.fromkeys(_of_models(app))
    if app == "trust":
        found |= dict.fromkeys(_of_the_theme())
    return tuple(found)


def code(app: str) -> list[Path]:
    return [
        path
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts and not PARTICIPANTS_CODE.search(path.as_posix())
    ]


def pages(app: str) -> list[Path]:
    shared, own = ROOT / "templates", ROOT / app / "templates"
    found = [
        path
        for path in sorted([*shared.rglob("*.html"), *shared.rglob("*.txt")])
        if FOLDERS.get(path.relative_to(shared).parts[0], "trust") == app
        and not PARTICIPANTS.search(path.as_posix())
    ]
    return [*found, *sorted(own.rglob("*.html"))]


def in_code(source: str) -> Iterator[Words]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        parts = [part.value for part in node.args if isinstance(part, ast.Constant)]
        said = [part for part in parts if isinstance(part, str)]
        if name in ONE and said and said[0]:
            yield Words(said[0])
        elif name in MANY and len(said) > 1:
            yield Words(said[0], said[1])
        elif name in IN_CONTEXT and len(said) > 1:
            yield Words(said[1], context=said[0])


def not_written_out(source: str) -> list[str]:
    """Calls whose words no tool can read, as they are put together first."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and _called(node) in ONE | MANY | IN_CONTEXT
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def on_page(source: str) -> Iterator[Words]:
    for name, first, second in _CALL.findall(templatize(source)):
        one, other = ast.literal_eval(first), ast.literal_eval(second) if second else ""
        if name == "ngettext":
            yield Words(one, other)
        elif name == "pgettext":
            yield Words(other, context=one)
        elif one:
            yield Words(one)


def _of_models(app: str) -> Iterator[Words]:
    """Names, hints and choices, which are wrapped by trust.app_config."""
    found = apps.get_app_config(app)
    with override("en-gb"):
        yield Words(str(found.verbose_name))
        for model in found.get_models():
            options = model._meta
            yield Words(str(options.verbose_name))
            yield Words(str(options.verbose_name_plural))
            for field in (*options.local_fields, *options.local_many_to_many):
                yield from (
                    Words(str(words))
                    for words in (field.verbose_name, field.help_text)
                    if isinstance(words, Promise) and str(words)
                )
                for _, label in field.flatchoices if isinstance(field.choices, list) else ():
                    yield Words(str(label))


def _of_the_theme() -> Iterator[Words]:
    folder, known = Path(unfold.__file__).parent / "templates", _known_to_django()
    for part in THEME:
        for path in sorted((folder / part).rglob("*.html")):
            for words in on_page(path.read_text(encoding="utf-8")):
                if words.one not in known:
                    yield words


def _known_to_django() -> set[str]:
    """In nynorsk, which has fewer than bokmål."""
    known: set[str] = set()
    for part in ("conf", "contrib/admin", "contrib/auth"):
        path = Path(django.__file__).parent / part / "locale/nn/LC_MESSAGES/django.mo"
        with path.open("rb") as file:
            ids = [message.id for message in read_mo(file) if message.string]
        known |= {one if isinstance(one, str) else one[0] for one in ids}
    return known


#: Where a door says something: keyword arguments, and what is called with words.
_SAID_BY_NAME = {
    "label", "help_text", "description", "empty_label", "short_description", "verbose_name",
    "verbose_name_plural", "empty_value_display",
}  # fmt: skip
_SAID_BY_CALL = {"ValidationError": 0, "add_error": 1, "RegexValidator": 1}
_SAID_BY_MESSAGES = {"error", "success", "info", "warning"}


def unmarked(source: str, *, of_model: bool = False) -> list[str]:
    """Words given to a form, a page's column or a message as they are."""
    found: list[ast.expr] = []
    by_name = set() if of_model else _SAID_BY_NAME
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if name == "OpenApiParameter":  # The API's document is in English.
            continue
        found += [part.value for part in node.keywords if part.arg in by_name]
        at = _SAID_BY_CALL.get(name)
        if _of_messages(node, name):
            at = 1
        if at is not None and len(node.args) > at:
            found.append(node.args[at])
    return [ast.unparse(said) for said in found if _has_words(said)]


def _of_messages(node: ast.Call, name: str) -> bool:
    return (
        name in _SAID_BY_MESSAGES
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "messages"
    )


def _has_words(said: ast.expr) -> bool:
    if isinstance(said, ast.JoinedStr):
        return True
    return isinstance(said, ast.Constant) and bool(re.search(r"[A-Za-z]{2}", str(said.value or "")))
