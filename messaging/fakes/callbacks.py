"""What the provider calls us with: signed, retried a few times, and as unruly as scripted."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp
from twilio.request_validator import RequestValidator
from yarl import URL

from messaging.fakes.faults import ReportFaults

#: Seconds: docs/usage/webhooks/webhooks-connection-overrides, with more tries than its default.
_TIMEOUT = aiohttp.ClientTimeout(total=15, sock_connect=5)
_TRIES = 4
_FIRST_PAUSE = 0.2
_IN_FLIGHT = 50


@dataclass(frozen=True, slots=True)
class Planned:
    """`after`: seconds from the moment the text left the queue."""

    after: float
    status: str


def planned(statuses: Sequence[str], faults: ReportFaults, draw: random.Random) -> list[Planned]:
    """When which report goes out. Missing: one of them never does; reordered: their times change
    hands; late: the last one; duplicate: each twice."""
    if faults.off:
        return []
    after, reports = 0.0, []
    for status in statuses:
        after += draw.uniform(*faults.delay_ms) / 1000
        reports.append(Planned(after, status))
    if draw.random() < faults.reorder:
        turned = [report.after for report in reversed(reports)]
        reports = [Planned(at, report.status) for at, report in zip(turned, reports, strict=True)]
    if draw.random() < faults.late:
        reports[-1] = Planned(reports[-1].after + faults.late_seconds, reports[-1].status)
    if draw.random() < faults.missing:
        reports.pop(draw.randrange(len(reports)))
    if draw.random() < faults.duplicate:
        reports += [Planned(report.after + 0.01, report.status) for report in reports]
    return reports


class Elsewhere(ValueError):
    """An address that is not on this machine: the fake calls nobody else."""


class Caller:
    """`deliver_to`: where webhooks really go (http://127.0.0.1:8000), when their public address
    is another machine's; they are signed for the public one."""

    def __init__(self, auth_token: str, deliver_to: str = "") -> None:
        self._validator = RequestValidator(auth_token)
        self._deliver_to = urlsplit(deliver_to)
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[int]] = set()
        self.counts: Counter[str] = Counter()

    def post_later(self, delay: float, url: str, fields: Mapping[str, str]) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(delay, self._start, url, fields)

    async def post(self, url: str, fields: Mapping[str, str]) -> int:
        """The answer's status; 0 where nobody answered, after several tries. Raises Elsewhere."""
        target = self._target(url)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": self._validator.compute_signature(url, fields),
            "I-Twilio-Idempotency-Token": fields["MessageSid"],
            "User-Agent": "TwilioProxy/1.1",
        }
        body = urlencode(fields).encode()
        for turn in range(_TRIES):
            if turn:
                await asyncio.sleep(_FIRST_PAUSE * 2**turn)
            try:
                async with self._calls().post(
                    target, data=body, headers=headers, allow_redirects=False
                ) as answer:
                    await answer.read()
                    self.counts["answered" if answer.status < 300 else "refused"] += 1
                    return answer.status
            except (aiohttp.ClientConnectionError, TimeoutError):
                self.counts["broken"] += 1
        self.counts["given_up"] += 1
        return 0

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._session is not None:
            await self._session.close()

    def _start(self, url: str, fields: Mapping[str, str]) -> None:
        task = asyncio.get_running_loop().create_task(self._report(url, fields))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _report(self, url: str, fields: Mapping[str, str]) -> int:
        try:
            return await self.post(url, fields)
        except Elsewhere:
            self.counts["elsewhere"] += 1
            return 0

    def _target(self, url: str) -> URL:
        parts = urlsplit(url)
        if self._deliver_to.netloc:
            parts = parts._replace(scheme="http", netloc=self._deliver_to.netloc)
        if not on_this_machine(parts.hostname or ""):
            raise Elsewhere("The fake provider only calls this machine; see --deliver-to.")
        return URL(urlunsplit(parts._replace(fragment="")), encoded=True)

    def _calls(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_IN_FLIGHT),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=_TIMEOUT,
                skip_auto_headers=("Accept-Encoding",),
            )
        return self._session


def on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
