"""A page on the wire: one email, or one signed call of a web service.

The signature is HMAC-SHA256 over the time stamp, a full stop and the body, by the contact's own
secret, so that a receiver can tell our pages from anybody else's and from old ones.
"""

import asyncio
import hmac
import json
import smtplib
import time

import aiohttp
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from enrolment.models.case import Case
from enrolment.models.page import Page
from enrolment.models.pager_contact import PagerContact

#: Of a whole call. Whoever answers later than this is tried again.
CALL_SECONDS = 5.0
_TIME_OUT = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=3.0)


def call(*, page: Page) -> str:
    """A plain word for why nobody was reached; empty when somebody was."""
    if page.contact.email:
        return _mail(page)
    return asyncio.run(_post(page.contact, page.case))


def secret_of(contact: PagerContact) -> str:
    """What the receiver checks signatures with; another contact has another."""
    said = f"enrolment.pager:{contact.pk}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, "sha256").hex()


def signature(*, secret: str, stamp: str, body: bytes) -> str:
    return "sha256=" + hmac.digest(secret.encode(), stamp.encode() + b"." + body, "sha256").hex()


def link_to(case: Case) -> str:
    return settings.PUBLIC_BASE_URL + reverse("admin:enrolment_case_change", args=[case.pk])


def _mail(page: Page) -> str:
    case = page.case
    campaign = case.campaign.name if case.campaign else "no campaign"
    words = [
        f"An urgent case waits for a person: {case.get_reason_display()}.",
        f"Kind: {case.detail.replace('_', ' ')}. Campaign: {campaign}. Case: {case.pk}.",
        f"Opened {case.opened_at:%d %b %Y %H:%M} UTC. Open it here: {link_to(case)}",
    ]
    message = EmailMessage(
        subject=f"Urgent case {case.pk}", body="\n\n".join(words), to=[page.contact.email]
    )
    try:
        sent = message.send()
    except smtplib.SMTPException:
        return "mail_refused"
    except OSError:
        return "mail_unreachable"
    return "" if sent else "mail_refused"


async def _post(contact: PagerContact, case: Case) -> str:
    body = json.dumps(_told(case)).encode()
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Sendwell-Timestamp": stamp,
        "Sendwell-Signature": signature(secret=secret_of(contact), stamp=stamp, body=body),
    }
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIME_OUT) as session,
            session.post(
                contact.webhook, data=body, headers=headers, allow_redirects=False
            ) as answer,
        ):
            return "" if 200 <= answer.status < 300 else f"answered_{answer.status}"
    except TimeoutError:
        return "timed_out"
    except (aiohttp.ClientError, OSError, ValueError):
        return "unreachable"


def _told(case: Case) -> dict[str, object]:
    return {
        "case": case.pk,
        "reason": case.reason,
        "kind": case.detail,
        "campaign": case.campaign.key if case.campaign else None,
        "opened_at": case.opened_at.isoformat(),
        "link": link_to(case),
    }
