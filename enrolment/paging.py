"""People told at once of an urgent case, by email or webhook.

A page is made with its case, in one transaction, and its row is the queue. It says which case, of
what kind and in which campaign, and where to open it: never the words, never the number. A try
that dies half-way is made again, as two pages are better than none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from enrolment import page_calls
from enrolment.models.case import Case
from enrolment.models.page import Page
from enrolment.models.pager_contact import PagerContact
from enrolment.retrying import MOST_TRIES, next_try

log = structlog.get_logger(__name__)

#: One number's next texts of the same kind of need, so soon, are of that need, as long as somebody
#: has yet to close its case; theirs stand in the inbox.
ONE_NEED = timedelta(minutes=5)


def contacts_of(*, case: Case) -> list[PagerContact]:
    """Those of its campaign and of the whole organisation; where that is nobody, every one there
    is, since a page tells nothing that is not theirs to know."""
    active = PagerContact.objects.filter(organisation_id=case.organisation_id, is_active=True)
    everywhere = active.filter(campaign=None)
    found = everywhere | active.filter(campaign_id=case.campaign_id) if case.campaign_id else None
    return list(found if found is not None else everywhere) or list(active)


@transaction.atomic
def page(*, cases: Sequence[Case], now: datetime) -> None:
    for case in cases:
        if not _told_lately(case, now):
            tell(case=case, occasion=Page.Occasion.OPENED, now=now)


def tell(*, case: Case, occasion: Page.Occasion, now: datetime) -> None:
    """Each of its contacts; one whose page of this occasion still waits is told by that one."""
    contacts = contacts_of(case=case)
    if not contacts:
        log.error("nobody_to_page", case_id=case.pk)
    pages = [
        Page(case=case, contact=contact, occasion=occasion, made_at=now, next_at=now)
        for contact in contacts
    ]
    Page.objects.bulk_create(pages, ignore_conflicts=True)


def is_due(*, now: datetime) -> bool:
    return Page.objects.filter(status=Page.Status.PENDING, next_at__lte=now).exists()


def deliver_due(*, now: datetime, limit: int = 20) -> int:
    """How many were tried, one after another, each call with its own time-out."""
    tried = 0
    while tried < limit and is_due(now=now):
        found = _claim(now)
        if found is None:
            break
        _settle(found, page_calls.call(page=found), now)
        tried += 1
    return tried


def _told_lately(case: Case, now: datetime) -> bool:
    alike = Page.objects.filter(
        case__recipient_id=case.recipient_id,
        case__reason=case.reason,
        case__detail=case.detail,
        occasion=Page.Occasion.OPENED,
    ).exclude(case__status=Case.Status.RESOLVED)
    return alike.filter(made_at__gt=now - ONE_NEED).exists()


@transaction.atomic
def _claim(now: datetime) -> Page | None:
    """The next try is put off before this one is made, so that nobody else makes it meanwhile."""
    pending = Page.objects.filter(status=Page.Status.PENDING, next_at__lte=now)
    found = (
        pending.select_for_update(of=("self",), skip_locked=True)
        .select_related("contact", "case__campaign")
        .order_by("next_at", "pk")
        .first()
    )
    if found is None:
        return None
    found.attempts += 1
    found.next_at = next_try(attempts=found.attempts, now=now)
    found.save(update_fields=["attempts", "next_at"])
    return found


@transaction.atomic
def _settle(page: Page, trouble: str, now: datetime) -> None:
    """`trouble`: a plain word for why nobody was reached, empty when somebody was."""
    mine = Page.objects.filter(pk=page.pk, status=Page.Status.PENDING)
    if not trouble:
        mine.update(status=Page.Status.SENT, next_at=None, settled_at=now, trouble="")
    elif page.attempts >= MOST_TRIES:
        mine.update(status=Page.Status.FAILED, next_at=None, settled_at=now, trouble=trouble)
        log.error("page_failed", page_id=page.pk, case_id=page.case_id, reason=trouble)
    else:
        mine.update(trouble=trouble)
        log.warning("page_put_off", page_id=page.pk, case_id=page.case_id, reason=trouble)
