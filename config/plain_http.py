"""Other systems' calls without TLS are refused, where people are led to https.

A program that is redirected works on unseen, and sends its token in plain each time."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from enrolment.api_door import problem

#: What a token opens. Not the API's document and its page, which people open; nor providers'
#: webhooks: one that follows a redirect may carry a STOP.
_BY_TOKEN = re.compile(r"/(api/v1/(?!docs/|openapi\.json)|fhir/)")


class PlainHttpMiddleware:
    """Stands before the one that redirects."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refused = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if refused and _BY_TOKEN.match(request.path):
            return problem(
                403,
                "Call the https address. A token that was sent without TLS may have been read on "
                "the way: have it revoked, and take a new one.",
            )
        return self.get_response(request)
