import json
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from enrolment import erasing, erasure_log
from enrolment.holding import hold
from enrolment.models import Participant
from tests import worlds

pytestmark = pytest.mark.django_db

NUMBER, NAME = "+447700900001", "Amina"


@pytest.fixture(autouse=True)
def log(settings: Settings, tmp_path: Path) -> Path:
    settings.ERASURE_LOG = tmp_path / "kept" / "erasures.jsonl"
    return settings.ERASURE_LOG


def erased(number: str = NUMBER) -> Participant:
    participant = worlds.person(number=number, of=worlds.full_version()).participant
    held = hold(participant.pk)
    erasing.erase(participant=held.participant, source="sms", cause_key="1:0", now=worlds.NOON)
    return participant


def test_erasure_is_written_down_once_it_is_committed(
    log: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        participant = erased()
        assert not log.exists()

    [entry] = erasure_log.entries()
    assert entry.is_of(participant)
    assert log.stat().st_mode & 0o777 == 0o600


def test_log_holds_neither_number_nor_name(log: Path) -> None:
    participant = erased()
    erasure_log.complete()

    told = json.loads(log.read_text())
    assert told.keys() == {"organisation", "participant", "mark", "at"}
    assert NUMBER[1:] not in log.read_text()
    assert NAME not in log.read_text()
    assert told["participant"] == participant.pk


def test_what_the_log_lacks_is_added_once(log: Path) -> None:
    erased()

    assert [erasure_log.complete(), erasure_log.complete()] == [1, 0]
    assert len(log.read_text().splitlines()) == 1


def test_disk_that_refuses_undoes_no_erasure(
    log: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    log.parent.write_text("not a folder")
    with django_capture_on_commit_callbacks(execute=True):
        participant = erased()

    assert participant.erasures.get().confirmed_at == worlds.NOON


def test_line_cut_short_by_a_crash_is_passed_over_and_written_anew(log: Path) -> None:
    erased()
    erasure_log.complete()
    whole = log.read_text()
    log.write_text(whole + whole[:40])

    assert len(erasure_log.entries()) == 1
    erased("+447700900002")
    assert erasure_log.complete() == 1
    assert len(erasure_log.entries()) == 2


def test_somebody_who_was_given_the_same_id_later_is_not_meant(log: Path) -> None:
    participant = erased()
    erasure_log.complete()
    [entry] = erasure_log.entries()

    participant.created_at += timedelta(seconds=1)

    assert not entry.is_of(participant)


def test_mark_of_another_key_tells_nobody(log: Path, settings: Settings) -> None:
    participant = erased()
    erasure_log.complete()
    [entry] = erasure_log.entries()
    newest = max(settings.INDEX_KEYS)

    settings.INDEX_KEYS = {**settings.INDEX_KEYS, newest + 1: bytes(32)}
    assert entry.is_of(participant)

    settings.INDEX_KEYS = {newest + 1: bytes(32)}
    assert not entry.is_of(participant)


@pytest.mark.parametrize("content", [None, "a shopping list\n", '{"who": 1}\n'])
def test_file_that_is_no_log_is_told(log: Path, content: str | None) -> None:
    if content is not None:
        log.parent.mkdir()
        log.write_text(content)

    with pytest.raises(erasure_log.LogUnreadable):
        erasure_log.entries()
