"""The HTTP client given to Twilio's SDK: our one call, in place of the SDK's own.

The SDK's async client sends a POST again after a 5xx when told to retry, and takes no time-out of
the client's (both measured with 9.13.0). Here there is one call, with time-outs.
"""

import base64
import logging
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
        if not self.only or not uri.startswith(self.only):
            raise Astray
        headers = dict(headers or {})
        if auth is not None:
            headers["Authorization"] = _basic(auth)
        answer = await wire.call(
            method,
            f"{uri}?{wire.encoded(params).decode()}" if params else uri,
            headers=headers,
            body=wire.encoded(data) if data else None,
            timeout=self._time_limits,
        )
        if not 200 <= answer.status < 300:
            raise Refused(answer.status, _code(answer), answer.retry_after())
        return Response(answer.status, answer.body.decode(errors="replace"), answer.headers)


@cache
def _basic(auth: tuple[str, str]) -> str:
    """The same for every call of an account."""
    return "Basic " + base64.b64encode(":".join(auth).encode()).decode()


def _code(answer: wire.Answer) -> int:
    content = answer.json()
    return read_code(content.get("code")) if isinstance(content, dict) else 0
