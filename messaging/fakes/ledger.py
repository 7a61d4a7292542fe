"""The texts taken on, on disk and in memory.

A line holds our id, the time, a hash of the text, a keyed hash of the number, the sender, the
callback's token: what an auditor compares. Number and text themselves stand in it sealed with a
key made from the auth token, so that a look-up after kill -9 finds what one before it would have.
"""

import base64
import hashlib
import hmac
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from messaging.fakes.journal import Journal
from messaging.fakes.twilio_errors import LATER

#: Seconds from leaving the queue to "sent", and from there to the end.
_TO_SENT = 0.02
_TO_END = 0.05
#: In no number and no address; the text comes last.
_BETWEEN = "\0"


class WrongKey(Exception):
    """The ledger was written under another auth token."""


@dataclass(frozen=True, slots=True)
class Text:
    """`place` counts from 0. `at` is machine time. `service` or `sender`, or both. `code` is the
    error it fails with later, 0 for none. `wait`: seconds in the provider's queue."""

    sid: str
    place: int
    at: float
    to: str = field(repr=False)
    body: str = field(repr=False)
    sender: str
    service: str
    callback: str = field(repr=False)
    segments: int
    valid_for: int | None = None
    code: int = 0
    wait: float = 0.0

    @property
    def sent_at(self) -> float:
        return self.at + self.wait + _TO_SENT

    def status(self, now: float) -> str:
        """As time alone makes it: a restart changes nothing."""
        if now < self.sent_at:
            return "accepted" if self.service and now < self.at + _TO_SENT / 2 else "queued"
        fate = LATER.get(self.code, "delivered")
        return fate if fate == "failed" or now >= self.sent_at + _TO_END else "sent"

    def reported(self) -> list[str]:
        """The statuses Twilio reports: all but the first, which the answer tells."""
        fate = LATER.get(self.code, "delivered")
        before = ["queued"] if self.service else []
        return [*before, fate] if fate == "failed" else [*before, "sent", fate]


class Ledger:
    def __init__(self, journal: Journal, auth_token: str) -> None:
        self._journal = journal
        self._hash_key = _key(auth_token, b"number")
        self._seal = AESGCM(_key(auth_token, b"seal"))
        self._texts: list[Text] = []
        self._by_sid: dict[str, Text] = {}
        self._by_number: dict[str, list[Text]] = defaultdict(list)
        for entry in journal.entries():
            self._keep(self._opened(entry), entry["to"])

    def __len__(self) -> int:
        return len(self._texts)

    def take_on(self, text: Text, durable: Callable[[], None]) -> None:
        """`durable` is called once the text is on the disk; look-ups find it from now on."""
        number = self.hash_of(text.to)
        sealed = _BETWEEN.join([text.to, text.callback, text.body]).encode()
        nonce = os.urandom(12)
        entry = {
            "sid": text.sid,
            "at": text.at,
            "body": hashlib.sha256(text.body.encode()).hexdigest(),
            "to": number,
            "from": text.sender,
            "service": text.service,
            "token": token_of(text.callback),
            "valid_for": text.valid_for,
            "segments": text.segments,
            "code": text.code,
            "wait": text.wait,
            "sealed": base64.b64encode(
                nonce + self._seal.encrypt(nonce, sealed, text.sid.encode())
            ).decode(),
        }
        self._keep(text, number)
        self._journal.append(json.dumps(entry).encode(), durable)

    def by_sid(self, sid: str) -> Text | None:
        return self._by_sid.get(sid)

    def texts(self, to: str = "") -> list[Text]:
        """In the order they came; `to` one number only."""
        return self._by_number.get(self.hash_of(to), []) if to else self._texts

    def hash_of(self, number: str) -> str:
        return hmac.digest(self._hash_key, number.encode(), "sha256").hex()

    def doubled_tokens(self) -> int:
        """How many attempts were taken on more than once: must be 0 when all is well."""
        tokens = [token for token in _tokens(self._texts) if token]
        return len(tokens) - len(set(tokens))

    def _keep(self, text: Text, number: str) -> None:
        self._texts.append(text)
        self._by_sid[text.sid] = text
        self._by_number[number].append(text)

    def _opened(self, entry: dict[str, Any]) -> Text:
        sealed = base64.b64decode(entry["sealed"])
        sid = entry["sid"]
        try:
            content = self._seal.decrypt(sealed[:12], sealed[12:], sid.encode())
        except InvalidTag:
            raise WrongKey("The ledger was written under another auth token.") from None
        to, callback, body = content.decode().split(_BETWEEN, 2)
        kept = {name: entry[name] for name in ("at", "service", "segments", "valid_for")}
        kept |= {name: entry[name] for name in ("code", "wait")}
        return Text(
            sid=sid,
            place=len(self._texts),
            to=to,
            body=body,
            callback=callback,
            sender=entry["from"],
            **kept,
        )


def token_of(callback: str) -> str:
    """The last part of the callback's path: whose attempt it was."""
    return callback.partition("?")[0].rstrip("/").rpartition("/")[2]


def number_hash(auth_token: str, number: str) -> str:
    """As it stands in the ledger of a provider with this auth token."""
    return hmac.digest(_key(auth_token, b"number"), number.encode(), "sha256").hex()


def _tokens(texts: Iterable[Text]) -> Iterable[str]:
    return (token_of(text.callback) for text in texts)


def _key(auth_token: str, purpose: bytes) -> bytes:
    return hmac.digest(auth_token.encode(), b"fake-provider:" + purpose, "sha256")
