"""Every sealed value under the newest keys, while the house runs.

Each organisation gets a data key that the newest master key wraps, and its values move to it, some
hundred at a time. A value moves only if it is still the one that was read, and its row is free:
nobody's write is lost, and nobody waits for a lock that waits for ours. What is passed over is met
by the next walk, and a walk that was broken off is begun anew: what has moved is not read again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from trust import audit_seals, keys, master, sealed_factors
from trust.audit import record
from trust.fields import EncryptedText, encrypted_columns
from trust.key_standing import KEPT_FOR, quoted, sealed_rows
from trust.models.data_key import DataKey
from trust.models.machine_time import MachineNow
from trust.sealing import SealBroken, Sealer, key_id_of

_ROWS = 500
#: Lists of people are whole files.
_BYTES = 8_000_000

_READ = """
SELECT {key}, {column} FROM (
    SELECT {key}, {column},
           sum(octet_length({column})) OVER (ORDER BY {key}) - octet_length({column}) AS before
      FROM (SELECT {key}, {column} FROM {table}
             WHERE {key} > %(after)s AND substring({column} FROM 2 FOR 4) = ANY(%(heads)s)
             ORDER BY {key} LIMIT %(rows)s) AS batch) AS sized
 WHERE before < %(bytes)s ORDER BY {key}
"""
_MOVE = """
WITH anew AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(olds)s::bytea[], %(news)s::bytea[]) AS a(id, old, new)
), mine AS MATERIALIZED (
    SELECT t.{key} AS id, anew.new FROM {table} t
      JOIN anew ON anew.id = t.{key} AND anew.old = t.{column}
     ORDER BY t.{key} FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE {table} t SET {column} = mine.new FROM mine WHERE t.{key} = mine.id
"""


@transaction.atomic
def renew(*, anew: bool = False) -> int:
    """A new data key for every organisation whose present one an older master key wraps, or for
    every one; how many. Those before seal no longer and open still."""
    rows = DataKey.objects.filter(retired_at=None).order_by("organisation_id", "version")
    newest = {row.organisation_id: row for row in rows.select_for_update()}
    made = 0
    for row in newest.values():
        present = row
        if anew or key_id_of(bytes(row.wrapped)) != master.newest():
            present = _renewed(row)
            made += 1
        older = rows.filter(organisation_id=row.organisation_id, version__lt=present.version)
        older.order_by().update(retired_at=MachineNow())
    return made


def _renewed(row: DataKey) -> DataKey:
    made = keys.add(organisation_id=row.organisation_id, version=row.version + 1)
    detail = {"version": made.version, "master_version": master.newest()}
    record(verb="data_key.renewed", subject=made, detail=detail)
    return made


def move() -> Counter[str]:
    """One walk over every sealed column; how many values moved, by column."""
    sealers = _successors()
    moved = Counter(
        {field.place: _move(model, field, sealers) for model, field in encrypted_columns()}
    )
    moved["mfa_authenticator.data"] = sealed_factors.reseal()
    moved["trust_auditkey.wrapped"] = audit_seals.keep_keys()
    return +moved


def left() -> Counter[str]:
    """Values under data keys that are retired, or not there at all, by column."""
    present = set(DataKey.objects.filter(retired_at=None).values_list("pk", flat=True))
    found: Counter[str] = Counter()
    for held in sealed_rows():
        if held.key_id not in present:
            found[held.place] += held.rows
    return found


def damaged() -> Counter[str]:
    """Values that cannot move, as no key opens them: lost already, by column."""
    heads = list(DataKey.objects.exclude(retired_at=None).values_list("pk", flat=True))
    found: Counter[str] = Counter()
    for model, field in encrypted_columns():
        for batch in _batches(_READ.format(**_names(model, field)), heads):
            found[field.place] += sum(
                not _opens(field.place, row_id, blob) for row_id, blob in batch
            )
    return +found


@transaction.atomic
def finish(*, now: datetime) -> int:
    """Empty retired keys: taken away a day later, and until then wrapped by the newest master key,
    so that whatever is sealed with one by a latecomer still opens. How many are gone."""
    full = {held.key_id for held in sealed_rows()}
    gone = 0
    for row in list(DataKey.objects.exclude(retired_at=None).order_by("pk").select_for_update()):
        if row.pk in full:
            continue
        if row.retired_at is not None and row.retired_at < now - KEPT_FOR:
            record(verb="data_key.removed", subject=row, detail={"version": row.version})
            row.delete()
            gone += 1
        elif key_id_of(bytes(row.wrapped)) != master.newest():
            row.wrapped = keys.wrap(keys.unwrap(row), row.organisation_id, row.version)
            row.save(update_fields=["wrapped"])
    return gone


def _successors() -> dict[int, Sealer]:
    """For each retired key, what seals in its place."""
    present = DataKey.objects.filter(retired_at=None).order_by("version")
    newest = {row.organisation_id: keys.opened(row) for row in present}
    retired = DataKey.objects.exclude(retired_at=None).values_list("pk", "organisation_id")
    return {pk: newest[organisation_id] for pk, organisation_id in retired}


def _move(model: type[models.Model], field: EncryptedText, sealers: Mapping[int, Sealer]) -> int:
    names = _names(model, field)
    moved = 0
    for batch in _batches(_READ.format(**names), list(sealers)):
        anew = [
            (row_id, old, new)
            for row_id, old in batch
            if (new := _anew(field.place, row_id, old, sealers)) is not None
        ]
        ids, olds, news = zip(*anew, strict=True) if anew else ((), (), ())
        with connection.cursor() as cursor:
            values = {"ids": list(ids), "olds": list(olds), "news": list(news)}
            cursor.execute(_MOVE.format(**names), values)
            moved += cursor.rowcount
    return moved


def _batches(sql: str, key_ids: Sequence[int]) -> Iterator[list[tuple[int, bytes]]]:
    values: dict[str, Any] = {
        "heads": [key_id.to_bytes(4, "big") for key_id in key_ids],
        "after": -(2**63),
        "rows": _ROWS,
        "bytes": _BYTES,
    }
    while key_ids:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            batch = [(row_id, bytes(blob)) for row_id, blob in cursor.fetchall()]
        if not batch:
            return
        yield batch
        values["after"] = batch[-1][0]


def _names(model: type[models.Model], field: EncryptedText) -> dict[str, str]:
    return {
        "table": quoted(model._meta.db_table),
        "key": quoted(_key_of(model).column),
        "column": quoted(field.column),
    }


def _opens(place: str, row_id: int, blob: bytes) -> bool:
    try:
        keys.unseal(place, row_id, blob)
    except SealBroken:
        return False
    return True


def _anew(place: str, row_id: int, blob: bytes, sealers: Mapping[int, Sealer]) -> bytes | None:
    """None for what does not open: it stays as it is, and is told by `left`."""
    try:
        text = keys.unseal(place, row_id, blob)
    except SealBroken:
        return None
    return sealers[key_id_of(blob)].seal(place, row_id, text)


def _key_of(model: type[models.Model]) -> "models.Field[Any, Any]":
    key = model._meta.pk
    assert key is not None, "every model has a key"
    return key
