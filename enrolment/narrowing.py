"""STOP with a campaign's own word after it: leaving that campaign alone.

The transport has opted the whole number out by then, and cancelled what was queued for it; that is
taken back for the other campaigns. Their texts that were queued just then stay cancelled: one too
few is a smaller harm than one too many.
"""

from collections.abc import Sequence

from campaigns.compiling import compiled
from campaigns.rules import KeywordAction
from enrolment.models.enrolment import Enrolment
from messaging.folding import fold
from messaging.stopwords import graded


def only_one(text: str, enrolments: Sequence[Enrolment]) -> Enrolment | None:
    """The one campaign that is meant: what follows STOP is exactly its word to join, nobody
    else's, and there is another to stay in."""
    first, _, rest = fold(text).partition(" ")
    if not rest or len(enrolments) < 2 or graded(first) != "stop":
        return None
    named = [enrolment for enrolment in enrolments if _joins(enrolment, rest)]
    return named[0] if len(named) == 1 else None


def _joins(enrolment: Enrolment, word: str) -> bool:
    keyword = compiled(enrolment.version).keywords.get(word)
    return keyword is not None and keyword.action is KeywordAction.JOIN
