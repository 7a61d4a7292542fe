"""Whose account the fake plays."""

import base64
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """`service_number`: the sender that every Messaging Service chooses."""

    sid: str
    auth_token: str = field(repr=False)
    service_number: str

    def basic(self) -> bytes:
        """The Authorization header of a rightful call."""
        return b"Basic " + base64.b64encode(f"{self.sid}:{self.auth_token}".encode())
