"""The door for web forms, referrals and missed calls: POST /api/v1/invitations/. See
docs/enrol-api.md."""

from django.http import HttpResponse
from rest_framework.request import Request

from enrolment import api_document as said
from enrolment import taking_in
from enrolment.api_door import ApiDoor, answer
from enrolment.invited import invited
from enrolment.models.api_token import ApiToken
from messaging import clock


class Invitations(ApiDoor):
    may = ApiToken.May.INVITATIONS
    does = "send invitations"
    thing = "invitation"

    @said.described(
        name="invite",
        summary="A number that shall be asked whether it wants to join",
        body={"application/json": said.INVITATION},
        parameters=(said.IDEMPOTENCY_KEY,),
        good=said.taken(
            202,
            "Taken; the same answer whatever is known of the number.",
            {"id": said.ID, "status": {"const": "taken"}},
        ),
        refusals=(409,),
    )
    def post(self, request: Request) -> HttpResponse:
        """The same answer whatever is known of the number."""
        posted = self.posted(request)
        invitation = taking_in.take_in(
            token_id=posted.token_id,
            asked=invited(posted.body),
            idempotency_key=posted.key,
            digest=posted.digest,
            now=clock.calendar_now(),
        )
        return answer({"id": invitation.pk, "status": "taken"}, 202)
