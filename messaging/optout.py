"""A number's word that it wants nothing more, and its word that it does again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from messaging.models.opt_out import OptOut
from messaging.models.recipient import Recipient
from messaging.prepared import rows
from trust import audit
from trust.models import MachineNow

_OPT_OUT = f"""
WITH opted_out AS (
INSERT INTO messaging_optout
       (organisation_id, number_index, opted_out_at, source, lifted_at, lift_source)
VALUES (%(organisation_id)s, %(index)s, clock_timestamp(), %(source)s, NULL, '')
ON CONFLICT (organisation_id, number_index) DO UPDATE
   SET opted_out_at = clock_timestamp(), source = EXCLUDED.source, lifted_at = NULL,
       lift_source = ''
 WHERE messaging_optout.lifted_at IS NOT NULL
RETURNING id
)
{audit.INSERT_NAMED} FROM opted_out
RETURNING id
"""

_AMONG = """
SELECT r.id FROM messaging_recipient r
  JOIN messaging_optout o
    ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
 WHERE r.id = ANY(%s) AND o.lifted_at IS NULL
"""


def opt_out(*, recipient: Recipient, source: str, now: datetime) -> bool:
    """False when the number was opted out already. The caller holds the recipient's row lock, and
    cancels what is queued."""
    values = {
        "organisation_id": recipient.organisation_id,
        "index": bytes(recipient.number_index),
        "source": source,
        **audit.named(
            verb="number.opt_out",
            subject=recipient,
            detail={"source": source, "at": now.isoformat()},
        ),
    }
    return bool(rows(_OPT_OUT, values))


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
