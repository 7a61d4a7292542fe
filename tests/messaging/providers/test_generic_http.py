"""What is the generic provider's own; the rest is in the contract test."""

import asyncio
import base64
import hashlib
import hmac
import json
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
from messaging.providers.generic_http import GenericHttp
from messaging.providers.webhook import InboundText, Malformed, WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, PUBLIC, TOKEN
from tests.messaging.providers.case_generic_http import (
    KEY,
    OPTIONS,
    PROVIDER_ID,
    SECRET,
    answered,
    call,
    inbound,
    made,
    receipt,
    refusal,
    taken,
)
from tests.messaging.providers.scripted import Asked, Reply, scripted

ANYWHERE = "https://sms.example.org"
CALLBACK = f"{PUBLIC}/hooks/generic/receipts/{TOKEN}.signed/"
FORM = {"to": "{{ number }}", "text": "{{text}}", "dlr": "{{ callback_url }}"}


def provider(**changed: Any) -> GenericHttp:
    return made(ANYWHERE, **changed)


def sent(by: GenericHttp, **changed: Any) -> SendResult:
    usual = {"token": TOKEN, "sender_address": ADDRESS, "number": NUMBER, "text": BODY}

    async def send_and_close() -> SendResult:
        try:
            return await by.send(Outgoing(**usual | {"callback_url": CALLBACK} | changed))
        finally:
            await wire.close()

    return asyncio.run(send_and_close())


def asked_by(changed: dict[str, Any], **outgoing: Any) -> Asked:
    """What goes out when the provider is made by these options alone. Where the address is
    templated, `url` is what stands after the host."""
    with scripted(Reply(200)) as aggregator:
        options = changed | {"url": aggregator.url + changed.get("url", "/send")}
        assert sent(GenericHttp(**options), **outgoing).outcome is SendOutcome.ACCEPTED
    [asked] = aggregator.asked
    return asked


def test_send_fills_in_json_with_values_of_their_own_type() -> None:
    with scripted(taken()) as aggregator:
        result = sent(made(aggregator.url), valid_for=timedelta(hours=2))
    [asked] = aggregator.asked
    assert result == SendResult(SendOutcome.ACCEPTED, PROVIDER_ID)
    assert (asked.method, asked.path, asked.query) == ("POST", "/v1/send", ())
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["content-type"] == "application/json"
    assert json.loads(asked.body) == {
        "messages": [{"to": NUMBER, "from": ADDRESS, "text": BODY}],
        "reference": TOKEN,
        "callback": CALLBACK,
        "ttl": 120,
        "flash": False,
    }


def test_send_leaves_out_a_field_for_reports_where_nobody_listens() -> None:
    with scripted(taken()) as aggregator:
        sent(made(aggregator.url), callback_url="")
    assert "callback" not in json.loads(aggregator.asked[0].body)
    assert "dlr" not in asked_by({"body": FORM}, callback_url="").form()


def test_send_as_a_form_with_a_login() -> None:
    asked = asked_by({"body": FORM, "username": "u", "password": "p:æ"})
    assert asked.form() == {"to": NUMBER, "text": BODY, "dlr": CALLBACK}
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    expected = base64.b64encode("u:p:æ".encode()).decode()
    assert asked.headers["authorization"] == f"Basic {expected}"


def test_send_as_xml_keeps_markup_out() -> None:
    body = '<sms to="{{ number_without_plus }}">{{ text }}</sms>'
    asked = asked_by({"content": "xml", "body": body}, text='</sms>&"\x0b')
    assert asked.body.decode() == f'<sms to="{NUMBER[1:]}">&lt;/sms&gt;&amp;&quot;</sms>'


def test_send_as_json_written_as_text() -> None:
    body = '{"to": ["{{ number }}"], "m": "{{ text }}", "s": "{{ valid_seconds }} s"}'
    asked = asked_by({"content": "json", "body": body}, text='"}{{ number }}')
    assert json.loads(asked.body) == {"to": [NUMBER], "m": '"}{{ number }}', "s": "172800 s"}


def test_send_by_get_percent_encodes_everything() -> None:
    url = "/send?to={{ number }}&text={{ text }}&cb={{ callback_url }}&key={{ secret }}"
    options = {"url": url, "method": "GET", "private_url": True, "secret": "a&b=c/d?"}
    asked = asked_by(options, text="a+b & c=æ%41/../?#")
    assert (asked.method, asked.path, asked.body) == ("GET", "/send", b"")
    assert dict(asked.query) == {
        "to": NUMBER,
        "text": "a+b & c=æ%41/../?#",
        "cb": CALLBACK,
        "key": "a&b=c/d?",
    }


