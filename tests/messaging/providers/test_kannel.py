"""What is Kannel's own; the rest is in the contract test, and with Kannel itself in tests/peers."""

import asyncio
import tomllib
from datetime import timedelta
from typing import Any

import pytest

from config import places
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
from messaging.providers.webhook import InboundPart, InboundText, Malformed
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, TOKEN
from tests.messaging.providers.case_kannel import (
    INBOUND_ID,
    INBOUND_URL,
    OPTIONS,
    RECEIPT_URL,
    SECRET,
    TAKEN,
    inbound,
    made,
    receipt,
)
from tests.messaging.providers.scripted import Reply, scripted

ANYWHERE = "https://kannel.example.org/cgi-bin/sendsms"


def provider(**changed: Any) -> Kannel:
    return Kannel(**OPTIONS | {"url": ANYWHERE} | changed)


def sent(by: Kannel, **changed: Any) -> SendResult:
    usual = {"token": TOKEN, "sender_address": ADDRESS, "number": NUMBER, "text": BODY}

    async def send_and_close() -> SendResult:
        try:
            return await by.send(Outgoing(**usual | {"callback_url": RECEIPT_URL} | changed))
        finally:
            await wire.close()

    return asyncio.run(send_and_close())


def test_send_keeps_everything_out_of_the_address() -> None:
    with scripted(TAKEN) as kannel:
        result = sent(made(kannel.url), valid_for=timedelta(hours=2))
    [asked] = kannel.asked
    assert result == SendResult(SendOutcome.ACCEPTED)
    assert (asked.method, asked.path, asked.query) == ("POST", "/cgi-bin/sendsms", ())
    assert asked.body == BODY.encode()
    given = {name: value for name, value in asked.headers.items() if name.startswith("x-kannel")}
    assert given == {
        "x-kannel-username": "sendwell",
        "x-kannel-password": "an invented = password",
        "x-kannel-from": ADDRESS,
        "x-kannel-to": NUMBER,
        "x-kannel-validity": "120",
        "x-kannel-dlr-mask": "31",
        "x-kannel-dlr-url": f"{RECEIPT_URL}?status=%d&error=%#smpp#dlr_err#",
    }
    assert asked.headers["content-type"] == "text/plain; charset=UTF-8"


def test_send_outside_gsm7_is_utf16_without_a_charset() -> None:
    with scripted(TAKEN) as kannel:
        sent(made(kannel.url), text="čáhci 😀")
    [asked] = kannel.asked
    assert asked.body == "čáhci 😀".encode("utf-16-be")
    assert asked.headers["content-type"] == "application/octet-stream"
    assert asked.headers["x-kannel-coding"] == "2"


@pytest.mark.parametrize("words", [b"3: Queued for later delivery", b"Sent.", b"0: Accepted for x"])
def test_send_queued_is_accepted(words: bytes) -> None:
    with scripted(Reply(202, words)) as kannel:
        assert sent(made(kannel.url)).outcome is SendOutcome.ACCEPTED


def test_send_asks_for_no_report_where_nobody_listens() -> None:
    with scripted(TAKEN) as kannel:
        sent(made(kannel.url), callback_url="")
    assert not [name for name in kannel.asked[0].headers if name.startswith("x-kannel-dlr")]


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ("https://a.example/b%20c/", "https://a.example/b%%20c/?status=%d"),
        ("https://a.example/b?c=d", "https://a.example/b?c=d&status=%d"),
    ],
)
def test_send_keeps_the_callbacks_own_percent_and_query(given: str, begins: str) -> None:
    with scripted(TAKEN) as kannel:
        sent(made(kannel.url), callback_url=given)
    assert kannel.asked[0].headers["x-kannel-dlr-url"].startswith(begins)


@pytest.mark.parametrize(
    ("valid_for", "minutes"),
    [
        (timedelta(seconds=-5), "1"),
        (timedelta(0), "1"),
        (timedelta(seconds=119), "1"),
        (timedelta(minutes=2), "2"),
        (timedelta(days=400), "10080"),
    ],
)
def test_send_keeps_validity_within_bounds(valid_for: timedelta, minutes: str) -> None:
    with scripted(TAKEN) as kannel:
        sent(made(kannel.url), valid_for=valid_for)
    assert kannel.asked[0].headers["x-kannel-validity"] == minutes


def test_send_from_an_address_with_a_line_break_calls_nobody() -> None:
    with scripted(TAKEN) as kannel:
        result = sent(made(kannel.url), sender_address="Health\r\nX-Kannel-To: +447700900001")
    assert (result.advice, kannel.asked) == (Advice.STOP_SENDER, [])


