"""The HTTP client given to Twilio's SDK: our one call, in place of the SDK's own.

The SDK's async client sends a POST again after a 5xx when told to retry, and takes no time-out of
the client's (both measured with 9.13.0). Here there is one call, with time-outs.
"""

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from messaging.providers import wire
from messaging.providers.twilio_codes import read_code


class Refused(Exception):
    """An answer that is no 2xx. `code` is Twilio's own, 0 where there is none."""

    def __init__(self, status: int, code: int, retry_after: timedelta | None) -> None:
        super().__init__(f"http_{status}")
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Astray(Exception):
    """A next page that lies on another server, which must not get the secret."""


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    headers: Mapping[str, str] = field(repr=False)
    form: Mapping[str, Any] = field(repr=False)


class Heard(Exception):
    """The request that would have been made."""

    def __init__(self, request: Request) -> None:
        super().__init__("heard")
        self.request = request


class Listener(AsyncHttpClient):  # type: ignore[misc]  # the SDK declares no types
    """Makes no call: what the SDK has built is raised."""

    def __init__(self) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)

    async def request(
        self,
        method: str,
        uri: str,
        *,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,
    ) -> Response:
        """Raises Heard."""
        raise Heard(Request(uri, _with(auth, headers), dict(data or {})))


class OneCall(AsyncHttpClient):  # type: ignore[misc]  # the SDK declares no types
    """Nothing is logged: the SDK's own client writes addresses with numbers in them."""

    def __init__(self, time_limits: aiohttp.ClientTimeout) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)
        self._time_limits = time_limits
        #: Where calls may go, set once the SDK has worked out edge and region.
        self.only = ""

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """As the SDK calls it; its `timeout` and `allow_redirects` are passed over. Raises NotSent,
        NoAnswer, Refused or Astray."""
        url = f"{uri}?{wire.encoded(params).decode()}" if params else uri
        answer = await self._called(
            method, url, _with(auth, headers), wire.encoded(data) if data else None
        )
        return Response(answer.status, answer.body.decode(errors="replace"), answer.headers)

    async def post(self, url: str, form: Mapping[str, Any], headers: Mapping[str, str]) -> bytes:
        """Raises as `request` does."""
        return (await self._called("POST", url, headers, wire.encoded(form))).body

    async def _called(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> wire.Answer:
        if not self.only or not url.startswith(self.only):
            raise Astray
        answer = await wire.call(method, url, headers=headers, body=body, timeout=self._time_limits)
        if not 200 <= answer.status < 300:
            raise Refused(answer.status, _code(answer), answer.retry_after())
        return answer


def _with(auth: tuple[str, str] | None, headers: dict[str, str] | None) -> dict[str, str]:
    if auth is None:
        return dict(headers or {})
    return {**(headers or {}), "Authorization": _basic(auth)}


@cache
def _basic(auth: tuple[str, str]) -> str:
    """The same for every call of an account."""
    return "Basic " + base64.b64encode(":".join(auth).encode()).decode()


def _code(answer: wire.Answer) -> int:
    content = answer.json()
    return read_code(content.get("code")) if isinstance(content, dict) else 0
