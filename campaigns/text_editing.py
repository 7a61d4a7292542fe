"""A text of a draft written anew. It is asked what a workbook's texts are asked, and told as a
workbook's changes are told."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from campaigns import drafting
from campaigns.change import Change
from campaigns.diff import diff
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.text import Text
from campaigns.models.text_edit import TextEdit
from campaigns.pack_checks import check
from campaigns.pack_marks import Names, Problems
from campaigns.pack_values import Pack
from campaigns.unloading import as_pack
from trust import audit
from trust.models import User


@dataclass(frozen=True, slots=True)
class Overtaken(Exception):
    """Somebody else has saved the text since it was opened; `edit` is the last of it."""

    edit: TextEdit | None


@dataclass(frozen=True, slots=True)
class WordsRefused(Exception):
    """`reasons`: by language, what is wrong and what would be right; "" for the rest."""

    reasons: Mapping[str, Sequence[str]]


def stamp(body: str) -> str:
    """Of the words as they were when somebody began to write."""
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def clean(body: str) -> str:
    """As it is kept and counted: composed letters, plain line ends, no blanks around."""
    return unicodedata.normalize("NFC", body).replace("\r\n", "\n").strip()


@transaction.atomic
def reword(
    *,
    version: CampaignVersion,
    key: str,
    bodies: Mapping[str, str],
    seen: Mapping[str, str],
    actor: User,
    now: datetime,
) -> list[Change]:
    """What changed; empty where all stands already. `bodies` by language, an empty one takes the
    text away. `seen`: the stamps of what the writer had before her.

    Raises DraftRefused, Overtaken and WordsRefused; then nothing is saved."""
    standing = drafting.held_draft(version)
    before = as_pack(standing)
    mine = {language: clean(body) for language, body in bodies.items()}
    theirs = {language: before.texts[language].get(key, "") for language in mine}
    if any(seen.get(language) != stamp(body) for language, body in theirs.items()):
        raise Overtaken(last_edit(standing, key))
    after = _with_words(before, key, mine)
    changes = diff(before, after)
    if not changes:
        return []
    if reasons := _refusals(before, after, key):
        raise WordsRefused(reasons)
    changed = [language for language in mine if mine[language] != theirs[language]]
    _write(standing, key, {language: mine[language] for language in changed})
    TextEdit.objects.bulk_create(
        TextEdit(
            version=standing, key=key, language=language, before=theirs[language],
            after=mine[language], editor=actor, edited_at=now,
        )
        for language in changed
    )  # fmt: skip
    audit.record(
        verb="version.reword",
        subject=standing,
        actor=actor,
        detail={"key": key, "languages": changed},
    )
    return changes


def last_edit(version: CampaignVersion, key: str) -> TextEdit | None:
    return version.text_edits.filter(key=key).select_related("editor").first()


def _with_words(pack: Pack, key: str, bodies: Mapping[str, str]) -> Pack:
    texts = {language: dict(found) for language, found in pack.texts.items()}
    for language, body in bodies.items():
        if body:
            texts[language][key] = body
        else:
            texts[language].pop(key, None)
    return replace(pack, texts=texts)


def _refusals(before: Pack, after: Pack, key: str) -> Mapping[str, Sequence[str]]:
    """Only what these words made wrong: a draft may have had its faults before."""
    now_wrong, was_wrong = _wrong(after), set(_wrong(before))
    reasons: dict[str, list[str]] = {}
    for place, reason in now_wrong:
        if (place, reason) not in was_wrong:
            kind, _, name = place.partition(" ")
            language = kind.removeprefix("text.") if name == key else ""
            reasons.setdefault(language, []).append(reason.removeprefix(f"{key}: "))
    return reasons


def _wrong(pack: Pack) -> list[tuple[str, str]]:
    problems = Problems()
    check(pack, Names(), problems)
    return list(dict.fromkeys((each.file, each.reason) for each in problems.found))


def _write(version: CampaignVersion, key: str, bodies: Mapping[str, str]) -> None:
    read = version.pack.get("native_readers", {})
    if any(language in read for language in bodies):
        # Whoever the content names has read other words than these.
        kept = {language: who for language, who in read.items() if language not in bodies}
        version.pack = {**version.pack, "native_readers": kept}
        version.save(update_fields=["pack"])
    for language, body in bodies.items():
        rows = Text.objects.filter(version=version, key=key, language=language)
        if not body:
            rows.delete()
        elif not rows.update(body=body):
            Text.objects.create(version=version, key=key, language=language, body=body)
