"""Finding a text at Twilio whose answer was lost.

Twilio takes no key of ours with a text, so it is known by receiver, sender, words and time
(twilio.com/docs/messaging/api/message-resource, "Read multiple Message resources"). Not finding it
proves nothing: the list may lag, and whether `DateSent` holds back a text still queued is untried.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from messaging.providers.base import LookUp, LookUpState, Outgoing
from messaging.providers.twilio_codes import read_code
from messaging.providers.twilio_reports import report
from messaging.providers.wire import TOTAL

PAGE_SIZE = 100
#: More texts to one number in two days than fit on these: something is wrong, and no guess is made.
PAGES = 4
#: Our clock against theirs; and how long a call may lie before Twilio makes the text.
BEFORE = timedelta(seconds=60)
AFTER = timedelta(seconds=TOTAL) + timedelta(minutes=10)

_UNAVAILABLE = LookUp(LookUpState.UNAVAILABLE)


async def look_up(
    messages: Any, outgoing: Outgoing, started_at: datetime, sender: str | None
) -> LookUp:
    """`messages` is the SDK's list. `sender`: the From that was asked for, None where a Messaging
    Service chose it. Two that fit make UNAVAILABLE, as does one whose words were wiped. Raises
    whatever the SDK or the call raises."""
    found: list[Any] = []
    page = await messages.page_async(
        to=outgoing.number,
        date_sent_after=(started_at.astimezone(UTC) - timedelta(days=1)).date().isoformat(),
        page_size=PAGE_SIZE,
        **({"from_": sender} if sender else {}),
    )
    for left in reversed(range(PAGES)):
        found += [message for message in page if _fits(message, outgoing, started_at, sender)]
        if not page.next_page_url:
            return _answer(found, outgoing.token)
        if left:
            page = await page.next_page_async()
    return _UNAVAILABLE


def _fits(message: Any, outgoing: Outgoing, started_at: datetime, sender: str | None) -> bool:
    if message.body and message.body != outgoing.text:
        return False
    if message.to != outgoing.number or (sender is not None and message.from_ != sender):
        return False
    made: datetime | None = message.date_created
    return made is None or started_at - BEFORE <= made <= started_at + AFTER


def _answer(found: list[Any], token: str) -> LookUp:
    if not found:
        return LookUp(LookUpState.NOT_FOUND)
    message = found[0]
    certain = len(found) == 1 and message.body and message.date_created
    if not certain or not isinstance(message.sid, str) or not message.sid:
        return _UNAVAILABLE
    code = read_code(message.error_code)
    known = report(str(message.status), token=token, sid=message.sid, code=code)
    return LookUp(LookUpState.FOUND, message.sid, known)
