"""Two bad moods in a row: more help than the usual reply, and a person who looks. Pure.

Giving up tobacco can bring a severe low mood.
"""

from collections.abc import Sequence

from campaigns.content import Content
from campaigns.rules import BAD_MOOD, BAD_MOOD_HELP, MOOD, QuestionRule
from enrolment.talk import Change, RaiseFlag, Say, Talk

TWO_BAD_MOODS = "two_bad_moods"


def is_low_again(talk: Talk, question: QuestionRule, value: str) -> bool:
    return question.key == MOOD and value == BAD_MOOD and talk.was_low


def with_help(
    content: Content, says: Sequence[Say], changes: Sequence[Change]
) -> tuple[tuple[Say, ...], list[Change]]:
    """In place of the usual reply, where the content has words for it."""
    helped = (Say(BAD_MOOD_HELP),) if content.has_text(BAD_MOOD_HELP) else tuple(says)
    return helped, [*changes, RaiseFlag(TWO_BAD_MOODS, MOOD)]
