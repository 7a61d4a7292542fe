import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from messaging.providers import wire
from messaging.providers.base import DeliveryReport, PastText, ReportStatus
from messaging.providers.twilio import Twilio
from messaging.providers.twilio_http import Refused
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER
from tests.messaging.providers.case_twilio import ACCOUNT, SID, made, message
from tests.messaging.providers.scripted import Reply, scripted

SINCE = datetime(2026, 11, 23, 8, 0, 0, 500_000, tzinfo=UTC)
_PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
_OLD = "Sat, 21 Nov 2026 08:00:00 +0000"


def told(provider: Twilio) -> list[PastText]:
    async def read() -> list[PastText]:
        try:
            return [text async for page in provider.history(SINCE) for text in page]
        finally:
            await wire.close()

    return asyncio.run(read())


def page(*messages: dict[str, Any], more: str = "") -> Reply:
    content = {"messages": messages, "page": 0, "page_size": 500, "uri": "/", "start": 0, "end": 0}
    return Reply(200, json.dumps(content | {"next_page_uri": more or None}).encode())


def test_history_asks_for_everything_without_a_filter() -> None:
    with scripted(page(message(status="delivered"))) as twilio:
        found = told(made(twilio.url))
    [asked] = twilio.asked
    assert (asked.method, asked.path, dict(asked.query)) == ("GET", _PATH, {"PageSize": "500"})
    report = DeliveryReport(ReportStatus.DELIVERED, "", SID)
    assert found == [
        PastText(
            SID, NUMBER, ADDRESS, BODY, False, datetime(2026, 11, 23, 8, 0, 1, tzinfo=UTC), report
        )
    ]


def test_history_tells_texts_in_by_the_persons_number() -> None:
    stop = message(direction="inbound", body="STOP", status="received")
    stop |= {"from": NUMBER, "to": ADDRESS}
    with scripted(page(stop)) as twilio:
        [found] = told(made(twilio.url))
    assert (found.number, found.our_address, found.text) == (NUMBER, ADDRESS, "STOP")
    assert found.came_in
    assert found.report is None


def test_history_counts_a_text_of_the_same_second() -> None:
    with scripted(page(message(date_created="Mon, 23 Nov 2026 08:00:00 +0000"))) as twilio:
        assert len(told(made(twilio.url))) == 1


def test_history_ends_with_a_page_that_is_older_by_a_day() -> None:
    following = f"{_PATH}?PageSize=500&Page=1&PageToken=PA1"
    with scripted(page(message())) as twilio:
        twilio.replies.append(page(message(), message(date_created=_OLD), more=following))
        twilio.replies.append(page(message(date_created=_OLD), more=following))
        assert len(told(made(twilio.url))) == 1
    assert len(twilio.asked) == 2


def test_history_that_breaks_off_says_so() -> None:
    following = f"{_PATH}?PageSize=500&Page=1&PageToken=PA1"
    with scripted(Reply(503, b"{}")) as twilio:
        twilio.replies.append(page(message(), more=following))
        provider = made(twilio.url)
        with pytest.raises(Refused):
            told(provider)
