"""The doors for other systems' answers and events: POST /api/v1/answers/ and /api/v1/events/. See
docs/api.md."""

from django.http import HttpResponse
from rest_framework.request import Request

from enrolment import api_document as said
from enrolment import submitting
from enrolment.api_door import ApiDoor, answer
from enrolment.api_submitted import submitted_answer, submitted_event
from enrolment.models.api_token import ApiToken
from messaging import clock


class Answers(ApiDoor):
    may = ApiToken.May.ANSWERS
    does = "send answers"
    thing = "answer"

    @said.described(
        name="send_answer",
        summary="An answer given elsewhere, such as on a web form",
        body={"application/json": said.ANSWER},
        parameters=(said.IDEMPOTENCY_KEY,),
        good=said.taken(201, "Stored.", {"id": said.ID}),
        refusals=(404, 409),
    )
    def post(self, request: Request) -> HttpResponse:
        posted = self.posted(request)
        stored = submitting.submit_answer(
            token_id=posted.token_id,
            told=submitted_answer(posted.body),
            idempotency_key=posted.key,
            digest=posted.digest,
            now=clock.calendar_now(),
        )
        return answer({"id": stored.pk}, 201)


class Events(ApiDoor):
    may = ApiToken.May.EVENTS
    does = "send events"
    thing = "event"

    @said.described(
        name="send_event",
        summary="Something that happened, such as a visit: sets an attribute or moves a date",
        body={"application/json": said.EVENT},
        parameters=(said.IDEMPOTENCY_KEY,),
        good=said.taken(201, "Stored.", {"id": said.ID}),
        refusals=(404, 409),
    )
    def post(self, request: Request) -> HttpResponse:
        posted = self.posted(request)
        stored = submitting.submit_event(
            token_id=posted.token_id,
            told=submitted_event(posted.body),
            idempotency_key=posted.key,
            digest=posted.digest,
            now=clock.calendar_now(),
        )
        return answer({"id": stored.pk}, 201)
