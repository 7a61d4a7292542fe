"""All texts of a version as a list to look through: by part of the campaign, by a word in it, by
what changed, by what the linter says."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from campaigns.lint import lint
from campaigns.lint_findings import Finding, Setting
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.text import Text
from campaigns.pack_values import Pack
from campaigns.reading_copy import Part, reading_copy
from campaigns.wording import worst_case
from messaging.folding import fold
from trust.telling import tell

CHANGED, FOUND = "changed", "found"


@dataclass(frozen=True, slots=True)
class Line:
    """One text. `words` in the language shown; `missing`: the languages that have none."""

    key: str
    when: str
    words: str
    missing: tuple[str, ...]
    units: int
    segments: int


@dataclass(frozen=True, slots=True)
class Section:
    """`count`: of all its texts, those not listed too."""

    title: str
    count: int
    lines: tuple[Line, ...]


def sections(
    pack: Pack, variables: Mapping[str, str], language: str, only: Collection[str] | None
) -> list[Section]:
    """`only`: the keys to list; None for all."""
    found = []
    for part in parts(pack):
        keys = list(_keys(part))
        lines = tuple(
            _line(pack, variables, language, key, when)
            for key, when in keys
            if only is None or key in only
        )
        found.append(Section(part.title, len(keys), lines))
    return found


def parts(pack: Pack) -> Iterator[Part]:
    """In the order they are read in; none that is empty."""
    copy = reading_copy(pack)
    banks = (
        replace(part, title=gettext("Bank: %(title)s") % {"title": part.title})
        for part in copy.banks
    )
    for part in (*copy.planned, copy.questions, *banks, copy.consent, copy.other):
        if any(row.said for row in part.rows):
            yield part


def order_of(pack: Pack) -> list[str]:
    """Every key once, as the list has them."""
    return list(dict.fromkeys(key for part in parts(pack) for key, _ in _keys(part)))


def place_of(pack: Pack, key: str) -> str:
    """`Prepare late, day -3 evening`"""
    for part in parts(pack):
        for found, when in _keys(part):
            if found == key:
                return ", ".join(filter(None, (part.title, when)))
    return ""


def holding(pack: Pack, words: str) -> set[str]:
    """Keys in which the words stand, in their name or in any language."""
    wanted = fold(words)
    return {
        key
        for texts in pack.texts.values()
        for key, body in texts.items()
        if wanted in fold(body) or words.lower() in key
    }


def changed_texts(version: CampaignVersion) -> QuerySet[Text]:
    """Those worded otherwise than in the live version; none where no other version is live."""
    live = CampaignVersion.objects.filter(
        campaign_id=version.campaign_id, status=CampaignVersion.Status.PUBLISHED
    ).exclude(pk=version.pk)
    same = Text.objects.filter(
        version__in=live, key=OuterRef("key"), language=OuterRef("language"), body=OuterRef("body")
    )
    return version.texts.filter(~Exists(same), Exists(live))


def changed_keys(version: CampaignVersion) -> set[str]:
    return set(changed_texts(version).order_by().values_list("key", flat=True))


def findings_of(version: CampaignVersion, pack: Pack) -> tuple[Finding, ...]:
    """What the linter says, without asking the country's calendar: that is no text's affair."""
    campaign = version.campaign
    setting = Setting(variables=campaign.variables, sender_address=campaign.sender.address)
    return lint(pack, setting=setting)


def found_in(findings: Iterable[Finding]) -> set[str]:
    return {finding.place.key for finding in findings if finding.place.kind == "text"}


def _keys(part: Part) -> Iterator[tuple[str, str]]:
    for row in part.rows:
        for key in dict.fromkeys(said.key for said in row.said):
            variant = key.partition("@")[2]
            yield (
                key,
                tell("%(when)s, variant %(variant)s", when=row.when, variant=variant)
                if variant and row.when
                else row.when,
            )


def _line(pack: Pack, variables: Mapping[str, str], language: str, key: str, when: str) -> Line:
    bodies = [texts[key] for texts in pack.texts.values() if key in texts]
    usual = pack.texts.get(language, {}).get(key)
    sizes = [worst_case(body, variables) for body in bodies]
    longest = max(sizes, key=lambda size: (size.segments, size.units))
    return Line(
        key=key,
        when=when,
        words=usual if usual is not None else bodies[0],
        missing=tuple(each for each in pack.languages if key not in pack.texts[each]),
        units=longest.units,
        segments=longest.segments,
    )
