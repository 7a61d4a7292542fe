"""Nobody works here without a second factor, but in a demo whose every sender is fake."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from messaging import clock
from trust import second_factor
from trust.models import User

#: What is open to a session that has shown none yet: setting it up, signing out, a password.
OPEN = frozenset(
    {
        "account_login", "account_logout", "account_inactive", "account_reauthenticate",
        "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
        "account_reset_password_from_key_done", "mfa_authenticate", "mfa_activate_totp",
        "second_factor_picture", "admin:login", "admin:logout", "admin:jsi18n",
    }
)  # fmt: skip
#: Participants' pages and other systems' doors know no user.
OPEN_STARTS = ("enrolment:me", "messaging:inbound", "messaging:receipts")


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in OPEN or name.startswith(OPEN_STARTS) or not isinstance(request.user, User):
            return None
        is_set = second_factor.is_set(request.user)
        if is_set and second_factor.was_shown(request):
            return None
        if is_set:
            # It was set up elsewhere meanwhile; this browser gave only the password.
            logout(request)
            messages.warning(request, gettext("Sign in again, with your second factor."))
            return redirect("account_login")
        if may_skip():
            request.second_factor_skipped = True  # type: ignore[attr-defined]
            return None
        return redirect("mfa_activate_totp")


def may_skip() -> bool:
    """Only where nothing real can happen, and SECOND_FACTOR does not ask for it all the same."""
    return settings.DEMO and not settings.SECOND_FACTOR and clock.all_senders_fake()
