"""R17: the whole product for minutes under one constant load: texts that come due, texts in, STOPs
from people whose text is just leaving. What it takes of the machine must stay what it was.

SOAK_MINUTES, five at least: web and workers are warm after two and a half. Three hours at most:
everybody's text is of one hour of the day, and keeps for four.
"""

import json
import os
from collections.abc import Iterator, Mapping

import pytest

from config import places, run
from tests.chaos import books, figures, slope, soaking, witness
from tests.chaos import field as fields
from tests.chaos.field import Field
from tests.chaos.slope import Slope
from tests.chaos.soaking import DUE_A_SECOND, Soak

pytestmark = [pytest.mark.chaos, pytest.mark.alone]

MINUTES = float(os.environ.get("SOAK_MINUTES") or figures.sized(small=10.0, ci=10.0, full=180.0))
PEOPLE = int(60 * MINUTES * DUE_A_SECOND)
#: What loads itself once, and caches that fill, are no leak.
_WARM_UP = max(60 * MINUTES / 3, 150.0)
#: All that was looked at, for whoever asks where a slope comes from.
_SAMPLES = places.CHECKOUT / "var" / "scorecard" / "soak.json"
#: Megabytes of a process, or connections: one an hour, and one more once, for what is loaded or
#: opened the first time a rare tick comes. The longer the soak, the less that excuses.
_MOST = 1.0 + 3600 / (60 * MINUTES - _WARM_UP)


@pytest.fixture
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Of its own: only one proof can enrol people in a database."""
    with fields.laid_out(tmp_path_factory.mktemp("soak")) as found:
        yield found


@pytest.fixture
def sending(field: Field) -> Iterator[int]:
    assert 5 <= MINUTES <= 180
    field.texts_a_second(10 * DUE_A_SECOND)
    after = field.crowd("people", str(PEOPLE))
    soaking.spread(field, PEOPLE, DUE_A_SECOND)
    product = {job.name: tuple(job.command) for job in run.jobs(field.web_port, "")}
    for name in ("worker", "beat", "watch"):
        # With the lease and the ticks of production.
        field.engine.start(name, product[name], DJANGO_SETTINGS_MODULE="config.settings")
    field.engine.restarts = 0
    yield after
    for name in ("worker", "beat", "watch"):
        field.engine.kill(name)


def test_constant_load_takes_no_more_and_loses_nothing(field: Field, sending: int) -> None:
    soak = Soak(field, PEOPLE)
    soak.warm()
    soak.run(60 * MINUTES)
    field.engine.wait_until(lambda: _at_rest(field, sending), "the last texts", seconds=180)

    _SAMPLES.parent.mkdir(parents=True, exist_ok=True)
    _SAMPLES.write_text(json.dumps(soak.seen))
    slopes = _slopes(soak)
    account = witness.weigh(field, sending, _not_stopped(field, sending))
    late = _after_stop(field, sending)
    figures.tell(
        "R17", minutes=MINUTES, people=PEOPLE, texts_in=len(soak.statuses), stops=soak.stops,
        taken_back=_taken_back(field, sending), after_stop=late,
        never_planned=_never_planned(field), restarts=field.engine.restarts,
        **account.figures(),
        may_grow_an_hour=round(_MOST, 1),
        megabytes_an_hour={name: each.words for name, each in slopes.items() if "memory" in name},
        connections_an_hour=slopes["connections"].words,
        **_most(soak),
    )  # fmt: skip
    assert set(soak.statuses) == {200}
    assert (account.lost, account.doubled, account.unfounded, account.unresolved) == (0, 0, 0, 0)
    assert late == 0
    assert _never_planned(field) == 0
    assert field.engine.restarts == 0
    assert witness.strangers(field) == 0
    field.audit()
    assert [name for name, each in slopes.items() if each.rises_more_than(_MOST)] == []


def _slopes(soak: Soak) -> Mapping[str, Slope]:
    """Of memory and connections, once warm."""
    found = {}
    for name, samples in soak.seen.items():
        warm = [(second, value) for second, value in samples if second >= _WARM_UP]
        if name.startswith("memory"):
            found[name] = slope.megabytes(warm)
        elif name == "connections":
            found[name] = slope.of(warm)
    return found


def _most(soak: Soak) -> dict[str, float]:
    return {
        f"most {name}": round(max(value for _, value in soak.seen[name]), 1)
        for name in ("connections", "hints waiting", "oldest due")
    }


def _at_rest(field: Field, after: int) -> bool:
    pending = """SELECT count(*) FROM messaging_inboundmessage WHERE "end" = 'pending'"""
    due = (
        "SELECT count(*) FROM enrolment_enrolment"
        " WHERE status = 'active' AND next_due_at < clock_timestamp()"
    )
    open_rows = (
        field.one(pending),
        field.one(due),
        field.one("SELECT count(*) FROM messaging_report"),
    )
    return (
        not any(open_rows)
        and books.waiting(field, after) == 0
        and witness.in_agreement(field, after)
    )


_OPTED_OUT = """
    SELECT 1 FROM messaging_recipient r JOIN messaging_optout o
        ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
     WHERE r.id = m.recipient_id"""
_TAKEN_BACK = f"m.status IN ('cancelled', 'blocked') AND EXISTS ({_OPTED_OUT})"
_OURS = "FROM messaging_message m WHERE m.id > %s AND m.cause_kind <> 'inbound'"


def _not_stopped(field: Field, after: int) -> list[int]:
    """All texts but those that STOP took back: these are not lost."""
    found = field.rows(f"SELECT m.id {_OURS} AND NOT ({_TAKEN_BACK})", after)
    return [message_id for (message_id,) in found]


def _taken_back(field: Field, after: int) -> dict[str, int]:
    """By status and reason."""
    sql = f"SELECT m.status, m.status_reason, count(*) {_OURS} AND {_TAKEN_BACK} GROUP BY 1, 2"
    return {f"{status} {reason}": count for status, reason, count in field.rows(sql, after)}


def _after_stop(field: Field, after: int) -> int:
    """Calls begun after STOP was obeyed, but for what STOP itself is answered."""
    return int(
        field.one(
            "SELECT count(*) FROM messaging_attempt a"
            " JOIN messaging_message m ON m.id = a.message_id"
            " JOIN messaging_recipient r ON r.id = m.recipient_id"
            " JOIN messaging_optout o"
            "   ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index"
            " WHERE m.id > %s AND m.cause_kind <> 'inbound' AND a.started_at > o.opted_out_at",
            after,
        )
    )


def _never_planned(field: Field) -> int:
    """Of those who are in the campaign still."""
    return int(
        field.one(
            "SELECT count(*) FROM enrolment_enrolment e WHERE e.status = 'active' AND NOT EXISTS"
            " (SELECT 1 FROM enrolment_decision d WHERE d.enrolment_id = e.id)"
        )
    )