def test_send_names_the_line_and_asks_for_the_reply_where_told_to() -> None:
    with scripted(TAKEN) as kannel:
        url = f"{kannel.url}/cgi-bin/sendsms"
        sent(provider(url=url, smsc_id="telco", smsc_reply=True))
    headers = kannel.asked[0].headers
    assert headers["x-kannel-smsc"] == "telco"
    assert headers["x-kannel-dlr-url"].endswith("&reply=%A")


def report(status: ReportStatus, code: str = "", advice: Advice = Advice.NONE) -> DeliveryReport:
    return DeliveryReport(status, TOKEN, error_code=code, advice=advice)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=1&error=", report(ReportStatus.DELIVERED)),
        ("status=8&error=&reply=ACK%2F", report(ReportStatus.SENT)),
        ("status=2&error=", report(ReportStatus.UNDELIVERED, "undelivered")),
        ("status=34", report(ReportStatus.UNDELIVERED, "expired")),
        ("status=66", report(ReportStatus.UNDELIVERED, "unknown")),
        ("status=16", report(ReportStatus.FAILED, "smsc_rejected")),
        # As Kannel 1.4.5 fills it in: network type 3, error 34; and one that is no UTF-8.
        ("status=2&error=%03%00%22", report(ReportStatus.UNDELIVERED, "err:034")),
        ("status=2&error=%03%03%E7", report(ReportStatus.UNDELIVERED, "err:999")),
        ("status=2&error=%03%00%00", report(ReportStatus.UNDELIVERED, "undelivered")),
        ("status=2&error=034", report(ReportStatus.UNDELIVERED, "err:034")),
        ("status=2&error=000", report(ReportStatus.UNDELIVERED, "undelivered")),
        # A Kannel that does not know the code leaves it standing, up to the #.
        ("status=2&error=%", report(ReportStatus.UNDELIVERED, "undelivered")),
        (
            "status=2&error=&reply=id%3A1+sub%3A001+stat%3AUNDELIV+err%3A07A+text%3AHei+err:9",
            report(ReportStatus.UNDELIVERED, "err:07A"),
        ),
        (
            "status=2&error=&reply=id%3A1+stat%3AUNDELIV+text%3Aerr%3A007",
            report(ReportStatus.UNDELIVERED, "undelivered"),
        ),
        (
            "status=16&error=&reply=NACK%2F0x0000000b%2FInvalid+Destination+Address",
            report(ReportStatus.FAILED, "nack:0x0000000b", Advice.BAD_NUMBER),
        ),
        (
            "status=16&error=&reply=NACK%2F0x00000058%2FThrottling+error",
            report(ReportStatus.FAILED, "nack:0x00000058"),
        ),
    ],
)
def test_receipt_says_what_became_of_the_attempt(query: str, expected: DeliveryReport) -> None:
    assert provider().parse_receipts(receipt(query)) == [expected]


@pytest.mark.parametrize("status", ["4", "0", "12", "999"])
def test_receipt_of_a_passing_state_is_left_out(status: str) -> None:
    assert provider().parse_receipts(receipt(f"status={status}&error=")) == []


@pytest.mark.parametrize("query", ["", "status=", "status=delivered", "status=-1", "status=%C2%B2"])
def test_receipt_without_a_status_is_malformed(query: str) -> None:
    with pytest.raises(Malformed, match="status"):
        provider().parse_receipts(receipt(query))


def test_receipt_to_an_address_without_a_token_is_malformed() -> None:
    with pytest.raises(Malformed, match="token"):
        provider().parse_receipts(receipt(key=SECRET, token=""))


