"""The door for devices and apps: POST /api/v1/readings/. See docs/readings-api.md."""

from collections.abc import Mapping
from typing import Any

from enrolment import receiving
from enrolment.api_door import Door, Posted, api_door
from enrolment.models.api_token import ApiToken
from enrolment.observations import observed
from messaging import clock

LONGEST_BODY = 64 * 1024
_DOOR = Door(
    may=ApiToken.May.READINGS,
    thing="reading",
    types=frozenset({"application/json", "application/fhir+json"}),
    longest=LONGEST_BODY,
    status=201,
)


@api_door(_DOOR)
def readings(posted: Posted) -> Mapping[str, Any]:
    reading = receiving.receive(
        token_id=posted.token_id,
        seen=observed(posted.body),
        idempotency_key=posted.key,
        digest=posted.digest,
        now=clock.calendar_now(),
    )
    return {"id": reading.pk, "kind": reading.kind}
