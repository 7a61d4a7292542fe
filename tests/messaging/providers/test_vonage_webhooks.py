"""What Vonage calls us with, and how it signs."""

import pytest

from messaging.providers import vonage_webhooks
from messaging.providers.base import Advice, DeliveryReport, ReportStatus
from messaging.providers.vonage import Vonage
from messaging.providers.webhook import InboundPart, Malformed, WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, TOKEN
from tests.messaging.providers.case_vonage import (
    INBOUND_ID,
    INBOUND_URL,
    MESSAGE_ID,
    OLD_SECRET,
    OPTIONS,
    RECEIPT_URL,
    SECRET,
    call,
    inbound,
    json_call,
    made,
    receipt,
    report,
    signature,
    signed,
    text,
)

ANYWHERE = "https://vonage.example.org"
PATH_SECRET = "an-invented-path-secret-1"
KEYS = {"api_key": OPTIONS["api_key"], "api_secret": OPTIONS["api_secret"]}


def unsigned() -> Vonage:
    return Vonage(**KEYS, webhook_secrets=[PATH_SECRET], base_url=ANYWHERE)


#: Made once with vonage-http-client 1.5.2 (Auth.sign_params) and, for md5hash, by hand with md5sum.
FIELDS = {
    "msisdn": "447700900123",
    "text": "Stopp & hjelp: æøå €5 + 1=6 😀",
    "timestamp": "1795420800",
    "blank": "",
    "concat-ref": "1",
}
MADE_ELSEWHERE = {
    "md5hash": "6b0825a4aaabba24ddb8dfd368b13459",
    "md5": "6cc0137c143d7fa9ebd4499acc522cd8",
    "sha1": "a701f1597fd99fb5017a0f66e949815d840bc9b7",
    "sha256": "a814b06dd7ab7884d8975063e5f143e3ec00ed8fe0012be096f0f168b81d1eb2",
    "sha512": (
        "baa9d097c1b04d0dab8fa32d1e431f9243648d41c9ce6784551db7c99b77e20a"
        "879d76571752a0f7369b818dc5c9b88760a6fcef705108c478433ede0c44c6d8"
    ),
}


@pytest.mark.parametrize("method", MADE_ELSEWHERE)
def test_verify_takes_signatures_made_elsewhere(method: str) -> None:
    request = call(INBOUND_URL, FIELDS | {"sig": MADE_ELSEWHERE[method].upper()})
    genuine = vonage_webhooks.is_genuine

    assert genuine(request, [OLD_SECRET, SECRET], method, 1795420800 + 60)
    assert not genuine(request, [OLD_SECRET], method, 1795420800 + 60)
    for other in MADE_ELSEWHERE.keys() - {method}:
        assert not genuine(request, [SECRET], other, 1795420800 + 60)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-301, False), (-299, True), (0, True), (86_400, True), (90_001, False)],
)
def test_verify_passes_a_day_of_repeats_and_no_more(seconds: int, expected: bool) -> None:
    request = call(INBOUND_URL, FIELDS | {"sig": MADE_ELSEWHERE["md5hash"]})

    assert (
        vonage_webhooks.is_genuine(request, [SECRET], "md5hash", 1795420800 + seconds) is expected
    )


@pytest.mark.parametrize("stamp", ["", "soon", "٣", "-1795420800", "1e9"])
def test_verify_refuses_what_has_no_time(stamp: str) -> None:
    fields = FIELDS | {"timestamp": stamp}
    request = call(INBOUND_URL, fields | {"sig": signature(fields)})

    assert not vonage_webhooks.is_genuine(request, [SECRET], "md5hash", 1795420800)


def test_verify_takes_json_as_well() -> None:
    fields = signed(text(text="æøå 😀"))

    assert made(ANYWHERE).verify(json_call(INBOUND_URL, fields))
    assert not made(ANYWHERE).verify(json_call(INBOUND_URL, fields | {"text": "STOP"}))


def test_verify_and_parse_read_the_same_of_two_fields_with_one_name() -> None:
    fields = signed(text())
    twice = (*fields.items(), ("text", "STOP"))
    request = WebhookRequest("POST", INBOUND_URL, {}, query=(("text", "STOP"),), form=twice)

    assert made(ANYWHERE).verify(request)
    assert made(ANYWHERE).parse_inbound(request)[0].body == BODY
    first = (("text", "STOP"), *fields.items())
    assert not made(ANYWHERE).verify(WebhookRequest("POST", INBOUND_URL, {}, form=first))


def test_verify_without_signatures_takes_a_secret_in_the_address() -> None:
    assert unsigned().verify(call(INBOUND_URL, text(), key=PATH_SECRET))
    assert unsigned().verify(call(RECEIPT_URL, report(), key=f"{TOKEN}.signed", token=TOKEN))
    assert not unsigned().verify(call(INBOUND_URL, text(), key="another"))
    assert not unsigned().verify(call(INBOUND_URL, text(), key=PATH_SECRET, method="GET"))
    assert not Vonage(**KEYS).verify(call(INBOUND_URL, text(), key=PATH_SECRET))


