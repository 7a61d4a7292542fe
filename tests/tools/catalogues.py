"""Brings the catalogues of the staff's pages up to the source and compiles them: `make messages`.

Nothing is guessed: a new wording stands there empty until somebody translates it, unless another
catalogue of ours has it already. What is gone from the source goes.
"""

import os
import sys
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.tools.wording import APPS, ROOT, Words, words_of

LANGUAGES = ("nb", "nn")
_HEAD = "# Words of the staff's pages. docs/interface-language.md has the glossary."


def place(app: str, language: str, ending: str = "po") -> Path:
    return ROOT / app / "locale" / language / "LC_MESSAGES" / f"django.{ending}"


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def key_of(message: Message) -> Words:
    one, many = message.id if isinstance(message.id, list | tuple) else (message.id, "")
    # Read from a compiled catalogue the context is bytes.
    context = message.context or ""
    return Words(one, many, context.decode() if isinstance(context, bytes) else context)


def said_in(catalogue: Catalog) -> dict[Words, str | tuple[str, ...]]:
    """What is translated and settled."""
    return {
        key_of(message): tuple(message.string)
        if isinstance(message.string, list | tuple)
        else message.string
        for message in catalogue
        if message.id and message.string and all(message.string) and not message.fuzzy
    }


def bring_up(app: str, language: str) -> int:
    """How many words have no translation yet."""
    known: dict[Words, str | tuple[str, ...]] = {}
    for other in reversed([app, *APPS]):
        known |= said_in(read(place(other, language), language))
    path = place(app, language)
    new = Catalog(locale=language, header_comment=_HEAD, charset="utf-8", fuzzy=False)
    new.mime_headers = [
        ("Language", language),
        ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ]
    missing = 0
    for words in words_of(app):
        said = known.get(words)
        missing += said is None
        new.add(
            (words.one, words.many) if words.many else words.one,
            said if said is not None else ("", "") if words.many else "",
            context=words.context or None,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=0, omit_header=False, sort_output=False)
    with place(app, language, "mo").open("wb") as file:
        write_mo(file, read(path, language))
    return missing


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for app in sys.argv[1:] or APPS:
        for language in LANGUAGES:
            missing = bring_up(app, language)
            sys.stdout.write(f"{app} {language}: {missing} of {len(words_of(app))} to translate\n")


if __name__ == "__main__":
    main()
