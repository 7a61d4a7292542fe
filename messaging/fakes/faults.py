"""What is to go wrong with which call: read from JSON, drawn with a seed.

Pure: the same script and the same calls in the same order give the same faults.
"""

import json
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from messaging.fakes.twilio_errors import LATER, REFUSALS


class How(StrEnum):
    """`ACCEPT_THEN_*` take the text on and then behave as if they had not."""

    FINE = ""
    ACCEPT_THEN_HANG = "accept_then_hang"
    ACCEPT_THEN_500 = "accept_then_500"
    ACCEPT_THEN_503 = "accept_then_503"
    ACCEPT_THEN_RESET = "accept_then_reset"
    DROP = "drop"
    RESET_BEFORE = "reset_before"
    NOT_TAKEN_500 = "500"
    NOT_TAKEN_503 = "503"
    THROTTLED = "429"
    REFUSED = "refused"
    FAILS_LATER = "fails_later"


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` of the vendor's, with REFUSED (in the answer) and FAILS_LATER (in a report)."""

    how: How = How.FINE
    code: int = 0


FINE = Fault()


class BadScript(ValueError):
    """The script of faults can't be read; says which part."""


@dataclass(frozen=True, slots=True)
class ReportFaults:
    """Shares of the texts with reports; `delay_ms` between one report and the next."""

    off: bool = False
    duplicate: float = 0.0
    late: float = 0.0
    late_seconds: float = 5.0
    reorder: float = 0.0
    missing: float = 0.0
    delay_ms: tuple[float, float] = (20.0, 80.0)


@dataclass(frozen=True, slots=True)
class ListFaults:
    """`lag_seconds`: a text is not listed before. `fail`: share of list calls answered 503;
    `fail_first`: so many of them first of all."""

    lag_seconds: float = 0.0
    fail: float = 0.0
    fail_first: int = 0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Segments a second and sender; beyond it 429, or the provider's own queue."""

    segments_per_second: float = 0.0
    over: str = "429"


@dataclass(frozen=True, slots=True)
class Script:
    """`numbers` by their last digits, `texts` by what stands in them; `rates` are shares that sum
    to one at most. `latency_ms` before every answer."""

    seed: int = 0
    sequence: tuple[Fault, ...] = ()
    rates: Mapping[str, float] = field(default_factory=dict)
    numbers: Mapping[str, Fault] = field(default_factory=dict)
    texts: Mapping[str, Fault] = field(default_factory=dict)
    latency_ms: tuple[float, float] = (0.0, 0.0)
    hang_seconds: float = 60.0
    retry_after: int = 1
    reports: ReportFaults = ReportFaults()
    listing: ListFaults = ListFaults()
    rate_limit: RateLimit = RateLimit()


class Faults:
    """A script being played: each call takes its fault from the sequence, else by its number, its
    text, or the draw."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.random = random.Random(script.seed)
        self._sequence = deque(script.sequence)
        self._lists_to_fail = script.listing.fail_first
        self._rates = [(fault_of(name), share) for name, share in script.rates.items()]

    def of_call(self, number: str, text: str) -> Fault:
        if self._sequence:
            return self._sequence.popleft()
        for ending, fault in self.script.numbers.items():
            if number.endswith(ending):
                return fault
        for marker, fault in self.script.texts.items():
            if marker in text:
                return fault
        return self._drawn() if self._rates else FINE

    def latency(self) -> float:
        """Seconds."""
        least, most = self.script.latency_ms
        return (least if least == most else self.random.uniform(least, most)) / 1000

    def list_fails(self) -> bool:
        if self._lists_to_fail:
            self._lists_to_fail -= 1
            return True
        share = self.script.listing.fail
        return share > 0 and self.random.random() < share

    def _drawn(self) -> Fault:
        place = self.random.random()
        for fault, share in self._rates:
            place -= share
            if place < 0:
                return fault
        return FINE


def fault_of(name: object) -> Fault:
    """By the name it has in a script. Raises BadScript."""
    text = str(name)
    if text in _NAMED:
        return Fault(How(text))
    if text.isdecimal() and int(text) in REFUSALS:
        return Fault(How.REFUSED, int(text))
    if text.isdecimal() and int(text) in LATER:
        return Fault(How.FAILS_LATER, int(text))
    raise BadScript(f"There is no fault called {text!r}.")


_NAMED = set(How) - {How.REFUSED, How.FAILS_LATER}


def read_script(content: Mapping[str, Any]) -> Script:
    """Raises BadScript for anything unknown: a misspelt fault must not pass for a good run."""
    values = dict(content)
    try:
        values["sequence"] = tuple(map(fault_of, values.get("sequence", ())))
        for table in ("numbers", "texts"):
            named = values.get(table, {})
            values[table] = {key: fault_of(name) for key, name in named.items()}
        values["rates"] = _rates(values.get("rates", {}))
        values["latency_ms"] = _range(values.get("latency_ms", 0))
        reports = dict(values.get("reports", {}))
        if "delay_ms" in reports:
            reports["delay_ms"] = _range(reports["delay_ms"])
        values["reports"] = ReportFaults(**reports)
        values["listing"] = ListFaults(**values.get("listing", {}))
        values["rate_limit"] = RateLimit(**values.get("rate_limit", {}))
        return Script(**values)
    except (TypeError, AttributeError, ValueError) as error:
        raise BadScript(f"The script of faults is not understood: {error}") from None


def _rates(given: Mapping[str, Any]) -> dict[str, float]:
    rates = {name: float(share) for name, share in given.items()}
    for name in rates:
        fault_of(name)
    if min(rates.values(), default=0) < 0 or sum(rates.values()) > 1:
        raise BadScript("The rates are shares that sum to one at most.")
    return rates


def _range(given: object) -> tuple[float, float]:
    least, most = given if isinstance(given, list | tuple) else (given, given)
    if not 0 <= float(least) <= float(most):
        raise BadScript("A range is two numbers, the smaller first.")
    return float(least), float(most)


def script_of(given: str) -> Script:
    """From JSON, or from a file that holds it. Raises BadScript."""
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text("utf-8")
        content = json.loads(text)
    except (OSError, ValueError) as error:
        raise BadScript(f"The script of faults can't be read: {error}") from None
    if not isinstance(content, dict):
        raise BadScript("The script of faults is a JSON object.")
    return read_script(content)
