"""The door for telephone gateways: POST /api/v1/missed-calls/. See docs/enrol-api.md."""

from django.http import HttpResponse
from rest_framework.request import Request

from enrolment import api_document as said
from enrolment import taking_in
from enrolment.api_door import ApiDoor
from enrolment.missed_call import missed_call
from enrolment.models.api_token import ApiToken
from messaging import clock

_FORM = "application/x-www-form-urlencoded"
#: Twilio and Africa's Talking hang up at this, and the caller pays nothing.
_HANG_UP = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject/></Response>'
_CALL = {
    "type": "object",
    "required": ["number", "id"],
    "properties": {
        "number": {
            "type": "string",
            "description": "Or as the gateway calls it: From, caller, ...",
        },
        "id": {"type": "string", "description": "Or as the gateway calls it: CallSid, ..."},
    },
}


class MissedCalls(ApiDoor):
    may = ApiToken.May.INVITATIONS
    does = "send missed calls"
    thing = "missed call"
    types = frozenset({"application/json", _FORM})
    longest = 16 * 1024
    asks_for = 'Basic realm="Sendwell"'
    broken = "Something broke here; send it again."

    @said.described(
        name="tell_missed_call",
        summary="Somebody rang a number of yours and shall be asked whether to join",
        body={"application/json": _CALL, _FORM: _CALL},
        good={(200, "application/xml"): ("The gateway hangs up.", {"type": "string"})},
        refusals=(409,),
    )
    def post(self, request: Request) -> HttpResponse:
        """The same answer whatever is known of the number."""
        self.require_type(request, "Send a form or JSON.")
        call = missed_call(self.body_of(request), request._request.content_type)
        taking_in.take_call(token_id=request.auth.token_id, call=call, now=clock.calendar_now())
        answer = HttpResponse(_HANG_UP, content_type="application/xml")
        answer["Cache-Control"] = "no-store"
        return answer
