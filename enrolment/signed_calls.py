"""People told over the wire: one email, or one signed call of a web service.

The signature is HMAC-SHA256 over the time stamp, a full stop and the body, by the contact's own
secret, so that a receiver can tell our calls from anybody else's and from old ones. Only a public
address is called, or one that the operator has named.
"""

import asyncio
import hmac
import json
import smtplib
import socket
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings
from django.core.mail import EmailMessage

from enrolment.page_targets import is_address, is_public

#: Of a whole call. Whoever answers later than this is tried again.
CALL_SECONDS = 5.0
_TIME_OUT = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=3.0)


def secret_of(*, owner: str) -> str:
    """What the receiver checks signatures with; another owner has another."""
    return hmac.digest(settings.SECRET_KEY.encode(), owner.encode(), "sha256").hex()


def signature(*, secret: str, stamp: str, body: bytes) -> str:
    return "sha256=" + hmac.digest(secret.encode(), stamp.encode() + b"." + body, "sha256").hex()


def mail(*, to: str, subject: str, body: str) -> str:
    """A plain word for why nobody was reached; empty when somebody was."""
    try:
        sent = EmailMessage(subject=subject, body=body, to=[to]).send()
    except (smtplib.SMTPException, ValueError):
        # ValueError: an address that cannot be written into a mail.
        return "mail_refused"
    except OSError:
        return "mail_unreachable"
    return "" if sent else "mail_refused"


def post(*, to: str, told: Mapping[str, object], secret: str) -> str:
    """A plain word for why nobody was reached; empty when somebody was."""
    return asyncio.run(_post(to, json.dumps(told).encode(), secret))


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


async def _post(to: str, body: bytes, secret: str) -> str:
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Sendwell-Timestamp": stamp,
        "Sendwell-Signature": signature(secret=secret, stamp=stamp, body=body),
    }
    host = urlsplit(to).hostname or ""
    is_ours = host in settings.PAGER_PRIVATE_HOSTS
    if is_address(host) and not is_ours and not is_public(host):
        return "address_not_public"
    connector = aiohttp.TCPConnector(resolver=None if is_ours else _PublicOnly())
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIME_OUT, connector=connector) as session,
            session.post(to, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return "" if 200 <= answer.status < 300 else f"answered_{answer.status}"
    except TimeoutError:
        return "timed_out"
    except aiohttp.ClientConnectorError as trouble:
        return "address_not_public" if isinstance(trouble.os_error, NotPublic) else "unreachable"
    except (aiohttp.ClientError, OSError, ValueError):
        return "unreachable"
