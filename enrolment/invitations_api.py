"""The door for web forms, referrals and missed calls: POST /api/v1/invitations/. See
docs/enrol-api.md."""

from collections.abc import Mapping
from typing import Any

from enrolment import taking_in
from enrolment.api_door import Door, Posted, api_door
from enrolment.invited import invited
from enrolment.models.api_token import ApiToken
from messaging import clock

LONGEST_BODY = 4 * 1024
_DOOR = Door(
    may=ApiToken.May.INVITATIONS,
    thing="invitation",
    types=frozenset({"application/json"}),
    longest=LONGEST_BODY,
    status=202,
)


@api_door(_DOOR)
def invitations(posted: Posted) -> Mapping[str, Any]:
    """The same answer whatever is known of the number."""
    invitation = taking_in.take_in(
        token_id=posted.token_id,
        asked=invited(posted.body),
        idempotency_key=posted.key,
        digest=posted.digest,
        now=clock.calendar_now(),
    )
    return {"id": invitation.pk, "status": "taken"}
