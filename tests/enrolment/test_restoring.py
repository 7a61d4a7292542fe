"""The steps after a restore, on a database of one organisation; the drill is R22 in tests/chaos."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from enrolment import erasure_log, restoring
from enrolment.models import Enrolment, Erasure, Participant
from messaging import catching_up, clock, holding
from messaging.models import House, Message, OptOut, Recipient
from tests import worlds
from tests.enrolment.everywhere import found_anywhere
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"


@pytest.fixture(autouse=True)
def log(settings: Settings, tmp_path: Path) -> Path:
    settings.ERASURE_LOG = tmp_path / "erasures.jsonl"
    settings.PROVIDER_LIST_LAG_SECONDS = 0
    return settings.ERASURE_LOG


def ran(*words: str) -> str:
    out = StringIO()
    call_command("after_restore", *words, stdout=out)
    return out.getvalue()


def in_the_log(participant: Participant) -> None:
    """Erased in the world, not in this database."""
    erasure_log.note(participant=participant, at=worlds.NOON)


def test_person_of_the_log_is_erased_again_and_told_nothing(log: Path) -> None:
    participant = worlds.person(number=NUMBER, of=worlds.full_version()).participant
    in_the_log(participant)
    holding.hold()

    assert restoring.erase_again() == restoring.Erased(again=1, absent=0)

    assert Enrolment.objects.get().status == Enrolment.Status.ERASED
    assert OptOut.objects.get(lifted_at=None).source == "erased"
    assert not Message.objects.filter(kind=Message.Kind.HELP).exists()
    assert Erasure.objects.get().finished_at is not None
    assert found_anywhere(NUMBER, NUMBER[1:]) == []
    assert holding.standing().erasures_at is not None


def test_erasing_again_twice_changes_nothing(log: Path) -> None:
    in_the_log(worlds.person(number=NUMBER, of=worlds.full_version()).participant)
    holding.hold()
    restoring.erase_again()

    assert restoring.erase_again() == restoring.Erased(again=0, absent=0)
    assert Erasure.objects.count() == 1


def test_person_who_joined_after_the_copy_is_not_here(log: Path) -> None:
    participant = worlds.person(number=NUMBER, of=worlds.full_version()).participant
    in_the_log(participant)
    Participant.objects.update(created_at=participant.created_at + timedelta(days=1))
    holding.hold()

    assert restoring.erase_again() == restoring.Erased(again=0, absent=1)
    assert Recipient.objects.get().number == NUMBER


def test_release_waits_for_every_step(log: Path, settings: Settings) -> None:
    settings.PROVIDER_LIST_LAG_SECONDS = 600
    with pytest.raises(holding.NotHeld):
        restoring.release()
    holding.hold()
    with pytest.raises(restoring.NotYet, match="without --release"):
        restoring.release()
    restoring.erase_again(without_log=True)
    catching_up.ask_providers()
    with pytest.raises(restoring.NotYet, match="in 10 minutes"):
        restoring.release()

    House.objects.update(held_at=clock.both()[0] - timedelta(minutes=11))
    catching_up.ask_providers()
    restoring.release()

    assert holding.held_since() is None


def test_command_goes_through_the_steps_and_releases(log: Path) -> None:
    in_the_log(worlds.person(number=NUMBER, of=worlds.full_version()).participant)

    first = ran()
    assert "Sending is held." in first
    assert "People erased again: 1" in first
    assert "Providers that cannot tell what they sent: fake" in first
    assert holding.held_since() is not None

    second = ran("--release")
    assert "People erased again: 0" in second
    assert "Sending is released." in second
    assert holding.held_since() is None
    assert list(
        AuditEvent.objects.filter(verb__startswith="sending")
        .order_by("pk")
        .values_list("verb", flat=True)
    ) == ["sending.hold", "sending.release"]
    with pytest.raises(CommandError, match="not held"):
        ran("--release")


def test_command_without_a_log_of_erasures_stops_unless_told(log: Path) -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())

    with pytest.raises(CommandError, match="Sending stays held"):
        ran()
    assert holding.held_since() is not None

    ran("--without-erasure-log")
    ran("--release", "--without-erasure-log")
    assert holding.held_since() is None
    assert AuditEvent.objects.filter(verb="restore.without_erasure_log").exists()


def test_command_can_hold_and_no_more(log: Path) -> None:
    assert "Sending is held." in ran("--hold")
    assert holding.standing().history_at is None


def test_erasures_are_added_by_command(log: Path) -> None:
    out = StringIO()
    call_command("erasures", stdout=out)

    assert out.getvalue() == "0 erasures added\n"
