"""What only rows can tell of a word of self-service: whether a code fits, and how many links a
number has had today."""

from datetime import datetime

from enrolment import erasing, web_links
from enrolment.models.enrolment import Enrolment
from enrolment.talk import AskErase, Erase, OpenWeb, Response, Say


def permitted(*, enrolment: Enrolment, response: Response, now: datetime) -> Response:
    """The same response, or what is said and done in its place. The caller holds the recipient's
    row lock."""
    match response.changes:
        case (Erase(code),):
            if not erasing.fits(participant=enrolment.participant, code=code, now=now):
                return _instead(response, "erase_asked", "system.erase_confirm", AskErase())
        case (OpenWeb(),):
            if web_links.are_too_many(participant=enrolment.participant, now=now):
                return _instead(response, "web_limit", "system.web_limit")
    return response


def _instead(response: Response, reason: str, text_key: str, *changes: AskErase) -> Response:
    return Response(response.end, reason, says=(Say(text_key),), changes=changes)
