"""What only rows can tell of a word of self-service: whether a code fits, and how many links a
number has had today."""

from dataclasses import replace
from datetime import datetime

from enrolment import erasing, renumbering, web_links
from enrolment.models.enrolment import Enrolment
from enrolment.talk import AskErase, AskNewNumber, Change, Erase, OpenWeb, Response, Say


def permitted(*, enrolment: Enrolment, response: Response, now: datetime) -> Response:
    """The same response, or what is said and done in its place. Whatever else the response changes
    (a question closed) stays, but for an erasure, after which there is nothing left to change. The
    caller holds the recipient's row lock."""
    participant = enrolment.participant
    for change in response.changes:
        if isinstance(change, Erase):
            if erasing.fits(participant=participant, code=change.code, now=now):
                return replace(response, changes=(change,))
            return _instead(response, change, "erase_asked", "system.erase_confirm", AskErase())
        if isinstance(change, AskNewNumber):
            return _new_number(enrolment, response, change, now)
        if isinstance(change, OpenWeb) and web_links.are_too_many(participant=participant, now=now):
            return _instead(response, change, "web_limit", "system.web_limit")
    return response


def _new_number(
    enrolment: Enrolment, response: Response, change: AskNewNumber, now: datetime
) -> Response:
    if renumbering.are_too_many(participant=enrolment.participant, now=now):
        return _instead(response, change, "new_number_limit", "system.new_number_limit")
    try:
        renumbering.read_number(enrolment=enrolment, said=change.words)
    except renumbering.NotANumber:
        return _instead(response, change, "new_number_how", "system.new_number_how")
    return response


def _instead(
    response: Response, refused: Change, reason: str, text_key: str, *changes: Change
) -> Response:
    others = tuple(change for change in response.changes if change is not refused)
    says = (Say(text_key), *response.says[1:])
    return replace(response, reason=reason, says=says, changes=(*changes, *others))
