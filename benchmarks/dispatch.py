"""Texts out of the door: claimed, called, settled, against what the wire itself allows.

    python -m benchmarks.run dispatch [--messages 6000] [--runs 3]

One process sends by Twilio's adapter to a stand-in with a ledger on disk. With 150 ms to each
answer and 100 calls in flight, 667 texts a second are ideal. Without that wait the other side is a
bare aiohttp client with as many calls in flight, which writes nothing down. And with the wait
again, two Celery workers that send message by message (benchmarks.naive_send), from a tenth of
their messages to the last.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from pathlib import Path

import django

django.setup()

import aiohttp  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks import naive_send, wire  # noqa: E402
from benchmarks.figures import at_least, note  # noqa: E402
from messaging import dispatch  # noqa: E402
from messaging.models import Message, Sender  # noqa: E402
from tests.peers.fake_provider import ACCOUNT_SID, AUTH_TOKEN, FakeProviderProcess  # noqa: E402

LATENCY_MS = 150
#: Without that wait the turns are so many times shorter, and as many more: other work on the
#: machine then meets both sides alike.
SHORTER = 3
IDEAL = dispatch.SLOTS / LATENCY_MS * 1000
FLOOR = 0.80
FLOOR_BARE = 0.5
FLOOR_CELERY = 30.0
_WORKER = "-A benchmarks.naive_send worker --pool prefork --concurrency 2 --loglevel WARNING"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=6000)
    parser.add_argument("--tasks", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    sender = wire.sender()
    recipient_ids = wire.recipients(sender, asked.messages)
    with wire.provider(LATENCY_MS) as provider:
        _rate(sender, recipient_ids[:500], provider)
        distant, celery = [], []
        for _ in range(asked.runs):
            celery.append(_celery_rate(sender, recipient_ids[: asked.tasks]))
            distant.append(_rate(sender, recipient_ids, provider))
    bare, near = [], []
    few = recipient_ids[: asked.messages // SHORTER]
    with wire.provider(0) as provider:
        asyncio.run(_bare(provider, 500))
        for _ in range(asked.runs * SHORTER):
            bare.append(asyncio.run(_bare(provider, len(few))))
            near.append(_rate(sender, few, provider))
    note("dispatch_150ms_messages_per_second", distant)
    note("celery_150ms_messages_per_second", celery)
    note("dispatch_0ms_messages_per_second", near)
    note("bare_aiohttp_messages_per_second", bare)
    passed = [
        at_least("dispatch_over_ideal", [rate / IDEAL for rate in distant], FLOOR),
        at_least(
            "dispatch_over_celery",
            [ours / theirs for ours, theirs in zip(distant, celery, strict=True)],
            FLOOR_CELERY,
        ),
        at_least(
            "dispatch_over_bare_aiohttp",
            [ours / theirs for ours, theirs in zip(near, bare, strict=True)],
            FLOOR_BARE,
        ),
    ]
    return 0 if all(passed) else 1


def _rate(sender: Sender, recipient_ids: list[int], provider: FakeProviderProcess) -> float:
    wire.empty()
    wire.queue(sender, recipient_ids)
    before = provider.summary()["texts"]
    started = time.perf_counter()
    handled = dispatch.send_due(limit=len(recipient_ids), seconds=120)
    seconds = time.perf_counter() - started
    sent = Message.objects.filter(status=Message.Status.ACCEPTED).count()
    assert handled == sent == len(recipient_ids), (handled, sent)
    assert provider.summary()["texts"] - before == sent
    return handled / seconds


def _celery_rate(sender: Sender, recipient_ids: list[int]) -> float:
    wire.empty()
    wire.queue(sender, recipient_ids)
    naive_send.app.control.purge()
    for message_id in Message.objects.order_by("id").values_list("id", flat=True):
        naive_send.send.delay(message_id)
    with (Path(settings.VAR_DIR) / "log" / "naive_send.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", *_WORKER.split()], stdout=log, stderr=log
        )
    try:
        first = _when(len(recipient_ids) // 10)
        last = _when(len(recipient_ids))
    finally:
        worker.terminate()
        worker.wait(30)
    return (last[1] - first[1]) / (last[0] - first[0])


def _when(expected: int) -> tuple[float, int]:
    """When at least so many were accepted, and how many they were then."""
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up:
        found = Message.objects.filter(status=Message.Status.ACCEPTED).count()
        if found >= expected:
            return time.perf_counter(), found
        time.sleep(0.05)
    raise TimeoutError(f"{expected} messages were not sent; log/naive_send.log says why")


async def _bare(provider: FakeProviderProcess, messages: int) -> float:
    """The same form, the same connections, nothing else."""
    url = f"{provider.base_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    form = {"To": "+447700900123", "From": "+447700900999", "Body": wire.TEXT}
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN)}
    left = iter(range(messages))

    async def caller(session: aiohttp.ClientSession) -> None:
        for _ in left:
            async with session.post(url, data=form) as answer:
                assert answer.status == 201
                await answer.json()

    connector = aiohttp.TCPConnector(limit=dispatch.SLOTS)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        started = time.perf_counter()
        await asyncio.gather(*(caller(session) for _ in range(dispatch.SLOTS)))
        return messages / (time.perf_counter() - started)


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
