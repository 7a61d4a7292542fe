from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from messaging.providers.fake import Fake
from messaging.providers.registry import provider
from trust import keys


@pytest.fixture
def network(settings: Settings, tmp_path: Path) -> Callable[..., Fake]:
    """Puts a fake provider with these OPTIONS behind the alias `fake`, with books of its own."""

    def make(**options: Any) -> Fake:
        settings.SMS_PROVIDERS = {
            "fake": {
                "BACKEND": "messaging.providers.fake.Fake",
                "OPTIONS": {"path": str(tmp_path / "ledger.jsonl"), **options},
            }
        }
        made = provider("fake")
        assert isinstance(made, Fake)
        return made

    return make


@pytest.fixture(autouse=True)
def fake(network: Callable[..., Fake]) -> Fake:
    return network()


@pytest.fixture(autouse=True)
def forgotten_keys() -> Iterator[None]:
    """A key of a test that was rolled back must not seal in the next."""
    keys.forget()
    yield
    keys.forget()


@pytest.fixture
def committed(transactional_db: None) -> None:
    """Rows really commit, and the flush after the test gets past the audit table's guard."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trust_auditevent DISABLE TRIGGER trust_auditevent_no_truncate")
