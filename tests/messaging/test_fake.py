import asyncio
import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from messaging.providers.base import LookUpState, Outgoing, Provider, ReportStatus, SendOutcome
from messaging.providers.fake import BrokenOnPurpose, Fake

Network = Callable[..., Fake]

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXT = "Day one is behind you."


def outgoing(token: str = "t1") -> Outgoing:
    return Outgoing(token, sender_address="60099", number="+447700900123", text=TEXT)


def test_send_takes_a_text_on_and_reports_it_at_once(fake: Fake) -> None:
    result = asyncio.run(fake.send(outgoing()))

    assert result.outcome is SendOutcome.ACCEPTED
    assert result.report is not None
    assert result.report.status is ReportStatus.DELIVERED
    assert result.report.token == "t1"
    (entry,) = fake.entries()
    assert (entry["token"], entry["id"]) == ("t1", result.provider_message_id)


def test_ledger_holds_neither_number_nor_text(fake: Fake) -> None:
    asyncio.run(fake.send(outgoing()))

    books = fake.path.read_text()
    assert "7700900123" not in books
    assert TEXT not in books
    assert fake.path.stat().st_mode & 0o077 == 0


def test_look_up_knows_what_another_process_took_on(fake: Fake) -> None:
    asyncio.run(fake.send(outgoing()))
    other = Fake(path=fake.path)

    found = asyncio.run(other.look_up(outgoing("t1"), NOW))

    assert found.state is LookUpState.FOUND
    assert found.provider_message_id == fake.entries()[0]["id"]


def test_look_up_is_final(fake: Fake) -> None:
    other = Fake(path=fake.path)

    assert asyncio.run(fake.look_up(outgoing("t1"), NOW)).state is LookUpState.NOT_FOUND
    late = asyncio.run(other.send(outgoing()))
    assert late.outcome is SendOutcome.REJECTED_PERMANENT
    assert asyncio.run(other.look_up(outgoing("t1"), NOW)).state is LookUpState.NOT_FOUND
    assert fake.entries() == []


def test_send_shows_a_double_in_the_ledger(fake: Fake) -> None:
    asyncio.run(fake.send(outgoing()))
    asyncio.run(fake.send(outgoing()))

    assert len(fake.entries()) == 2


def test_ledger_survives_a_line_cut_short(fake: Fake) -> None:
    asyncio.run(fake.send(outgoing()))
    with fake.path.open("ab") as ledger:
        ledger.write(b'{"token": "t2", "id"')

    assert asyncio.run(Fake(path=fake.path).look_up(outgoing("t1"), NOW)).state is LookUpState.FOUND
    assert len(fake.entries()) == 1


def test_ledger_can_be_emptied_between_rehearsals(fake: Fake) -> None:
    asyncio.run(fake.send(outgoing()))
    fake.path.unlink()

    assert asyncio.run(fake.look_up(outgoing("t1"), NOW)).state is LookUpState.NOT_FOUND


@pytest.mark.parametrize(
    ("fault", "outcome", "taken_on"),
    [
        ("reject_permanent", SendOutcome.REJECTED_PERMANENT, 0),
        ("reject_retryable", SendOutcome.REJECTED_RETRYABLE, 0),
        ("accept_then_unknown", SendOutcome.UNKNOWN, 1),
        ("undelivered", SendOutcome.ACCEPTED, 1),
    ],
)
def test_faults_befall_the_first_calls_in_order(
    fault: str, outcome: SendOutcome, taken_on: int, network: Network
) -> None:
    fake = network(faults=[fault], fsync=True)

    assert asyncio.run(fake.send(outgoing())).outcome is outcome
    assert len(fake.entries()) == taken_on
    assert asyncio.run(fake.send(outgoing("t2"))).outcome is SendOutcome.ACCEPTED


def test_fault_raise_raises(network: Network) -> None:
    fake = network(faults=["raise"])

    with pytest.raises(BrokenOnPurpose):
        asyncio.run(fake.send(outgoing()))


@pytest.mark.parametrize(("fault", "taken_on"), [("drop_then_hang", 0), ("accept_then_hang", 1)])
def test_fault_hang_hangs(fault: str, taken_on: int, network: Network) -> None:
    fake = network(faults=[fault])

    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(fake.send(outgoing()), timeout=0.05))

    assert len(fake.entries()) == taken_on


def test_fake_has_the_signatures_of_the_seam() -> None:
    for name in ("send", "look_up"):
        expected = inspect.signature(getattr(Provider, name))
        assert inspect.signature(getattr(Fake, name)) == expected


def test_outgoing_shows_neither_number_nor_text() -> None:
    assert "7700900123" not in repr(outgoing())
    assert TEXT not in repr(outgoing())


def test_ledger_lies_under_var_by_default(settings: object, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]

    assert Fake().path == tmp_path / "fake-ledger.jsonl"
