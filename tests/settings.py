"""The settings of the tests: the real ones, on servers and secrets kept apart under var/test.

TEST_DATABASE_URL and TEST_REDIS_URL name servers of one's own, such as another PostgreSQL version.
"""

import os

from config import places
from tests import slots

_var = places.CHECKOUT / "var" / "test"
SLOT = slots.take(_var / "slots")

os.environ["DEMO"] = "1"
os.environ["VAR_DIR"] = str(_var)
os.environ.pop("DATABASE_REPLICA_URL", None)
for _name in ("DATABASE_URL", "REDIS_URL"):
    os.environ.pop(_name, None)
    if os.environ.get(f"TEST_{_name}"):
        os.environ[_name] = os.environ[f"TEST_{_name}"]
os.environ.setdefault("LOG_LEVEL", "WARNING")

from config.settings import *  # noqa: E402

VAR_DIR = _var / f"slot-{SLOT}"
EXPORT_DIR = VAR_DIR / "exports"
ERASURE_LOG = VAR_DIR / "erasures.jsonl"
DATABASES["default"]["TEST"] = {"NAME": f"test_sendwell_{SLOT}"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
REDIS_URL = f"{REDIS_URL.partition('?')[0]}?db={SLOT}"
# Thousands of users are made here; the real hasher is slow on purpose, and has its own test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
