"""The audit sealed, hour by hour, so that a row changed, taken out or slipped in later is seen.

A stretch of rows is digested by the database; the seal's HMAC covers the digest, the stretch and
the seal before it, under a key derived from the newest master key, which the database never holds.
Each head goes to the log as well: whoever has that line needs neither the key nor the table to tell
that the chain was begun anew.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from trust import master
from trust.models.audit_key import AuditKey
from trust.models.audit_seal import AuditSeal
from trust.sealing import KeyMissing, SealBroken, key_id_of

log = structlog.get_logger(__name__)

#: Ids rise, commits come in any order: a row must have been committed by this age. No transaction
#: of ours lives so long.
SETTLED_AFTER = timedelta(minutes=15)
#: Lines may be taken away after three years (migration 0003), one by one, so no stretch is judged
#: whose oldest may be that old: a seal stands for some hours, a week where nobody sealed.
JUDGED_FOR = timedelta(days=3 * 365 - 7)
_MOST = 100_000
_LOCK = 0x5EA1

_STRETCH = """
SELECT coalesce(min(id), 0), coalesce(max(id), 0), max(at), count(*),
       encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY id), ''), 'UTF8')), 'hex')
  FROM (SELECT id, at, jsonb_build_array(
               id, extract(epoch FROM at), organisation_id, actor_id, actor_label, verb,
               subject_type, subject_id, detail)::text AS line
          FROM trust_auditevent
         WHERE id > %(after)s AND id <= %(upto)s
         ORDER BY id LIMIT %(most)s) AS stretch
"""
# Up to the first row that others may still come before.
_SETTLED = """
SELECT coalesce((SELECT min(id) - 1 FROM trust_auditevent WHERE id > %(after)s AND at > %(until)s),
                %(endless)s)
"""
_KEPT = "trust_auditkey.wrapped"
_BEGINNING, _ENDLESS = -(2**63), 2**63 - 1
#: The net under log lines takes long runs of digits for numbers of people.
_SPELLED = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True, slots=True)
class Broken:
    """A seal that does not hold, and why, in words without a row's content."""

    seal_id: int
    first_id: int
    last_id: int
    reason: str


@transaction.atomic
def seal(*, now: datetime) -> AuditSeal | None:
    """The next stretch sealed, or None when there is none; `now` is machine time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    before = AuditSeal.objects.order_by("-id").first()
    after = before.last_id if before else _BEGINNING
    upto = _settled(after, now - SETTLED_AFTER)
    first, last, until, rows, digest = _digest(after, upto)
    if not rows or until is None:
        return None
    version = master.newest()
    made = AuditSeal(
        sealed_at=now, first_id=first, last_id=last, until=until, rows=rows, digest=digest,
        key_version=version,
    )  # fmt: skip
    made.mac = _mac(made, before.mac if before else "")
    made.save()
    log.info("audit_sealed", id=made.pk, count=rows, mac=made.mac.translate(_SPELLED))
    return made


def broken(*, now: datetime) -> Iterator[Broken]:
    """Every seal that does not hold, oldest first."""
    previous = ""
    after = _BEGINNING
    for each in AuditSeal.objects.order_by("id").iterator():
        reason = _fault(each, previous, after, now)
        if reason:
            yield Broken(each.pk, each.first_id, each.last_id, reason)
        previous, after = each.mac, each.last_id


def by_master_key() -> Counter[int]:
    """How many of the audit's keys need which master key to be had."""
    kept = {row.version: key_id_of(bytes(row.wrapped)) for row in AuditKey.objects.all()}
    used = AuditSeal.objects.order_by().values_list("key_version", flat=True).distinct()
    return Counter(kept.get(version, version) for version in used)


@transaction.atomic
def keep_keys() -> int:
    """Keeps what older master keys sealed with under the newest; how many were written."""
    newest = master.newest()
    kept = {row.version: key_id_of(bytes(row.wrapped)) for row in AuditKey.objects.all()}
    used = AuditSeal.objects.order_by().values_list("key_version", flat=True).distinct()
    behind = [version for version in used if kept.get(version, version) != newest]
    for version in behind:
        wrapped = master.seal(_KEPT, version, _key_of(version))
        AuditKey.objects.update_or_create(version=version, defaults={"wrapped": wrapped})
    return len(behind)


def _fault(each: AuditSeal, previous: str, after: int, now: datetime) -> str:
    try:
        mac = _mac(each, previous)
    except KeyMissing:
        return f"MASTER_KEYS holds no version {each.key_version}, which sealed it"
    except SealBroken:
        return "the kept key of its time was changed"
    if not hmac.compare_digest(each.mac, mac):
        return "the seal was changed, or one before it was taken out"
    if each.until < now - JUDGED_FOR:
        return ""
    _, _, _, rows, digest = _digest(after, each.last_id)
    if rows != each.rows:
        return f"{each.rows} rows were sealed, {rows} are there"
    return "" if digest == each.digest else "a row was changed"


def _settled(after: int, until: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {"after": after, "until": until, "endless": _ENDLESS})
        found: int = cursor.fetchone()[0]
    return found


def _digest(after: int, upto: int) -> tuple[int, int, datetime | None, int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_STRETCH, {"after": after, "upto": upto, "most": _MOST})
        first, last, newest, rows, digest = cursor.fetchone()
    return first, last, newest, rows, digest


def _mac(each: AuditSeal, previous: str) -> str:
    told = f"{previous}|{each.first_id}|{each.last_id}|{each.rows}|{each.digest}"
    return hmac.new(_key_of(each.key_version), told.encode(), hashlib.sha256).hexdigest()


def _key_of(version: int) -> bytes:
    """Raises KeyMissing, or SealBroken where the kept one was touched."""
    try:
        return hmac.digest(master.key(version), b"sendwell audit seal", "sha256")
    except KeyMissing:
        kept = AuditKey.objects.filter(pk=version).first()
        if kept is None:
            raise
        return master.unseal(_KEPT, version, bytes(kept.wrapped))
