"""The API against its own document: calls made up from it, all of schemathesis's checks, with a
real database behind."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from enrolment import api_tokens, planner
from enrolment.models import ApiToken
from research.document_views import document
from tests import worlds

#: Of a body that fits the document and not the campaign: its questions and people are not in there.
_FITS = ["2xx", "404", "409", "422"]
_CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": _FITS},
            "missing_required_header": {"expected-statuses": ["400"]},
        },
        "phases": {"coverage": {"enabled": True}},
        # The call below brings its own token: one made up, or left out, is never sent, and the case
        # would be judged as if it were.
        "generation": {"with-security-parameters": False},
    }
)


_SCHEMA = schemathesis.openapi.from_dict(document(), config=_CONFIG)
_SCHEMA.app = WSGIHandler()


@pytest.fixture
def own_connection(db: None) -> Iterator[None]:
    """A request ends without closing the connection, which holds the test's transaction; Django's
    own test client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def secret(own_connection: None) -> str:
    """What is known here: one person with a question, one token that may do everything."""
    enrolment = worlds.person(quit_day=worlds.NOON.date())
    planner.tick(now=worlds.NOON + timedelta(hours=8))
    may = set(ApiToken.May.values)
    _, secret = api_tokens.create(campaign=enrolment.campaign, name="All", may=may, now=worlds.NOON)
    ApiToken.objects.update(most_a_minute=10**6)
    return secret


@pytest.mark.slow
@_SCHEMA.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_api_keeps_to_its_document(case: Any, secret: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})


def test_every_door_for_tokens_is_in_the_document() -> None:
    found = document()

    assert found["openapi"].startswith("3.1")
    for path, methods in found["paths"].items():
        assert path.startswith("/api/v1/"), path
        for method, said in methods.items():
            assert said["security"] == [{"token": []}], (path, method)
            assert {"401", "403", "429", "500"} <= set(said["responses"]), (path, method)


def test_document_and_page_are_served_from_here(db: None) -> None:
    client = Client()

    assert client.get("/api/v1/openapi.json").json() == document()
    page = client.get(reverse("research:api_docs")).content.decode()
    assert "/api/v1/research/decisions/" in page
    assert "https://" not in page
