"""settings.SMS_PROVIDERS, read from a file that an operator writes; docs/providers/ tells what.

    [norway]
    provider = "twilio"
    account_sid = "AC..."
    api_key_secret = { file = "/run/secrets/twilio" }

A secret may stand in the file itself, or in a file or a variable of its own. What is wrong with an
option is found by the provider, and shown on its senders; what cannot be read at all is refused at
the start. A refusal never repeats a value.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

#: Names an operator may write for `provider`; a dotted path of one's own may stand there too.
KNOWN = {
    "africastalking": "messaging.providers.africastalking.AfricasTalking",
    "fake": "messaging.providers.fake.Fake",
    "generic_http": "messaging.providers.generic_http.GenericHttp",
    "infobip": "messaging.providers.infobip.Infobip",
    "kannel": "messaging.providers.kannel.Kannel",
    "twilio": "messaging.providers.twilio.Twilio",
    "vonage": "messaging.providers.vonage.Vonage",
}
_FAKE: dict[str, Any] = {"fake": {"BACKEND": KNOWN["fake"], "OPTIONS": {}}}


def read(path: str) -> dict[str, dict[str, Any]]:
    """The fake provider, and those of the file, if one is named. Raises ImproperlyConfigured."""
    if not path:
        return dict(_FAKE)
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ImproperlyConfigured(
            "Set SMS_PROVIDERS_FILE to a text file this process can read."
        ) from None
    except tomllib.TOMLDecodeError:
        raise ImproperlyConfigured("SMS_PROVIDERS_FILE is not in TOML.") from None
    return {**_FAKE, **{alias: _entry(alias, table) for alias, table in tables.items()}}


def _entry(alias: str, table: object) -> dict[str, Any]:
    if not isinstance(table, dict) or not isinstance(table.get("provider"), str):
        raise ImproperlyConfigured(f"SMS_PROVIDERS_FILE: [{alias}] needs provider = a name.")
    if not alias.replace("-", "").replace("_", "").isalnum() or not alias.isascii():
        raise ImproperlyConfigured(
            "SMS_PROVIDERS_FILE: an entry's name is letters, digits, - and _."
        )
    options = {name: _value(alias, name, value) for name, value in table.items()}
    named = options.pop("provider")
    return {"BACKEND": KNOWN.get(named, named), "OPTIONS": options}


def _value(alias: str, name: str, value: Any) -> Any:
    """A table of just `file` or `env` stands for a secret kept elsewhere."""
    if isinstance(value, list):
        return [_value(alias, name, each) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) not in ({"file"}, {"env"}):
        return {key: _value(alias, name, each) for key, each in value.items()}
    try:
        if "env" in value:
            return os.environ[value["env"]]
        return Path(value["file"]).read_text(encoding="utf-8").strip()
    except (KeyError, TypeError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"SMS_PROVIDERS_FILE: [{alias}] {name} names a secret that cannot be read."
        ) from None
