"""How Twilio's SDK asks for a message and reads the answer, learnt from it once.

For each message it walks through nine layers to build the same request around a few other values,
and reads three dates that nobody here asks for: a quarter of all that a call cost. So it builds one
request, around the names of the values, and is given no dates to read.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from messaging.providers.twilio_http import Heard, Listener, OneCall

#: All that a text of ours may say, by the SDK's names.
FIELDS = (
    "to", "body", "from_", "messaging_service_sid", "status_callback", "validity_period",
)  # fmt: skip
_DATES = ("date_created", "date_updated", "date_sent")


@dataclass(frozen=True, slots=True)
class Create:
    """`names` are Twilio's own, by the SDK's."""

    http: OneCall
    url: str
    headers: Mapping[str, str] = field(repr=False)
    names: Mapping[str, str]
    read: Callable[[Mapping[str, Any]], Any] = field(repr=False)

    async def __call__(self, **fields: Any) -> Any:
        """The SDK's message, without its dates. Raises what the call raises, and on an answer that
        is no message whatever the SDK raises."""
        form = {self.names[name]: value for name, value in fields.items()}
        content = await self.http.post(self.url, form, self.headers)
        told = json.loads(content.decode(errors="replace")) if content else {}
        for date in _DATES:
            told.pop(date, None)
        return self.read(told)


def learnt(client: Client, http: OneCall) -> Create:
    """`client` is left with `http` to make its calls by."""
    client.http_client = Listener()
    asking = client.messages.create_async(**{name: name for name in FIELDS})
    try:
        asking.send(None)
    except Heard as heard:
        request = heard.request
    client.http_client = http
    version, account = client.api.v2010, client.account_sid
    return Create(
        http,
        request.url,
        request.headers,
        {ours: theirs for theirs, ours in request.form.items()},
        lambda told: MessageInstance(version, told, account_sid=account),
    )
