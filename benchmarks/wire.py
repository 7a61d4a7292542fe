"""Texts ready to leave, and the provider they leave by: what the benchmarks of sending share.

The provider is `messaging.fakes`, a process of its own that speaks Twilio's API and writes each
text to a file before it answers. Ours goes by the same adapter as in production.
"""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import connection

from benchmarks import people
from config import sms_providers
from messaging import clock, outbox
from messaging.models import Message, Sender
from messaging.outgoing import Outline
from messaging.providers.base import Capabilities
from messaging.providers.twilio import Twilio
from tests.peers.fake_provider import ACCOUNT_SID, AUTH_TOKEN, FakeProviderProcess
from trust.ids import draw_ids

ALIAS = "bench"
TEXT = "Day one is behind you. What helped when it was hardest? Write it down for tomorrow."
_CHUNK = 5000
#: Reports would be posted to a web server that is not there.
_SILENT = {"reports": {"delay_ms": 3_600_000}}


class StandIn(Twilio):
    """Twilio's adapter, said to be no real sender: the calendar may be moved beside it."""

    capabilities: ClassVar[Capabilities] = replace(Twilio.capabilities, is_fake=True)


@contextmanager
def provider(latency_ms: int, *, by: str = "twilio") -> Iterator[FakeProviderProcess]:
    """Running, and named in SMS_PROVIDERS of this process and of those it starts."""
    ledger = Path(settings.VAR_DIR) / f"bench-{uuid.uuid4().hex}.ledger"
    toml = ledger.with_suffix(".toml")
    with FakeProviderProcess(ledger, latency_ms=latency_ms, faults=_SILENT) as process:
        options = {
            "provider": by,
            "account_sid": ACCOUNT_SID,
            "auth_token": AUTH_TOKEN,
            "base_url": process.base_url,
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in options.items()]
        toml.write_text("\n".join([f"[{ALIAS}]", *lines]))
        os.environ["SMS_PROVIDERS_FILE"] = str(toml)
        settings.SMS_PROVIDERS = sms_providers.read(str(toml))
        try:
            yield process
        finally:
            for file in (ledger, ledger.with_suffix(".optouts"), toml):
                file.unlink(missing_ok=True)


def sender() -> Sender:
    """In an empty database, as quick as a sender can be, so that no bucket is measured."""
    campaign = people.fresh_database()
    found = campaign.sender
    Sender.objects.filter(pk=found.pk).update(
        provider=ALIAS, address="+447700900999", segments_per_second=32_000
    )
    people.enrol(campaign, 0)
    return Sender.objects.get(pk=found.pk)


def recipients(of: Sender, count: int) -> list[int]:
    rows = people._recipients(people.Campaign.objects.get(sender=of), 0, count)
    return [row.pk for row in rows]


def queue(of: Sender, recipient_ids: list[int]) -> None:
    """One text for each, due now."""
    now = clock.calendar_now()
    for first in range(0, len(recipient_ids), _CHUNK):
        chunk = recipient_ids[first : first + _CHUNK]
        outbox.queue_many(
            outlines=[
                Outline(
                    message_id=message_id,
                    organisation_id=of.organisation_id,
                    sender_id=of.pk,
                    recipient_id=recipient_id,
                    kind=Message.Kind.DUE,
                    cause_kind=Message.CauseKind.DECISION,
                    cause_key=uuid.uuid4().hex,
                    text=TEXT,
                    not_before=now - timedelta(minutes=1),
                    valid_until=now + timedelta(hours=6),
                    hours=None,
                    zone="UTC",
                    priority=20,
                    is_test=False,
                    approved=True,
                )
                for message_id, recipient_id in zip(
                    draw_ids(Message, len(chunk)), chunk, strict=True
                )
            ],
            now=now,
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE messaging_message")


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE messaging_message CASCADE")
        cursor.execute("CHECKPOINT")
