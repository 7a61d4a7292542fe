"""A bundle's longest table as CSV, and as CSV and Parquet at once, against COPY of the same rows.

    python -m benchmarks.run export [--rows 5000000] [--small 500000] [--runs 3]

The three take turns in one run. COPY is read as it comes and dropped. Memory is the peak of a
process of its own that writes the table once, with few rows and with all. Beside them, never
judged: COPY of the table as it stands in the database, without joins, order or pseudonyms.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import people  # noqa: E402
from benchmarks.figures import at_least, at_most, note, say  # noqa: E402
from campaigns.models import Campaign  # noqa: E402
from enrolment.models import Decision  # noqa: E402
from messaging.clock import calendar_now  # noqa: E402
from research.bundle.people import Scope  # noqa: E402
from research.bundle.sinks import PIECE, Sink  # noqa: E402
from research.bundle.snapshot import Snapshot  # noqa: E402
from research.bundle.statement import select  # noqa: E402
from research.bundle.wire_tables import DECISIONS  # noqa: E402

CSV_FLOOR, PARQUET_FLOOR, MEMORY_CEILING = 0.8, 0.6, 1.2
_KEY = bytes(range(32))
_ROWS_A_PERSON = 100
# As the tick would have left them: some sent, some not, some drawn, over a hundred days.
_DECISIONS = f"""
INSERT INTO {Decision._meta.db_table}
  (enrolment_id, attempt, step_key, occurrence, version_id, due_at, local_date, outcome, reason,
   text_key, decided_at, variant, arm, available, unavailable_reason, options, probabilities, draw,
   policy_version)
SELECT e.id, 1, 'core.' || n %% 90, n, e.version_id, e.enrolled_at + n * interval '1 day 7 minutes',
       (e.enrolled_at + n * interval '1 day')::date,
       CASE WHEN n %% 12 = 0 THEN 'suppressed' ELSE 'queued' END,
       CASE WHEN n %% 12 = 0 THEN 'day_cap' ELSE '' END, 'core.' || n %% 90,
       e.enrolled_at + n * interval '1 day 7 minutes 3 seconds', '', '', true, '',
       CASE WHEN n %% 10 = 0 THEN '["a", "b"]'::jsonb END,
       CASE WHEN n %% 10 = 0 THEN '[0.6, 0.4]'::jsonb END,
       CASE WHEN n %% 10 = 0 THEN (n %% 97) / 97.0 END, CASE WHEN n %% 10 = 0 THEN '1' ELSE '' END
  FROM generate_series(%(first)s, %(last)s) n CROSS JOIN enrolment_enrolment e
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--small", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--once", type=Path, help="only write the table into this folder")
    asked = parser.parse_args()
    if asked.once is not None:
        return _once(asked.once)
    campaign = people.fresh_database()
    people.enrol(campaign, max(1, asked.rows // _ROWS_A_PERSON))
    share = max(1, asked.small * _ROWS_A_PERSON // asked.rows)
    _load(1, share)
    small = _peak()
    _load(share + 1, _ROWS_A_PERSON)
    large = _peak()
    good = [at_most("export_memory_large_of_small", [large / small], MEMORY_CEILING)]
    say("export_memory_mb", large)
    return 0 if all([*good, *_ratios(campaign, asked.runs)]) else 1


def _load(first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DECISIONS, {"first": first, "last": last})
        cursor.execute(f"VACUUM ANALYZE {Decision._meta.db_table}")
        cursor.execute("CHECKPOINT")


def _ratios(campaign: Campaign, runs: int) -> list[bool]:
    csv, parquet, raw = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            copied = _rate(campaign, _dropped)
            csv.append(_rate(campaign, _sunk(Path(folder), with_parquet=False)) / copied)
            parquet.append(_rate(campaign, _sunk(Path(folder), with_parquet=True)) / copied)
        raw.append(copied / _raw_rate())
        say("export_copy_rows_a_second", copied)
    note("export_copy_of_bundle_rows_of_raw_copy", raw)
    return [
        at_least("export_csv_of_copy", csv, CSV_FLOOR),
        at_least("export_parquet_of_copy", parquet, PARQUET_FLOOR),
    ]


def _rate(campaign: Campaign, take: Callable[[Snapshot], int]) -> float:
    """Rows a second, once the people are gathered."""
    with Snapshot(Scope(campaign.pk, _KEY, calendar_now())) as snapshot:
        snapshot.cursor()
        began = time.perf_counter()
        rows = take(snapshot)
        return rows / (time.perf_counter() - began)


def _dropped(snapshot: Snapshot) -> int:
    statement = f"COPY ({select(DECISIONS)}) TO STDOUT (FORMAT csv)"
    with snapshot.cursor() as cursor, cursor.copy(statement, snapshot.scope.values) as copy:
        return sum(1 for _ in copy)


def _sunk(folder: Path, *, with_parquet: bool) -> Callable[[Snapshot], int]:
    def sunk(snapshot: Snapshot) -> int:
        for name in ("data", "parquet"):
            (folder / name).mkdir(exist_ok=True)
        with Sink(DECISIONS, folder, with_parquet=with_parquet) as sink:
            for _ in sink.take(snapshot.pieces(DECISIONS, PIECE)):
                pass
        return sink.rows

    return sunk


def _raw_rate() -> float:
    statement = f"COPY {Decision._meta.db_table} TO STDOUT (FORMAT csv)"
    began = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        rows = sum(1 for _ in copy)
    return rows / (time.perf_counter() - began)


def _peak() -> float:
    """Megabytes, of a process that writes the table once."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.export", "--once", folder]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(said)


def _once(folder: Path) -> int:
    campaign = Campaign.objects.get(key="mcessation")
    _rate(campaign, _sunk(folder, with_parquet=True))
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
