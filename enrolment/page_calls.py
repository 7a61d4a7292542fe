"""A page in words: one email, or one signed call of a web service."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from enrolment import signed_calls
from enrolment.mail_readers import as_read_at, with_zone
from enrolment.models.case import Case
from enrolment.models.page import Page
from enrolment.models.pager_contact import PagerContact
from enrolment.person_words import plain
from trust.saying import said


def call(*, page: Page) -> str:
    """A plain word for why nobody was reached; empty when somebody was."""
    contact = page.contact
    if contact.email:
        with as_read_at(contact.email):
            return _mail(page)
    return signed_calls.post(to=contact.webhook, told=_told(page), secret=secret_of(contact))


def secret_of(contact: PagerContact) -> str:
    """What the receiver checks signatures with; another contact has another."""
    return signed_calls.secret_of(owner=f"enrolment.pager:{contact.pk}")


def link_to(case: Case) -> str:
    return settings.PUBLIC_BASE_URL + reverse("admin:enrolment_case_change", args=[case.pk])


def _mail(page: Page) -> str:
    case = page.case
    shown = {
        "reason": case.get_reason_display(),
        "kind": said(plain(case.detail)),
        "campaign": case.campaign.name if case.campaign else _("no campaign"),
        "case": case.pk,
        "opened": with_zone(case.opened_at),
        "due": with_zone(case.due_at),
        "link": link_to(case),
    }
    subject = _("Urgent case %(case)s") % shown
    waits = _("An urgent case waits for a person: %(reason)s.") % shown
    if page.occasion == Page.Occasion.OVERDUE:
        subject = _("Overdue case %(case)s") % shown
        waits = _("A case is overdue: %(reason)s.") % shown
    where = _("Campaign: %(campaign)s. Case: %(case)s.") % shown
    if case.detail:
        where = _("Kind: %(kind)s. Campaign: %(campaign)s. Case: %(case)s.") % shown
    words = [waits, where, _("Opened %(opened)s, due %(due)s. Open it here: %(link)s") % shown]
    return signed_calls.mail(
        to=page.contact.email,
        subject=subject,
        body="\n\n".join(words),
    )


def _told(page: Page) -> dict[str, object]:
    case = page.case
    return {
        "case": case.pk,
        "occasion": page.occasion,
        "urgency": case.get_urgency_display().casefold(),
        "reason": case.reason,
        "kind": case.detail,
        "campaign": case.campaign.key if case.campaign else None,
        "opened_at": case.opened_at.isoformat(),
        "due_at": case.due_at.isoformat(),
        "link": link_to(case),
    }
