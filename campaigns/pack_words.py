"""A pack's keywords: no two alike, none near a word the transport hears first. Pure."""

from collections.abc import Iterator

from campaigns.pack_anchors import check_entry
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Problems
from campaigns.pack_values import Pack, PackKeyword
from campaigns.rules import KeywordAction
from messaging.stopwords import RESERVED, fold, graded

ANY_LANGUAGE = "any"
_OPENS = {
    "bank": (KeywordAction.BANK, KeywordAction.SLIP, KeywordAction.ENTER),
    "question": (KeywordAction.ASK,),
    "stage": (KeywordAction.ENTER,),
}


def check_words(pack: Pack, marks: Marks, problems: Problems) -> None:
    taken: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for keyword in pack.keywords:
        _check_opens(pack, keyword, marks, problems)
        for language, word in _words(keyword):
            where = marks.at("keyword", word)
            if language not in (*pack.languages, ANY_LANGUAGE):
                problems.add(where, f"{language} is not among the pack's languages")
            folded = fold(word)
            if not folded:
                problems.add(where, f"{word!r} has no letter or digit")
            if (language, folded) in seen:
                problems.add(where, f"{word} stands here twice; keep one")
            seen.add((language, folded))
            does = ":".join((keyword.action, keyword.bank, keyword.question, keyword.stage))
            if taken.setdefault(folded, does) != does:
                problems.add(where, f"{word} already does something else")
            if reserved := _too_near(folded):
                problems.add(
                    where, f"{word} is too near {reserved.upper()}, which the transport answers"
                )
    if not any(keyword.action == KeywordAction.JOIN for keyword in pack.keywords):
        where = marks.at("campaign", "")
        problems.add(where, "no keyword joins: keywords.yaml needs a word with action join")


def check_choices(pack: Pack, marks: Marks, problems: Problems) -> None:
    """A choice the transport takes for STOP or HELP would never be heard as an answer."""
    for question in pack.questions:
        for choice in question.choices:
            for word in (word for words in choice.words.values() for word in words):
                if heard := graded(word):
                    problems.add(
                        marks.at("question", question.key),
                        f"the choice word {word} would be heard as {heard.upper()}",
                    )


def _words(keyword: PackKeyword) -> Iterator[tuple[str, str]]:
    for language, words in keyword.words.items():
        for word in words:
            yield language, word


def _check_opens(pack: Pack, keyword: PackKeyword, marks: Marks, problems: Problems) -> None:
    """What goes with each action, and nothing else."""
    where = marks.at("keyword", next((word for _, word in _words(keyword)), ""))
    banks = {bank.key for bank in pack.banks}
    questions = {question.key for question in pack.questions}
    action = keyword.action
    if action in (KeywordAction.BANK, KeywordAction.SLIP) and keyword.bank not in banks:
        problems.add(where, f"no bank is called {keyword.bank!r}{suggestion(keyword.bank, banks)}")
    if action == KeywordAction.ASK and keyword.question not in questions:
        hint = suggestion(keyword.question, questions)
        problems.add(where, f"no question is called {keyword.question!r}{hint}")
    if action == KeywordAction.ENTER:
        check_entry(pack, keyword.stage, where, problems)
    if action in (KeywordAction.LESS, KeywordAction.MORE) and not pack.profiles:
        problems.add(where, f"a {action} keyword needs profiles in campaign.yaml")
    for name, given in (
        ("bank", keyword.bank),
        ("question", keyword.question),
        ("stage", keyword.stage),
    ):
        if given and action not in _OPENS[name]:
            article = "an" if action[0] in "aeiou" else "a"
            problems.add(where, f"{article} {action} keyword has no {name}")


def _too_near(folded: str) -> str | None:
    """A word people could mistype into leaving: itself reserved, or one edit away from it."""
    if heard := graded(folded):
        return heard
    for reserved in RESERVED:
        if folded == reserved or (len(folded) > 2 and _one_edit(folded, reserved)):
            return reserved
    return None


def _one_edit(one: str, other: str) -> bool:
    """One letter more, less or other, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
        return left[1:] == right[1:] or (len(left) > 1 and swapped)
    return left[1:] == right or left == right[1:]
