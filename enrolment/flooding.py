"""When a text is not answered, lest it go on for ever or cost a fortune. Pure.

STOP and words of crisis come before this. Two machines that answer each other send a text every few
seconds; SMS pumping makes us text numbers abroad that somebody earns on.
"""

from dataclasses import dataclass

from enrolment.talk import End
from messaging.autoreplies import is_automatic

#: Texts from one number within an hour. A person in a bad hour texts CRAVE twenty times.
MOST_AN_HOUR = 40


@dataclass(frozen=True, slots=True)
class Dropped:
    """How a text ends that gets no answer."""

    end: End
    reason: str


def dropped(text: str, texts_lately: int) -> Dropped | None:
    """`texts_lately`: of this number within the last hour, this one among them. The first one too
    many goes to a person, who may see why."""
    if is_automatic(text):
        return Dropped(End.LOOP, "automatic_reply")
    if texts_lately == MOST_AN_HOUR + 1:
        return Dropped(End.INBOX, "too_many_texts")
    if texts_lately > MOST_AN_HOUR:
        return Dropped(End.LOOP, "too_many_texts")
    return None
