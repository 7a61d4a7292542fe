"""Who is in an export, under which pseudonyms: temporary tables that every other is joined to.

The key is hashed in by the database with what every PostgreSQL has: HMAC is two rounds of SHA-256
over the key's two paddings.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.backends.utils import CursorWrapper

from research.bundle.people_tables import OTHER
from research.day_sql import newest
from research.share import SMALLEST_CELL

_BLOCK = 64
#: 80 bits: two people in a million would share one once in a trillion exports.
_DIGITS = 20
_SEEDED = ("decisions", "messages_out", "messages_in")

_TABLES = """
CREATE TEMPORARY TABLE bundle_enrolment (
  id bigint PRIMARY KEY, participant_id bigint, recipient_id bigint, pid text, eid text UNIQUE,
  place int, zone text, day0 date, today date
) ON COMMIT DROP;
CREATE TEMPORARY TABLE bundle_person (
  participant_id bigint PRIMARY KEY, pid text UNIQUE, place int, language text, sex text,
  age_band text, region text, channel text, shares_number bool, is_discreet bool, own_zone bool
) ON COMMIT DROP;
CREATE TEMPORARY TABLE bundle_inbound (id bigint PRIMARY KEY, enrolment_id bigint) ON COMMIT DROP;
"""


def _pseudonym(letter: str, what: str, row: str) -> str:
    inner = f"sha256(%(inner)s::bytea || convert_to('{what}:' || {row}, 'UTF8'))"
    return f"'{letter}' || left(encode(sha256(%(outer)s::bytea || {inner}), 'hex'), {_DIGITS})"


_ENROLMENTS = f"""
INSERT INTO bundle_enrolment
SELECT id, participant_id, recipient_id, pid, eid,
       row_number() OVER (ORDER BY pid COLLATE "C", eid COLLATE "C"), zone, day0, today
  FROM (
    SELECT e.id, e.participant_id, p.recipient_id,
           {_pseudonym("p", "person", "e.participant_id")} AS pid,
           {_pseudonym("e", "enrolment", "e.id")} AS eid, c.time_zone AS zone,
           (e.enrolled_at AT TIME ZONE c.time_zone)::date AS day0,
           (%(now)s::timestamptz AT TIME ZONE c.time_zone)::date AS today
      FROM enrolment_enrolment e
      JOIN enrolment_participant p ON p.id = e.participant_id
      JOIN campaigns_campaign c ON c.id = e.campaign_id
     WHERE e.campaign_id = %(campaign)s AND NOT e.is_test
       AND NOT EXISTS (SELECT FROM refused r WHERE r.participant_id = e.participant_id)
  ) everybody
