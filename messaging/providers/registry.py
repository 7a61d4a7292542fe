"""settings.SMS_PROVIDERS, written as CACHES is: {alias: {"BACKEND": ..., "OPTIONS": {...}}}."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from messaging.providers.base import Provider

_made: dict[str, tuple[object, Provider]] = {}


class ProviderMissing(Exception):
    """SMS_PROVIDERS has no usable entry of that name; the message says what is wrong."""


def provider(alias: str) -> Provider:
    """The provider of that name, one object a process. Raises ProviderMissing."""
    config = settings.SMS_PROVIDERS.get(alias)
    known = _made.get(alias)
    if known is not None and known[0] is config:
        return known[1]
    made = _make(alias, config)
    _made[alias] = (config, made)
    return made


def aliases() -> list[str]:
    return sorted(settings.SMS_PROVIDERS)


def is_fake(alias: str) -> bool:
    """An alias that SMS_PROVIDERS does not know counts as real: deny by default."""
    try:
        return provider(alias).capabilities.is_fake
    except ProviderMissing:
        return False


def standing_of(alias: str) -> str:
    """What staff should know of it before they trust it."""
    try:
        able = provider(alias).capabilities
    except ProviderMissing as missing:
        return str(missing)
    if able.is_fake:
        return "Sends nothing; for trying out."
    return "" if able.tried_live else "Not yet tried on the live service."


def _make(alias: str, config: Any) -> Provider:
    if not isinstance(config, dict) or "BACKEND" not in config:
        raise ProviderMissing(f"SMS_PROVIDERS has no {alias!r} with a BACKEND")
    try:
        backend = import_string(config["BACKEND"])
        made = backend(**config.get("OPTIONS", {}))
    except (ImportError, TypeError, ValueError) as error:
        raise ProviderMissing(f"SMS_PROVIDERS[{alias!r}] cannot be made: {error}") from error
    except Exception as error:
        # Of an unforeseen one only the kind: its words may hold a secret.
        kind = type(error).__name__
        raise ProviderMissing(f"SMS_PROVIDERS[{alias!r}] cannot be made: {kind}") from error
    if not isinstance(made, Provider):
        raise ProviderMissing(f"SMS_PROVIDERS[{alias!r}]: its BACKEND is no Provider")
    return made
