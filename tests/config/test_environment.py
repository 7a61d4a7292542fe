import base64
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment

GOOD_SECRET = "q8Zr2-vXw7Lk5_Tn3Bc9Yh1Md4Fg6Js0Pa-ReUiOoEvCxNzWtQy"
KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 60, "changeme" * 8], ids=["unset", "short", "one", "few"]
)
def test_secret_key_is_refused_when_it_can_be_guessed(given: str) -> None:
    environment = Environment({"SECRET_KEY": given})

    with pytest.raises(ImproperlyConfigured, match=r"^Set SECRET_KEY ") as refused:
        environment.secret_key()

    assert not given or given not in str(refused.value)


def test_secret_key_is_taken_when_it_is_random() -> None:
    assert Environment({"SECRET_KEY": GOOD_SECRET}).secret_key() == GOOD_SECRET


@pytest.mark.parametrize(
    "given",
    [
        "",
        KEY,
        f"0:{KEY}",
        f"256:{KEY}",
        f"x:{KEY}",
        "1:",
        "1:not base64 at all",
        f"1:{base64.b64encode(bytes(31)).decode()}",
        f"1:{base64.b64encode(bytes(33)).decode()}",
        f"1:{KEY},2:{KEY[:-5]}",
    ],
)
def test_keys_are_refused_unless_each_has_a_version_and_32_bytes(given: str) -> None:
    environment = Environment({"MASTER_KEYS": given})

    with pytest.raises(ImproperlyConfigured, match=r"^Set MASTER_KEYS ") as refused:
        environment.keys("MASTER_KEYS")

    assert KEY[:8] not in str(refused.value)


def test_keys_with_one_version_twice_are_refused() -> None:
    environment = Environment({"INDEX_KEYS": f"1:{KEY},1:{OTHER_KEY}"})

    with pytest.raises(ImproperlyConfigured, match="each version in INDEX_KEYS once"):
        environment.keys("INDEX_KEYS")


def test_keys_come_by_version() -> None:
    environment = Environment({"INDEX_KEYS": f" 1:{KEY} , 2:{OTHER_KEY}"})

    assert environment.keys("INDEX_KEYS") == {1: bytes(range(32)), 2: bytes(range(1, 33))}


def test_secret_is_read_from_the_file_that_name_file_names(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{GOOD_SECRET}\n")

    assert Environment({"SECRET_KEY_FILE": str(file)}).secret_key() == GOOD_SECRET


def test_secret_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    environment = Environment({"SECRET_KEY_FILE": str(tmp_path / "absent")})

    with pytest.raises(ImproperlyConfigured, match="Set SECRET_KEY_FILE to a text file"):
        environment.secret_key()


def test_secret_given_twice_is_refused(tmp_path: Path) -> None:
    environment = Environment({"SECRET_KEY": "one", "SECRET_KEY_FILE": str(tmp_path)})

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY or SECRET_KEY_FILE, not both"):
        environment.secret_key()


@pytest.mark.parametrize(
    "given",
    [
        "mysql://u:hunter2@h/name",
        "sqlite:///db",
        "postgresql://u:hunter2@h:5432/",
        "postgresql://u:hunter2@h:port/name",
        "hunter2",
    ],
)
def test_database_url_of_another_kind_is_refused_without_its_password(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^Set DATABASE_URL ") as refused:
        Environment({"DATABASE_URL": given}).database("")

    assert "hunter2" not in str(refused.value)


def test_database_url_keeps_percent_encoded_passwords_and_options() -> None:
    url = "postgresql://sendwell:p%40ss%2Fword@db:5433/prod?sslmode=require"

    database = Environment({"DATABASE_URL": url}).database("")

    assert database["PASSWORD"] == "p@ss/word"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db", 5433, "prod")
    assert database["OPTIONS"] == {"sslmode": "require"}


def test_database_without_url_is_the_embedded_one() -> None:
    database = Environment({}).database("postgresql://sendwell@/sendwell?host=/a/run")

    assert (database["HOST"], database["NAME"], database["USER"]) == ("/a/run", *["sendwell"] * 2)


def test_replica_is_none_or_another_database() -> None:
    url = "postgresql://reader:secret@standby:5432/prod"

    assert Environment({}).replica() == {}
    assert Environment({"DATABASE_REPLICA_URL": url}).replica()["HOST"] == "standby"
    with pytest.raises(ImproperlyConfigured, match=r"^Set DATABASE_REPLICA_URL "):
        Environment({"DATABASE_REPLICA_URL": "mysql://u@h/name"}).replica()


def test_redis_url_of_another_kind_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^Set REDIS_URL "):
        Environment({"REDIS_URL": "amqp://guest:hunter2@h"}).redis("")


def test_flag_that_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="Set DEMO to 1 or 0"):
        Environment({"DEMO": "maybe"}).flag("DEMO")


def test_log_level_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ImproperlyConfigured, match="Set LOG_LEVEL to one of DEBUG"):
        Environment({"LOG_LEVEL": "loud"}).log_level()

    assert Environment({}).log_level() == "INFO"


@pytest.mark.parametrize("given", ["short", "å" * 40])
def test_token_that_can_be_guessed_or_not_sent_is_refused(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^Set METRICS_TOKEN ") as refused:
        Environment({"METRICS_TOKEN": given}).token("METRICS_TOKEN")

    assert given not in str(refused.value)


def test_token_may_be_unset() -> None:
    assert Environment({}).token("METRICS_TOKEN") == ""
    assert Environment({"METRICS_TOKEN": "f" * 32}).token("METRICS_TOKEN") == "f" * 32
