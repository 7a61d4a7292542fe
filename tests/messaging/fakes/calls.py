"""Calls of a sender to the running fake, bare, and what comes back."""

import base64
import http.client
import json
from typing import Any
from urllib.parse import urlencode

from tests.peers.fake_provider import FakeProviderProcess

NUMBER = "+447700900123"
SENDER = "+447700900999"
SERVICE = "MG" + "5e" * 16
BODY = "Blåbær & røyk: 1+1=2 😀"
CALLBACK = "http://127.0.0.1:9/receipts/token-1"


def form(**changed: str) -> dict[str, str]:
    """Of a plain text; a field given as "" is left out."""
    fields = {"To": NUMBER, "From": SENDER, "Body": BODY} | changed
    return {name: value for name, value in fields.items() if value}


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.content: dict[str, Any] = json.loads(response.read())

    @property
    def code(self) -> int:
        found: int = self.content["code"]
        return found


def ask(
    provider: FakeProviderProcess,
    method: str,
    path: str = ".json",
    *,
    fields: dict[str, str] | None = None,
    secret: str = "",
    timeout: float = 10,
) -> Answer:
    """`path` follows .../Messages. Raises what the socket raises."""
    login = f"{provider.account_sid}:{secret or provider.auth_token}".encode()
    headers = {
        "Authorization": "Basic " + base64.b64encode(login).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    line = http.client.HTTPConnection("127.0.0.1", provider.port, timeout=timeout)
    try:
        body = urlencode(fields).encode() if fields is not None else None
        whole = f"/2010-04-01/Accounts/{provider.account_sid}/Messages{path}"
        line.request(method, whole, body, headers)
        return Answer(line.getresponse())
    finally:
        line.close()


def send(provider: FakeProviderProcess, *, timeout: float = 10, **changed: str) -> Answer:
    return ask(provider, "POST", fields=form(**changed), timeout=timeout)


def listed(provider: FakeProviderProcess, **query: str) -> list[str]:
    """The ids on the first page."""
    answer = ask(provider, "GET", f".json?{urlencode(query)}")
    assert answer.status == 200, answer.content
    return [each["sid"] for each in answer.content["messages"]]
