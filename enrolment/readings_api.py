"""The door for devices and apps: POST /api/v1/readings/. See docs/readings-api.md."""

from django.http import HttpResponse
from rest_framework.request import Request

from enrolment import api_document as said
from enrolment import receiving
from enrolment.api_door import ApiDoor, answer
from enrolment.models.api_token import ApiToken
from enrolment.observations import observed
from messaging import clock


class Readings(ApiDoor):
    may = ApiToken.May.READINGS
    does = "send readings"
    thing = "reading"
    types = frozenset({"application/json", "application/fhir+json"})
    longest = 64 * 1024

    @said.described(
        name="send_reading",
        summary="A reading of a device or an app",
        body={"application/json": said.READING, "application/fhir+json": said.OBSERVATION},
        parameters=(said.IDEMPOTENCY_KEY,),
        good=said.taken(201, "Stored.", {"id": said.ID, "kind": {"type": "string"}}),
        refusals=(404, 409),
    )
    def post(self, request: Request) -> HttpResponse:
        posted = self.posted(request)
        reading = receiving.receive(
            token_id=posted.token_id,
            seen=observed(posted.body),
            idempotency_key=posted.key,
            digest=posted.digest,
            now=clock.calendar_now(),
        )
        return answer({"id": reading.pk, "kind": reading.kind}, 201)
