import os
import pwd
from pathlib import Path

import pytest

from config import places


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(places, "SYSTEM_HOME", tmp_path / "system")


@pytest.mark.usefixtures("as_user")
def test_everything_of_a_user_lies_in_var(tmp_path: Path) -> None:
    place = places.find(tmp_path)

    assert place.account is None
    assert place.home == tmp_path


@pytest.mark.usefixtures("as_user")
def test_sockets_of_a_deep_folder_lie_where_their_names_are_short(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)

    place = places.find(deep)

    assert len(os.fsencode(place.sockets / ".s.PGSQL.5432.lock")) <= 103
    assert place.sockets == places.find(deep).sockets
    assert place.sockets != places.find(deep / "other").sockets


@pytest.mark.usefixtures("as_root")
def test_data_of_root_lie_outside_a_folder_others_cannot_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    place = places.find(closed / "var")

    assert place.home.parent == tmp_path / "system"
    assert places.find(closed / "var") == place
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("as_root")
def test_data_are_new_when_var_was_deleted(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = places.find(closed / "var").home

    (closed / "var" / "home").unlink()

    assert places.find(closed / "var").home != before


@pytest.mark.usefixtures("as_root")
def test_account_of_root_is_not_root(tmp_path: Path) -> None:
    account = places.find(tmp_path).account

    assert account is not None
    assert account == places.ACCOUNT or pwd.getpwnam(account).pw_uid != 0
