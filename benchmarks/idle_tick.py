"""An idle tick among five million enrolled, against one among ten thousand.

    python -m benchmarks.run idle_tick [--people 5000000] [--few 10000] [--rounds 9]

Both sides are the same tick with nothing due, in two databases on one server, in turns: a round is
a fresh connection and a few hundred ticks in each. Everybody is enrolled with their next text in
the 180 days after. The rows are copies of one real enrolment, made in SQL: a hundred thousand
people at most, each in as many campaigns as it takes, for that costs a tenth of the disk and an
idle tick looks at none of them. Both tables are vacuumed and analysed, as autovacuum leaves them.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

django.setup()

from django.db import connection, models  # noqa: E402

from benchmarks import people  # noqa: E402
from benchmarks.figures import at_most, note  # noqa: E402
from campaigns.models import Campaign  # noqa: E402
from enrolment import planner  # noqa: E402
from enrolment.models import Enrolment, Participant  # noqa: E402
from messaging.models import Recipient  # noqa: E402

CEILING = 2.0
_FEW_DATABASE = "bench_idle_tick_few"
_MOST_PEOPLE = 100_000
_TICKS = 300
_WARM_UP = 50


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5_000_000)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    many = str(connection.settings_dict["NAME"])
    people.enrol(people.fresh_database(), 1)
    with _copy_of(many, _FEW_DATABASE):
        for database, count in ((_FEW_DATABASE, asked.few), (many, asked.people)):
            _enter(database)
            _fill(count)
        few, crowd = [], []
        for _ in range(asked.rounds):
            few.append(_milliseconds(_FEW_DATABASE))
            crowd.append(_milliseconds(many))
        _enter(many)
    note("idle_tick_10k_ms", few)
    note("idle_tick_5m_ms", crowd)
    ratios = [b / a for a, b in zip(few, crowd, strict=True)]
    return 0 if at_most("idle_5m_over_10k", ratios, CEILING) else 1


@contextmanager
def _copy_of(database: str, name: str) -> Iterator[None]:
    """Made and dropped from the server's own database, since neither may be in use then."""
    _enter("postgres")
    _run(f"DROP DATABASE IF EXISTS {name}")
    _run(f"CREATE DATABASE {name} TEMPLATE {database}")
    try:
        yield
    finally:
        _enter("postgres")
        _run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _enter(database: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database


def _run(statement: str, values: list[object] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _fill(count: int) -> None:
    """`count` enrolments in all. The rows are sound by construction, so that foreign keys are not
    asked five million times over."""
    persons = min(count, _MOST_PEOPLE)
    pattern = Enrolment.objects.get()
    person, recipient = pattern.participant_id, pattern.participant.recipient_id
    campaign = pattern.campaign_id
    _run("SET session_replication_role = replica")
    _copies(
        Recipient, recipient, persons, number_index="decode(lpad(to_hex(n), 34, '0'), 'hex')"
    )
    _copies(Participant, person, persons, recipient_id=f"{recipient} + n")
    _copies(Campaign, campaign, count // persons, key="'copy-' || n")
    _copies(
        Enrolment,
        pattern.pk,
        count,
        participant_id=f"{person} + 1 + mod(n - 1, {persons})",
        campaign_id=f"{campaign} + 1 + (n - 1) / {persons}",
        seed="n",
        next_due_at="now() + interval '2 days' + random() * interval '180 days'",
    )
    _run("UPDATE enrolment_enrolment SET next_due_at = NULL WHERE id = %s", [pattern.pk])
    for table in ("enrolment_enrolment", "enrolment_participant", "campaigns_campaign"):
        _run(f"VACUUM ANALYZE {table}")
    _run("CHECKPOINT")
    assert Enrolment.objects.filter(next_due_at__gt=people.DUE).count() == count


def _copies(model: type[models.Model], pattern: int, count: int, **changed: str) -> None:
    """`count` copies of one row under the ids that follow it, with `changed` columns made of n."""
    columns = [field.column for field in model._meta.concrete_fields]
    changed["id"] = f"{pattern} + n"
    values = [changed.get(column, f"row.{column}") for column in columns]
    table = model._meta.db_table
    _run(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {table} AS row, generate_series(1, %s) AS n WHERE row.id = %s",
        [count, pattern],
    )


def _milliseconds(database: str) -> float:
    """The median tick of one round."""
    _enter(database)
    found: list[Any] = [_idle_tick() for _ in range(_WARM_UP + _TICKS)]
    return statistics.median(found[_WARM_UP:]) * 1000


def _idle_tick() -> float:
    started = time.perf_counter()
    done = planner.tick(now=people.DUE)
    seconds = time.perf_counter() - started
    assert not done.enrolments, "a tick that was to be idle found work"
    return seconds


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
