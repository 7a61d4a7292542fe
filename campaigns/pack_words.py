"""A pack's keywords: no two alike, none near a word the transport hears first. Pure."""

from collections.abc import Iterator

from campaigns.pack_anchors import check_entry
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import Pack, PackKeyword
from campaigns.rules import ANY_LANGUAGE, KeywordAction, QuestionKind
from messaging.folding import fold, one_slip
from messaging.stopwords import START, graded, reserved
from trust.telling import tell

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
                problems.add(
                    where, tell("%(language)s is not among the pack's languages", language=language)
                )
            folded = fold(word)
            if not folded:
                problems.add(where, tell("%(word)s has no letter or digit", word=f"{word!r}"))
            if (language, folded) in seen:
                problems.add(where, tell("%(word)s stands here twice; keep one", word=word))
            seen.add((language, folded))
            does = ":".join(
                (keyword.action, keyword.bank, keyword.question, keyword.stage, keyword.case)
            )
            if taken.setdefault(folded, does) != does:
                problems.add(where, tell("%(word)s already does something else", word=word))
            if near := too_near(folded, hard):
                problems.add(
                    where,
                    tell(
                        "%(word)s is too near %(upper)s, which the transport answers",
                        word=word,
                        upper=near.upper(),
                    ),
                )
            if folded in START and keyword.action != KeywordAction.JOIN:
                problems.add(
                    where, tell("%(word)s brings people back, so it can only join", word=word)
                )
    if not any(keyword.action == KeywordAction.JOIN for keyword in pack.keywords):
        where = marks.at("campaign", "")
        problems.add(
            where,
            tell("no keyword joins: %(file)s needs a word with action join", file="keywords.yaml"),
        )


def check_choices(pack: Pack, marks: Marks, problems: Problems) -> None:
    """A choice the transport takes for STOP or HELP would never be heard as an answer."""
    for question in pack.questions:
        for choice in question.choices:
            for word in (word for words in choice.words.values() for word in words):
                if (heard := graded(word)) and heard != "start":
                    problems.add(
                        marks.at("question", question.key),
                        tell(
                            "the choice word %(word)s would be heard as %(upper)s",
                            word=word,
                            upper=heard.upper(),
                        ),
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
        problems.add(
            where,
            tell(
                "no bank is called %(bank)s%(suggestion)s",
                bank=f"{keyword.bank!r}",
                suggestion=suggestion(keyword.bank, banks),
            ),
        )
    asks = action in (KeywordAction.ASK, KeywordAction.READING)
    if asks and keyword.question not in questions:
        hint = suggestion(keyword.question, questions)
        problems.add(
            where,
            tell(
                "no question is called %(question)s%(hint)s",
                question=f"{keyword.question!r}",
                hint=hint,
            ),
        )
    _check_needs(pack, keyword, where, problems)
    for name, given in (
        ("bank", keyword.bank),
        ("question", keyword.question),
        ("stage", keyword.stage),
        ("case", keyword.case),
    ):
        if given and action not in _OPENS[name]:
            problems.add(
                where,
                tell("%(action)s: such a keyword has no %(name)s", action=action, name=name),
            )


def _check_needs(pack: Pack, keyword: PackKeyword, where: Node, problems: Problems) -> None:
    action = keyword.action
    if action == KeywordAction.READING and not any(
        question.kind == QuestionKind.READING
        for question in pack.questions
        if question.key == keyword.question
    ):
        problems.add(
            where, tell("%(question)s is no question of type reading", question=keyword.question)
        )
    if action == KeywordAction.ENTER:
        check_entry(pack, keyword.stage, where, problems)
    if action in (KeywordAction.LESS, KeywordAction.MORE) and not pack.profiles:
        problems.add(
            where,
            tell(
                "a %(action)s keyword needs profiles in %(file)s",
                action=action,
                file="campaign.yaml",
            ),
        )


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