@pytest.mark.parametrize(
    ("valid_for", "seconds"),
    [
        (None, 172_800),
        (timedelta(seconds=-5), 60),
        (timedelta(0), 60),
        (timedelta(seconds=90.9), 90),
        (timedelta(days=9), 172_800),
    ],
)
def test_send_keeps_validity_within_bounds(valid_for: timedelta | None, seconds: int) -> None:
    fields = FORM | {"m": "{{ valid_minutes }}", "s": "{{ valid_seconds }}"}
    form = asked_by({"body": fields}, valid_for=valid_for).form()
    assert (form["m"], form["s"]) == (str(seconds // 60), str(seconds))


def test_send_from_an_address_with_a_line_break_calls_nobody() -> None:
    with scripted(taken()) as aggregator:
        by = made(aggregator.url, headers={"X-From": "{{ sender }} {{ secret }}"})
        result = sent(by, sender_address="Health\r\nX-To: me")
    assert (result.advice, aggregator.asked) == (Advice.STOP_SENDER, [])


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(200, b"OK 4711\n"), SendResult(SendOutcome.ACCEPTED, "4711")),
        (Reply(200, b"OK"), SendResult(SendOutcome.ACCEPTED)),
        (
            Reply(200, b"ERR 12: no such number"),
            SendResult(SendOutcome.REJECTED_PERMANENT, "", "12", advice=Advice.BAD_NUMBER),
        ),
        (Reply(200, b"ERR 99"), SendResult(SendOutcome.UNKNOWN, error_code="99")),
        (Reply(202, b"OK 4711"), SendResult(SendOutcome.UNKNOWN, error_code="http_202")),
        (Reply(200, b"\xff"), SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")),
    ],
)
def test_answer_in_plain_text_is_read_by_patterns(reply: Reply, expected: SendResult) -> None:
    rules = {
        "statuses": [200],
        "accepted_text": "^OK",
        "id_text": r"^OK (\d+)",
        "error_text": r"^ERR (\d+)",
        "codes": {"bad_number": ["12"]},
    }
    with scripted(reply) as aggregator:
        assert sent(made(aggregator.url, answer=rules)) == expected


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"[" * 100_000, b'{"messages": {"0": {}}}', b"\xff\xfe"]
)
def test_answer_that_makes_no_sense_is_open(body: bytes) -> None:
    with scripted(Reply(200, body)) as aggregator:
        result = sent(made(aggregator.url))
    assert result == SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")


@pytest.mark.parametrize("given", [None, "", [], {}, True, "x" * 200])
def test_answer_without_its_id_is_open_unless_a_rule_says_accepted(given: Any) -> None:
    with scripted(answered(200, {"id": given})) as aggregator:
        bare = made(aggregator.url, answer={"id_path": "id"})
        told = made(aggregator.url, answer={"id_path": "id", "accepted_text": "id"})
        results = [sent(bare), sent(told)]
    unsure = SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")
    usable = given is True
    assert results[1] == SendResult(SendOutcome.ACCEPTED, "true" if usable else "")
    assert results[0] == (results[1] if usable else unsure)


def test_answer_says_how_long_to_wait() -> None:
    with scripted(Reply(429, headers={"Retry-After": "7"})) as aggregator:
        assert sent(made(aggregator.url)).retry_after == timedelta(seconds=7)


def test_answer_of_a_refusal_is_never_shown() -> None:
    with scripted(refusal(400, f"number {NUMBER} is wrong")) as aggregator:
        assert sent(made(aggregator.url)).error_code == "http_400"


def test_inbound_reads_every_item() -> None:
    texts = [
        {"id": number, "sender": {"number": "4799999123"}, "to": "2250", "text": f"t{number}"}
        for number in (1, 2)
    ]
    assert provider().parse_inbound(call("inbound", {"results": texts})) == [
        InboundText("1", "+4799999123", "t1", "2250"),
        InboundText("2", "+4799999123", "t2", "2250"),
    ]


