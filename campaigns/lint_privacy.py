"""Rules about what a text gives away or could send to the wrong country. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources

from campaigns.lint_findings import Found, Rule, Setting, Severity
from campaigns.lint_texts import every_text, text_at
from campaigns.manners import discreet_texts
from campaigns.pack_values import Pack
from campaigns.wording import placeholders
from messaging.folding import fold
from messaging.language_packs import LANGUAGE_PACKS
from trust.telling import tell

_ILLNESS: Mapping[str, tuple[str, ...]] = {
    language: tuple(fold(stem) for stem in stems)
    for language, stems in tomllib.loads(
        resources.files("campaigns").joinpath("illness_words.toml").read_text(encoding="utf-8")
    ).items()
}
#: The variable every starter has for the name people know the programme by.
_PROGRAMME = "programme"
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
#: Said to a number whose owner has not texted us, or may have changed.
_TO_STRANGERS = ("question.consent", "again.consent", "question.still", "system.declined")
_RUN = re.compile(r"(?<![\w,])\+?\(?\d(?:[\d()\-]|[ .](?=[\d(]))*\d(?!\w)")
_DAY = re.compile(r"\d{1,2}[.\-]\d{1,2}[.\-]\d{2,4}|\d{4}-\d\d-\d\d")
#: 80-89, also after the number of a choice.
_RANGE = re.compile(r"(?:\d{1,2} )?\d{1,3}-\d{1,3}")
#: 10 000 is a count; 116 123 is a help line of half of Europe.
_COUNT = re.compile(r"(?!116)\d{1,3}[ .]\d{3}")
_FEWEST_DIGITS = 5
#: "Ring 999", "call for help on 113"; three digits alone may be a count.
_ALARM_NUMBER = re.compile(
    r"(?:\b(?:ring|call|dial|phone|tel|llam|marc|appel|compos|lig[ua]|disq)\w*|اتصل|कॉल)"
    r"\W+(?:\w+\W+){0,3}?(000|911|999|10[1-8]|11[0-9]|988)(?!\w)(?! \d)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?i:https?://|\bwww\.)|\b[\w-]{2,}\.(?:com|org|net|info|int|edu|gov|health|app|no|uk|in|io|"
    r"eu|se|dk|fr|es|pt|br|de)\b"
)


def _phone_number(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, key, text in every_text(pack):
        plain = _PLACEHOLDER.sub(" ", text)
        for number in dict.fromkeys(_numbers(plain)):
            yield Found(
                text_at(key, language),
                tell("%(key)s: %(number)s looks like a telephone number", key=key, number=number),
            )


def _numbers(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        digits = sum(sign.isdigit() for sign in run)
        if digits >= _FEWEST_DIGITS and not any(
            other.fullmatch(run) for other in (_DAY, _RANGE, _COUNT)
        ):
            yield run
    yield from _ALARM_NUMBER.findall(text)


def _web_address(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, key, text in every_text(pack):
        if found := _ADDRESS.search(_PLACEHOLDER.sub(" ", text)):
            yield Found(
                text_at(key, language),
                tell("%(key)s: %(found)s is part of a web address", key=key, found=found[0]),
            )


def _illness_named(pack: Pack, setting: Setting) -> Iterator[Found]:
    yield from _naming(pack, _TO_STRANGERS)


def _illness_first(pack: Pack, setting: Setting) -> Iterator[Found]:
    yield from _naming(pack, first_asked(pack))


def first_asked(pack: Pack) -> tuple[str, ...]:
    """The text of the first question of joining; of one language nobody is asked to choose."""
    alone = {each.key for each in pack.questions if each.attribute == "language"}
    skipped = alone if len(pack.languages) == 1 else set()
    return tuple(f"question.{key}" for key in pack.onboarding if key not in skipped)[:1]


def _naming(pack: Pack, keys: tuple[str, ...]) -> Iterator[Found]:
    for language, texts in pack.texts.items():
        for key in keys:
            if told := illness_words(texts.get(key, ""), language):
                yield Found(
                    text_at(key, language), tell("%(key)s tells of %(words)s", key=key, words=told)
                )


def illness_words(text: str, language: str) -> list[str]:
    """The words of a text that name the illness or the habit, in its language or in English."""
    stems = (*_ILLNESS.get(language.split("-")[0], ()), *_ILLNESS["en"])
    return [word for word in fold(_PLACEHOLDER.sub(" ", text)).split() if word.startswith(stems)]


def _discreet_named(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, texts in pack.texts.items():
        for key, text in discreet_texts(texts):
            told = illness_words(text, language)
            if _PROGRAMME in placeholders(text):
                told.append(f"{{{{ {_PROGRAMME} }}}}")
            if told:
                yield Found(
                    text_at(key, language), tell("%(key)s tells of %(words)s", key=key, words=told)
                )


def says_stop(text: str, language: str) -> bool:
    """In capitals, as a word to text back; a script without them has none to ask for."""
    pack = LANGUAGE_PACKS.get(language.split("-")[0])
    leaving = {"stop"} | (set(pack.stop) if pack else set())
    return any(fold(word) in leaving and word.upper() == word for word in re.findall(r"\w+", text))


def _leaving_word(pack: Pack, setting: Setting) -> Iterator[Found]:
    for language, texts in pack.texts.items():
        for key in (*first_asked(pack), "system.joined", "system.help"):
            if key in texts and not says_stop(texts[key], language):
                yield Found(
                    text_at(key, language), tell("%(key)s does not say how to leave", key=key)
                )


PRIVACY_RULES = (
    Rule(
        "phone_number",
        Severity.ERROR,
        tell("A telephone number stands in a text: in another country it rings somewhere else."),
        tell("Make it a country variable, such as {{ quitline }}."),
        _phone_number,
    ),
    Rule(
        "web_address",
        Severity.ERROR,
        tell("A web address stands in a text."),
        tell("Make it a country variable."),
        _web_address,
    ),
    Rule(
        "illness_named",
        Severity.WARNING,
        tell("A text to a number that may be somebody else's names the illness or the habit."),
        tell("Ask without it: whoever reads over the shoulder learns nothing."),
        _illness_named,
    ),
    Rule(
        "illness_first",
        Severity.HINT,
        tell("The first question of joining names the illness or the habit."),
        tell(
            "Fine for someone who just texted JOIN herself; leave it out where others join people."
        ),
        _illness_first,
    ),
    Rule(
        "discreet_named",
        Severity.WARNING,
        tell("A discreet wording names the illness, the habit or the programme."),
        tell("Give the same advice without the word, or write none: the text is then not sent."),
        _discreet_named,
    ),
    Rule(
        "leaving_word",
        Severity.WARNING,
        tell("The first question, the welcome or HELP does not say how to leave."),
        tell("Add the word, such as STOP, in capitals."),
        _leaving_word,
    ),
)
