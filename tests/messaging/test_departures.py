import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from messaging import departures, reconcile
from messaging.claiming import claim
from messaging.departures import Departures
from messaging.models import Attempt, Message
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text

pytestmark = pytest.mark.skipif(departures._boot() == "", reason="the system names no boot")


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "departures"


def _killed_after(work: Callable[[], None]) -> None:
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def _found() -> list[list[str]]:
    return list(departures.of_the_dead())


def test_of_the_dead_killed_before_its_call_names_the_token(folder: Path) -> None:
    def work() -> None:
        departures.promised(["a", "b", "c"])
        departures.leaving("b")

    _killed_after(work)
    assert _found() == [["a", "c"]]
    assert list(folder.iterdir()) == []


def test_of_the_dead_while_the_process_lives_names_nothing(folder: Path) -> None:
    alive = Departures(folder, departures._boot())
    alive.promised(["a"])
    assert _found() == []
    alive.leaving("a")


def test_of_the_dead_of_another_boot_names_nothing(folder: Path) -> None:
    _killed_after(lambda: Departures(folder, "earlier").promised(["a"]))
    assert _found() == []
    assert list(folder.iterdir()) == []


def test_of_the_dead_torn_last_line_strikes_nothing_out(folder: Path) -> None:
    _killed_after(lambda: departures.promised(["abc", "d"]))
    (path,) = folder.iterdir()
    with path.open("a") as file:
        file.write("-ab")
    assert _found() == [["abc", "d"]]


def test_of_the_dead_reader_fails_is_told_again(folder: Path) -> None:
    _killed_after(lambda: departures.promised(["a"]))
    reading = departures.of_the_dead()
    assert next(reading) == ["a"]
    reading.close()  # type: ignore[attr-defined]
    assert _found() == [["a"]]


def test_promised_past_the_longest_file_keeps_what_is_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departures, "LONGEST_FILE", 10)

    def work() -> None:
        departures.promised(["stays", "goes"])
        departures.leaving("goes")
        departures.promised(["new"])

    _killed_after(work)
    assert _found() == [["stays", "new"]]


def test_promised_anew_on_a_full_disk_names_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(handle: int, content: bytes) -> int:
        raise OSError("full")

    def work() -> None:
        departures.promised(["a"])
        monkeypatch.setattr(departures, "LONGEST_FILE", 1)
        monkeypatch.setattr(os, "write", refused)
        departures.promised(["b"])
        departures.leaving("a")

    _killed_after(work)
    assert _found() == [[]]


def test_leaving_on_a_full_disk_names_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(handle: int, content: bytes) -> int:
        raise OSError("full")

    def work() -> None:
        departures.promised(["a", "b"])
        monkeypatch.setattr(os, "write", refused)
        departures.leaving("a")

    _killed_after(work)
    assert _found() == [[]]


def test_promised_after_a_full_disk_names_no_call_that_began(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(handle: int, content: bytes) -> int:
        raise OSError("full")

    def work() -> None:
        departures.promised(["began", "waits"])
        with monkeypatch.context() as full:
            full.setattr(os, "write", refused)
            departures.leaving("began")
        monkeypatch.setattr(departures, "LONGEST_FILE", 1)
        departures.promised(["new"])

    _killed_after(work)
    assert sorted(_found()) == [[], ["waits", "new"]]


def test_promised_in_a_folder_that_cannot_be_made_goes_on(
    tmp_path: Path, settings: LazySettings
) -> None:
    (tmp_path / "departures").write_text("a file where a folder should be")
    settings.VAR_DIR = tmp_path

    def work() -> None:
        departures.promised(["a"])
        departures.leaving("a")
        (tmp_path / "went-on").touch()

    _killed_after(work)
    assert (tmp_path / "went-on").exists()


@pytest.mark.django_db
def test_settle_lost_process_died_before_its_call_queues_the_text_again(folder: Path) -> None:
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    (call,) = claim(limit=10).calls
    _killed_after(lambda: departures.promised([call.token]))
    assert reconcile.settle_lost() == 1
    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED
    assert Attempt.objects.get().outcome == Attempt.Outcome.NOT_MADE


@pytest.mark.django_db
def test_settle_lost_process_died_in_its_call_leaves_the_text_open(folder: Path) -> None:
    def work() -> None:
        departures.promised([call.token])
        departures.leaving(call.token)

    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    (call,) = claim(limit=10).calls
    _killed_after(work)
    assert reconcile.settle_lost() == 0
    message.refresh_from_db()
    assert message.status == Message.Status.SENDING
