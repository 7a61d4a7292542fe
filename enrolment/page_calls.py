"""A page in words: one email, or one signed call of a web service."""

from django.conf import settings
from django.urls import reverse

from enrolment import signed_calls
from enrolment.models.case import Case
from enrolment.models.page import Page
from enrolment.models.pager_contact import PagerContact


def call(*, page: Page) -> str:
    """A plain word for why nobody was reached; empty when somebody was."""
    contact = page.contact
    if contact.email:
        return _mail(page)
    return signed_calls.post(to=contact.webhook, told=_told(page), secret=secret_of(contact))


def secret_of(contact: PagerContact) -> str:
    """What the receiver checks signatures with; another contact has another."""
    return signed_calls.secret_of(owner=f"enrolment.pager:{contact.pk}")


def link_to(case: Case) -> str:
    return settings.PUBLIC_BASE_URL + reverse("admin:enrolment_case_change", args=[case.pk])


def _mail(page: Page) -> str:
    case = page.case
    campaign = case.campaign.name if case.campaign else "no campaign"
    is_overdue = page.occasion == Page.Occasion.OVERDUE
    waits = "A case is overdue" if is_overdue else "An urgent case waits for a person"
    kind = f"Kind: {case.detail.replace('_', ' ')}. " if case.detail else ""
    opened, due = f"{case.opened_at:%d %b %Y %H:%M}", f"{case.due_at:%d %b %Y %H:%M}"
    words = [
        f"{waits}: {case.get_reason_display()}.",
        f"{kind}Campaign: {campaign}. Case: {case.pk}.",
        f"Opened {opened} UTC, due {due} UTC. Open it here: {link_to(case)}",
    ]
    return signed_calls.mail(
        to=page.contact.email,
        subject=f"{'Overdue' if is_overdue else 'Urgent'} case {case.pk}",
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