"""
# Whoever said no last, in any enrolment of the campaign, is in no export.
_REFUSED = """
WITH refused AS MATERIALIZED (
  SELECT participant_id FROM (
    SELECT DISTINCT ON (e.participant_id) e.participant_id, o.is_given
      FROM enrolment_consent o JOIN enrolment_enrolment e ON e.id = o.enrolment_id
     WHERE e.campaign_id = %(campaign)s AND o.scope = 'research'
     ORDER BY e.participant_id, o.id DESC) last
   WHERE NOT is_given
)
"""
_AGE = """CASE WHEN age < 18 THEN '0-17' WHEN age < 25 THEN '18-24' WHEN age < 35 THEN '25-34'
  WHEN age < 45 THEN '35-44' WHEN age < 55 THEN '45-54' WHEN age < 65 THEN '55-64'
  WHEN age < 75 THEN '65-74' WHEN age >= 75 THEN '75+' END"""


def _folded(column: str) -> str:
    few = f"count(*) OVER (PARTITION BY {column}) < {SMALLEST_CELL}"
    return f"CASE WHEN {column} <> '' AND {few} THEN '{OTHER}' ELSE nullif({column}, '') END"


_PEOPLE = f"""
INSERT INTO bundle_person
WITH known AS (
  SELECT DISTINCT ON (e.participant_id) e.participant_id, e.pid, p.language,
         lower(trim(coalesce(s.value, ''))) AS sex, trim(coalesce(r.value, '')) AS region,
         CASE WHEN a.value ~ '^[0-9]+([.][0-9]+)?$' THEN a.value::float END AS age,
         (SELECT o.channel FROM enrolment_consent o
           WHERE o.enrolment_id = e.id ORDER BY o.id LIMIT 1) AS channel,
         p.has_company AS shares_number, p.is_discreet, p.time_zone <> e.zone AS own_zone
    FROM bundle_enrolment e
    JOIN enrolment_participant p ON p.id = e.participant_id
    LEFT JOIN enrolment_attribute r ON r.participant_id = p.id AND r.name = 'region'
    LEFT JOIN enrolment_attribute a ON a.participant_id = p.id AND a.name = 'age'
    LEFT JOIN LATERAL (
      SELECT x.value FROM enrolment_attribute x
       WHERE x.participant_id = p.id AND x.name IN ('sex', 'gender') ORDER BY x.name DESC LIMIT 1
    ) s ON true
   ORDER BY e.participant_id, e.id
), banded AS (SELECT *, {_AGE} AS age_band FROM known)
SELECT participant_id, pid, row_number() OVER (ORDER BY pid COLLATE "C"), {_folded("language")},
       {_folded("sex")}, {_folded("age_band")}, {_folded("region")}, {_folded("channel")},
       shares_number, is_discreet, own_zone
  FROM banded
"""
# A text that was an answer or a keyword says whose it is.
_INBOUND = f"""
INSERT INTO bundle_inbound
SELECT i.id, coalesce(
         (SELECT n.enrolment_id FROM enrolment_answer n WHERE n.inbound_id = i.id),
         (SELECT b.enrolment_id FROM enrolment_bankuse b WHERE b.inbound_id = i.id LIMIT 1), e.id)
  FROM messaging_inboundmessage i
  {newest("i", "coalesce(i.ended_at, i.received_at)")}
 WHERE i.recipient_id IN (SELECT recipient_id FROM bundle_enrolment)
UNION
SELECT n.inbound_id, n.enrolment_id
  FROM enrolment_answer n JOIN bundle_enrolment e ON e.id = n.enrolment_id
 WHERE n.inbound_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an export is of. `key`: 32 bytes; `now`: calendar time."""

    campaign_id: int
    key: bytes
    now: datetime
    #: Of a blinded trial that runs, too.
    with_arms: bool = False

    @property
    def values(self) -> dict[str, Any]:
        padded = self.key.ljust(_BLOCK, b"\0")
        seeds = {f"{table}_seed": _seed(self.key, table) for table in _SEEDED}
        return {
            "campaign": self.campaign_id,
            "now": self.now,
            "arms": self.with_arms,
            "inner": bytes(byte ^ 0x36 for byte in padded),
            "outer": bytes(byte ^ 0x5C for byte in padded),
            **seeds,
        }


def pseudonym(key: bytes, letter: str, what: str, row_id: int) -> str:
    """As the database makes it: for whoever holds the key and must find a person again."""
    return letter + hmac.digest(key, f"{what}:{row_id}".encode(), hashlib.sha256).hex()[:_DIGITS]


def gather(cursor: CursorWrapper, scope: Scope, *, texts: bool = True) -> None:
    """In a transaction, at whose end they are gone. `texts`: those in, too."""
    values: Mapping[str, Any] = scope.values
    cursor.execute(_TABLES)
    cursor.execute(_REFUSED.strip() + "\n" + _ENROLMENTS.strip(), values)
    cursor.execute(_PEOPLE, values)
    if texts:
        cursor.execute(_INBOUND, values)
        cursor.execute("ANALYZE bundle_inbound")
    cursor.execute("ANALYZE bundle_enrolment")
    cursor.execute("ANALYZE bundle_person")


def _seed(key: bytes, table: str) -> int:
    return int.from_bytes(hmac.digest(key, f"rows:{table}".encode(), "sha256")[:8], signed=True)
