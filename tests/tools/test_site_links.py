"""A link that leads out of the documents is told as a path, and a broken one is heard of."""

import logging
from pathlib import Path

import pytest

from tests.tools.site_links import within

PAGE = Path("operate.md")


def test_link_to_a_file_of_the_checkout_becomes_its_path() -> None:
    assert within("See [the wire](../messaging/outbox.py).", PAGE) == (
        "See the wire (`messaging/outbox.py`)."
    )
    assert within("Lies in [deploy/](../deploy).", PAGE) == "Lies in deploy/ (`deploy`)."


def test_link_within_the_documents_stays() -> None:
    for link in (
        "[a](inbox.md)",
        "[a](inbox.md#the-clock)",
        "[a](#there)",
        "[a](https://a.example)",
    ):
        assert within(link, PAGE) == link


def test_link_that_leads_nowhere_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        within("[gone](../messaging/gone.py)", PAGE)

    assert "nothing lies at ../messaging/gone.py" in caplog.text
