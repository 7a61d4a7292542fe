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

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import crowd, people  # noqa: E402
from benchmarks.figures import at_most, note  # noqa: E402
from campaigns.models import Campaign  # noqa: E402
from enrolment import planner  # noqa: E402
from enrolment.models import Enrolment, Participant  # noqa: E402

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
        among_few, among_many = [], []
        for _ in range(asked.rounds):
            among_few.append(_milliseconds(_FEW_DATABASE))
            among_many.append(_milliseconds(many))
    note("idle_tick_10k_ms", among_few)
    note("idle_tick_5m_ms", among_many)
    ratios = [many / few for few, many in zip(among_few, among_many, strict=True)]
    return 0 if at_most("idle_5m_over_10k", ratios, CEILING) else 1


@contextmanager
def _copy_of(database: str, name: str) -> Iterator[None]:
    """Made and dropped from the server's own database, since neither may be in use then."""
    _enter("postgres")
    crowd.execute(f"DROP DATABASE IF EXISTS {name}")
    crowd.execute(f"CREATE DATABASE {name} TEMPLATE {database}")
    try:
        yield
    finally:
        _enter("postgres")
        crowd.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _enter(database: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database


def _fill(count: int) -> None:
    """`count` enrolments in all, beside the one that they are copied from."""
    each = min(count, _MOST_PEOPLE)
    pattern = Enrolment.objects.get()
    campaign = pattern.campaign_id
    with crowd.foreign_keys_unasked():
        person, _ = crowd.persons(pattern, each, named=False)
        crowd.copies(Campaign, campaign, -(-count // each), key="'copy-' || n")
        crowd.copies(
            Enrolment,
            pattern.pk,
            count,
            participant_id=f"{person} + 1 + mod(n - 1, {each})",
            campaign_id=f"{campaign} + 1 + (n - 1) / {each}",
            seed="n",
            next_due_at="now() + interval '2 days' + random() * interval '180 days'",
        )
    Enrolment.objects.filter(pk=pattern.pk).update(next_due_at=None)
    for model in (Enrolment, Participant, Campaign):
        crowd.execute(f"VACUUM ANALYZE {model._meta.db_table}")
    crowd.checkpoint()
    assert Enrolment.objects.filter(next_due_at__gt=people.DUE).count() == count


def _milliseconds(database: str) -> float:
    """The median tick of one round."""
    _enter(database)
    found = [_idle_tick() for _ in range(_WARM_UP + _TICKS)]
    return 1000 * statistics.median(found[_WARM_UP:])


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
