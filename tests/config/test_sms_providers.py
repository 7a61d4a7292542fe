from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import sms_providers

SECRET = "qT7-never-to-be-shown"
FAKE = {"BACKEND": "messaging.providers.fake.Fake", "OPTIONS": {}}


def read(tmp_path: Path, text: str) -> dict[str, dict[str, Any]]:
    path = tmp_path / "providers.toml"
    path.write_text(text, encoding="utf-8")
    return sms_providers.read(str(path))


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(tmp_path, text)
    # A traceback would print what it came from too.
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return str(refused.value)


def test_read_of_no_file_is_the_fake_provider_alone() -> None:
    assert sms_providers.read("") == {"fake": FAKE}


def test_read_gives_each_time_a_table_of_its_own() -> None:
    sms_providers.read("")["more"] = {}

    assert sms_providers.read("") == {"fake": FAKE}


def test_read_knows_the_names_of_our_providers(tmp_path: Path) -> None:
    found = read(tmp_path, '[norway]\nprovider = "twilio"\naccount_sid = "AC1"\nretries = 2\n')

    assert found == {
        "fake": FAKE,
        "norway": {
            "BACKEND": "messaging.providers.twilio.Twilio",
            "OPTIONS": {"account_sid": "AC1", "retries": 2},
        },
    }


@pytest.mark.parametrize("named", ["ours.sms.Provider", "twillio", ""])
def test_read_leaves_another_name_as_it_stands(tmp_path: Path, named: str) -> None:
    """What is no provider is found where it is made, and told on its senders."""
    found = read(tmp_path, f'[one-2_B]\nprovider = "{named}"\n')

    assert found["one-2_B"] == {"BACKEND": named, "OPTIONS": {}}


def test_read_lets_a_file_replace_the_fake_provider(tmp_path: Path) -> None:
    found = read(tmp_path, '[fake]\nprovider = "fake"\nlatency = 0.5\n')

    assert found == {"fake": {**FAKE, "OPTIONS": {"latency": 0.5}}}


def test_read_takes_a_secret_from_its_file_without_the_line_end(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")

    found = read(
        tmp_path, f'[one]\nprovider = "twilio"\ntoken = {{ file = "{tmp_path}/secret" }}\n'
    )

    assert found["one"]["OPTIONS"] == {"token": SECRET}


def test_read_takes_secrets_from_variables_also_in_lists_and_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEW_SECRET", SECRET)

    found = read(
        tmp_path,
        """
        [one]
        provider = "kannel"
        password = { env = "NEW_SECRET" }
        webhook_secrets = ["old", { env = "NEW_SECRET" }]
        headers = { Accept = "text/plain", Authorization = { env = "NEW_SECRET" } }
        """,
    )

    assert found["one"]["OPTIONS"] == {
        "password": SECRET,
        "webhook_secrets": ["old", SECRET],
        "headers": {"Accept": "text/plain", "Authorization": SECRET},
    }


def test_read_takes_a_table_with_more_than_a_file_for_an_option(tmp_path: Path) -> None:
    found = read(
        tmp_path, '[one]\nprovider = "a.B"\nupload = { file = "a", mode = "b" }\nnone = {}\n'
    )

    assert found["one"]["OPTIONS"] == {"upload": {"file": "a", "mode": "b"}, "none": {}}


@pytest.mark.parametrize("alias", ["nor way", "norge.no", "ærlig", "a/b", ""])
def test_read_refuses_a_name_that_cannot_stand_in_an_address(tmp_path: Path, alias: str) -> None:
    said = refusal(tmp_path, f'["{alias}"]\nprovider = "twilio"\ntoken = "{SECRET}"\n')

    assert said == "SMS_PROVIDERS_FILE: an entry's name is letters, digits, - and _."


@pytest.mark.parametrize(
    "entry",
    [
        f'[one]\ntoken = "{SECRET}"\n',
        f'[one]\nprovider = 5\ntoken = "{SECRET}"\n',
        f'[one]\nprovider = {{ env = "HOME" }}\ntoken = "{SECRET}"\n',
        f'one = "{SECRET}"\n',
        f'[[one]]\nprovider = "twilio"\ntoken = "{SECRET}"\n',
    ],
    ids=["no provider", "a number", "a secret", "no table", "a list of tables"],
)
def test_read_refuses_an_entry_without_a_provider(tmp_path: Path, entry: str) -> None:
    said = refusal(tmp_path, entry)

    assert said == "SMS_PROVIDERS_FILE: [one] needs provider = a name."


@pytest.mark.parametrize(
    "secret",
    [
        '{ file = "/nowhere/secret" }',
        '{ file = "/" }',
        '{ file = "a\\u0000b" }',
        "{ file = 5 }",
        '{ env = "NOT_SET_ANYWHERE" }',
        '{ env = "" }',
        "{ env = [] }",
        '[{ file = "/nowhere/secret" }]',
        '{ Authorization = { env = "NOT_SET_ANYWHERE" } }',
    ],
)
def test_read_refuses_a_secret_that_cannot_be_read(tmp_path: Path, secret: str) -> None:
    said = refusal(tmp_path, f'[one]\nprovider = "twilio"\nother = "{SECRET}"\nkey = {secret}\n')

    assert said == "SMS_PROVIDERS_FILE: [one] key names a secret that cannot be read."


def test_read_refuses_a_secret_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xfe")

    said = refusal(
        tmp_path, f'[one]\nprovider = "twilio"\nkey = {{ file = "{tmp_path}/secret" }}\n'
    )

    assert said.endswith("[one] key names a secret that cannot be read.")


@pytest.mark.parametrize("text", [f'[one]\ntoken = "{SECRET}', f"token = {SECRET}", "[one]\n[one]"])
def test_read_refuses_what_is_not_toml_and_shows_nothing_of_it(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text) == "SMS_PROVIDERS_FILE is not in TOML."


def test_read_refuses_a_file_it_cannot_read(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")

    for path in (tmp_path / "gone.toml", tmp_path, binary):
        with pytest.raises(ImproperlyConfigured, match="a text file this process can read") as said:
            sms_providers.read(str(path))
        assert str(tmp_path) not in str(said.value)


@pytest.mark.parametrize("backend", sorted(sms_providers.KNOWN.values()))
def test_known_names_lead_into_our_own_providers(backend: str) -> None:
    assert backend.startswith("messaging.providers.")
