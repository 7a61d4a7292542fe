"""Which keys are still needed, and by what: so that none is taken away too early.

`standing` reads a few short tables and may be asked at any time; `sealed_rows` and `index_versions`
walk whole ones, and are for a command.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from trust import audit_seals, master, sealed_factors
from trust.fields import encrypted_columns
from trust.models.data_key import DataKey
from trust.sealing import key_id_of

#: A retired data key stays so long after it has become empty: no transaction of ours is older, so
#: nothing sealed with it can still be on its way.
KEPT_FOR = timedelta(days=1)
#: Of an index that nobody's number has (`messaging.forgetting`).
_NOBODYS = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """`needed`: by the version of the master key, what needs it and how much of it. `idle`: data
    keys that were retired long ago and are still there."""

    needed: Mapping[int, Counter[str]]
    idle: int

    @property
    def missing(self) -> list[int]:
        return sorted(set(self.needed) - set(settings.MASTER_KEYS))

    @property
    def behind(self) -> list[int]:
        """Older versions than the newest that something still needs."""
        return sorted(set(self.needed) - {master.newest()})

    @property
    def behind_count(self) -> int:
        return sum(self.needed[version].total() for version in self.behind)


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of one column under one data key."""

    place: str
    key_id: int
    rows: int


def standing(*, now: datetime) -> Standing:
    """`now` is machine time. Four queries."""
    needed: dict[int, Counter[str]] = {}
    keys = list(DataKey.objects.values_list("wrapped", "retired_at"))
    sources: Mapping[str, Mapping[int, int]] = {
        "data keys": Counter(key_id_of(bytes(wrapped)) for wrapped, _ in keys),
        "second factors": sealed_factors.by_master_key(),
        "audit keys": audit_seals.by_master_key(),
    }
    for what, found in sources.items():
        for version, count in found.items():
            needed.setdefault(version, Counter())[what] += count
    idle = sum(retired is not None and retired < now - KEPT_FOR for _, retired in keys)
    return Standing(needed, idle)


def sealed_rows() -> Iterator[Held]:
    """Of every sealed column of every model, by the data key the value names."""
    for model, field in encrypted_columns():
        table, column = quoted(model._meta.db_table), quoted(field.column)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT substring({column} FROM 2 FOR 4), count(*) FROM {table}"
                f" WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
            )
            for head, rows in cursor.fetchall():
                yield Held(field.place, int.from_bytes(head, "big"), rows)


def index_versions() -> Counter[int]:
    """Rows by the version of the index key that found their number."""
    found: Counter[int] = Counter()
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.BinaryField) and field.name == "number_index":
                found.update(_versions_in(model._meta.db_table, field.column))
    del found[_NOBODYS]
    return found


def _versions_in(table: str, column: str | None) -> dict[int, int]:
    name = quoted(column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT get_byte({name}, 0), count(*) FROM {quoted(table)}"
            f" WHERE {name} IS NOT NULL GROUP BY 1"
        )
        return dict(cursor.fetchall())


def quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")
