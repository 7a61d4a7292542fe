"""R3: a fifth of the calls end in silence or in an error though the text was taken on."""

import time
from collections.abc import Iterator

import pytest

from tests.chaos import engine, figures, witness
from tests.chaos.field import Field
from tests.chaos.settings import ATTEMPT_LEASE_SECONDS

pytestmark = pytest.mark.chaos

TEXTS = figures.sized(small=1000, ci=5000, full=50_000)
_FAULTS = {
    "rates": {
        "accept_then_hang": 0.05,
        "accept_then_500": 0.05,
        "accept_then_503": 0.05,
        "accept_then_reset": 0.05,
    },
    "hang_seconds": 20,
    "seed": 3,
}
#: Not taken on, and nobody says so: what no look-up and no report can settle.
_DROPPED = 1
_SETTLED_WITHIN = 300.0
_ASK_NOW = """
UPDATE messaging_attempt SET look_up_at = clock_timestamp()
 WHERE outcome = 'unknown' AND look_up_at > clock_timestamp()
"""


@pytest.fixture
def sending(field: Field) -> Iterator[int]:
    field.texts_a_second(400)
    after = field.crowd("texts", str(TEXTS))
    field.engine.only({"worker-1": engine.worker("worker-1"), "beat": engine.BEAT})
    yield after
    field.provider.faults()


def test_fifth_of_the_answers_lost_doubles_nothing(field: Field, sending: int) -> None:
    _only_by_asking(field, sending, TEXTS // 4)
    unruly = {"duplicate": 0.1, "late": 0.1, "late_seconds": 3, "reorder": 0.1, "missing": 0.1}
    field.provider.faults(reports=unruly, sequence=["drop"] * _DROPPED, **_FAULTS)
    field.wake(sending, TEXTS - TEXTS // 4)
    _all_answered(field, sending, TEXTS)
    began = time.monotonic()
    field.engine.wait_until(
        lambda: witness.told(field, sending) >= TEXTS - _DROPPED,
        "settling what was left open",
        seconds=_SETTLED_WITHIN,
    )
    account = witness.weigh(field, sending)
    seconds = round(time.monotonic() - began, 1)
    figures.tell("R3", faults=0.2, settled_after_seconds=seconds, **account.figures())
    assert account.texts == TEXTS
    assert (account.lost, account.doubled, account.unfounded) == (0, 0, 0)
    assert account.unresolved == _DROPPED
    assert account.unresolved <= TEXTS / 1000
    assert witness.strangers(field) == 0
    field.audit()


def _only_by_asking(field: Field, after: int, texts: int) -> None:
    """No reports, and a list that lags: not to find a text proves nothing."""
    field.provider.faults(
        reports={"off": True}, listing={"lag_seconds": 2 * ATTEMPT_LEASE_SECONDS}, **_FAULTS
    )
    field.wake(after, texts)
    _all_answered(field, after, texts)
    in_vain = "SELECT count(*) FROM messaging_attempt WHERE message_id > %s AND look_ups > 0"
    field.engine.wait_until(
        lambda: witness.none_doubled(field, after) and field.one(in_vain, after) > 0,
        "asking in vain",
    )
    field.provider.faults(reports={"off": True}, **_FAULTS)
    # The minutes until the next question.
    field.engine.wait_until(
        lambda: not field.rows(_ASK_NOW) and witness.told(field, after) >= texts, "asking again"
    )


def _all_answered(field: Field, after: int, expected: int) -> None:
    field.engine.wait_until(
        lambda: (
            witness.none_doubled(field, after)
            and witness.told(field, after) + witness.unknown(field, after) >= expected
        ),
        "answers to all calls",
        seconds=figures.sized(small=60.0, ci=300.0, full=900.0),
    )