def test_inbound_is_the_document_itself_where_no_list_is_named() -> None:
    rules = {"content": "json", "id": "id", "from": "f", "text": "t"}
    by = provider(inbound=rules, default_region="NO")
    item = {"id": "1", "f": "99999123", "t": "Hei\x00"}
    expected = InboundText("1", "+4799999123", "Hei")
    assert by.parse_inbound(call("inbound", item)) == [expected]
    assert by.parse_inbound(call("inbound", [item])) == [expected]


def as_form(*pairs: tuple[str, str], **changed: Any) -> WebhookRequest:
    usual = {"method": "POST", "url": PUBLIC, "headers": {}, "form": pairs, "key": SECRET}
    return WebhookRequest(**usual | changed)


def test_inbound_reads_form_fields() -> None:
    by = provider(inbound={"id": "msg.id", "from": "from", "to": "shortcode", "text": "text"})
    pairs = (("msg.id", "1"), ("from", NUMBER), ("shortcode", "2250"), ("text", BODY))
    assert by.parse_inbound(as_form(*pairs)) == [InboundText("1", NUMBER, BODY, "2250")]


class Timed(GenericHttp):
    now = 600.0

    def clock(self) -> float:  # type: ignore[override]
        return self.now


def test_inbound_without_an_id_gets_one_of_its_words_and_hour() -> None:
    rules = {"from": "from", "text": "text", "time": "time"}
    by = Timed(**OPTIONS | {"url": ANYWHERE, "inbound": rules})

    def id_of(text: str, hour: str = "") -> str:
        [found] = by.parse_inbound(as_form(("from", NUMBER), ("text", text), ("time", hour)))
        return found.provider_message_id

    first, dated = id_of("ja"), id_of("ja", "08:00")
    assert len({first, dated, id_of("nei"), id_of("ja", "08:01")}) == 4
    by.now = 659.0
    assert id_of("ja") == first
    by.now = 660.0
    assert id_of("ja") != first
    assert id_of("ja", "08:00") == dated


def test_inbound_long_id_stays_distinct() -> None:
    long = "x" * 150
    ids = set()
    for given in (long + "1", long + "2"):
        item = {"id": given, "sender": {"number": NUMBER}, "text": ""}
        [text] = provider().parse_inbound(call("inbound", {"results": [item]}))
        ids.add(text.provider_message_id)
    assert len(ids) == 2
    assert max(map(len, ids)) <= 100


def report(status: ReportStatus, code: str = "", advice: Advice = Advice.NONE) -> DeliveryReport:
    return DeliveryReport(status, TOKEN, PROVIDER_ID, code, advice)


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("delivrd", 0, report(ReportStatus.DELIVERED)),
        ("ACCEPTD", None, report(ReportStatus.SENT)),
        ("REJECTD", "OPT", report(ReportStatus.FAILED, "OPT", Advice.OPTED_OUT)),
        ("UNDELIV", 1, report(ReportStatus.UNDELIVERED, "1", Advice.BAD_NUMBER)),
        ("EXPIRED", None, report(ReportStatus.UNDELIVERED, "expired")),
        ("EXPIRED", NUMBER, report(ReportStatus.UNDELIVERED, "expired")),
    ],
)
def test_receipt_is_read_by_its_tables(name: str, code: Any, expected: DeliveryReport) -> None:
    item = {"id": PROVIDER_ID, "reference": TOKEN, "status": {"name": name, "code": code}}
    assert provider().parse_receipts(call("receipts", {"results": [item]})) == [expected]


def test_receipt_of_a_status_in_no_table_is_left_out() -> None:
    item = {"id": PROVIDER_ID, "status": {"name": "ENROUTE"}}
    assert provider().parse_receipts(call("receipts", {"results": [item]})) == []


def test_receipt_by_get_belongs_to_its_address() -> None:
    by = provider(receipts={"status": "st", "delivered": [1]})
    request = as_form(method="GET", query=(("st", "1"),), token=TOKEN)
    assert by.parse_receipts(request) == [DeliveryReport(ReportStatus.DELIVERED, TOKEN)]


@pytest.mark.parametrize(
    ("kind", "content", "named"),
    [
        ("inbound", {"results": 7}, "inbound.list"),
        ("inbound", {"results": ["text"]}, "inbound.from"),
        ("inbound", {"results": [{"sender": {"number": [NUMBER]}}]}, "inbound.from"),
        ("inbound", None, "inbound.list"),
        ("receipts", {"results": [{"id": "1"}]}, "receipts.status"),
        ("receipts", {"results": [{"status": {"name": "DELIVRD"}}]}, "receipts.id"),
    ],
)
def test_call_of_another_form_is_malformed(kind: str, content: Any, named: str) -> None:
    parse = {"inbound": provider().parse_inbound, "receipts": provider().parse_receipts}[kind]
    with pytest.raises(Malformed, match=named):
        parse(call(kind, content))


