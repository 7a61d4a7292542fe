import base64
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.providers.base import Advice, DeliveryReport, ReportStatus
from messaging.providers.twilio import Twilio
from messaging.providers.twilio_webhooks import unwrapped
from messaging.providers.webhook import Acknowledgement, InboundText, Malformed, WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, TOKEN
from tests.messaging.providers.case_twilio import (
    INBOUND,
    INBOUND_SID,
    INBOUND_URL,
    OPTIONS,
    SID,
    call,
    inbound,
    receipt,
)

TWILIO = Twilio(**OPTIONS)


def test_inbound_is_one_text() -> None:
    assert TWILIO.parse_inbound(inbound()) == [InboundText(INBOUND_SID, NUMBER, BODY, ADDRESS)]


@pytest.mark.parametrize(
    ("kind", "opted_out", "answered"),
    [
        ("STOP", True, True),
        ("stop", True, True),
        ("START", False, True),
        ("HELP", False, True),
        ("", False, False),
    ],
)
def test_inbound_that_twilio_has_answered(kind: str, opted_out: bool, answered: bool) -> None:
    [text] = TWILIO.parse_inbound(inbound(OptOutType=kind))
    assert (text.opted_out, text.provider_answered) == (opted_out, answered)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"From": "2250"}, "2250"),
        ({"From": "Helsenorge"}, "Helsenorge"),
        ({"From": "447700900123"}, NUMBER),
    ],
)
def test_inbound_from_other_than_a_number(changed: dict[str, str], expected: str) -> None:
    [text] = TWILIO.parse_inbound(inbound(**changed))
    assert text.from_number == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"From": f"whatsapp:{NUMBER}", "To": f"whatsapp:{ADDRESS}"},
        {"From": f"rcs:{NUMBER}"},
        {"To": "rcs:invented_agent"},
        {"From": "messenger:1"},
    ],
)
def test_inbound_from_another_channel_is_no_text(changed: dict[str, str]) -> None:
    assert TWILIO.parse_inbound(inbound(**changed)) == []


def test_inbound_with_no_words_is_a_blank_text() -> None:
    [text] = TWILIO.parse_inbound(inbound(Body="", NumMedia="1"))
    assert text.body == ""


def test_inbound_without_the_receiver_is_tolerated() -> None:
    form = tuple(pair for pair in INBOUND if pair[0] != "To")
    [text] = TWILIO.parse_inbound(call(INBOUND_URL, form))
    assert text.to_address == ""


@pytest.mark.parametrize(
    ("gone", "named"),
    [
        ({"MessageSid", "SmsMessageSid", "SmsSid"}, "MessageSid"),
        ({"From"}, "From"),
        ({"Body"}, "Body"),
    ],
)
def test_inbound_without_what_matters_is_malformed(gone: set[str], named: str) -> None:
    form = tuple(pair for pair in INBOUND if pair[0] not in gone)
    with pytest.raises(Malformed, match=f"^{named}$"):
        TWILIO.parse_inbound(call(INBOUND_URL, form))


@pytest.mark.parametrize("sid", ["", "S" * 65, "SM 1", "SM1\n", "SM\x00"])
def test_inbound_id_that_is_none_is_malformed(sid: str) -> None:
    with pytest.raises(Malformed, match=r"^MessageSid$"):
        TWILIO.parse_inbound(inbound(MessageSid=sid, SmsMessageSid="", SmsSid=""))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("sent", ReportStatus.SENT),
        ("delivered", ReportStatus.DELIVERED),
        ("read", ReportStatus.DELIVERED),
    ],
)
def test_receipt_of_a_good_status(status: str, expected: ReportStatus) -> None:
    reports = TWILIO.parse_receipts(receipt(MessageStatus=status))
    assert reports == [DeliveryReport(expected, TOKEN, SID)]


@pytest.mark.parametrize(
    ("status", "code", "expected", "advice"),
    [
        ("undelivered", "30003", ReportStatus.UNDELIVERED, Advice.BAD_NUMBER),
        ("undelivered", "30005", ReportStatus.UNDELIVERED, Advice.BAD_NUMBER),
        ("undelivered", "30004", ReportStatus.UNDELIVERED, Advice.NONE),
        ("failed", "21610", ReportStatus.FAILED, Advice.OPTED_OUT),
        ("failed", "30002", ReportStatus.FAILED, Advice.STOP_SENDER),
        ("failed", "30036", ReportStatus.FAILED, Advice.NONE),
        ("failed", "29999", ReportStatus.FAILED, Advice.NONE),
    ],
)
def test_receipt_of_a_loss_with_its_code(
    status: str, code: str, expected: ReportStatus, advice: Advice
) -> None:
    reports = TWILIO.parse_receipts(receipt(MessageStatus=status, ErrorCode=code))
    assert reports == [DeliveryReport(expected, TOKEN, SID, code, advice)]


