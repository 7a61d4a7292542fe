"""What an aggregator's answer to a text means, by an operator's rules."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from messaging.providers.base import Advice, SendOutcome, SendResult
from messaging.providers.generic_http_options import (
    MEANINGS,
    codes,
    pattern,
    shown,
    table,
    values,
    where,
    whole,
)
from messaging.providers.generic_http_path import Path, find, written
from messaging.providers.wire import Answer

_OPTIONS = (
    "statuses",
    "accepted_path",
    "accepted_values",
    "accepted_text",
    "id_path",
    "id_text",
    "error_path",
    "error_text",
    "codes",
)
#: Of an answer, characters that regular expressions are shown.
_LOOKED_AT = 10_000
_LONGEST_ID = 100
#: Not a matter of this one text: the address, the login, the account's money.
_STOPPED = frozenset({401, 402, 403, 404, 405, 406, 407, 410, 415})


@dataclass(frozen=True, slots=True)
class Answers:
    statuses: frozenset[int]
    accepted_path: Path | None
    accepted_values: frozenset[str]
    accepted_text: re.Pattern[str] | None
    id_path: Path | None
    id_text: re.Pattern[str] | None
    error_path: Path | None
    error_text: re.Pattern[str] | None
    codes: Mapping[str, str]

    @property
    def gives_id(self) -> bool:
        return self.id_path is not None or self.id_text is not None

    def read(self, answer: Answer) -> SendResult:
        said = answer.body.decode(errors="replace")
        document = as_json(answer.body)
        code = self._value(self.error_path, self.error_text, document, said)
        meaning = self.codes.get(code.lower()) or self.codes.get(f"http_{answer.status}")
        accepted = self._is_accepted(answer.status, document, said)
        if accepted and not (meaning and code.lower() in self.codes):
            return self._acceptance(document, said)
        error_code = shown(code) or f"http_{answer.status}"
        if meaning:
            outcome, advice = MEANINGS[meaning]
        elif answer.status in self.statuses:
            # It may well have been taken on, in words the rules do not know.
            return SendResult(SendOutcome.UNKNOWN, error_code=shown(code) or "unreadable_answer")
        else:
            outcome, advice = _by_status(answer.status)
        for_now = outcome is SendOutcome.REJECTED_RETRYABLE
        later = answer.retry_after() if for_now else None
        return SendResult(outcome, error_code=error_code, retry_after=later, advice=advice)

    def _is_accepted(self, status: int, document: Any, said: str) -> bool:
        if status not in self.statuses:
            return False
        if self.accepted_path is not None:
            value = written(find(document, self.accepted_path)).strip().lower()
            if value not in self.accepted_values:
                return False
        return self.accepted_text is None or bool(self.accepted_text.search(said[:_LOOKED_AT]))

    def _acceptance(self, document: Any, said: str) -> SendResult:
        """Without the id that was to be there, only rules about acceptance itself make it one."""
        provider_id = self._value(self.id_path, self.id_text, document, said)
        usable = 0 < len(provider_id) <= _LONGEST_ID
        told = self.accepted_path is not None or self.accepted_text is not None
        if not usable and self.gives_id and not told:
            return SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")
        return SendResult(SendOutcome.ACCEPTED, provider_id if usable else "")

    def _value(
        self, at: Path | None, like: re.Pattern[str] | None, document: Any, said: str
    ) -> str:
        if at is not None:
            found = written(find(document, at)).strip()
            if found:
                return found
        match = like.search(said[:_LOOKED_AT]) if like else None
        return (match[1] or "").strip() if match else ""


def answers(place: str, source: object) -> Answers:
    """Raises TypeError or ValueError that names the place."""
    given = table(place, source, _OPTIONS)
    statuses = given.get("statuses", [200, 201, 202])
    if not isinstance(statuses, list | tuple) or not statuses:
        raise TypeError(f"{place}.statuses is a list of HTTP statuses")
    numbers = frozenset(whole(f"{place}.statuses", each, 200, 299) for each in statuses)
    accepted = values(f"{place}.accepted_values", given.get("accepted_values", []))
    accepted_path = where(f"{place}.accepted_path", given.get("accepted_path", ""))
    if bool(accepted) != (accepted_path is not None):
        raise ValueError(f"{place}.accepted_path and {place}.accepted_values go together")
    return Answers(
        statuses=numbers,
        accepted_path=accepted_path,
        accepted_values=accepted,
        accepted_text=pattern(f"{place}.accepted_text", given.get("accepted_text", "")),
        id_path=where(f"{place}.id_path", given.get("id_path", "")),
        id_text=pattern(f"{place}.id_text", given.get("id_text", ""), groups=1),
        error_path=where(f"{place}.error_path", given.get("error_path", "")),
        error_text=pattern(f"{place}.error_text", given.get("error_text", ""), groups=1),
        codes=codes(f"{place}.codes", given.get("codes", {})),
    )


def as_json(body: bytes) -> Any:
    """None when it is none, or nested beyond reason."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _by_status(status: int) -> tuple[SendOutcome, Advice]:
    if status == 429:
        return MEANINGS["slow_down"]
    if status in _STOPPED or 300 <= status < 400:
        return MEANINGS["stop_sender"]
    if 400 <= status < 500 and status != 408:
        return MEANINGS["permanent"]
    return SendOutcome.UNKNOWN, Advice.NONE
