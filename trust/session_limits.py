"""A session ends after some time without a click, and in any case after a working day."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

BEGAN, SEEN = "session_began", "session_seen"
#: Written once a minute at most: each writing is a statement of the database.
_FRESH_SECONDS = 60


def why_ended(kept: Mapping[str, Any], now: float, *, idle: float, longest: float) -> str:
    """Empty while the session may go on. One that says nothing has just begun."""
    if now - kept.get(BEGAN, now) > longest:
        return gettext(
            "You were signed out, as %(hours)s hours have passed since you signed in. Sign in "
            "again to go on."
        ) % {"hours": int(longest // 3600)}
    if now - kept.get(SEEN, now) > idle:
        return gettext(
            "You were signed out after %(minutes)s minutes without a click. Sign in again to go on."
        ) % {"minutes": int(idle // 60)}
    return ""


def touch(kept: Any, now: float) -> None:
    if BEGAN not in kept:
        kept[BEGAN] = now
    if now - kept.get(SEEN, 0) > _FRESH_SECONDS:
        kept[SEEN] = now


class SessionLimitsMiddleware:
    """Stands behind the one that says who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A session of nobody's is not read: participants' pages and webhooks have none.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.user.is_anonymous:
            return self.get_response(request)
        now = time.time()
        ended = why_ended(
            request.session,
            now,
            idle=settings.SESSION_IDLE_SECONDS,
            longest=settings.SESSION_LONGEST_SECONDS,
        )
        if not ended:
            touch(request.session, now)
            return self.get_response(request)
        logout(request)
        messages.warning(request, ended)
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
