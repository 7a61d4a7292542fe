"""A real browser against a real server on this test's database."""

import os
from typing import Any

import pytest

from tests.e2e import browser

# Playwright's driver keeps an event loop in the test's own thread, and Django, seeing one, would
# refuse the plain database calls with which a test arranges its rows.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": browser.find(),
        "args": browser.arguments(),
    }