def test_parse_inbound_reads_json_with_numbers_in_it() -> None:
    request = json_call(INBOUND_URL, text() | {"msisdn": 447700900123, "blank": None})

    [found] = made(ANYWHERE).parse_inbound(request)

    assert (found.from_number, found.to_address) == (NUMBER, ADDRESS)


def test_parse_inbound_reads_a_part() -> None:
    request = inbound(concat="true", concat_ref="87", concat_total="3", concat_part="2")

    [found] = made(ANYWHERE).parse_inbound(request)

    assert found.part == InboundPart("87", 2, 3)


@pytest.mark.parametrize(
    "changed",
    [
        {"concat": "false"},
        {"concat": "true"},
        {"concat": "true", "concat_ref": "87", "concat_total": "3", "concat_part": "4"},
        {"concat": "true", "concat_ref": "87", "concat_total": "3", "concat_part": "0"},
        {"concat": "true", "concat_ref": "87", "concat_total": "300", "concat_part": "1"},
        {"concat": "true", "concat_ref": "87", "concat_total": "x", "concat_part": "1"},
        {"concat": "true", "concat_ref": "", "concat_total": "3", "concat_part": "1"},
    ],
)
def test_parse_inbound_takes_a_part_that_does_not_add_up_for_a_whole(
    changed: dict[str, str],
) -> None:
    [found] = made(ANYWHERE).parse_inbound(inbound(**changed))

    assert (found.part, found.body) == (None, BODY)


def test_parse_inbound_passes_over_what_holds_no_words() -> None:
    fields = {"msisdn": "447700900123", "messageId": INBOUND_ID, "type": "binary", "data": "00"}

    assert made(ANYWHERE).parse_inbound(call(INBOUND_URL, fields)) == []


@pytest.mark.parametrize("name", ["messageId", "msisdn", "text"])
def test_parse_inbound_says_what_is_missing(name: str) -> None:
    fields = {each: value for each, value in text().items() if each != name}

    with pytest.raises(Malformed, match=f"^{name}$"):
        made(ANYWHERE).parse_inbound(call(INBOUND_URL, fields))


def test_parse_receipts_at_the_accounts_address_reads_our_token() -> None:
    [found] = made(ANYWHERE).parse_receipts(call(INBOUND_URL, report()))

    assert found == DeliveryReport(ReportStatus.DELIVERED, TOKEN, MESSAGE_ID)


def test_parse_receipts_at_an_attempts_address_reads_of_that_attempt_alone() -> None:
    [found] = made(ANYWHERE).parse_receipts(receipt(client_ref="another"))

    assert found.token == TOKEN


@pytest.mark.parametrize("reference", ["", "someone else's", "a" * 33])
def test_parse_receipts_without_a_token_of_ours_goes_by_vonages_id(reference: str) -> None:
    [found] = made(ANYWHERE).parse_receipts(call(INBOUND_URL, report(client_ref=reference)))

    assert (found.token, found.provider_message_id) == ("", MESSAGE_ID)


@pytest.mark.parametrize("status", ["buffered", "unknown", "novel"])
def test_parse_receipts_leaves_out_what_says_nothing(status: str) -> None:
    assert made(ANYWHERE).parse_receipts(receipt(status=status)) == []


@pytest.mark.parametrize(
    ("status", "err_code", "expected", "code", "advice"),
    [
        ("accepted", "0", ReportStatus.SENT, "", Advice.NONE),
        ("failed", "1", ReportStatus.UNDELIVERED, "err_1", Advice.NONE),
        ("failed", "3", ReportStatus.UNDELIVERED, "err_3", Advice.BAD_NUMBER),
        ("rejected", "9", ReportStatus.FAILED, "err_9", Advice.OPTED_OUT),
        ("expired", "2", ReportStatus.UNDELIVERED, "err_2", Advice.BAD_NUMBER),
        ("expired", "", ReportStatus.UNDELIVERED, "expired", Advice.NONE),
        ("Failed", "447700900123", ReportStatus.UNDELIVERED, "failed", Advice.NONE),
    ],
)
def test_parse_receipts_of_a_text_and_its_fate(
    status: str, err_code: str, expected: ReportStatus, code: str, advice: Advice
) -> None:
    [found] = made(ANYWHERE).parse_receipts(receipt(status=status, err_code=err_code))

    assert found == DeliveryReport(expected, TOKEN, MESSAGE_ID, code, advice)


@pytest.mark.parametrize("name", ["status", "messageId"])
def test_parse_receipts_says_what_is_missing(name: str) -> None:
    with pytest.raises(Malformed, match=f"^{name}$"):
        made(ANYWHERE).parse_receipts(receipt(**{name: " "}))
