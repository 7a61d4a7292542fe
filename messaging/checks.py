"""System checks: settings that would only show when a text should go out."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Warning
from django.db import ProgrammingError

from messaging.clock import ClockRefused, require_honest
from messaging.providers.registry import ProviderMissing, aliases, provider


def providers_can_be_made(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """W001: an entry of SMS_PROVIDERS that cannot send. Its senders show an alarm; the others must
    go on, so this does not keep the process from starting."""
    found: list[CheckMessage] = []
    for alias in aliases():
        try:
            provider(alias)
        except ProviderMissing as error:
            found.append(Warning(str(error), id="messaging.W001"))
    return found


def calendar_is_honest(
    app_configs: object, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E002: a calendar moved for a demo, and a real sender. Asked with `check --database`."""
    if not databases:
        return []
    try:
        require_honest()
    except ProgrammingError:
        # A database without our tables: `migrate` asks its checks before it makes them.
        return []
    except ClockRefused as refused:
        return [Error(str(refused), id="messaging.E002")]
    return []
