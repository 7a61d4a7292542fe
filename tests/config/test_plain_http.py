import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config import places
from tests.enrolment.test_matrix import TOKENS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def production(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.parametrize("name", sorted(TOKENS))
def test_door_for_tokens_refuses_plain_http_and_takes_https(name: str) -> None:
    for method in ("get", "post"):
        plain = getattr(Client(), method)(reverse(name))

        assert plain.status_code == 403
        assert plain.headers["Content-Type"] == "application/problem+json"
        assert "https" in plain.json()["title"]
    assert Client().get(reverse(name), secure=True).status_code in {401, 405}


@pytest.mark.parametrize("url", ["/sign-in/", "/me/", "/api/v1/docs/", "/hooks/fake/inbound/"])
def test_people_and_providers_are_led_to_https(url: str) -> None:
    answer = Client().get(url)

    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://testserver{url}")


def test_proxy_as_shipped_refuses_the_same_addresses() -> None:
    """It answers on port 80 itself, so that ours is not asked there."""
    conf = (places.CHECKOUT / "deploy/nginx/sendwell.conf").read_text(encoding="utf-8")
    found = re.search(r"location ~ (\S+) \{\s+default_type (\S+);\s+return 403 ", conf)

    assert found
    assert found[2] == "application/problem+json"
    assert all(re.match(found[1], reverse(name)) for name in TOKENS)
    assert not re.match(found[1], "/api/v1/docs/")
