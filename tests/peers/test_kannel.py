"""Our adapter against Kannel itself: texts out, its reports, texts in."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from messaging.providers import wire
from messaging.providers.base import (
    Advice,
    DeliveryReport,
    Outgoing,
    ReportStatus,
    SendOutcome,
    SendResult,
)
from messaging.providers.kannel import Kannel
from messaging.providers.webhook import InboundText, WebhookRequest
from tests.messaging.providers.scripted import Asked, Reply, Scripted, scripted
from tests.peers import kannel as peer

NUMBER = "+447700900123"
SENDER = "+447700900999"
SHORT_CODE = "2250"
SECRET = "an-invented-path-secret"
PUBLIC = "https://sms.example.org"


@pytest.fixture(scope="module")
def ours() -> Iterator[Scripted]:
    """Stands where Kannel calls us."""
    with scripted(Reply(200)) as server:
        yield server


@pytest.fixture(scope="module")
def kannel(
    ours: Scripted, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[peer.RunningKannel]:
    post_url = f"{ours.url}/hooks/kannel/inbound/{SECRET}/?id=%I"
    with peer.kannel(tmp_path_factory.mktemp("kannel"), post_url) as running:
        yield running


def provider(kannel: peer.RunningKannel, **changed: Any) -> Kannel:
    options = {"url": kannel.url, "username": peer.USERNAME, "password": peer.PASSWORD}
    return Kannel(**options | {"smsc_id": peer.LINE, "webhook_secrets": [SECRET]} | changed)


def sent(by: Kannel, text: str, callback_url: str = "", **changed: Any) -> SendResult:
    usual = {"token": "token", "sender_address": SENDER, "number": NUMBER, "text": text}

    async def send_and_close() -> SendResult:
        try:
            return await by.send(Outgoing(**usual | {"callback_url": callback_url} | changed))
        finally:
            await wire.close()

    return asyncio.run(send_and_close())


def seen_since(kannel: peer.RunningKannel, count: int, wanted: int) -> list[peer.Seen]:
    peer.await_true(lambda: len(kannel.seen()) >= count + wanted, f"{wanted} parts at the SMSC")
    return kannel.seen()[count:]


def calls(ours: Scripted, path: str, wanted: int) -> list[Asked]:
    def found() -> list[Asked]:
        return [asked for asked in ours.asked if asked.path.startswith(path)]

    peer.await_true(lambda: len(found()) >= wanted, f"{wanted} calls to {path}")
    return found()


def as_request(asked: Asked, key: str, token: str = "") -> WebhookRequest:
    return WebhookRequest(
        method=asked.method,
        url=PUBLIC + asked.path,
        headers=asked.headers,
        query=asked.query,
        body=asked.body,
        key=key,
        token=token,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Stopp & hjelp: 5 + 1 = 6 %d",
        "Blåbær på Ørlandet kl. 7? Ærlig. €5 [x] {y} @ $ Ñ",
    ],
)
def test_a_gsm7_text_reaches_the_smsc_letter_by_letter(
    kannel: peer.RunningKannel, text: str
) -> None:
    before = len(kannel.seen())
    assert sent(provider(kannel), text) == SendResult(SendOutcome.ACCEPTED)
    [part] = seen_since(kannel, before, 1)
    assert part == peer.Seen(SENDER, NUMBER, "text", text.encode())


def test_a_long_ucs2_text_reaches_the_smsc_in_three_parts(kannel: peer.RunningKannel) -> None:
    text = "Grüße, čáhci, žena 😀. " * 7
    before = len(kannel.seen())
    assert sent(provider(kannel), text).outcome is SendOutcome.ACCEPTED
    parts = seen_since(kannel, before, 3)
    assert [part.header[:3] for part in parts] == [b"\x05\x00\x03"] * 3
    assert [(part.header[4], part.header[5]) for part in parts] == [(3, 1), (3, 2), (3, 3)]
    assert b"".join(part.data for part in parts).decode("utf-16-be") == text


def test_reports_come_to_the_attempts_own_address(
    kannel: peer.RunningKannel, ours: Scripted
) -> None:
    by = provider(kannel)
    path = "/hooks/kannel/receipts/token-1.signed%2F/"
    sent(by, "Hei", ours.url + path, valid_for=timedelta(hours=1))
    asked = calls(ours, path, 2)
    # Both leave at once, each by its own connection.
    reports = [by.parse_receipts(as_request(each, "token-1.signed", "token-1")) for each in asked]
    assert {report.status for [report] in reports} == {ReportStatus.SENT, ReportStatus.DELIVERED}
    assert all(report == DeliveryReport(report.status, "token-1") for [report] in reports)


def test_a_wrong_password_stops_the_sender(kannel: peer.RunningKannel) -> None:
    result = sent(provider(kannel, password="another"), "Hei")
    assert (result.outcome, result.advice) == (SendOutcome.REJECTED_RETRYABLE, Advice.STOP_SENDER)


def test_a_line_that_is_not_there_routes_nothing(kannel: peer.RunningKannel) -> None:
    result = sent(provider(kannel, smsc_id="nowhere"), "Hei")
    assert result == SendResult(SendOutcome.REJECTED_PERMANENT, error_code="not_routable")


def test_an_impossible_number_is_denied(kannel: peer.RunningKannel) -> None:
    result = sent(provider(kannel), "Hei", number="nobody")
    assert (result.outcome, result.error_code) == (
        SendOutcome.REJECTED_PERMANENT,
        "denied_by_list",
    )


def brought(
    kannel: peer.RunningKannel, ours: Scripted, *parts: str, sender: str = NUMBER
) -> InboundText:
    ours.asked.clear()
    for part in parts:
        kannel.bring(sender, SHORT_CODE, part)
    [asked] = calls(ours, "/hooks/kannel/inbound/", 1)
    by, request = provider(kannel), as_request(asked, SECRET)
    assert by.verify(request)
    [text] = by.parse_inbound(request)
    assert (text.to_address, text.part) == (SHORT_CODE, None)
    assert text.provider_message_id.count("-") == 4
    return text


def test_a_text_with_norwegian_letters_comes_in(kannel: peer.RunningKannel, ours: Scripted) -> None:
    text = brought(kannel, ours, "text STOPP + hjelp: Blåbær på Ørlandet €5 %41")
    assert (text.from_number, text.body) == (NUMBER, "STOPP + hjelp: Blåbær på Ørlandet €5 %41")


def test_a_ucs2_text_comes_in(kannel: peer.RunningKannel, ours: Scripted) -> None:
    body = "Čáhci 😀 ja"
    assert brought(kannel, ours, f"ucs2 {peer.quoted(body, 'utf-16-be')}").body == body


def test_eight_bit_data_comes_in_as_a_text(kannel: peer.RunningKannel, ours: Scripted) -> None:
    assert brought(kannel, ours, f"data {peer.quoted('Blåbær', 'latin-1')}").body == "Blåbær"


def test_a_long_text_comes_in_joined(kannel: peer.RunningKannel, ours: Scripted) -> None:
    first, second = "Jeg har ikke røykt på tre uker. " * 4, "Det går bra!"
    parts = [
        f"udh-text %05%00%03%2A%02%0{place} {text}" for place, text in [(1, first), (2, second)]
    ]
    assert brought(kannel, ours, *parts).body == first + second


def test_a_text_is_brought_again_until_we_answer_200(
    kannel: peer.RunningKannel, ours: Scripted
) -> None:
    ours.replies.append(Reply(503))
    text = brought(kannel, ours, "text Hei")
    again = calls(ours, "/hooks/kannel/inbound/", 2)
    [repeated] = provider(kannel).parse_inbound(as_request(again[1], SECRET))
    assert repeated == text
