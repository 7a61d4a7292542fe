"""What a page may load, word by word: whoever widens it has to come by here."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
#: The theme's three exceptions; every source is this host or the page itself.
ADMIN = STRICT | {
    "script-src": "'self' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
}


def policy(path: str) -> dict[str, str]:
    header = Client().get(path).headers["Content-Security-Policy"]
    parts = (part.strip().partition(" ") for part in header.split(";"))
    return {name: sources for name, _, sources in parts}


def test_admin_has_the_themes_exceptions_and_no_other() -> None:
    assert policy("/admin/login/") == ADMIN


def test_a_persons_own_page_has_none() -> None:
    assert policy("/me/") == STRICT
