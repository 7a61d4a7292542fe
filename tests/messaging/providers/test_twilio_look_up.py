import asyncio
import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from messaging.providers import wire
from messaging.providers.base import DeliveryReport, LookUp, LookUpState, ReportStatus
from messaging.providers.twilio import Twilio
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, TOKEN
from tests.messaging.providers.case_twilio import ACCOUNT, OPTIONS, SID, made, message
from tests.messaging.providers.scripted import Reply, Scripted, scripted
from tests.messaging.providers.test_twilio import SERVICE, Hurried, outgoing

STARTED = datetime(2026, 11, 23, 8, 0, 0, tzinfo=UTC)


def looked_up(provider: Twilio, started_at: datetime = STARTED, **changed: Any) -> LookUp:
    async def ask_and_close() -> LookUp:
        try:
            return await provider.look_up(outgoing(**changed), started_at)
        finally:
            await wire.close()

    return asyncio.run(ask_and_close())


def listed(*messages: dict[str, Any], more: str = "") -> Reply:
    """A page of the list, as at docs/usage/twilios-response ("List resources")."""
    content = {"messages": messages, "page": 0, "page_size": 100, "uri": "/", "start": 0, "end": 0}
    return Reply(200, json.dumps(content | {"next_page_uri": more or None}).encode())


def test_look_up_asks_by_number_sender_and_day() -> None:
    with scripted(listed(message(status="delivered"))) as twilio:
        found = looked_up(made(twilio.url))
    report = DeliveryReport(ReportStatus.DELIVERED, TOKEN, SID)
    assert found == LookUp(LookUpState.FOUND, SID, report)
    [asked] = twilio.asked
    assert (asked.method, asked.path) == ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert dict(asked.query) == {
        "To": NUMBER,
        "From": ADDRESS,
        "DateSent>": "2026-11-22",
        "PageSize": "100",
    }


def test_look_up_reckons_the_day_in_utc() -> None:
    oslo = datetime.fromisoformat("2026-11-23T00:30:00+01:00")
    with scripted(listed()) as twilio:
        looked_up(made(twilio.url), oslo)
    assert dict(twilio.asked[0].query)["DateSent>"] == "2026-11-21"


def test_look_up_by_a_service_goes_without_the_sender() -> None:
    with scripted(listed(message(**{"from": "+447700900500"}))) as twilio:
        options = OPTIONS | {"messaging_service_sid": SERVICE, "base_url": twilio.url}
        assert looked_up(Twilio(**options)).state is LookUpState.FOUND
        assert looked_up(Twilio(**options, pin_sender=True)).state is LookUpState.NOT_FOUND
    assert "From" not in dict(twilio.asked[0].query)


def test_look_up_of_a_queued_text_is_found_without_news() -> None:
    with scripted(listed(message())) as twilio:
        assert looked_up(made(twilio.url)) == LookUp(LookUpState.FOUND, SID)


@pytest.mark.parametrize(
    "other",
    [
        {"body": BODY + " "},
        {"to": "+447700900124"},
        {"from": "+447700900998"},
        {"date_created": "Mon, 23 Nov 2026 07:58:59 +0000"},
        {"date_created": "Mon, 23 Nov 2026 08:10:16 +0000"},
    ],
)
def test_look_up_passes_over_another_text(other: dict[str, str]) -> None:
    with scripted(listed(message(**other))) as twilio:
        assert looked_up(made(twilio.url)) == LookUp(LookUpState.NOT_FOUND)


@pytest.mark.parametrize(
    "created", ["Mon, 23 Nov 2026 07:59:00 +0000", "Mon, 23 Nov 2026 08:10:15 +0000"]
)
def test_look_up_reaches_to_the_ends_of_its_time(created: str) -> None:
    with scripted(listed(message(date_created=created))) as twilio:
        assert looked_up(made(twilio.url)).state is LookUpState.FOUND


@pytest.mark.parametrize(
    "messages",
    [
        [message(), message(sid="SM2")],
        [message(), message(sid="SM2", body="")],
        [message(body="")],
        [message(body=None)],
        [message(date_created=None)],
        [message(sid=None)],
        [message(date_created=7)],
        ["no message"],
    ],
)
def test_look_up_does_not_guess(messages: list[Any]) -> None:
    with scripted(listed(*messages)) as twilio:
        assert looked_up(made(twilio.url)) == LookUp(LookUpState.UNAVAILABLE)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(429),
        Reply(hang=True),
        Reply(reset=True),
        Reply(200, b"<html>"),
        Reply(200, b"[]"),
        Reply(200, b"{}"),
    ],
)
def test_look_up_that_breaks_says_nothing(reply: Reply) -> None:
    with scripted(reply) as twilio:
        found = looked_up(Hurried(**OPTIONS, base_url=twilio.url))
    assert found == LookUp(LookUpState.UNAVAILABLE)
    assert len(twilio.asked) == 1


def _page(number: int) -> str:
    return f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=%2B447700900123&Page={number}"


def test_look_up_reads_on() -> None:
    with scripted(listed(message())) as twilio:
        twilio.replies.append(listed(message(body="Another"), more=_page(1)))
        assert looked_up(made(twilio.url)).state is LookUpState.FOUND
    assert dict(twilio.asked[1].query) == {"To": NUMBER, "Page": "1"}


def test_look_up_sees_the_double_on_the_next_page() -> None:
    with scripted(listed(message(sid="SM2"))) as twilio:
        twilio.replies.append(listed(message(), more=_page(1)))
        assert looked_up(made(twilio.url)).state is LookUpState.UNAVAILABLE


def test_look_up_does_not_read_for_ever() -> None:
    with scripted(listed(message(body="Another"), more=_page(1))) as twilio:
        assert looked_up(made(twilio.url)).state is LookUpState.UNAVAILABLE
    assert len(twilio.asked) == 4


def test_look_up_takes_the_secret_nowhere_else() -> None:
    def page_that_lies(elsewhere: Scripted) -> Reply:
        meta = {"key": "messages", "next_page_url": elsewhere.url + _page(1)}
        return Reply(200, json.dumps({"messages": [], "meta": meta}).encode())

    with scripted(listed()) as elsewhere, scripted(page_that_lies(elsewhere)) as twilio:
        assert looked_up(made(twilio.url)).state is LookUpState.UNAVAILABLE
    assert (len(twilio.asked), len(elsewhere.asked)) == (1, 0)


def test_look_up_logs_neither_number_nor_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with scripted(listed(message(), more=_page(1))) as twilio:
        looked_up(made(twilio.url))
    assert NUMBER.lstrip("+") not in caplog.text
    assert "Stopp" not in caplog.text
