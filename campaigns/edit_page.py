"""What the editor of a text shows: each language beside the one it is translated from, what it
costs, and how it looks on a telephone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext, ngettext

from campaigns.countries import language_name
from campaigns.lint_findings import Finding
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.text_edit import TextEdit
from campaigns.pack_values import Pack
from campaigns.plain_signs import PLAIN, advice
from campaigns.sample_values import LONGEST, USUAL
from campaigns.text_editing import stamp
from campaigns.text_list import findings_of, order_of, place_of
from campaigns.wording import filled, worst_case
from messaging.segments import Measure, foreign_characters


@dataclass(frozen=True, slots=True)
class Box:
    """One language. `body`: what is typed; `theirs`: what was saved meanwhile, where it is another.
    `usual`, `longest`: as the telephone shows it."""

    language: str
    name: str
    body: str
    stamp: str
    theirs: str
    reasons: Sequence[str]
    size: Measure
    foreign: Sequence[tuple[str, str]]
    usual: str
    longest: str
    is_reference: bool
    #: The source was written anew after these words were.
    older_than: TextEdit | None


@dataclass(frozen=True, slots=True)
class EditPage:
    version: CampaignVersion
    key: str
    place: str
    boxes: Sequence[Box]
    reference: str
    findings: Sequence[Finding]
    reasons: Sequence[str]
    #: Somebody's who saved meanwhile.
    edit: TextEdit | None
    before: str
    after: str
    usual: Mapping[str, str]
    longest: Mapping[str, str]

    @property
    def saved_in(self) -> list[str]:
        """The languages it can be sent in."""
        return [box.language for box in self.boxes if box.stamp != stamp("")]

    @property
    def samples(self) -> str:
        """For the script, which tells the same while one types."""
        return json.dumps(
            {"usual": self.usual, "longest": self.longest, "plain": PLAIN, "words": _words()}
        )

    @property
    def is_wrong(self) -> bool:
        return bool(self.reasons) or any(box.reasons for box in self.boxes)


def _words() -> dict[str, str]:
    return {
        "one": ngettext("{count} segment", "{count} segments", 1),
        "many": ngettext("{count} segment", "{count} segments", 2),
        "of": gettext("{units} of {room} at its longest"),
        "units": gettext("{units} at its longest"),
        "double": gettext("{sign} makes the text cost double: {advice}."),
        "out": gettext("leave it out"),
        "otherwise": gettext("leave it out, or say it in other words"),
        "write": gettext("write {sign}"),
    }


def edit_page(
    version: CampaignVersion,
    pack: Pack,
    key: str,
    *,
    typed: Mapping[str, str] | None = None,
    reasons: Mapping[str, Sequence[str]] | None = None,
    edit: TextEdit | None = None,
) -> EditPage:
    """`typed`: by language, instead of what is saved."""
    order = order_of(pack)
    at = order.index(key)
    wrong = reasons or {}
    languages = sorted(pack.languages, key=lambda each: each != pack.default_language)
    variables = version.campaign.variables
    overtaken = _overtaken(version, pack, key)
    return EditPage(
        version=version,
        key=key,
        place=place_of(pack, key),
        boxes=[
            replace(
                _box(pack, key, language, variables, typed, wrong.get(language, ())),
                older_than=overtaken.get(language),
            )
            for language in languages
        ],
        reference=pack.texts[pack.default_language].get(key, ""),
        findings=[each for each in findings_of(version, pack) if each.place.key == key],
        reasons=wrong.get("", ()),
        edit=edit,
        before=order[at - 1] if at else "",
        after=order[at + 1] if at + 1 < len(order) else "",
        usual={**USUAL, **variables},
        longest={**LONGEST, **variables},
    )


def _box(
    pack: Pack,
    key: str,
    language: str,
    variables: Mapping[str, str],
    typed: Mapping[str, str] | None,
    reasons: Sequence[str],
) -> Box:
    saved = pack.texts[language].get(key, "")
    body = saved if typed is None else typed.get(language, saved)
    return Box(
        language=language,
        name=language_name(language),
        body=body,
        stamp=stamp(saved),
        theirs=saved if body != saved else "",
        reasons=reasons,
        size=worst_case(body, variables),
        foreign=[(sign, advice(sign)) for sign in foreign_characters(body)],
        usual=filled(body, {**USUAL, **variables}),
        longest=filled(body, {**LONGEST, **variables}),
        is_reference=language == pack.default_language,
        older_than=None,
    )


def _overtaken(version: CampaignVersion, pack: Pack, key: str) -> Mapping[str, TextEdit]:
    last: dict[str, TextEdit] = {}
    for edit in version.text_edits.filter(key=key).select_related("editor"):
        last.setdefault(edit.language, edit)
    source = last.get(pack.default_language)
    if source is None:
        return {}
    return {
        language: source
        for language in pack.languages
        if language not in last or last[language].edited_at < source.edited_at
    }
