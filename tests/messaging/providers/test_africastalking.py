"""What is Africa's Talking's own; the rest is in the contract test."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from messaging.providers import wire
from messaging.providers.africastalking import AfricasTalking
from messaging.providers.base import (
    Advice,
    DeliveryReport,
    LookUpState,
    Outgoing,
    ReportStatus,
    SendOutcome,
    SendResult,
)
from messaging.providers.webhook import InboundText, Malformed, WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, TOKEN
from tests.messaging.providers.case_africastalking import (
    CASE,
    MESSAGE_ID,
    OLD_SECRET,
    OPTIONS,
    RECEIPT_URL,
    answer,
    call,
    inbound,
    made,
    opt_out,
    receipt,
    recipient,
)
from tests.messaging.providers.scripted import Asked, Reply, scripted

ANYWHERE = "https://africastalking.example.org"


def sent(reply: Reply = CASE.accepted, **changed: Any) -> tuple[SendResult, Asked]:
    usual = {"token": TOKEN, "sender_address": ADDRESS, "number": NUMBER, "text": BODY}
    made_of = {name: changed.pop(name) for name in OPTIONS.keys() | {"enqueue"} if name in changed}

    async def send_and_close(by: AfricasTalking) -> SendResult:
        try:
            return await by.send(Outgoing(**usual | changed))
        finally:
            await wire.close()

    with scripted(reply) as gateway:
        by = AfricasTalking(**OPTIONS | made_of, base_url=gateway.url)
        return asyncio.run(send_and_close(by)), gateway.asked[0]


def test_send_is_a_form_with_the_key_in_a_header() -> None:
    result, asked = sent(valid_for=timedelta(hours=3, minutes=59))

    assert result == SendResult(SendOutcome.ACCEPTED, MESSAGE_ID)
    assert (asked.method, asked.path) == ("POST", "/version1/messaging")
    assert asked.headers["apikey"] == OPTIONS["api_key"]
    assert asked.headers["accept"] == "application/json"
    assert asked.form() == {
        "username": "clinic",
        "to": NUMBER,
        "message": BODY,
        "from": ADDRESS,
        "bulkSMSMode": "1",
        "enqueue": "1",
        "retryDurationInHours": "3",
    }


def test_send_asks_for_no_queue_and_no_retries_unless_told() -> None:
    _, asked = sent(enqueue=False)

    assert asked.form().keys() == {"username", "to", "message", "from", "bulkSMSMode"}


@pytest.mark.parametrize(
    "valid_for", [timedelta(seconds=-5), timedelta(0), timedelta(minutes=59), timedelta(hours=1)]
)
def test_send_asks_for_no_less_than_an_hour(valid_for: timedelta) -> None:
    _, asked = sent(valid_for=valid_for)

    assert asked.form()["retryDurationInHours"] == "1"


@pytest.mark.parametrize("code", [100, 101, 102, "101"])
def test_send_taken_on_is_accepted(code: int | str) -> None:
    result, _ = sent(answer(recipient(statusCode=code)))

    assert result == SendResult(SendOutcome.ACCEPTED, MESSAGE_ID)


@pytest.mark.parametrize("found", ["None", "", None, 1, "an id with blanks", "a" * 81])
def test_send_taken_on_without_an_id_is_accepted_all_the_same(found: object) -> None:
    result, _ = sent(answer(recipient(messageId=found)))

    assert result == SendResult(SendOutcome.ACCEPTED)


@pytest.mark.parametrize("words", ["InvalidSenderId", " insufficientbalance "])
def test_send_refused_as_a_whole_stops_the_sender(words: str) -> None:
    result, _ = sent(answer(words=words))

    assert result.outcome is SendOutcome.REJECTED_RETRYABLE
    assert result.advice is Advice.STOP_SENDER


def test_send_to_nobody_that_claims_success_is_open() -> None:
    result, _ = sent(answer(words="Sent"))

    assert result == SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")


def test_look_up_is_beyond_it() -> None:
    outgoing = Outgoing(TOKEN, ADDRESS, NUMBER, BODY)
    provider = made(ANYWHERE)

    found = asyncio.run(provider.look_up(outgoing, started_at=None))  # type: ignore[arg-type]

    assert found.state is LookUpState.UNAVAILABLE
    assert not provider.capabilities.can_look_up


@pytest.mark.parametrize(
    ("username", "host"),
    [
        ("clinic", "https://api.africastalking.com/"),
        ("sandbox", "https://api.sandbox.africastalking.com/"),
    ],
)
def test_username_sandbox_sends_to_the_sandbox(username: str, host: str) -> None:
    provider = AfricasTalking(username=username, api_key="invented")

    assert provider._url == f"{host}version1/messaging"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"username": ""}, ValueError),
        ({"username": 1}, TypeError),
        ({"api_key": ""}, ValueError),
        ({"api_key": "an invented\nkey"}, ValueError),
        ({"webhook_secrets": "invented"}, TypeError),
        ({"webhook_secrets": [""]}, ValueError),
        ({"enqueue": "invented"}, TypeError),
        ({"base_url": "http://invented.example.org"}, ValueError),
    ],
)
def test_wrong_option_is_named_and_not_repeated(
    changed: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error, match=next(iter(changed))) as raised:
        AfricasTalking(**OPTIONS | changed)

    assert "invented" not in str(raised.value)


def test_verify_knows_the_secret_before_this_one() -> None:
    request = call(RECEIPT_URL, receipt().form, key=OLD_SECRET)

    assert made(ANYWHERE).verify(request)
    assert not AfricasTalking(username="clinic", api_key="invented").verify(request)


def test_parse_inbound_keeps_a_blank_text_and_a_short_code() -> None:
    [text] = made(ANYWHERE).parse_inbound(inbound(text="", to="60099"))

    assert (text.body, text.to_address) == ("", "60099")


@pytest.mark.parametrize("name", ["id", "from", "text"])
def test_parse_inbound_says_what_is_missing(name: str) -> None:
    form = tuple(pair for pair in inbound().form if pair[0] != name)

    with pytest.raises(Malformed, match=f"^{name}$"):
        made(ANYWHERE).parse_inbound(call(RECEIPT_URL, form))


def test_parse_inbound_reads_nothing_from_the_address() -> None:
    request = WebhookRequest("POST", RECEIPT_URL, {}, query=inbound().form)

    with pytest.raises(Malformed):
        made(ANYWHERE).parse_inbound(request)


def test_parse_inbound_takes_an_opt_out_for_a_stop_that_was_answered() -> None:
    [text] = made(ANYWHERE).parse_inbound(opt_out())

    assert text == InboundText(
        text.provider_message_id, NUMBER, "STOP", "CLINIC", opted_out=True, provider_answered=True
    )


def test_parse_inbound_takes_a_second_opt_out_for_a_new_one() -> None:
    provider = made(ANYWHERE)

    [first], [second] = provider.parse_inbound(opt_out()), provider.parse_inbound(opt_out())

    assert first.provider_message_id != second.provider_message_id
    assert NUMBER.lstrip("+") not in first.provider_message_id


def test_parse_inbound_wants_to_know_who_opted_out() -> None:
    with pytest.raises(Malformed, match="phoneNumber"):
        made(ANYWHERE).parse_inbound(opt_out(phoneNumber=" "))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Sent", ReportStatus.SENT),
        ("Submitted", ReportStatus.SENT),
        ("Success", ReportStatus.DELIVERED),
        ("success", ReportStatus.DELIVERED),
    ],
)
def test_parse_receipts_of_a_text_on_its_way(status: str, expected: ReportStatus) -> None:
    found = made(ANYWHERE).parse_receipts(receipt(status=status, failureReason="Stale"))

    assert found == [DeliveryReport(expected, provider_message_id=MESSAGE_ID)]


@pytest.mark.parametrize("status", ["Buffered", "Novel"])
def test_parse_receipts_leaves_out_what_says_nothing(status: str) -> None:
    assert made(ANYWHERE).parse_receipts(receipt(status=status)) == []


@pytest.mark.parametrize(
    ("status", "reason", "code", "advice"),
    [
        ("Rejected", "UserInBlackList", "UserInBlackList", Advice.OPTED_OUT),
        ("Failed", "UserDoesNotExist", "UserDoesNotExist", Advice.BAD_NUMBER),
        ("Failed", "UserIsInactive", "UserIsInactive", Advice.BAD_NUMBER),
        ("Failed", "DeliveryFailure", "DeliveryFailure", Advice.NONE),
        ("Failed", "", "Failed", Advice.NONE),
        ("AbsentSubscriber", "", "AbsentSubscriber", Advice.BAD_NUMBER),
        ("Failed", "not a name: 447700900123", "", Advice.NONE),
    ],
)
def test_parse_receipts_of_a_text_that_did_not_arrive(
    status: str, reason: str, code: str, advice: Advice
) -> None:
    [found] = made(ANYWHERE).parse_receipts(receipt(status=status, failureReason=reason))

    assert found == DeliveryReport(
        ReportStatus.UNDELIVERED, "", MESSAGE_ID, error_code=code, advice=advice
    )


@pytest.mark.parametrize(("name", "value"), [("id", ""), ("id", "a b"), ("status", " ")])
def test_parse_receipts_says_what_is_missing(name: str, value: str) -> None:
    with pytest.raises(Malformed, match=f"^{name}$"):
        made(ANYWHERE).parse_receipts(receipt(**{name: value}))
