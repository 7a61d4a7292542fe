"""Rules about wording: what fits and is legal, and still unwise. Pure."""

import unicodedata
from collections.abc import Iterator

from campaigns.lint_findings import Found, Place, Rule, Setting, Severity
from campaigns.manners import AS_USUAL
from campaigns.pack_values import Pack
from campaigns.wording import LONGEST_VALUE, PERSONAL_FIELDS, placeholders, worst_case
from messaging.folding import fold
from messaging.segments import is_gsm7
from trust.telling import tell

#: Characters nobody sees: joiners of Indic and Arabic writing are letters there.
_JOINERS = "\u200c\u200d"


def every_text(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """(language, key, wording)."""
    for language, texts in pack.texts.items():
        for key, text in texts.items():
            yield language, key, text


def text_at(key: str, language: str) -> Place:
    return Place("text", key, language)


def _segments(pack: Pack, setting: Setting) -> Iterator[Found]:
    if setting.variables is None:
        return
    for language, key, text in every_text(pack):
        before, after = worst_case(text), worst_case(text, setting.variables)
        if after.segments > before.segments:
            used = ", ".join(sorted(placeholders(text) & set(setting.variables)))
            yield Found(
                text_at(key, language),
                tell(
                    "%(segments)s segments (%(units)s units) with this campaign's %(used)s",
                    segments=after.segments,
                    units=after.units,
                    used=used,
                ),
            )


def _two_segments(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, texts in pack.texts.items():
        long = sum(worst_case(text).segments > 1 for text in texts.values())
        if long:
            yield Found(
                Place("campaign", "", language),
                tell(
                    "%(long)s of %(texts)s texts fill two segments in the worst case",
                    long=long,
                    texts=len(texts),
                ),
            )


def _variable_value(pack: Pack, setting: Setting) -> Iterator[Found]:
    if setting.variables is None:
        return
    for name, texts in _uses(pack).items():
        if texts and not setting.variables.get(name):
            yield Found(
                Place("campaign", name),
                tell(
                    "%(name)s has no value in this campaign; %(count)s texts use it",
                    name=f"{{{{ {name} }}}}",
                    count=len(texts),
                ),
            )


def _variable_size(pack: Pack, setting: Setting) -> Iterator[Found]:
    for name, value in (setting.variables or {}).items():
        if value and (len(value) > LONGEST_VALUE or not is_gsm7(value)):
            told = tell("the value of %(name)s is not GSM-7", name=name)
            if is_gsm7(value):
                told = tell(
                    "the value of %(name)s has %(count)s characters", name=name, count=len(value)
                )
            yield Found(Place("campaign", name), told)


def _unused_variable(pack: Pack, setting: Setting) -> Iterator[Found]:
    for name, texts in _uses(pack).items():
        if not texts:
            yield Found(
                Place("campaign", name),
                tell("no text uses the country variable %(name)s", name=name),
            )


def _uses(pack: Pack) -> dict[str, list[str]]:
    uses: dict[str, list[str]] = {name: [] for name in sorted(pack.variables)}
    for _, key, text in every_text(pack):
        for name in placeholders(text) - PERSONAL_FIELDS:
            uses.setdefault(name, []).append(key)
    return uses


def _missing_wording(pack: Pack, setting: Setting) -> Iterator[Found]:
    """Texts that need not be there, such as a step's own words for its question."""
    for key in sorted({key for texts in pack.texts.values() for key in texts}):
        lacking = [language for language in pack.languages if key not in pack.texts[language]]
        for language in lacking:
            others = [each for each in pack.languages if each not in lacking]
            told = tell(
                "%(key)s has wording in %(others)s, none in %(language)s",
                key=key,
                others=others,
                language=language,
            )
            yield Found(text_at(key, language), told)


def _invisible(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, key, text in every_text(pack):
        for sign in dict.fromkeys(text):
            unseen = unicodedata.category(sign) in ("Cf", "Cc", "Zs", "Zl", "Zp") and sign != " "
            joins = sign in _JOINERS and not is_gsm7(text.replace(sign, ""))
            if unseen and sign != "\n" and not joins:
                name = unicodedata.name(sign, tell("control character")).lower()
                yield Found(
                    text_at(key, language),
                    tell(
                        "%(key)s: a sign nobody sees, %(sign)s",
                        key=key,
                        sign=f"U+{ord(sign):04X} {name}",
                    ),
                )


def _same_words(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, texts in pack.texts.items():
        first: dict[str, str] = {}
        for key, text in texts.items():
            if text.strip() == AS_USUAL:
                continue
            twin = first.setdefault(fold(text), key)
            if twin != key:
                yield Found(
                    text_at(key, language),
                    tell("%(key)s says the same as %(twin)s", key=key, twin=twin),
                )


def _unread_language(pack: Pack, setting: Setting) -> Iterator[Found]:
    read = {*pack.native_readers, *setting.signed_natively}
    for language in pack.languages:
        if language not in read:
            yield Found(
                Place("campaign", "", language),
                tell("no native reader has read %(language)s", language=language),
            )


TEXT_RULES = (
    Rule(
        "segments",
        Severity.ERROR,
        tell("A text grows by a segment once the campaign's own country variables stand in it."),
        tell("Shorten the text or the variable's value."),
        _segments,
    ),
    Rule(
        "two_segments",
        Severity.HINT,
        tell(
            "How many texts of a language fill two segments in the worst case: a script of its own."
        ),
        tell("Shorten them to 70 characters where that costs no meaning."),
        _two_segments,
    ),
    Rule(
        "variable_value",
        Severity.ERROR,
        tell("A country variable that texts use has no value in the campaign."),
        tell("Set it in the campaign's country variables."),
        _variable_value,
    ),
    Rule(
        "variable_size",
        Severity.WARNING,
        tell("A country variable's value is longer than 20 characters, or not in GSM-7."),
        tell("Shorten it, or write it in plain letters; texts are measured with 20 of them."),
        _variable_size,
    ),
    Rule(
        "unused_variable",
        Severity.HINT,
        tell("A country variable stands in no text."),
        tell("Use it or take it out of campaign.yaml: a country would be asked for it in vain."),
        _unused_variable,
    ),
    Rule(
        "missing_wording",
        Severity.WARNING,
        tell("A text that need not be there is there in one language and not in another."),
        tell("Write it in every language, or in none."),
        _missing_wording,
    ),
    Rule(
        "invisible_signs",
        Severity.WARNING,
        tell("A text holds a sign nobody sees, such as a blank that does not break."),
        tell("Take it out, or type a plain blank in its place."),
        _invisible,
    ),
    Rule(
        "same_words",
        Severity.WARNING,
        tell("Two keys have the same wording in one language."),
        tell("Say it in other words, or let both places use one key."),
        _same_words,
    ),
    Rule(
        "unread_language",
        Severity.WARNING,
        tell(
            "No native reader has read a language: a fake sender may carry it, a real one may not."
        ),
        tell("Have a native reader sign it in review, or name them under native_readers."),
        _unread_language,
    ),
)
