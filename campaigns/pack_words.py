"""A pack's keywords: no two alike, none near a word the transport hears first. Pure."""

from collections.abc import Iterator

from campaigns.pack_anchors import check_entry
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Problems
from campaigns.pack_values import Pack, PackKeyword
from campaigns.rules import ANY_LANGUAGE, KeywordAction, QuestionKind
from messaging.folding import fold, one_slip
from messaging.stopwords import START, graded, reserved

#: Everything is one slip from a word so short.
_TOO_SHORT = 2
_OPENS = {
    "bank": (KeywordAction.BANK, KeywordAction.SLIP, KeywordAction.ENTER),
    "question": (KeywordAction.ASK, KeywordAction.READING),
    "stage": (KeywordAction.ENTER,),
    "case": (KeywordAction.BANK, KeywordAction.SLIP, KeywordAction.ENTER),
}


def check_words(pack: Pack, marks: Marks, problems: Problems) -> None:
    taken: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    hard = reserved(pack.languages)
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
            does = ":".join(
                (keyword.action, keyword.bank, keyword.question, keyword.stage, keyword.case)
            )
            if taken.setdefault(folded, does) != does:
                problems.add(where, f"{word} already does something else")
            if near := too_near(folded, hard):
                problems.add(
                    where, f"{word} is too near {near.upper()}, which the transport answers"
                )
            if folded in START and keyword.action != KeywordAction.JOIN:
                problems.add(where, f"{word} brings people back, so it can only join")
    if not any(keyword.action == KeywordAction.JOIN for keyword in pack.keywords):
        where = marks.at("campaign", "")
        problems.add(where, "no keyword joins: keywords.yaml needs a word with action join")


def check_choices(pack: Pack, marks: Marks, problems: Problems) -> None:
    """A choice the transport takes for STOP or HELP would never be heard as an answer."""
    for question in pack.questions:
        for choice in question.choices:
            for word in (word for words in choice.words.values() for word in words):
                if (heard := graded(word)) and heard != "start":
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
    asks = action in (KeywordAction.ASK, KeywordAction.READING)
    if asks and keyword.question not in questions:
        hint = suggestion(keyword.question, questions)
        problems.add(where, f"no question is called {keyword.question!r}{hint}")
    if action == KeywordAction.READING and not any(
        question.kind == QuestionKind.READING
        for question in pack.questions
        if question.key == keyword.question
    ):
        problems.add(where, f"{keyword.question} is no question of type reading")
    if action == KeywordAction.ENTER:
        check_entry(pack, keyword.stage, where, problems)
    if action in (KeywordAction.LESS, KeywordAction.MORE) and not pack.profiles:
        problems.add(where, f"a {action} keyword needs profiles in campaign.yaml")
    for name, given in (
        ("bank", keyword.bank),
        ("question", keyword.question),
        ("stage", keyword.stage),
        ("case", keyword.case),
    ):
        if given and action not in _OPENS[name]:
            article = "an" if action[0] in "aeiou" else "a"
            problems.add(where, f"{article} {action} keyword has no {name}")


def too_near(folded: str, near: frozenset[str]) -> str | None:
    """A word people could mistype into leaving: itself reserved in any language, or one slip away
    from a reserved word of one that the pack speaks."""
    heard = graded(folded)
    if heard is not None and heard != "start":
        return heard
    for word in sorted(near):
        if len(folded) > _TOO_SHORT and one_slip(folded, word):
            return word
    return None
