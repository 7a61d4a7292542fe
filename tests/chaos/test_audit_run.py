"""The whole of a bad day at once: every fault the provider knows, reports that are late, doubled,
out of order and missing, and two workers. At its end the
books are in order, every text has an end or a deadline, and provider and books agree (I7).

Waits that take minutes or hours are passed over, as if they were over; nothing else is touched.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chaos import books, engine, figures, witness
from tests.chaos.field import Field

pytestmark = pytest.mark.chaos

TEXTS = figures.sized(small=1_000, ci=10_000, full=10_000)
#: So often the provider is asked for a text whose answer was lost, before the day counts as over.
ASKED = 2
_WORKERS = ("worker-1", "worker-2")
_FAULTS: dict[str, Any] = {
    "seed": 10,
    "hang_seconds": 15,
    "retry_after": 1,
    "latency_ms": [5, 60],
    "rates": {
        "accept_then_hang": 0.02,
        "accept_then_reset": 0.03,
        "accept_then_500": 0.02,
        "accept_then_503": 0.02,
        "drop": 0.01,
        "reset_before": 0.02,
        "500": 0.02,
        "503": 0.02,
        "429": 0.05,
        "21211": 0.01,
        "21610": 0.01,
        "30003": 0.02,
        "30005": 0.01,
        "30007": 0.01,
    },
    "reports": {
        "duplicate": 0.2, "late": 0.1, "late_seconds": 3, "reorder": 0.3, "missing": 0.2,
    },
    # Longer than a lease: asked the first time, the provider does not know yet what it took on.
    "listing": {"lag_seconds": 7, "fail": 0.1},
}  # fmt: skip
#: Of a text nobody took on, and that no look-up finds, nothing more can be learnt.
_SURELY_LOST = ("drop", "reset_before", "500", "503")


@pytest.fixture
def sending(field: Field) -> Iterator[int]:
    field.texts_a_second(500)
    field.provider.faults(**_FAULTS)
    after = field.crowd("texts", str(TEXTS))
    field.wake(after, TEXTS)
    for name in _WORKERS:
        field.engine.start(name, engine.worker(name))
    field.engine.start("beat", engine.BEAT)
    yield after
    for name in (*_WORKERS, "beat"):
        field.engine.kill(name)
    field.provider.faults()


def test_bad_day_ends_with_books_that_agree(field: Field, sending: int) -> None:
    seconds = field.engine.wait_until(
        lambda: _time_passes(field) and _over(field, sending), "the day's end", seconds=300
    )
    # The last reports are still on their way, and are tried again.
    time.sleep(4)
    field.engine.wait_until(
        lambda: _time_passes(field) and _over(field, sending), "the last reports", seconds=60
    )

    account = witness.weigh(field, sending)
    ends = books.ends(field, sending)
    figures.tell(
        "audit_run", seconds=round(seconds, 1), **account.figures(),
        ends={" ".join(filter(None, end)): count for end, count in sorted(ends.items())},
    )  # fmt: skip
    assert account.texts == TEXTS
    assert (account.lost, account.doubled, account.unfounded) == (0, 0, 0)
    assert _without_end(field, sending) == 0
    assert _disagreements(field, sending) == []
    assert witness.strangers(field) == 0
    # What the provider took on is found; what it did not is owned up to.
    share = sum(_FAULTS["rates"][fault] for fault in _SURELY_LOST)
    assert account.unresolved <= 2 * share * account.texts
    field.audit()


def _time_passes(field: Field) -> bool:
    """Rejected texts may be tried again, providers asked again, alarms probed."""
    field.rows(
        "UPDATE messaging_message SET retry_at = clock_timestamp() WHERE retry_at IS NOT NULL"
    )
    field.rows(
        "UPDATE messaging_attempt SET look_up_at = NULL"
        f" WHERE outcome = 'unknown' AND started_at < clock_timestamp() - interval '9 s'"
        f" AND look_ups < {ASKED} AND look_up_at IS NOT NULL"
    )
    field.rows(
        "UPDATE messaging_alarm SET probe_at = clock_timestamp()"
        " WHERE cleared_at IS NULL AND probe_at IS NOT NULL"
    )
    return True


def _over(field: Field, after: int) -> bool:
    """None waits or is on the wire, and what is open was asked for often enough."""
    asked_less = int(
        field.one(
            "SELECT count(*) FROM messaging_attempt WHERE message_id > %s"
            f" AND outcome IN ('started', 'unknown') AND look_ups < {ASKED}",
            after,
        )
    )
    reports = int(field.one("SELECT count(*) FROM messaging_report"))
    waiting = books.waiting(field, after)
    return (waiting, asked_less, reports) == (0, 0, 0)


def _without_end(field: Field, after: int) -> int:
    """Neither final, nor unknown with its one attempt open, which is given up after two days."""
    return int(
        field.one(
            "SELECT count(*) FROM messaging_message m WHERE m.id > %s AND m.settled_at IS NULL"
            " AND NOT (m.status = 'unknown' AND EXISTS (SELECT 1 FROM messaging_attempt a"
            "          WHERE a.message_id = m.id AND a.outcome = 'unknown'))",
            after,
        )
    )


def _disagreements(field: Field, after: int) -> list[str]:
    """I7, attempt by attempt: taken on and not accepted, accepted and not taken on, or by another
    id. Outcomes by token, never a number."""
    theirs = {entry["token"].rpartition(".")[0]: entry["sid"] for entry in field.provider.entries()}
    ours = field.rows(
        "SELECT token, outcome, provider_message_id FROM messaging_attempt WHERE message_id > %s",
        after,
    )
    found = []
    for token, outcome, provider_id in ours:
        sid = theirs.get(token)
        if outcome == "accepted" and sid is None:
            found.append("accepted, never taken on")
        elif sid is not None and outcome != "accepted":
            found.append(f"taken on, {outcome}")
        elif outcome == "accepted" and provider_id != sid:
            found.append("another id")
    return found
