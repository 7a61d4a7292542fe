"""A page on the wire: one email, or one signed call of a web service.

The signature is HMAC-SHA256 over the time stamp, a full stop and the body, by the contact's own
secret, so that a receiver can tell our pages from anybody else's and from old ones. Only a public
address is called, or one that the operator has named.
"""

import asyncio
import hmac
import json
import smtplib
import socket
import time
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from enrolment.models.case import Case
from enrolment.models.page import Page
from enrolment.models.pager_contact import PagerContact
from enrolment.page_targets import is_address, is_public

#: Of a whole call. Whoever answers later than this is tried again.
CALL_SECONDS = 5.0
_TIME_OUT = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=3.0)


def call(*, page: Page) -> str:
    """A plain word for why nobody was reached; empty when somebody was."""
    if page.contact.email:
        return _mail(page)
    return asyncio.run(_post(page))


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
    is_overdue = page.occasion == Page.Occasion.OVERDUE
    waits = "A case is overdue" if is_overdue else "An urgent case waits for a person"
    kind = f"Kind: {case.detail.replace('_', ' ')}. " if case.detail else ""
    opened, due = f"{case.opened_at:%d %b %Y %H:%M}", f"{case.due_at:%d %b %Y %H:%M}"
    words = [
        f"{waits}: {case.get_reason_display()}.",
        f"{kind}Campaign: {campaign}. Case: {case.pk}.",
        f"Opened {opened} UTC, due {due} UTC. Open it here: {link_to(case)}",
    ]
    message = EmailMessage(
        subject=f"{'Overdue' if is_overdue else 'Urgent'} case {case.pk}",
        body="\n\n".join(words),
        to=[page.contact.email],
    )
    try:
        sent = message.send()
    except smtplib.SMTPException:
        return "mail_refused"
    except OSError:
        return "mail_unreachable"
    return "" if sent else "mail_refused"


class NotPublic(OSError):
    """The name leads into a network that is not the public's."""


class _PublicOnly(AbstractResolver):
    """Asked by the connection itself, so that a name cannot mean one address when it is checked
    and another when it is called."""

    def __init__(self) -> None:
        self._real = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._real.resolve(host, port, family)
        if not all(is_public(row["host"]) for row in found):
            raise NotPublic
        return found

    async def close(self) -> None:
        await self._real.close()


async def _post(page: Page) -> str:
    contact = page.contact
    body = json.dumps(_told(page)).encode()
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Sendwell-Timestamp": stamp,
        "Sendwell-Signature": signature(secret=secret_of(contact), stamp=stamp, body=body),
    }
    host = urlsplit(contact.webhook).hostname or ""
    is_ours = host in settings.PAGER_PRIVATE_HOSTS
    if is_address(host) and not is_ours and not is_public(host):
        return "address_not_public"
    connector = aiohttp.TCPConnector(resolver=None if is_ours else _PublicOnly())
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIME_OUT, connector=connector) as session,
            session.post(
                contact.webhook, data=body, headers=headers, allow_redirects=False
            ) as answer,
        ):
            return "" if 200 <= answer.status < 300 else f"answered_{answer.status}"
    except TimeoutError:
        return "timed_out"
    except aiohttp.ClientConnectorError as trouble:
        return "address_not_public" if isinstance(trouble.os_error, NotPublic) else "unreachable"
    except (aiohttp.ClientError, OSError, ValueError):
        return "unreachable"


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
