"""Rules about wording: what fits and is legal, and still unwise. Pure."""

import unicodedata
from collections.abc import Iterator

from campaigns.lint_findings import Found, Place, Rule, Setting, Severity
from campaigns.manners import AS_USUAL
from campaigns.pack_values import Pack
from campaigns.wording import LONGEST_VALUE, PERSONAL_FIELDS, placeholders, worst_case
from messaging.folding import fold
from messaging.segments import is_gsm7

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
                f"{after.segments} segments ({after.units} units) with this campaign's {used}",
            )


def _two_segments(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, texts in pack.texts.items():
        long = sum(worst_case(text).segments > 1 for text in texts.values())
        if long:
            yield Found(
                Place("campaign", "", language),
                f"{long} of {len(texts)} texts fill two segments in the worst case",
            )


def _variable_value(pack: Pack, setting: Setting) -> Iterator[Found]:
    if setting.variables is None:
        return
    for name, texts in _uses(pack).items():
        if texts and not setting.variables.get(name):
            yield Found(
                Place("campaign", name),
                f"{{{{ {name} }}}} has no value in this campaign; {len(texts)} texts use it",
            )


def _variable_size(pack: Pack, setting: Setting) -> Iterator[Found]:
    for name, value in (setting.variables or {}).items():
        if value and (len(value) > LONGEST_VALUE or not is_gsm7(value)):
            reason = f"has {len(value)} characters" if is_gsm7(value) else "is not GSM-7"
            yield Found(Place("campaign", name), f"the value of {name} {reason}")


def _unused_variable(pack: Pack, setting: Setting) -> Iterator[Found]:
    for name, texts in _uses(pack).items():
        if not texts:
            yield Found(Place("campaign", name), f"no text uses the country variable {name}")


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
            others = ", ".join(each for each in pack.languages if each not in lacking)
            yield Found(
                text_at(key, language), f"{key} has wording in {others}, none in {language}"
            )


def _invisible(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, key, text in every_text(pack):
        for sign in dict.fromkeys(text):
            unseen = unicodedata.category(sign) in ("Cf", "Cc", "Zs", "Zl", "Zp") and sign != " "
            joins = sign in _JOINERS and not is_gsm7(text.replace(sign, ""))
            if unseen and sign != "\n" and not joins:
                name = unicodedata.name(sign, "a control character").lower()
                yield Found(
                    text_at(key, language),
                    f"{key}: a sign nobody sees, U+{ord(sign):04X} {name}",
                )


def _same_words(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, texts in pack.texts.items():
        first: dict[str, str] = {}
        for key, text in texts.items():
            if text.strip() == AS_USUAL:
                continue
            twin = first.setdefault(fold(text), key)
            if twin != key:
                yield Found(text_at(key, language), f"{key} says the same as {twin}")


def _unread_language(pack: Pack, setting: Setting) -> Iterator[Found]:
    read = {*pack.native_readers, *setting.signed_natively}
    for language in pack.languages:
        if language not in read:
            yield Found(Place("campaign", "", language), f"no native reader has read {language}")


TEXT_RULES = (
    Rule(
        "segments",
        Severity.ERROR,
        "A text grows by a segment once the campaign's own country variables stand in it.",
        "Shorten the text or the variable's value.",
        _segments,
    ),
    Rule(
        "two_segments",
        Severity.HINT,
        "How many texts of a language fill two segments in the worst case: a script of its own.",
        "Shorten them to 70 characters where that costs no meaning.",
        _two_segments,
    ),
    Rule(
        "variable_value",
        Severity.ERROR,
        "A country variable that texts use has no value in the campaign.",
        "Set it in the campaign's country variables.",
        _variable_value,
    ),
    Rule(
        "variable_size",
        Severity.WARNING,
        "A country variable's value is longer than 20 characters, or not in GSM-7.",
        "Shorten it, or write it in plain letters; texts are measured with 20 of them.",
        _variable_size,
    ),
    Rule(
        "unused_variable",
        Severity.HINT,
        "A country variable stands in no text.",
        "Use it or take it out of campaign.yaml: a country would be asked for it in vain.",
        _unused_variable,
    ),
    Rule(
        "missing_wording",
        Severity.WARNING,
        "A text that need not be there is there in one language and not in another.",
        "Write it in every language, or in none.",
        _missing_wording,
    ),
    Rule(
        "invisible_signs",
        Severity.WARNING,
        "A text holds a sign nobody sees, such as a blank that does not break.",
        "Take it out, or type a plain blank in its place.",
        _invisible,
    ),
    Rule(
        "same_words",
        Severity.WARNING,
        "Two keys have the same wording in one language.",
        "Say it in other words, or let both places use one key.",
        _same_words,
    ),
    Rule(
        "unread_language",
        Severity.WARNING,
        "No native reader has read a language: a fake sender may carry it, a real one may not.",
        "Have a native reader sign it in review, or name them under native_readers.",
        _unread_language,
    ),
)
