"""What is known of texts under their numbers' locks, and those that may not leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from messaging.clock import CALENDAR_NOW
from messaging.models.message import Message
from messaging.statements import ids, rows, words

PAST_OPT_OUT = words(Message.PAST_OPT_OUT)

# A statement of its own: it must see what was committed while the locks were taken, which the
# statement that took them does not.
_READ = """
SELECT m.id, r.number, b.text, o.id IS NOT NULL AND NOT m.kind = ANY(%(past_opt_out)s::text[]),
       m.is_approved, r.bad_since IS NOT NULL
  FROM messaging_message m
  JOIN messaging_recipient r ON r.id = m.recipient_id
  LEFT JOIN messaging_messagebody b ON b.message_id = m.id
  LEFT JOIN messaging_optout o
    ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
   AND o.lifted_at IS NULL
 WHERE m.id = ANY(%(ids)s::bigint[])
"""

_BLOCK = f"""
UPDATE messaging_message m
   SET status = 'blocked', status_reason = refused.reason, settled_at = {CALENDAR_NOW},
       retry_at = NULL
  FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS refused(id, reason)
 WHERE m.id = refused.id
RETURNING m.id
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The number and the words are sealed; None once they were erased."""

    number: bytes | None = field(repr=False)
    text: bytes | None = field(repr=False)
    opted_out: bool
    approved: bool
    bad_number: bool

    def refusal(self, *, fake: bool) -> str:
        """Why it may not leave, "" when it may; `fake`: by a fake provider."""
        if self.number is None or self.text is None:
            return "erased"
        if self.opted_out:
            return "opted_out"
        if not self.approved and not fake:
            return "not_clinically_approved"
        return "bad_number" if self.bad_number else ""


def read(*, message_ids: Sequence[int]) -> dict[int, Found]:
    """By message. The caller holds the locks of their numbers and of them."""
    if not message_ids:
        return {}
    values = {"ids": ids(message_ids), "past_opt_out": PAST_OPT_OUT}
    return {message_id: Found(*row) for message_id, *row in rows(_READ, values)}


def block(*, reasons: Mapping[int, str]) -> None:
    """By message; under the same locks."""
    if reasons:
        rows(_BLOCK, {"ids": ids(reasons), "reasons": words(reasons.values())})
