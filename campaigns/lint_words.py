"""Rules about keywords and choices: heard in every language, not taken for each other, and safe
where a word may mean danger. Pure."""

from collections.abc import Iterator
from itertools import combinations

from campaigns.haste import Haste
from campaigns.lint_findings import Found, Place, Rule, Setting, Severity
from campaigns.pack_values import Pack, PackKeyword
from campaigns.rules import ANY_LANGUAGE, KeywordAction
from campaigns.wording import placeholders
from messaging.folding import fold, one_slip
from messaging.stopwords import reserved
from trust.telling import tell

#: Of shorter words nearly all are two edits apart.
_LONG_ENOUGH = 5
_EDITS = 2
#: As the admin and the country kit name it.
EMERGENCY = "emergency_number"


def edits(one: str, other: str) -> int:
    """Letters to add, drop or change until one word is the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row[0] = row[0], place
        for column, sign in enumerate(other, 1):
            above, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, above + (letter != sign)),
            )
    return row[-1]


def _near_reserved(pack: Pack, setting: Setting) -> Iterator[Found]:
    hard = sorted(word for word in reserved(pack.languages) if len(word) >= _LONG_ENOUGH)
    for word, language, _ in _all_words(pack):
        folded = fold(word)
        if len(folded) < _LONG_ENOUGH:
            continue
        # Counting edits is dear, and the page of a text does it for all words at each look.
        alike = (other for other in hard if abs(len(other) - len(folded)) <= _EDITS)
        near = next((other for other in alike if edits(folded, other) == _EDITS), None)
        if near:
            yield Found(
                Place("keyword", word, language),
                tell(
                    "%(word)s is two letters from %(upper)s, which the transport answers",
                    word=word,
                    upper=near.upper(),
                ),
            )


def _near_words(pack: Pack, setting: Setting) -> Iterator[Found]:
    """Each pair once, though several languages may have it."""
    told: set[tuple[str, str]] = set()
    for (one, _, first), (other, language, second) in combinations(_all_words(pack), 2):
        pair = (fold(one), fold(other))
        if first != second and pair not in told and _mixed_up(*pair):
            told.add(pair)
            yield Found(
                Place("keyword", other, language),
                tell("%(other)s is one slip of the thumb from %(one)s", other=other, one=one),
            )


def _mixed_up(one: str, other: str) -> bool:
    """Of shorter words no slip is forgiven, so that none does what another does."""
    return min(len(one), len(other)) >= _LONG_ENOUGH and one_slip(one, other)


def _all_words(pack: Pack) -> list[tuple[str, str, str]]:
    """(word, language, what it does)."""
    return [
        (word, language, _does(keyword))
        for keyword in pack.keywords
        for language, words in keyword.words.items()
        for word in words
    ]


def _does(keyword: PackKeyword) -> str:
    opens = filter(None, (keyword.bank, keyword.question, keyword.stage))
    return " ".join((keyword.action, *opens))


def _word_language(pack: Pack, setting: Setting) -> Iterator[Found]:
    heard: dict[str, set[str]] = {}
    first: dict[str, str] = {}
    for word, language, does in _all_words(pack):
        first.setdefault(does, word)
        if language != ANY_LANGUAGE or not word.isdecimal():
            heard.setdefault(does, set()).add(language)
    for does, word in first.items():
        languages = heard.get(does, set())
        for language in pack.languages:
            if ANY_LANGUAGE not in languages and language not in languages:
                yield Found(
                    Place("keyword", word, language),
                    tell(
                        "%(word)s (%(does)s) has no word in %(language)s",
                        word=word,
                        does=does,
                        language=language,
                    ),
                )


def _choice_language(pack: Pack, setting: Setting) -> Iterator[Found]:
    for question in pack.questions:
        # Each language is chosen in its own words.
        if question.attribute == "language" or not any(each.words for each in question.choices):
            continue
        for language in pack.languages:
            lacking = [each.value for each in question.choices if not each.words.get(language)]
            if lacking:
                yield Found(
                    Place("question", question.key, language),
                    tell(
                        "%(choices)s: no words in %(language)s", choices=lacking, language=language
                    ),
                )


def _near_choices(pack: Pack, setting: Setting) -> Iterator[Found]:
    for question in pack.questions:
        words = [
            (fold(word), choice.value)
            for choice in question.choices
            for found in choice.words.values()
            for word in found
        ]
        for (one, first), (other, second) in combinations(words, 2):
            if first != second and _mixed_up(one, other):
                yield Found(
                    Place("question", question.key),
                    tell(
                        "%(one)s and %(other)s are one letter apart and choose %(first)s and "
                        "%(second)s",
                        one=one,
                        other=other,
                        first=first,
                        second=second,
                    ),
                )


def _urgent_number(pack: Pack, setting: Setting) -> Iterator[Found]:
    """Nobody may be reading when the word comes, so its answers say whom to ring."""
    urgent = {keyword.bank for keyword in pack.keywords if keyword.case == Haste.URGENT}
    for text in (text for bank in pack.banks if bank.key in urgent for text in bank.texts):
        for language in pack.languages:
            said = pack.texts.get(language, {}).get(text.key)
            if said is not None and EMERGENCY not in placeholders(said):
                yield Found(
                    Place("text", text.key, language),
                    tell(
                        "%(text)s does not name %(emergency)s", text=text.key, emergency=EMERGENCY
                    ),
                )


def _join_word(pack: Pack, setting: Setting) -> Iterator[Found]:
    taken = setting.join_words or {}
    for keyword in pack.keywords:
        if keyword.action != KeywordAction.JOIN:
            continue
        for language, words in keyword.words.items():
            for word in words:
                if other := taken.get(fold(word)):
                    shown = "" if language == ANY_LANGUAGE else language
                    yield Found(
                        Place("keyword", word, shown),
                        tell(
                            "on this sender people join %(other)s by %(word)s",
                            other=other,
                            word=word,
                        ),
                    )


WORD_RULES = (
    Rule(
        "join_word",
        Severity.WARNING,
        tell("A word to join is another campaign's on the same sender."),
        tell("Give this campaign a word of its own, or a sender: the older campaign answers."),
        _join_word,
    ),
    Rule(
        "near_reserved",
        Severity.HINT,
        tell(
            "A keyword of five letters or more is two letters from a word that leaves or asks for "
            "help; one letter is refused."
        ),
        tell("Choose another word if people mistype it."),
        _near_reserved,
    ),
    Rule(
        "near_words",
        Severity.WARNING,
        tell(
            "Two keywords of five letters or more that do different things are one slip of the "
            "thumb apart."
        ),
        tell("Change one of them: a mistyped word would do the other thing."),
        _near_words,
    ),
    Rule(
        "word_language",
        Severity.WARNING,
        tell("What a keyword does has no word in one of the languages."),
        tell("Add a word, or one under `any`."),
        _word_language,
    ),
    Rule(
        "choice_language",
        Severity.WARNING,
        tell("A question's choices have words in some languages and not in another."),
        tell("Add the words; without them only the number is understood."),
        _choice_language,
    ),
    Rule(
        "near_choices",
        Severity.HINT,
        tell("Words of two choices, of five letters or more, are one slip of the thumb apart."),
        tell("Use words that look less alike."),
        _near_choices,
    ),
    Rule(
        "urgent_number",
        Severity.WARNING,
        tell("A text that answers an urgent word does not name the emergency number."),
        tell("Say whom to ring: nobody may be reading when the word comes."),
        _urgent_number,
    ),
)