@pytest.mark.parametrize("body", [b"", b"<xml/>", b"[" * 100_000, b"\xff", b"1" * 5000])
def test_call_that_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        provider().parse_inbound(inbound(body=body))


def test_call_nobody_has_described_is_refused_rather_than_lost() -> None:
    by = provider(inbound=None, receipts=None)
    with pytest.raises(Malformed):
        by.parse_inbound(inbound())
    with pytest.raises(Malformed):
        by.parse_receipts(receipt())


def test_verify_by_a_header_of_the_aggregators() -> None:
    secrets = ["an-invented-new", "an-invented-old"]
    by = provider(webhook_check="header", webhook_header="X-Token", webhook_secrets=secrets)
    assert by.capabilities.signed_webhooks
    for secret in secrets:
        assert by.verify(inbound(headers={"x-token": secret}))
    for given in ("", "an-invented", "Blåbær\x00"):
        assert not by.verify(inbound(headers={"x-token": given}, key=secrets[0]))
    assert not by.verify(receipt(headers={}))


@pytest.mark.parametrize("made_with", ["sha256-hex", "sha256-base64", "sha1-hex", "sha1-base64"])
def test_verify_by_a_hash_of_the_body(made_with: str) -> None:
    options = {"webhook_check": "hmac", "webhook_header": "X-Hash", "webhook_hash": made_with}
    by = provider(**options, webhook_secrets=["an-invented-old", "an-invented-new"])
    body, (name, form) = inbound().body, made_with.split("-")
    digest = hmac.new(b"an-invented-new", body, getattr(hashlib, name)).digest()
    mark = digest.hex() if form == "hex" else base64.b64encode(digest).decode()
    assert by.verify(inbound(headers={"x-hash": mark}))
    assert by.verify(inbound(headers={"x-hash": f"{name}={mark}"}))
    assert not by.verify(inbound(headers={"x-hash": mark}, body=body + b" "))
    assert not by.verify(inbound(headers={}))
    assert not by.verify(receipt(headers={"x-hash": mark}))


def test_what_a_hash_does_not_cover_does_not_count() -> None:
    by = provider(
        webhook_check="hmac",
        webhook_header="X-Hash",
        webhook_hash="sha256-hex",
        receipts={"status": "st", "delivered": [1]},
    )
    with pytest.raises(Malformed, match=r"receipts\.status"):
        by.parse_receipts(as_form(method="GET", query=(("st", "1"),), token=TOKEN))


