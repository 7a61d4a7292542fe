"""A client of a web server: calls that were prepared before, so many of them under way at once.

    python -m benchmarks.load ADDRESS

Reads a line, the name of a file with a call in JSON on each line (path, headers, body); makes them
all, and answers with the moment of the first and of the last answer, by the machine's own clock.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

IN_FLIGHT = 32


def main() -> None:
    for line in sys.stdin:
        calls = [json.loads(call) for call in Path(line.strip()).read_text().splitlines()]
        started, ended = asyncio.run(_make(sys.argv[1], calls))
        sys.stdout.write(f"{started} {ended}\n")
        sys.stdout.flush()


async def _make(address: str, calls: list[dict[str, Any]]) -> tuple[float, float]:
    left = iter(calls)

    async def caller(session: aiohttp.ClientSession) -> None:
        for call in left:
            url, body = address + call["path"], call["body"].encode()
            async with session.post(url, data=body, headers=call["headers"]) as answer:
                await answer.read()
                assert answer.status in (200, 204), answer.status

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT)) as session:
        started = time.monotonic()
        await asyncio.gather(*(caller(session) for _ in range(IN_FLIGHT)))
        return started, time.monotonic()


if __name__ == "__main__":
    main()
