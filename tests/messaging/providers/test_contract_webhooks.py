"""What every provider owes the people who text, and the ones who forge. See docs/add-a-provider.md.

The other direction is in test_contract.py.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.providers.base import DeliveryReport, Provider, ReportStatus
from messaging.providers.webhook import InboundText, Malformed, WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, TOKEN, Case
from tests.messaging.providers.cases import CALLING, CASES, secrets

NOWHERE = "https://provider.example.org"
SIGNED = [case for case in CALLING if case.make(NOWHERE).capabilities.signed_webhooks]
each_calling = pytest.mark.parametrize("case", CALLING, ids=lambda case: case.name)
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_calling
def test_verify_passes_what_is_genuine(case: Case) -> None:
    provider = case.make(NOWHERE)

    assert provider.verify(case.inbound())
    assert provider.verify(case.receipt())


@each
def test_verify_refuses_what_is_forged(case: Case) -> None:
    provider = case.make(NOWHERE)

    assert case.forged()
    assert [request for request in case.forged() if provider.verify(request)] == []


@each
@pytest.mark.parametrize("method", ["GET", "POST", ""])
def test_verify_refuses_what_is_empty(case: Case, method: str) -> None:
    provider = case.make(NOWHERE)

    assert not provider.verify(WebhookRequest(method=method, url="", headers={}))
    assert not provider.verify(replace(case.inbound(), headers={}, query=(), form=(), key=""))


@pytest.mark.parametrize("case", SIGNED, ids=lambda case: case.name)
def test_verify_counts_every_field_that_is_signed(case: Case) -> None:
    provider, request = case.make(NOWHERE), case.inbound()
    assert request.form

    for place, (name, value) in enumerate(request.form):
        fields = list(request.form)
        fields[place] = (name, value + "x")
        assert not provider.verify(replace(request, form=tuple(fields))), name
        del fields[place]
        assert not provider.verify(replace(request, form=tuple(fields))), name


@each_calling
def test_parse_inbound_tells_who_wrote_what_to_whom(case: Case) -> None:
    [text] = case.make(NOWHERE).parse_inbound(case.inbound())

    assert text == InboundText(case.inbound_id, NUMBER, BODY, to_address=ADDRESS)


@each_calling
def test_parse_receipts_tells_of_a_delivery(case: Case) -> None:
    request = case.receipt()

    [report] = case.make(NOWHERE).parse_receipts(request)

    assert report.status is ReportStatus.DELIVERED
    assert report.error_code == ""
    assert report.token in ("", TOKEN)
    # The door adds the token of the address where the report has none of its own.
    assert report.token or request.token == TOKEN or report.provider_message_id
    assert report.provider_message_id in ("", case.provider_id)


@each_calling
def test_parse_passes_over_fields_it_does_not_know(case: Case) -> None:
    provider = case.make(NOWHERE)

    assert provider.parse_inbound(more(case.inbound())) == provider.parse_inbound(case.inbound())
    assert provider.parse_receipts(more(case.receipt())) == provider.parse_receipts(case.receipt())


def more(request: WebhookRequest) -> WebhookRequest:
    headers = {**request.headers, "x-novel": "1", "x-blank": ""}
    form, body = request.form, request.body
    if form:
        form = (("novel", "1"), *form, ("Blank", ""))
    elif body.startswith(b"{"):
        content = json.loads(body)
        body = json.dumps({"novel": {"a": [1]}, "blank": ""} | content).encode()
    return replace(request, headers=headers, form=form, body=body)


@each_calling
def test_acknowledge_is_a_success(case: Case) -> None:
    provider = case.make(NOWHERE)

    for request in (case.inbound(), case.receipt()):
        answer = provider.acknowledge(request)
        assert 200 <= answer.status < 300
        assert BODY not in answer.body


@each_calling
def test_webhooks_show_nobody_number_or_text(case: Case) -> None:
    provider = case.make(NOWHERE)
    texts, reports = provider.parse_inbound(case.inbound()), provider.parse_receipts(case.receipt())

    shown = f"{provider!r} {case.inbound()!r} {case.receipt()!r} {texts!r} {reports!r}"

    assert NUMBER.lstrip("+") not in shown
    assert BODY not in shown
    # A secret at the end of an address is the operator's to hide; every other is ours.
    held = [secret for secret in secrets(case) if secret != case.inbound().key]
    assert [secret for secret in held if secret in shown] == []


def names(request: WebhookRequest) -> list[str]:
    """Of fields wherever this provider has them."""
    found = [*request.headers, *(name for name, _ in (*request.form, *request.query))]
    if request.body.startswith(b"{"):
        found += names_in(json.loads(request.body))
    return found


def names_in(content: Any) -> list[str]:
    if isinstance(content, list):
        return [name for held in content for name in names_in(held)]
    if isinstance(content, dict):
        return [*content, *(name for held in content.values() for name in names_in(held))]
    return []


#: As the door delivers them: no NUL, no half surrogate pairs.
WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))
#: What may well stand in one of the fields, and what surely should not.
VALUES = st.one_of(
    WORDS,
    st.sampled_from([NUMBER, ADDRESS, BODY, TOKEN, "delivered", "failed", "1", "0", "-1", "٣", ""]),
    st.integers().map(str),
)
#: JSON can spell what a form cannot.
SPELT = st.one_of(
    VALUES,
    st.text(),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.integers(min_value=10**300, max_value=10**301),
)


@st.composite
def requests(draw: st.DrawFn, genuine: WebhookRequest) -> WebhookRequest:
    """Any call, made of the names the provider knows: more or less like a genuine one."""
    known = names(genuine)
    name = st.one_of(st.sampled_from(known), WORDS) if known else WORDS
    pairs = st.lists(st.tuples(name, VALUES), max_size=12).map(tuple)
    nested = st.recursive(
        SPELT, lambda held: st.lists(held, max_size=4) | st.dictionaries(name, held, max_size=8)
    )
    changed = {
        "form": draw(st.one_of(st.just(()), pairs, pairs.map(lambda some: genuine.form + some))),
        "query": draw(st.one_of(st.just(genuine.query), pairs)),
        "headers": draw(
            st.dictionaries(name.map(str.lower), VALUES).map(
                lambda some: {**genuine.headers, **some}
            )
        ),
        "body": draw(st.one_of(st.binary(), altered(genuine.body, nested), spelt(nested))),
        "key": draw(st.one_of(st.just(genuine.key), VALUES)),
        "method": draw(st.sampled_from(["GET", "POST"])),
    }
    return replace(genuine, **changed)


def spelt(values: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    return values.map(lambda value: json.dumps(value).encode())


@st.composite
def altered(draw: st.DrawFn, body: bytes, values: st.SearchStrategy[Any]) -> bytes:
    """A genuine JSON body with some of its values made something else."""
    if not body.startswith(b"{"):
        return draw(st.binary())

    def change(content: Any) -> Any:
        if draw(st.integers(0, 9)) == 0:
            return draw(values)
        if isinstance(content, dict):
            return {name: change(held) for name, held in content.items()}
        return [change(held) for held in content] if isinstance(content, list) else content

    return json.dumps(change(json.loads(body))).encode()


@each_calling
@given(data=st.data())
def test_anything_at_all_is_read_or_malformed(case: Case, data: st.DataObject) -> None:
    provider = case.make(NOWHERE)
    asked: list[tuple[Callable[[], WebhookRequest], Callable[..., list[Any]]]] = [
        (case.inbound, provider.parse_inbound),
        (case.receipt, provider.parse_receipts),
    ]
    genuine, parse = data.draw(st.sampled_from(asked))
    request = data.draw(requests(genuine()))

    assert provider.verify(request) in (True, False)
    assert 200 <= provider.acknowledge(request).status < 300
    found: list[Any] = []
    with suppress(Malformed):
        found = parse(request)
    for one in found:
        check(one)


def check(found: InboundText | DeliveryReport) -> None:
    """It can be stored: of the right type, no longer than its column, and nothing PostgreSQL will
    not keep."""
    if isinstance(found, InboundText):
        assert found.provider_message_id
        assert found.from_number
        kept = [found.provider_message_id, found.from_number, found.body, found.to_address]
        assert found.part is None or 1 <= found.part.number <= found.part.total
    else:
        assert isinstance(found.status, ReportStatus)
        kept = [found.token, found.provider_message_id, found.error_code]
        assert len(found.error_code) <= 40
    for text in kept:
        assert isinstance(text, str)
        assert "\x00" not in text
        text.encode()


@each
@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"results":' * 50_000, b"9" * 5_000])
def test_a_body_made_to_break_the_reader_is_malformed(case: Case, body: bytes) -> None:
    provider: Provider = case.make(NOWHERE)

    for genuine, parse in (
        (case.inbound, provider.parse_inbound),
        (case.receipt, provider.parse_receipts),
    ):
        request = replace(genuine(), form=(), body=body)
        assert provider.verify(request) in (True, False)
        with suppress(Malformed):
            parse(request)
