"""Webhooks signed by Twilio's Node SDK, read by our adapter: two programs that share no line."""

from urllib.parse import urlencode

import pytest

from messaging.providers.twilio import Twilio
from messaging.providers.webhook import Fields, WebhookRequest
from tests.peers import npm

TOKEN = "an-invented-auth-token"
URL = "https://sms.example.org/hooks/twilio/inbound/"
_COMMON = (("MessageSid", "SM" + "0" * 32), ("From", "+447700900123"), ("To", "+447700900999"))
#: The address as signed, and the fields in the order they are sent.
VECTORS: dict[str, tuple[str, Fields]] = {
    "plain": (URL, (*_COMMON, ("Body", "Hello"))),
    "norwegian": (URL, (*_COMMON, ("Body", "Blåbærsyltetøy på ØYA"))),
    "emoji": (URL, (*_COMMON, ("Body", "👍🏽 👨‍👩‍👧 ❤️"))),
    "reserved characters": (URL, (*_COMMON, ("Body", "a&b=c+d%20 #?/;,"))),
    "several lines": (URL, (*_COMMON, ("Body", "one\r\ntwo\nthree\t"))),
    "empty fields": (URL, (*_COMMON, ("Body", ""), ("FromCity", ""), ("FromZip", ""))),
    "repeated field": (URL, (*_COMMON, ("Body", "x"), ("Media", "b"), ("Media", "a"))),
    "repeated twice alike": (URL, (*_COMMON, ("Media", "b"), ("Media", "b"), ("Media", ""))),
    "query in the address": (f"{URL}?a=1&b=%C3%A6", (*_COMMON, ("Body", "x"))),
    "token in the address": (f"{URL}tok-1.signed", (("MessageStatus", "sent"), *_COMMON)),
    "other letters": (URL, (*_COMMON, ("Body", "مرحبا नमस्ते Привет"))),
    "capital after small": (URL, (*_COMMON, ("body", "x"), ("Body", "y"), ("_", "z"))),
    "no field": (f"{URL}?only=query", ()),
}


@pytest.fixture(scope="module")
def signatures() -> dict[str, str]:
    """One Node process for all."""
    given = [
        {"token": TOKEN, "url": url, "params": _for_node(form)} for url, form in VECTORS.values()
    ]
    signed = npm.run("sign_webhooks.cjs", given, needs="twilio")
    return dict(zip(VECTORS, signed, strict=True))


def _for_node(form: Fields) -> dict[str, str | list[str]]:
    params: dict[str, list[str]] = {}
    for name, value in form:
        params.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in params.items()}


def passes(url: str, form: Fields, signature: str, token: str = TOKEN) -> bool:
    request = WebhookRequest(
        method="POST",
        url=url,
        headers={
            "x-twilio-signature": signature,
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        },
        form=form,
        body=urlencode(form).encode(),
    )
    return Twilio(account_sid="AC" + "0" * 32, auth_token=token).verify(request)


@pytest.mark.parametrize("name", VECTORS)
def test_webhook_signed_by_node_is_accepted(name: str, signatures: dict[str, str]) -> None:
    url, form = VECTORS[name]

    assert passes(url, form, signatures[name])
    assert passes(url, tuple(reversed(form)), signatures[name]), "the order of fields is no matter"


@pytest.mark.parametrize("name", VECTORS)
def test_webhook_changed_after_node_signed_it_is_refused(
    name: str, signatures: dict[str, str]
) -> None:
    url, form = VECTORS[name]

    assert not passes(url, (*form, ("Added", "")), signatures[name])
    assert not passes(url.replace("https", "http"), form, signatures[name])
    assert not passes(url + "x", form, signatures[name])
    assert not passes(url, form, signatures[name], token="another-token")
    assert not passes(url, form, signatures[name][:-2] + "A=")
    assert not passes(url, form, "")
    for place, (field, value) in enumerate(form):
        changed = (*form[:place], (field, value + "!"), *form[place + 1 :])
        assert not passes(url, changed, signatures[name]), field


def test_dropped_empty_field_breaks_the_signature(signatures: dict[str, str]) -> None:
    url, form = VECTORS["empty fields"]

    kept = tuple((name, value) for name, value in form if value)

    assert not passes(url, kept, signatures["empty fields"])


def test_dropped_repetition_of_a_field_breaks_the_signature(signatures: dict[str, str]) -> None:
    url, form = VECTORS["repeated field"]

    assert not passes(url, form[:-1], signatures["repeated field"])


def test_dropped_query_breaks_the_signature(signatures: dict[str, str]) -> None:
    url, form = VECTORS["query in the address"]

    assert not passes(url.partition("?")[0], form, signatures["query in the address"])
