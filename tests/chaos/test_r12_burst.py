"""R12: texts in at a steady rate, signed as Twilio does, with the workers answering beside it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chaos import engine, figures
from tests.chaos.field import ALIAS, Field

pytestmark = [pytest.mark.chaos, pytest.mark.alone]

RATE = figures.sized(small=50, ci=500, full=2_000)
SECONDS = figures.sized(small=10, ci=60, full=600)
_MOST_SECONDS = 0.25
_OURS = "provider_message_id LIKE 'SM0000%%'"


#: Before the clock counts, so that web and worker are what they are an hour after a release.
_WARM_SECONDS = 5
_WARM = _WARM_SECONDS * RATE


@pytest.fixture
def answering(field: Field) -> Iterator[None]:
    field.engine.only({"worker-1": engine.worker("worker-1"), "beat": engine.BEAT})
    assert burst(field, _WARM_SECONDS)["statuses"] == {"200": _WARM}
    until_all_have_an_end(field)
    yield
    field.engine.only({})


def burst(field: Field, seconds: int, *, first: int = 0) -> dict[str, Any]:
    hook = f"{field.engine.environment['PUBLIC_BASE_URL']}/hooks/{ALIAS}/inbound/"
    words = (hook, str(RATE), str(seconds), str(first))
    told: dict[str, Any] = json.loads(field.run("-m", "tests.chaos.burst", *words).stdout)
    return told


def until_all_have_an_end(field: Field) -> float:
    pending = (
        f"""SELECT count(*) FROM messaging_inboundmessage WHERE {_OURS} AND "end" = 'pending'"""
    )
    return field.engine.wait_until(
        lambda: field.one(pending) == 0, "an end for each text", seconds=60 + SECONDS
    )


def test_burst_is_answered_in_time_and_nothing_of_it_is_lost(field: Field, answering: None) -> None:
    told = burst(field, SECONDS, first=_WARM)
    stored = field.one(f"SELECT count(*) FROM messaging_inboundmessage WHERE {_OURS}") - _WARM
    seconds = until_all_have_an_end(field)
    figures.tell(
        "R12", a_second=RATE, seconds=SECONDS, texts=RATE * SECONDS, lost=RATE * SECONDS - stored,
        statuses=told["statuses"], all_dealt_with_after_seconds=round(seconds, 1),
        **{f"answered_{name}": round(told[name], 3) for name in ("p50", "p99", "slowest")},
    )  # fmt: skip
    assert set(told["statuses"]) == {"200"}
    assert stored == RATE * SECONDS
    assert told["p99"] < _MOST_SECONDS
    field.audit()
