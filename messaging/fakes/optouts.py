"""Whom the provider must not text, in its own opinion.

Kept in a journal beside the ledger, hashed like the numbers there, so that a restart forgets
nobody. A block holds for one sender (or Messaging Service), as at Twilio, or for all of them.
"""

import json
from collections.abc import Callable

from messaging.fakes.journal import Journal

#: twilio.com/docs/messaging/tutorials/advanced-opt-out: the default words, whole message.
STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "UNSTOP"})
EVERY_SENDER = ""


class OptOuts:
    def __init__(self, journal: Journal, hash_of: Callable[[str], str]) -> None:
        self._journal = journal
        self._hash_of = hash_of
        self._blocked: set[tuple[str, str]] = set()
        for entry in journal.entries():
            self._turn(entry["to"], entry["sender"], blocked=entry["blocked"])

    def __len__(self) -> int:
        return len(self._blocked)

    def blocks(self, number: str, *senders: str) -> bool:
        if not self._blocked:
            return False
        hashed = self._hash_of(number)
        return any((hashed, sender) in self._blocked for sender in (EVERY_SENDER, *senders))

    def put(self, number: str, sender: str, *, blocked: bool, durable: Callable[[], None]) -> None:
        entry = {"to": self._hash_of(number), "sender": sender, "blocked": blocked}
        self._turn(entry["to"], sender, blocked=blocked)
        self._journal.append(json.dumps(entry).encode(), durable)

    def _turn(self, hashed: object, sender: str, *, blocked: bool) -> None:
        key = (str(hashed), sender)
        (self._blocked.add if blocked else self._blocked.discard)(key)
