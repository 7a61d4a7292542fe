"""Visits to a person's own page. A visit is a random key in a cookie, and its hash in a row."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from enrolment import web_links
from enrolment.models.participant import Participant
from enrolment.models.web_link import WebLink
from enrolment.models.web_visit import WebVisit
from enrolment.web_links import hashed
from trust import audit

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=2)
_KEY_BYTES = 32


@transaction.atomic
def begin(*, token: str, now: datetime) -> str | None:
    """Uses the link up; the visit's key, or None for a link that is wrong, used or expired. Any
    other visit of the person's ends: a link asked for again may mean that a telephone was lent."""
    link = web_links.live(token=token, now=now)
    if link is None or not _use(link, now):
        return None
    end_all(participant=link.participant, now=now)
    key = secrets.token_urlsafe(_KEY_BYTES)
    visit = WebVisit.objects.create(
        participant=link.participant, link=link, key_hash=hashed(key), began_at=now, seen_at=now
    )
    audit.record(verb="web.visit", subject=visit)
    return key


def _use(link: WebLink, now: datetime) -> bool:
    """Two presses at once: one of them opens it."""
    return bool(WebLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now))


def current(*, key: str, now: datetime) -> WebVisit | None:
    """The visit this key stands for, seen just now; None when it has ended."""
    if not key:
        return None
    lasting = WebVisit.objects.filter(
        key_hash=hashed(key), ended_at=None, seen_at__gt=now - IDLE, began_at__gt=now - LONGEST
    )
    if not lasting.update(seen_at=now):
        return None
    return lasting.select_related("participant__recipient", "link").first()


@transaction.atomic
def end(*, visit: WebVisit, now: datetime) -> None:
    if WebVisit.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=now):
        audit.record(verb="web.close", subject=visit)


def shut(*, participant: Participant, now: datetime) -> None:
    """Nobody comes in any more by what was texted to her number so far."""
    WebLink.objects.filter(participant=participant, used_at=None).update(used_at=now)
    end_all(participant=participant, now=now)


def end_all(*, participant: Participant, now: datetime) -> None:
    WebVisit.objects.filter(participant=participant, ended_at=None).update(ended_at=now)
