"""Wrong tries are counted by account and address, and lock both for a time (django-axes).

Passwords and codes of the second factor count alike. What somebody typed as an address is kept as
a digest alone: people type passwords into the wrong field."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from trust.audit import record
from trust.models.user import User

#: What the audit calls a lock that has just begun.
LOCKED = "user.locked_out"


def digest_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """What axes keeps in place of the address, by AXES_USERNAME_CALLABLE."""
    given = credentials or {}
    typed = given.get("email") or given.get("username")
    if not typed:
        return None
    return salted_hmac("trust.lockout", str(typed).strip().lower()).hexdigest()


def address_of(request: HttpRequest) -> str | None:
    """Behind a proxy of ours the last address it names; anything before that is anybody's word."""
    named = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and named:
        return named.rpartition(",")[2].strip()
    return request.META.get("REMOTE_ADDR") or None


def is_locked(request: HttpRequest, email: str) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"email": email})


def refuse(request: HttpRequest) -> None:
    """The middleware of axes answers with `answer`, whatever the view says."""
    request.axes_locked_out = True  # type: ignore[attr-defined]


def count_wrong_code(request: HttpRequest, user: User) -> None:
    """A code of the second factor counts like a password."""
    AxesProxyHandler.user_login_failed(
        sender="trust.lockout", credentials={"email": user.email}, request=request
    )
    record_failure(request, user, was_locked=False, of="code")


def record_failure(request: HttpRequest, user: User | None, *, was_locked: bool, of: str) -> None:
    """A row for each wrong try and one more where it locks. Tries while it is locked leave none:
    they would fill the audit at anybody's wish."""
    if was_locked:
        return
    record(verb="user.sign_in_failed", subject=user, detail={"of": of})
    if getattr(request, "axes_locked_out", False):
        record(verb=LOCKED, subject=user, detail={"minutes": minutes()})


def minutes() -> int:
    return int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)


def answer(request: HttpRequest, response: HttpResponse, credentials: object) -> HttpResponse:
    """By AXES_LOCKOUT_CALLABLE. The same for an account that exists and one that does not."""
    return render(request, "account/locked.html", {"minutes": minutes()}, status=429)
