"""Settings as a real installation has them: the demo off, good secrets, an https address."""

import os
import secrets
from base64 import b64encode

NAME = "texts.example.org"


def environment(var: str) -> dict[str, str]:
    """Nothing of this process's own settings; the servers' addresses are examples."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": var,
        "SECRET_KEY": secrets.token_urlsafe(60),
        "MASTER_KEYS": f"1:{_key()}",
        "INDEX_KEYS": f"1:{_key()}",
        "PUBLIC_BASE_URL": f"https://{NAME}",
        "ALLOWED_HOSTS": NAME,
        "DATABASE_URL": "postgresql://sendwell:not-used@db.example.org/sendwell",
        "REDIS_URL": "redis://broker.example.org:6379/0",
        "SECOND_FACTOR": "1",
    }


def _key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()