def test_acknowledgement_is_as_the_aggregator_wants_it() -> None:
    by = provider(reply_status=202, reply_body="<ok/>", reply_content_type="text/xml")
    answer = by.acknowledge(inbound())
    assert (answer.status, answer.body, answer.content_type) == (202, "<ok/>", "text/xml")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": "http://sms.example.org/"}, "url begins with https"),
        ({"url": "ftp://sms.example.org/"}, "url begins with https"),
        ({"url": "https:///send"}, "url begins with https"),
        ({"url": "https://[::1/"}, "url is no address"),
        ({"url": "https://{{ token }}/"}, "only after the host"),
        ({"url": "https://sms.example.org{{ token }}/"}, "only after the host"),
        ({"url": "https://sms.example.org/{{ token"}, "url has braces"),
        ({"url": "https://sms.example.org/æ"}, "percent-encoded"),
        ({"url": "https://an-invented:p@sms.example.org/"}, "no login"),
        ({"url": "https://sms.example.org/?to={{ number }}"}, "private_url"),
        ({"url": "https://sms.example.org/{{ numbr }}"}, "url has a placeholder .*numbr"),
        ({"method": "PUT"}, "method is one of"),
        ({"method": "GET"}, "body is for POST"),
        ({"content": "yaml"}, "content is one of"),
        ({"body": {"to": "{{ number }}"}}, "holds {{ text }}"),
        ({"body": {"text": "{{ text }}"}}, "holds {{ number }}"),
        ({"body": None}, "holds {{ number }}"),
        ({"body": '{"an-invented": '}, "body is not JSON"),
        ({"body": {"a": [{"b": "{{ text | upper }}"}]}}, r"body\.a\[0\]\.b has braces"),
        ({"body": {"a": "}}an-invented"}}, r"body\.a has braces"),
        ({"content": "form", "body": {"a": {"b": "c"}}}, r"body\.a is a text"),
        ({"content": "form", "body": []}, "body is a table"),
        ({"content": "xml", "body": {}}, "body is a text"),
        ({"headers": {"A b": "c"}}, "headers has a name"),
        ({"headers": {"A": "an-invented\n"}}, r"headers\.A has a character"),
        ({"headers": {"A": "{{ number }}"}}, r"headers\.A has a placeholder"),
        ({"headers": {}}, "secret and its placeholder"),
        ({"secret": ""}, "secret and its placeholder"),
        ({"username": "u"}, "go together"),
        ({"username": "u", "password": "p"}, "two logins"),
        ({"longest_valid": 0}, "longest_valid is from"),
        ({"longest_valid": True}, "longest_valid is a whole number"),
        ({"max_in_flight": 101}, "max_in_flight is from"),
        ({"private_url": "no"}, "private_url is true or false"),
        ({"default_region": "Norway"}, "two capital letters"),
        ({"webhook_secrets": "an-invented"}, "list of texts"),
        ({"webhook_secrets": [""]}, "no blanks"),
        ({"webhook_check": "ip"}, "webhook_check is one of"),
        ({"webhook_check": "hmac", "webhook_header": "X"}, "webhook_hash is one of"),
        ({"webhook_check": "header"}, "webhook_header is the name"),
        ({"webhook_header": "X-Token"}, "other kinds"),
        ({"reply_status": 503}, "reply_status is from"),
        ({"reply_content_type": "a\nb"}, "reply_content_type"),
        ({"answer": {"codes": {"bad_numbers": [1]}}}, r"answer\.codes may hold"),
        ({"answer": {"codes": {"bad_number": 1}}}, r"answer\.codes\.bad_number is a list"),
        ({"answer": {"codes": {"permanent": [1], "retryable": ["1"]}}}, "lists a code as"),
        ({"answer": {"status": [200]}}, "answer may hold"),
        ({"answer": {"statuses": [404]}}, r"answer\.statuses is from 200"),
        ({"answer": {"statuses": []}}, r"answer\.statuses is a list"),
        ({"answer": {"accepted_path": "a"}}, "go together"),
        ({"answer": {"id_path": "a..b"}}, r"answer\.id_path is no path"),
        ({"answer": {"id_text": "(an-invented"}}, r"answer\.id_text is no regular"),
        ({"answer": {"id_text": "OK"}}, "round brackets"),
        ({"inbound": {"from": "f"}}, r"inbound\.text is needed"),
        ({"inbound": {"from": "f", "text": "t", "list": "l"}}, r"inbound\.list is for JSON"),
        ({"inbound": {"content": "xml"}}, r"inbound\.content is one of"),
        ({"receipts": {"status": "s"}}, r"receipts\.delivered lists"),
        (
            {"receipts": {"status": "s", "delivered": [1], "failed": ["1"]}},
            "lists a value as delivered and as failed|lists a value as failed and as delivered",
        ),
        ({"receipts": {"status": "s", "delivered": [[]]}}, r"receipts\.delivered holds"),
    ],
)
def test_wrong_option_is_told_with_its_place(changed: dict[str, Any], words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words) as raised:
        GenericHttp(**OPTIONS | {"url": ANYWHERE} | changed)
    assert "an-invented" not in str(raised.value)


def test_http_to_this_machine_is_allowed() -> None:
    GenericHttp(**OPTIONS | {"url": "http://localhost:1/"})


def test_nothing_secret_is_shown() -> None:
    assert KEY not in repr(provider()) + repr(provider()._call)


def test_the_example_for_operators_is_sound() -> None:
    page = (places.CHECKOUT / "docs" / "providers" / "generic-http.md").read_text(encoding="utf-8")
    [table] = tomllib.loads(page.partition("```toml\n")[2].partition("```")[0]).values()
    assert table.pop("provider") == "generic_http"
    for name, value in table.items():
        if "file" in value if isinstance(value, dict) else name == "webhook_secrets":
            table[name] = ["invented"] if isinstance(value, list) else "invented"
    GenericHttp(**table)
