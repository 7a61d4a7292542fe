"""A number's word that it wants nothing more, and its word that it does again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from messaging.models.opt_out import OptOut
from messaging.models.recipient import Recipient
from messaging.statements import blobs, ids, rows
from trust import audit
from trust.models import MachineNow

_OPT_OUT = f"""
WITH number AS MATERIALIZED (
    SELECT * FROM unnest(%(organisations)s::bigint[], %(recipients)s::bigint[],
                         %(indexes)s::bytea[]) AS n(organisation_id, recipient_id, number_index)
), opted_out AS (
    INSERT INTO messaging_optout
           (organisation_id, number_index, opted_out_at, source, lifted_at, lift_source)
    SELECT organisation_id, number_index, clock_timestamp(), %(source)s::text, NULL, ''
      FROM number
    ON CONFLICT (organisation_id, number_index) DO UPDATE
       SET opted_out_at = clock_timestamp(), source = EXCLUDED.source, lifted_at = NULL,
           lift_source = ''
     WHERE messaging_optout.lifted_at IS NOT NULL
    RETURNING organisation_id, number_index
), deed AS (
    SELECT number.organisation_id, number.recipient_id::text AS subject_id
      FROM opted_out JOIN number USING (organisation_id, number_index)
)
{audit.INSERT_OF_DEEDS} FROM deed
RETURNING id
"""

_AMONG = """
SELECT r.id FROM messaging_recipient r
  JOIN messaging_optout o
    ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
 WHERE r.id = ANY(%s) AND o.lifted_at IS NULL
"""


class Number(NamedTuple):
    """As its recipient's row has it."""

    organisation_id: int
    recipient_id: int
    number_index: bytes


def opt_out(*, recipient: Recipient, source: str, now: datetime) -> bool:
    """False when the number was opted out already. The caller holds the recipient's row lock, and
    cancels what is queued."""
    number = Number(recipient.organisation_id, recipient.pk, bytes(recipient.number_index))
    return bool(opt_out_each(numbers=[number], source=source, now=now))


def opt_out_each(*, numbers: Sequence[Number], source: str, now: datetime) -> int:
    """The same of many; how many were not opted out already."""
    if not numbers:
        return 0
    values = {
        "organisations": ids(number.organisation_id for number in numbers),
        "recipients": ids(number.recipient_id for number in numbers),
        "indexes": blobs(number.number_index for number in numbers),
        "source": source,
        **audit.of_deeds(
            verb="number.opt_out",
            subject=Recipient,
            detail={"source": source, "at": now.isoformat()},
        ),
    }
    return len(rows(_OPT_OUT, values))


@transaction.atomic
def lift(*, recipient: Recipient, source: str, now: datetime) -> bool:
    """False when the number was not opted out. Only the person's own new consent lifts it; the
    caller keeps the evidence and holds the recipient's row lock."""
    lifted = OptOut.objects.filter(
        organisation_id=recipient.organisation_id,
        number_index=bytes(recipient.number_index),
        lifted_at=None,
    ).update(lifted_at=MachineNow(), lift_source=source)
    if not lifted:
        return False
    audit.record(
        verb="number.lift_opt_out",
        subject=recipient,
        detail={"source": source, "at": now.isoformat()},
    )
    return True


def is_opted_out(*, recipient: Recipient) -> bool:
    return bool(opted_out_among([recipient.pk]))


def opted_out_among(recipient_ids: Iterable[int]) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(_AMONG, [list(recipient_ids)])
        return frozenset(row[0] for row in cursor.fetchall())
