"""Where a texted link leads. Looking at it uses nothing up, since networks and telephones look at
links before people do; the button does.

The address holds the token, so nothing of it is logged, kept or passed on by the browser.
"""

import time
from collections.abc import Callable
from functools import wraps

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt

from enrolment import visiting, web_links
from enrolment.knocking import Knocks
from enrolment.web_door import PATH, guarded, page, set_cookie
from enrolment.web_languages import browser_language, page_language
from messaging import clock

log = structlog.get_logger(__name__)

KNOCKS = Knocks()
_DEAD = 404
_TOO_MANY = 429

View = Callable[[HttpRequest, str], HttpResponse]


def _unlogged(view: View) -> View:
    """Django logs the address of whatever is refused or breaks, and here that is the key."""

    @csrf_exempt
    @wraps(view)
    def door(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except Exception:
            log.exception("link_broke", method=request.method)
            response = HttpResponse(status=500)
        response.headers["Referrer-Policy"] = "no-referrer"
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    return door


@_unlogged
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Wrong, used and expired links get one and the same answer."""
    who = _address(request)
    if KNOCKS.are_too_many(who, time.monotonic()):
        return _closed(request, _TOO_MANY)
    if request.method == "POST" and _is_own_form(request):
        key = visiting.begin(token=token, now=clock.calendar_now())
        if key is not None:
            response = HttpResponseRedirect(PATH, status=303)
            set_cookie(response, key)
            return guarded(response, browser_language(""))
    elif request.method in ("GET", "HEAD"):
        found = web_links.live(token=token, now=clock.calendar_now())
        if found is not None:
            language = page_language(found.participant.language)
            return guarded(page(request, language, "enrolment/me_link.html", {}), language)
    KNOCKS.failed(who, time.monotonic())
    return _closed(request, _DEAD)


def _closed(request: HttpRequest, status: int) -> HttpResponse:
    language = browser_language(request.headers.get("Accept-Language", ""))
    shown = page(request, language, "enrolment/me_closed.html", {}, status=status)
    return guarded(shown, language)


def _is_own_form(request: HttpRequest) -> bool:
    """In place of Django's token: under `no-referrer` browsers name no origin, which Django takes
    for a forgery. Browsers too old to say where a form stood are let in; all anybody could do to
    them is to show them a page that is not theirs."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _address(request: HttpRequest) -> str:
    """Behind a proxy of ours the last address it names; anything before that is anybody's word."""
    named = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and named:
        return named.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
