import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from messaging import callback_tokens
from messaging.callback_tokens import callback_url, genuine, signed

TOKEN = "tok-Contract_1"
KEY = "an-invented-secret-key-1"
OLD_KEY = "an-invented-secret-key-0"


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> Iterator[None]:
    settings.SECRET_KEY = KEY
    settings.SECRET_KEY_FALLBACKS = []
    settings.PUBLIC_BASE_URL = "https://sms.example.org"
    yield
    callback_tokens._key.cache_clear()


def test_genuine_gives_the_token_back() -> None:
    assert genuine(signed(TOKEN)) == TOKEN


def test_signed_fits_in_an_address_as_it_is() -> None:
    assert re.fullmatch(r"tok-Contract_1\.[A-Za-z0-9_-]{24}", signed(TOKEN))


@pytest.mark.parametrize(
    "forged",
    [
        "",
        ".",
        TOKEN,
        f"{TOKEN}.",
        f"{TOKEN}.{'A' * 24}",
        f"{TOKEN}.Blåbær",
        f"{TOKEN}.\ud800",
        "\ud800.x",
        "\x00",
    ],
)
def test_genuine_refuses_a_mark_that_is_not_ours(forged: str) -> None:
    assert genuine(forged) == ""


def test_genuine_refuses_a_mark_of_another_token() -> None:
    mark = signed(TOKEN).rpartition(".")[2]

    assert genuine(f"tok-Contract_2.{mark}") == ""
    assert genuine(f"{TOKEN}x.{mark}") == ""
    assert genuine(f"{TOKEN}.{mark[:-1]}") == ""
    assert genuine(f"{TOKEN}.{mark}=") == ""
    assert genuine(f"{TOKEN}.{mark.swapcase()}") == ""


def test_genuine_knows_the_keys_before_this_one(settings: Settings) -> None:
    settings.SECRET_KEY = OLD_KEY
    old = signed(TOKEN)
    settings.SECRET_KEY = KEY

    assert genuine(old) == ""
    settings.SECRET_KEY_FALLBACKS = ["another-key", OLD_KEY]
    assert genuine(old) == TOKEN
    assert signed(TOKEN) != old


def test_callback_url_ends_in_the_signed_token() -> None:
    url = callback_url("vonage", TOKEN)

    assert url == f"https://sms.example.org/hooks/vonage/receipts/{signed(TOKEN)}/"


@given(st.text(min_size=1))
def test_genuine_undoes_signed(token: str) -> None:
    assert genuine(signed(token)) == token


@given(st.text())
def test_genuine_refuses_anything_made_up(made_up: str) -> None:
    assert genuine(made_up) == ""