def test_inbound_is_read_from_headers_and_body() -> None:
    assert provider().parse_inbound(inbound()) == [InboundText(INBOUND_ID, NUMBER, BODY, ADDRESS)]


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ('text/plain; charset="UTF-16BE"', "Čáhci 😀".encode("utf-16-be"), "Čáhci 😀"),
        ("text/plain;charset=utf-8", "æ€".encode(), "æ€"),
        ("text/plain; charset=ISO-8859-1", b"\xe6", "æ"),
        ("text/plain; charset=windows-1252", b"\x80", "€"),
        ("text/plain; charset=WINDOWS-1252", b"\x81", "\x81"),
        ("application/octet-stream", b"STOPP", "STOPP"),
        ("application/octet-stream", b"bl\xe5b\xe6r", "blåbær"),
        # The second of two joined parts was in another charset.
        ('text/plain; charset="UTF-8"', b"bl\xe5b\xe6r", "blåbær"),
        ("text/plain; charset=unicode_escape", b"\\u0041", "\\u0041"),
        ('text/plain; charset="UTF-16BE"', b"\x00A\x00", "A\ufffd"),
        ("", b"a\x00b", "ab"),
        ("", b"", ""),
    ],
)
def test_inbound_is_decoded_as_it_says_or_as_it_can(
    content_type: str, body: bytes, expected: str
) -> None:
    [text] = provider().parse_inbound(inbound(content_type=content_type, body=body))
    assert text.body == expected


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("%05%00%03%2A%03%02", InboundPart("2a", 2, 3)),
        ("%06%08%04%01%2A%02%01", InboundPart("012a", 1, 2)),
        ("%0B%05%04%15%82%00%00%00%03%07%02%02", InboundPart("07", 2, 2)),
        ("%06%05%04%15%82%00%00", None),
        ("%05%00%03%2A%01%01", None),
        ("%05%00%03%2A%02%03", None),
        ("%05%00%03%2A", None),
        ("%05%00", None),
        ("%", None),
        ("", None),
    ],
)
def test_inbound_part_is_known_by_its_header(header: str, part: InboundPart | None) -> None:
    [text] = provider().parse_inbound(inbound(x_kannel_udh=header))
    assert text.part == part


def test_inbound_from_a_short_code_or_a_national_number() -> None:
    by = provider(default_region="NO")
    [text] = by.parse_inbound(inbound(x_kannel_from="99 99 91 23", x_kannel_to="2250"))
    assert (text.from_number, text.to_address) == ("+4799999123", "2250")


def test_inbound_without_an_id_gets_one_that_stays() -> None:
    bare = INBOUND_URL.partition("?")[0]
    [first] = provider().parse_inbound(inbound(url=bare))
    [again] = provider().parse_inbound(inbound(url=bare))
    [later] = provider().parse_inbound(inbound(url=bare, x_kannel_time="2026-11-23 08:00:02"))
    assert first.provider_message_id == again.provider_message_id
    assert first.provider_message_id != later.provider_message_id
    assert NUMBER[1:] not in first.provider_message_id


def test_inbound_without_a_sender_is_malformed() -> None:
    with pytest.raises(Malformed, match="X-Kannel-From"):
        provider().parse_inbound(inbound(x_kannel_from=""))


def test_acknowledgement_is_200_and_empty() -> None:
    answer = provider().acknowledge(inbound())
    assert (answer.status, answer.body) == (200, "")


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"url": ""}, ValueError, "url is needed"),
        ({"url": 7}, TypeError, "url is a text"),
        ({"url": "kannel:13013"}, ValueError, "begins with https"),
        ({"url": "https://[::1/"}, ValueError, "begins with https"),
        ({"url": "https://a.example:x/"}, ValueError, "begins with https"),
        ({"url": "http://10.0.0.5:13013/cgi-bin/sendsms"}, ValueError, "plain_http"),
        ({"url": ANYWHERE + "?password=an-invented"}, ValueError, "no query"),
        ({"url": "https://u:an-invented@a.example/"}, ValueError, "no login"),
        ({"username": ""}, ValueError, "username is needed"),
        ({"password": "an-invented\n"}, ValueError, "password has a blank"),
        ({"webhook_secrets": "an-invented"}, TypeError, "list of texts"),
        ({"webhook_secrets": [""]}, ValueError, "no blanks"),
        ({"default_region": "Norway"}, ValueError, "two capital letters"),
        ({"plain_http": "no"}, TypeError, "true or false"),
        ({"smsc_reply": 1}, TypeError, "true or false"),
    ],
)
def test_wrong_option_is_told_plainly(
    changed: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as raised:
        provider(**changed)
    assert "an-invented" not in str(raised.value)


def test_plain_http_to_another_machine_where_it_is_meant() -> None:
    provider(url="http://10.0.0.5:13013/cgi-bin/sendsms", plain_http=True)


def test_nothing_secret_is_shown() -> None:
    assert OPTIONS["password"] not in repr(provider())


def test_the_example_for_operators_is_sound() -> None:
    page = (places.CHECKOUT / "docs" / "providers" / "kannel.md").read_text(encoding="utf-8")
    [table] = tomllib.loads(page.partition("```toml\n")[2].partition("```")[0]).values()
    assert table.pop("provider") == "kannel"
    for name, value in table.items():
        if "file" in value if isinstance(value, dict) else name == "webhook_secrets":
            table[name] = ["invented"] if isinstance(value, list) else "invented"
    Kannel(**table)
