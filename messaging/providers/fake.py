"""A provider that sends nothing and keeps exact books: the demo's network, the tests' witness.

Its ledger is a file of JSON lines, only ever appended to: one a text taken on, with the attempt's
token, the id given out, the time and a hash of the text; never a number or a text. Every process
appends to the same file under a lock, so what look_up finds is the whole truth. A token that
look_up does not find is struck out there, and refused if its call should still come.
"""

import asyncio
import fcntl
import hashlib
import json
import os
import time
import uuid
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings

from messaging.providers.base import (
    Capabilities,
    DeliveryReport,
    LookUp,
    LookUpState,
    Outgoing,
    Provider,
    ReportStatus,
    SendOutcome,
    SendResult,
)

_FOREVER = 3600.0


class Fault(StrEnum):
    """What goes wrong with one call. The ACCEPT_* ones take the text on first."""

    NONE = ""
    REJECT_PERMANENT = "reject_permanent"
    REJECT_RETRYABLE = "reject_retryable"
    RAISE = "raise"
    DROP_THEN_HANG = "drop_then_hang"
    ACCEPT_THEN_HANG = "accept_then_hang"
    ACCEPT_THEN_UNKNOWN = "accept_then_unknown"
    UNDELIVERED = "undelivered"


class BrokenOnPurpose(Exception):
    """Raised by Fault.RAISE."""


class Fake(Provider):
    """`latency` in seconds before each answer; `faults` befall the first calls in their order;
    `fsync` before each answer, for tests that cut the power; `path` of the ledger."""

    capabilities = Capabilities(
        is_fake=True, can_look_up=True, look_up_is_final=True, tried_live=True
    )

    def __init__(
        self,
        latency: float = 0.0,
        faults: Sequence[str] = (),
        fsync: bool = False,
        path: str | Path | None = None,
    ) -> None:
        self.latency = latency
        self.fsync = fsync
        self.path = Path(path or settings.VAR_DIR / "fake-ledger.jsonl")
        self._faults = deque(Fault(fault) for fault in faults)
        self._read_to = 0
        self._found: dict[str, str] = {}

    async def send(self, outgoing: Outgoing) -> SendResult:
        fault = self.next_fault(outgoing)
        if self.latency:
            await asyncio.sleep(self.latency)
        match fault:
            case Fault.REJECT_PERMANENT:
                return SendResult(SendOutcome.REJECTED_PERMANENT, error_code="refused")
            case Fault.REJECT_RETRYABLE:
                return SendResult(SendOutcome.REJECTED_RETRYABLE, error_code="busy")
            case Fault.RAISE:
                raise BrokenOnPurpose
            case Fault.DROP_THEN_HANG:
                await asyncio.sleep(_FOREVER)
        provider_id = self._take_on(outgoing)
        if provider_id is None:
            return SendResult(SendOutcome.REJECTED_PERMANENT, error_code="struck_out")
        if fault is Fault.ACCEPT_THEN_HANG:
            await asyncio.sleep(_FOREVER)
        if fault is Fault.ACCEPT_THEN_UNKNOWN:
            return SendResult(SendOutcome.UNKNOWN, error_code="no_answer")
        status = ReportStatus.DELIVERED
        if fault is Fault.UNDELIVERED:
            status = ReportStatus.UNDELIVERED
        report = DeliveryReport(status, token=outgoing.token, provider_message_id=provider_id)
        return SendResult(SendOutcome.ACCEPTED, provider_id, report=report)

    async def look_up(self, outgoing: Outgoing, started_at: datetime) -> LookUp:
        token = outgoing.token
        with self._ledger() as ledger:
            provider_id = self._found.get(token)
            if provider_id is None:
                self._append(ledger, {"token": token, "id": "", "at": time.time()})
        if not provider_id:
            return LookUp(LookUpState.NOT_FOUND)
        report = DeliveryReport(ReportStatus.DELIVERED, token, provider_id)
        return LookUp(LookUpState.FOUND, provider_id, report)

    def next_fault(self, outgoing: Outgoing) -> Fault:
        """A subclass may decide by the text."""
        return self._faults.popleft() if self._faults else Fault.NONE

    def entries(self) -> list[dict[str, Any]]:
        """The texts taken on, in order: what the books must agree with (I7)."""
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().split(b"\n")[:-1]
        return [entry for entry in map(json.loads, lines) if entry["id"]]

    def _take_on(self, outgoing: Outgoing) -> str | None:
        """None for a token that was struck out. A token seen before is taken on once more: hiding
        a double would hide the fault the ledger is kept to show."""
        provider_id = f"fake-{uuid.uuid4().hex}"
        with self._ledger() as ledger:
            if self._found.get(outgoing.token) == "":
                return None
            entry: dict[str, Any] = {"token": outgoing.token, "id": provider_id, "at": time.time()}
            if outgoing.valid_for is not None:
                entry["valid_for"] = outgoing.valid_for.total_seconds()
            entry["body"] = hashlib.sha256(outgoing.text.encode()).hexdigest()
            self._append(ledger, entry)
        return provider_id

    def _ledger(self) -> "_Ledger":
        return _Ledger(self)

    def _append(self, ledger: int, entry: dict[str, Any]) -> None:
        os.write(ledger, json.dumps(entry).encode() + b"\n")
        if self.fsync:
            os.fsync(ledger)

    def _catch_up(self, ledger: int) -> None:
        """Reads what was appended since the last look, by whichever process."""
        size = os.fstat(ledger).st_size
        if size < self._read_to:
            self._read_to, self._found = 0, {}
        fresh = os.pread(ledger, size - self._read_to, self._read_to)
        for line in fresh.split(b"\n")[:-1]:
            entry = json.loads(line)
            self._found[entry["token"]] = entry["id"]
        self._read_to += fresh.rfind(b"\n") + 1


class _Ledger:
    """The open ledger, locked against every other process and read up to its end."""

    def __init__(self, fake: Fake) -> None:
        self.fake = fake

    def __enter__(self) -> int:
        self.fake.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
        self.ledger = os.open(self.fake.path, flags, 0o600)
        fcntl.flock(self.ledger, fcntl.LOCK_EX)
        self.fake._catch_up(self.ledger)
        return self.ledger

    def __exit__(self, *raised: object) -> None:
        os.close(self.ledger)
