"""The door for telephone gateways: POST /api/v1/missed-calls/. See docs/enrol-api.md."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from enrolment import taking_in
from enrolment.api_door import Door, body_of, problem, token_of
from enrolment.api_problems import Refused, Unreadable
from enrolment.missed_call import missed_call
from enrolment.models.api_token import ApiToken
from messaging import clock

log = structlog.get_logger(__name__)

_DOOR = Door(
    may=ApiToken.May.INVITATIONS,
    thing="missed call",
    types=frozenset({"application/json", "application/x-www-form-urlencoded"}),
    longest=16 * 1024,
    status=200,
)
#: Twilio and Africa's Talking hang up at this, and the caller pays nothing.
_HANG_UP = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject/></Response>'


@csrf_exempt
def missed_calls(request: HttpRequest) -> HttpResponse:
    """The same answer whatever is known of the number."""
    try:
        if request.method != "POST":
            raise Refused(405, "Only POST.", {"Allow": "POST"})
        token_id = token_of(request, _DOOR, asks_for='Basic realm="Sendwell"')
        if request.content_type not in _DOOR.types:
            raise Refused(415, "Send a form or JSON.")
        call = missed_call(body_of(request, _DOOR), request.content_type)
        taking_in.take_call(token_id=token_id, call=call, now=clock.calendar_now())
    except Unreadable as wrong:
        errors = [{"pointer": wrong.pointer, "detail": wrong.detail}]
        return problem(422, "The missed call can't be understood.", errors=errors)
    except Refused as refused:
        return problem(refused.status, refused.title, headers=refused.headers)
    except Exception:
        # Django's own page would show what was sent.
        log.exception("api_broke", door=_DOOR.thing)
        return problem(500, "Something broke here; send it again.")
    answer = HttpResponse(_HANG_UP, content_type="application/xml")
    answer["Cache-Control"] = "no-store"
    return answer
