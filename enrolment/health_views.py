"""Doors for machines: is this process up, is it ready, is the house at work, and its figures.

`live` and `ready` say nothing but yes or no, so they are open; the others need the bearer token
METRICS_TOKEN, and do not exist where none is set.
"""

import hmac
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from enrolment.house_health import health
from enrolment.house_metrics import exposition
from messaging import clock

_View = Callable[[HttpRequest], HttpResponse]


def _with_token(view: _View) -> _View:
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.METRICS_TOKEN:
            raise Http404
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
        return view(request)

    return guarded


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers: a database that is away is no reason to start it anew."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """This process reaches the database: it may be sent requests."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


@require_safe
@never_cache
@_with_token
def house(request: HttpRequest) -> HttpResponse:
    """200 while every part was seen and nothing is stuck; else 503 with the names of what is."""
    try:
        now, calendar = clock.both()
        found = health(now=now, calendar=calendar)
    except DatabaseError:
        return JsonResponse({"well": False, "troubles": ["database"]}, status=503)
    answer = {"well": found.is_well, "troubles": list(found.troubles)}
    return JsonResponse(answer, status=200 if found.is_well else 503)


@require_safe
@never_cache
@_with_token
def metrics(request: HttpRequest) -> HttpResponse:
    now, calendar = clock.both()
    return HttpResponse(
        exposition(now=now, calendar=calendar), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )
