"""Signatures made by somebody else's code, checked by ours.

SIGNED comes from Twilio's SDK for Node, version 5.13.1: `getExpectedTwilioSignature(token, url,
form)` of `twilio/lib/webhooks/webhooks`, and `getExpectedBodyHash(body)` for the body's hash. That
SDK knows SHA-1 only; a signature by a shared key (SHA-256) is made here after Twilio's description.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.providers.twilio import Twilio
from messaging.providers.webhook import Fields, WebhookRequest
from tests.messaging.providers.case_twilio import (
    AUTH_TOKEN,
    INBOUND,
    INBOUND_URL,
    OLD_TOKEN,
    OPTIONS,
    RECEIPT_URL,
    SHARED_KEY,
    SHARED_SECRET,
    call,
    forged,
    inbound,
    receipt,
    signature,
)

TWILIO = Twilio(**OPTIONS)
SID = "SM00000000000000000000000000000001"
BASE: Fields = (("MessageSid", SID), ("From", "+447700900123"), ("To", "+447700900999"))
#: Secret of all: "an-invented-auth-token-1".
SIGNED: dict[str, tuple[str, Fields, str]] = {
    "norwegian": (
        INBOUND_URL,
        (*BASE, ("Body", "Blåbær og røde æbler, på øya: ÆØÅ")),
        "st2RgmHSEBNaWd9wCu9pqSMksJc=",
    ),
    "emoji": (
        INBOUND_URL,
        (*BASE, ("Body", "Klarte det! 🎉👩🏽\u200d⚕️")),
        "Ltgca+lxz5WM0z+syKuFvoMc6v4=",
    ),
    "separators": (
        INBOUND_URL,
        (*BASE, ("Body", "a&b=c+d%20e?f#g;h")),
        "+7FQ70VUOxpGtNJBgLCPqxoFOco=",
    ),
    "blank_fields": (
        INBOUND_URL,
        (*BASE, ("Body", ""), ("FromCity", ""), ("MediaUrl0", "")),
        "cn9GBoRjpQ+rqGdKnkqRq6vkmZM=",
    ),
    "white_space": (
        INBOUND_URL,
        (*BASE, ("Body", "  two  \n lines\r\n\t ")),
        "F7mdlvyvgceMdIkLsskLWsPurrI=",
    ),
    "query": (
        INBOUND_URL + "?clinic=%C3%A5s&empty=&a=1&a=2",
        (*BASE, ("Body", "ja")),
        "3Whb+oo1S6iF3QXnMW0PqQBXtBg=",
    ),
    "repeated_name": (
        INBOUND_URL,
        (*BASE, ("Body", "ja"), ("Tag", "b"), ("Tag", "a"), ("Tag", "b")),
        "RGS3ub+lrp3u8duWL42Gfxgpjpk=",
    ),
    "receipt": (
        "https://sms.example.org/hooks/twilio/receipt/tok-Contract_1.Zm9v",
        (
            ("MessageSid", SID),
            ("MessageStatus", "delivered"),
            ("ErrorCode", ""),
            ("To", "+447700900123"),
        ),
        "+AA4xoZ6fmBdpWB2OMzIDi+x/BU=",
    ),
    "no_fields": (
        INBOUND_URL + "?MessageSid=SM1&From=%2B447700900123&Body=ja",
        (),
        "kn0hyv13ASpaisplKlIKy4o1ARY=",
    ),
    "signed_with_the_port": (
        INBOUND_URL,
        (*BASE, ("Body", "ja")),
        "evZepNOEcu0Z+zRcWzvV6270jy0=",
    ),
}
HASH = "54c1ec26fa6b71c49afa2ef59009b5a3237b7a016ba07e345dd0d2cf9a28d796"
JSON_BODY = '{"Body":"Blåbær 🎉 &=+"}'.encode()
JSON_SIGNATURE = "Frf9QfRjL9pt2yhhUsAPgbrx51Q="


def by_node(name: str) -> WebhookRequest:
    url, form, signed = SIGNED[name]
    return call(url, form, headers={"x-twilio-signature": signed})


def by_shared_key(
    settings: str, *, secret: str = SHARED_SECRET, algorithm: str = "sha256"
) -> WebhookRequest:
    headers = {
        "x-twilio-signature": signature(INBOUND_URL, INBOUND, secret, algorithm),
        "x-twilio-webhooks-signature-settings": settings,
    }
    return call(INBOUND_URL, INBOUND, headers=headers)


@pytest.mark.parametrize("name", SIGNED)
def test_verify_signature_made_by_another_sdk(name: str) -> None:
    assert TWILIO.verify(by_node(name))


@pytest.mark.parametrize("name", SIGNED)
def test_verify_own_description_agrees_with_the_other_sdk(name: str) -> None:
    url, form, signed = SIGNED[name]
    if name == "signed_with_the_port":
        url = url.replace(".org/", ".org:443/")
    assert signature(url, form, AUTH_TOKEN) == signed


@pytest.mark.parametrize("name", [name for name in SIGNED if name != "no_fields"])
def test_verify_refuses_a_field_changed_dropped_or_added(name: str) -> None:
    url, form, signed = SIGNED[name]
    (first, value), *rest = form
    for other in [((first, value + "x"), *rest), tuple(rest), (*form, ("More", ""))]:
        assert not TWILIO.verify(call(url, other, headers={"x-twilio-signature": signed}))


def test_verify_json_by_the_hash_in_its_address() -> None:
    url = f"{INBOUND_URL}?bodySHA256={HASH}"
    headers = {"x-twilio-signature": JSON_SIGNATURE, "content-type": "application/json"}
    genuine = WebhookRequest("POST", url, headers, body=JSON_BODY)
    assert TWILIO.verify(genuine)
    for body in (JSON_BODY + b" ", b"{}", b"\xff\xfe"):
        assert not TWILIO.verify(WebhookRequest("POST", url, headers, body=body))


@pytest.mark.parametrize("secret", [AUTH_TOKEN, OLD_TOKEN])
def test_verify_by_any_live_token(secret: str) -> None:
    assert TWILIO.verify(call(INBOUND_URL, INBOUND, secret=secret))


def test_verify_by_the_token_that_also_sends() -> None:
    provider = Twilio(account_sid=OPTIONS["account_sid"], auth_token=AUTH_TOKEN)
    assert provider.verify(inbound())
    assert not provider.verify(call(INBOUND_URL, INBOUND, secret=OLD_TOKEN))


def test_verify_without_any_secret_refuses() -> None:
    provider = Twilio(**OPTIONS | {"auth_tokens": [], "shared_keys": {}})
    assert not provider.verify(inbound())
    assert not provider.verify(call(INBOUND_URL, INBOUND, secret=""))


def test_verify_by_shared_key() -> None:
    assert TWILIO.verify(by_shared_key(f"key={SHARED_KEY},algorithm=HMAC_SHA256"))
    assert TWILIO.verify(by_shared_key(f" algorithm = HMAC_SHA256 , key = {SHARED_KEY} "))
    assert TWILIO.verify(by_shared_key(f"key={SHARED_KEY}", algorithm="sha1"))


@pytest.mark.parametrize(
    "request_",
    [
        by_shared_key(f"key={SHARED_KEY},algorithm=HMAC_SHA256", secret=AUTH_TOKEN),
        by_shared_key(f"key={SHARED_KEY},algorithm=HMAC_SHA256", algorithm="sha1"),
        by_shared_key("key=another,algorithm=HMAC_SHA256"),
        by_shared_key("algorithm=HMAC_SHA256"),
        by_shared_key("algorithm=HMAC_SHA256", secret=AUTH_TOKEN),
        by_shared_key("key=another", secret=AUTH_TOKEN, algorithm="sha1"),
        by_shared_key(f"key={SHARED_KEY},algorithm=NONE"),
        by_shared_key(f"key={SHARED_KEY},algorithm=HMAC_MD5", algorithm="md5"),
        by_shared_key(""),
        by_shared_key("garbage;=,,=,\x00"),
    ],
)
def test_verify_refuses_what_a_shared_key_does_not_cover(request_: WebhookRequest) -> None:
    assert not TWILIO.verify(request_)


def test_verify_refuses_every_forgery() -> None:
    assert [request for request in forged() if TWILIO.verify(request)] == []


def test_verify_needs_a_signature_beside_the_token_in_the_address() -> None:
    genuine = receipt()
    assert genuine.token
    assert TWILIO.verify(genuine)
    assert not TWILIO.verify(call(RECEIPT_URL, genuine.form, headers={}, token=genuine.token))


def test_verify_characters_that_cannot_be_encoded_are_refused() -> None:
    headers = {"x-twilio-signature": "x" * 28}
    form = (("Body", "\ud800"),)
    assert not TWILIO.verify(WebhookRequest("POST", INBOUND_URL, headers, form=form))


@given(
    signed=st.text(),
    settings=st.text(),
    form=st.lists(st.tuples(st.text(), st.text()), max_size=4),
    body=st.binary(),
    query=st.text(alphabet="abS2&=%5bodyH#;[]"),
)
def test_verify_anything_at_all_is_refused_without_an_exception(
    signed: str, settings: str, form: list[tuple[str, str]], body: bytes, query: str
) -> None:
    headers = {"x-twilio-signature": signed, "x-twilio-webhooks-signature-settings": settings}
    url = f"{INBOUND_URL}?{query}"
    request = WebhookRequest("POST", url, headers, form=tuple(form), body=body, token="genuine")
    assert not TWILIO.verify(request)
