"""Settings read from the environment, each refusal one sentence that says what to set.

A secret may also be given as NAME_FILE, the path of a file that holds it, as container platforms
mount them. A refusal never repeats the value it refuses.
"""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

_KEY_BYTES = 32
_SECRET_CHARACTERS = 50
_SECRET_VARIETY = 10
_TOKEN_CHARACTERS = 32
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class Environment:
    """Reads `values`, which is os.environ, or in the demo os.environ over var/secrets.env."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        word = self.text(name, "0").lower()
        if word not in {*environ.Env.BOOLEAN_TRUE_STRINGS, "0", "false", "no", "off", "n"}:
            raise ImproperlyConfigured(f"Set {name} to 1 or 0.")
        return word in environ.Env.BOOLEAN_TRUE_STRINGS

    def number(self, name: str, default: int) -> int:
        given = self.text(name)
        if not given:
            return default
        if not (given.isascii() and given.isdigit()):
            raise ImproperlyConfigured(f"Set {name} to a whole number.")
        return int(given)

    def log_level(self) -> str:
        level = self.text("LOG_LEVEL", "INFO").upper()
        if level not in _LEVELS:
            raise ImproperlyConfigured(f"Set LOG_LEVEL to one of {', '.join(_LEVELS)}.")
        return level

    def names(self, name: str, default: str) -> list[str]:
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def secret(self, name: str) -> str:
        """The value of NAME, or what the file named by NAME_FILE holds; "" when neither is set."""
        path = self.text(f"{name}_FILE")
        if not path:
            return self.text(name)
        if self.text(name):
            raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ImproperlyConfigured(
                f"Set {name}_FILE to a text file this process can read."
            ) from None

    def secret_key(self) -> str:
        key = self.secret("SECRET_KEY")
        if len(key) < _SECRET_CHARACTERS or len(set(key)) < _SECRET_VARIETY:
            raise ImproperlyConfigured(
                f"Set SECRET_KEY (or SECRET_KEY_FILE) to at least {_SECRET_CHARACTERS} random "
                "characters, such as `openssl rand -base64 48` prints."
            )
        return key

    def token(self, name: str) -> str:
        """Unset, or long enough that nobody guesses it."""
        given = self.secret(name)
        if given and (len(given) < _TOKEN_CHARACTERS or not given.isascii()):
            raise ImproperlyConfigured(
                f"Set {name} (or {name}_FILE) to at least {_TOKEN_CHARACTERS} random characters, "
                "such as `openssl rand -hex 32` prints, or unset it."
            )
        return given

    def keys(self, name: str) -> dict[int, bytes]:
        """Versioned keys, "1:<base64 of 32 bytes>,2:...", of which the highest is in use."""
        refusal = (
            f"Set {name} (or {name}_FILE) to versions with base64 keys of {_KEY_BYTES} bytes, "
            "such as 1:KEY or 1:KEY,2:KEY, where `openssl rand -base64 32` makes a KEY."
        )
        keys: dict[int, bytes] = {}
        for part in filter(None, (part.strip() for part in self.secret(name).split(","))):
            version, _, encoded = part.partition(":")
            if not (version.isascii() and version.isdigit() and 0 < int(version) < 256):
                raise ImproperlyConfigured(refusal)
            if int(version) in keys:
                raise ImproperlyConfigured(f"Set each version in {name} once.")
            keys[int(version)] = _decoded(encoded, refusal)
        if not keys:
            raise ImproperlyConfigured(refusal)
        return keys

    def database(self, embedded_url: str) -> dict[str, object]:
        """DATABASE_URL as Django wants it; the embedded server when it is unset."""
        return self._database("DATABASE_URL", embedded_url)

    def replica(self) -> dict[str, object]:
        """DATABASE_REPLICA_URL; empty when it is unset."""
        return self._database("DATABASE_REPLICA_URL") if self.secret("DATABASE_REPLICA_URL") else {}

    def _database(self, name: str, otherwise: str = "") -> dict[str, object]:
        given = self.secret(name) or otherwise
        refusal = f"Set {name} to postgresql://user:password@host:5432/name, or unset it."
        # Of anything else the parser warns aloud, password and all.
        if not given.startswith(("postgresql://", "postgres://")):
            raise ImproperlyConfigured(refusal)
        try:
            parsed = environ.Env.db_url_config(given)
        except (ValueError, environ.ImproperlyConfigured):
            raise ImproperlyConfigured(refusal) from None
        options = dict(parsed.pop("OPTIONS", {}))
        # libpq's own way to name a socket folder in a URL.
        host = options.pop("host", parsed.get("HOST"))
        if not parsed.get("NAME"):
            raise ImproperlyConfigured(refusal)
        return {**parsed, "HOST": host, "OPTIONS": options}

    def redis(self, embedded_url: str) -> str:
        url = self.secret("REDIS_URL") or embedded_url
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise ImproperlyConfigured("Set REDIS_URL to redis://host:6379/0, or unset it.")
        return url


def _decoded(encoded: str, refusal: str) -> bytes:
    try:
        key = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise ImproperlyConfigured(refusal) from None
    if len(key) != _KEY_BYTES:
        raise ImproperlyConfigured(refusal)
    return key
