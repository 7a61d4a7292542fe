"""The settings as a process meets them; each start is a process of its own."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import places
from config.demo_secrets import with_demo_secrets
from tests.config.test_environment import GOOD_SECRET, KEY

PRODUCTION = {
    "SECRET_KEY": GOOD_SECRET,
    "MASTER_KEYS": f"1:{KEY}",
    "INDEX_KEYS": f"1:{KEY}",
    "PUBLIC_BASE_URL": "https://texts.example.org",
    "DATABASE_URL": "postgresql://sendwell:hunter2@db.example.org/sendwell",
    "REDIS_URL": "redis://broker.example.org:6379/0",
}


def setting(name: str, var: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    code = f"from django.conf import settings; print(settings.{name})"
    base = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**base, "VAR_DIR": str(var), **environment},
        cwd=places.CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "MASTER_KEYS", "INDEX_KEYS", "PUBLIC_BASE_URL"])
def test_start_is_refused_by_one_sentence_when_a_setting_is_missing(
    name: str, tmp_path: Path
) -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != name}

    done = setting("DEMO", tmp_path, **environment)

    assert done.returncode == 1
    assert f"ImproperlyConfigured: Set {name} " in done.stderr.splitlines()[-1]
    assert "hunter2" not in done.stderr
    assert KEY not in done.stderr


def test_production_takes_no_secrets_from_the_demo(tmp_path: Path) -> None:
    with_demo_secrets({}, tmp_path)

    done = setting("SECRET_KEY", tmp_path)

    assert done.returncode == 1
    assert "Set SECRET_KEY " in done.stderr


def test_demo_needs_nothing_and_keeps_its_secrets(tmp_path: Path) -> None:
    first = setting("SECRET_KEY", tmp_path, DEMO="1")

    second = setting("SECRET_KEY", tmp_path, DEMO="1")

    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_SECURE", "True"),
        ("SESSION_COOKIE_NAME", "__Host-sessionid"),
        ("CSRF_COOKIE_NAME", "__Host-csrftoken"),
        ("SESSION_COOKIE_DOMAIN", "None"),
        ("SECURE_HSTS_INCLUDE_SUBDOMAINS", "False"),
        ("SECURE_SSL_REDIRECT", "True"),
        ("SECURE_HSTS_SECONDS", str(365 * 24 * 3600)),
        ("DEBUG", "False"),
        ("WHITENOISE_USE_FINDERS", "False"),
    ],
)
def test_production_is_closed(name: str, value: str, tmp_path: Path) -> None:
    done = setting(name, tmp_path, **PRODUCTION)

    assert done.stdout.strip() == value, done.stderr


def test_demo_over_plain_http_keeps_plain_names_of_cookies(tmp_path: Path) -> None:
    assert setting("SESSION_COOKIE_NAME", tmp_path, DEMO="1").stdout.strip() == "sessionid"


def test_strict_transport_of_the_names_below_is_for_whoever_owns_them(tmp_path: Path) -> None:
    asked = {**PRODUCTION, "HSTS_SUBDOMAINS": "1"}

    done = setting("SECURE_HSTS_INCLUDE_SUBDOMAINS", tmp_path, **asked)

    assert done.stdout.strip() == "True", done.stderr


def test_demo_secrets_give_way_to_the_environment_and_its_files(tmp_path: Path) -> None:
    environment = {"SECRET_KEY": "mine", "MASTER_KEYS_FILE": "/run/secrets/master"}

    merged = with_demo_secrets(environment, tmp_path)

    assert merged["SECRET_KEY"] == "mine"
    assert "MASTER_KEYS" not in merged
    assert merged["INDEX_KEYS"].startswith("1:")


def test_replica_is_read_as_the_application_and_never_written(tmp_path: Path) -> None:
    found = setting(
        "DATABASES['replica']['OPTIONS']['options']",
        tmp_path,
        DEMO="1",
        DATABASE_REPLICA_URL="postgresql://reader@standby/prod",
    )

    assert "default_transaction_read_only=on" in found.stdout
