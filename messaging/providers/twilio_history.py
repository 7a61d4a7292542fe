"""All that Twilio has in its books since a moment, out and in.

The list without a filter (twilio.com/docs/messaging/api/message-resource, "Read multiple Message
resources") holds texts in both directions, newest first, those still queued too; one by `DateSent`
would leave those out. By which of a text's times it is sorted is untried: so a page must be older
than asked for by a day before what follows is passed over.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from messaging.addresses import normalised
from messaging.providers.base import PastText
from messaging.providers.twilio_codes import read_code
from messaging.providers.twilio_reports import report

#: A thousand would come close to the longest answer that is read.
PAGE_SIZE = 500
_SLACK = timedelta(days=1)


class Unreadable(Exception):
    """A text without the fields that tell which it is."""


async def history(messages: Any, since: datetime) -> AsyncIterator[Sequence[PastText]]:
    """`messages` is the SDK's list. Raises whatever the SDK or the call raises, or Unreadable."""
    # Twilio tells whole seconds.
    since = since.replace(microsecond=0)
    page = await messages.page_async(page_size=PAGE_SIZE)
    while True:
        listed = [_past(message) for message in page]
        yield [text for text in listed if text.made_at >= since]
        is_older = bool(listed) and all(text.made_at < since - _SLACK for text in listed)
        if is_older or not page.next_page_url:
            return
        page = await page.next_page_async()


def _past(message: Any) -> PastText:
    if not isinstance(message.sid, str) or not message.sid or message.date_created is None:
        raise Unreadable
    came_in = str(message.direction).startswith("inbound")
    theirs, ours = (message.from_, message.to) if came_in else (message.to, message.from_)
    known = report(
        str(message.status), token="", sid=message.sid, code=read_code(message.error_code)
    )
    return PastText(
        provider_message_id=message.sid,
        number=normalised(theirs or ""),
        our_address=ours or "",
        text=message.body or "",
        came_in=came_in,
        made_at=message.date_created,
        report=None if came_in else known,
    )