@pytest.mark.parametrize("code", ["", "0", "none", "+447700900123"])
@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_receipt_of_a_loss_without_a_code(status: str, code: str) -> None:
    reports = TWILIO.parse_receipts(receipt(MessageStatus=status, ErrorCode=code))
    assert reports == [DeliveryReport(ReportStatus.FAILED, TOKEN, SID)]


@pytest.mark.parametrize(
    "status", ["accepted", "scheduled", "queued", "sending", "receiving", "received", "unheard_of"]
)
def test_receipt_of_a_passing_status_is_left_out(status: str) -> None:
    assert TWILIO.parse_receipts(receipt(MessageStatus=status)) == []


def test_receipt_to_an_address_without_a_token_goes_by_the_id() -> None:
    [report] = TWILIO.parse_receipts(call(INBOUND_URL, receipt().form))
    assert (report.token, report.provider_message_id) == ("", SID)


def test_receipt_without_a_status_is_malformed() -> None:
    with pytest.raises(Malformed, match=r"^MessageStatus$"):
        TWILIO.parse_receipts(receipt(MessageStatus="", SmsStatus=""))


def test_acknowledge_says_that_a_text_gets_no_reply() -> None:
    assert TWILIO.acknowledge(inbound()) == Acknowledgement(200, "<Response/>", "text/xml")


def test_acknowledge_of_a_receipt_is_blank() -> None:
    assert TWILIO.acknowledge(receipt()) == Acknowledgement(204)


LONG = "Jeg har ikke røykt på tre uker nå, og det går bra! 🎉\nHilsen Kari. " * 12


def wrapped(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("text", [LONG, LONG + "a", LONG + "ab", "यह एक बहुत लंबा संदेश है " * 9])
def test_unwrapped_a_long_text_that_came_encoded(text: str) -> None:
    assert unwrapped(wrapped(text)) == text


def test_unwrapped_reaches_the_text_that_is_kept() -> None:
    [text] = TWILIO.parse_inbound(inbound(Body=wrapped(LONG)))
    assert text.body == LONG


@pytest.mark.parametrize(
    "body",
    [
        "",
        "STOP",
        "STOPP",
        "slutt",
        "ikke",
        "takk",
        "JA==",
        "Ja" * 30,
        "haha" * 25,
        "AAAA" * 25,
        "jajajaja" * 10,
        "ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo000",
        "menneskerettighetsorganisasjonsmedlemskapsavgiftsfritaksordninga",
        "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbe",
        "https://example.org/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "0123456789" * 8,
        LONG,
        # Base64, but not of a text: no space, control characters, no UTF-8, cut short, too short.
        wrapped("a" * 60),
        wrapped("a b\x07" * 20),
        base64.b64encode(b"\xff\xfe a" * 20).decode(),
        wrapped(LONG)[:-1],
        wrapped(LONG) + " ",
        wrapped("Hei du"),
    ],
)
def test_unwrapped_leaves_everything_else_alone(body: str) -> None:
    assert unwrapped(body) == body


@given(st.text())
def test_unwrapped_any_text_that_came_plain_stays(body: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9+/=]{60,}", body):
        assert unwrapped(body) == body


@given(st.from_regex(r"(?:[a-zæøå]{3,9}){8,20}", fullmatch=True))
def test_unwrapped_words_run_together_stay(body: str) -> None:
    assert unwrapped(body) == body


NAMES = ["MessageSid", "SmsSid", "From", "To", "Body", "MessageStatus", "ErrorCode", "OptOutType"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text())), st.binary())
def test_parse_anything_at_all_is_read_or_malformed(
    form: list[tuple[str, str]], body: bytes
) -> None:
    request = WebhookRequest("POST", INBOUND_URL, {}, form=tuple(form), body=body)
    with suppress(Malformed):
        TWILIO.parse_inbound(request)
    with suppress(Malformed):
        TWILIO.parse_receipts(request)
    assert TWILIO.acknowledge(request).status in (200, 204)
