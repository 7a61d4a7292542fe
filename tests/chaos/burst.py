"""Run by R12 in a process of its own: signed texts in at a steady rate, whether or not those before
have been answered.

python -m tests.chaos.burst URL RATE SECONDS [FIRST]

FIRST: how many texts another burst has sent before. An answer's time counts from the moment its
call was to leave, so that a server that stands still cannot slow down who asks it. Tells the times
and the statuses in one JSON line.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from urllib.parse import urlencode

import aiohttp
from twilio.request_validator import RequestValidator

from tests.chaos.field import ADDRESS
from tests.peers.fake_provider import ACCOUNT_SID, AUTH_TOKEN

#: Numbers under +999 from here on: no crowd has them.
_NUMBERS = 5_000_000
_CONNECTIONS = 200
_PATIENCE = 60.0
#: Nobody answered.
_NONE = 0


def main() -> None:
    url, rate, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    first = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    times, statuses = asyncio.run(_burst(url, rate, range(first, first + rate * seconds)))
    times.sort()
    told = {
        "p50": times[len(times) // 2],
        "p99": times[int(0.99 * (len(times) - 1))],
        "slowest": times[-1],
        "statuses": statuses,
    }
    sys.stdout.write(json.dumps(told) + "\n")


async def _burst(url: str, rate: int, places: range) -> tuple[list[float], Counter[int]]:
    signer, times, statuses = RequestValidator(AUTH_TOKEN), list[float](), Counter[int]()
    limit = aiohttp.TCPConnector(limit=_CONNECTIONS)
    patience = aiohttp.ClientTimeout(total=_PATIENCE)
    async with aiohttp.ClientSession(connector=limit, timeout=patience) as session:

        async def call(place: int, due: float) -> None:
            text = _text(place)
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Twilio-Signature": signer.compute_signature(url, text),
            }
            try:
                async with session.post(url, data=urlencode(text), headers=headers) as answer:
                    await answer.read()
                    statuses[answer.status] += 1
            except (aiohttp.ClientError, TimeoutError):
                statuses[_NONE] += 1
            times.append(time.monotonic() - due)

        began = time.monotonic()
        async with asyncio.TaskGroup() as calls:
            for number, place in enumerate(places):
                due = began + number / rate
                await asyncio.sleep(due - time.monotonic())
                calls.create_task(call(place, due))
    return times, statuses


def _text(place: int) -> dict[str, str]:
    return {
        "MessageSid": f"SM{place:032x}",
        "From": f"+999{_NUMBERS + place:011}",
        "To": ADDRESS,
        "Body": "CRAVE" if place % 2 else "hello there",
        "NumMedia": "0",
        "AccountSid": ACCOUNT_SID,
    }


if __name__ == "__main__":
    main()
