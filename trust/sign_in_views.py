"""allauth's pages with what is ours: audit rows, and a session that knows what it was shown."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trust import second_factor
from trust.audit import record
from trust.sign_in_forms import SetUpForm


@method_decorator(never_cache, name="dispatch")
class SetUp(ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        secret = found["form"].secret
        # In fours, as it is read from one screen and typed on another.
        found["spoken"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return found

    @method_decorator(transaction.atomic)
    def form_valid(self, form: SetUpForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        user = self.request.user
        second_factor.mark(user, at=timezone.now())
        record_authentication(self.request, user, method="mfa", type="totp")
        record(verb="user.second_factor_set", subject=user, actor=user)
        return response


class TurnOff(DeactivateTOTPView):
    @method_decorator(transaction.atomic)
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        user = self.request.user
        second_factor.mark(user, at=None)
        second_factor.forget_shown(self.request)
        record(verb="user.second_factor_removed", subject=user, actor=user)
        return response


class NewCodes(GenerateRecoveryCodesView):
    @method_decorator(transaction.atomic)
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        user = self.request.user
        record(verb="user.recovery_codes_made", subject=user, actor=user)
        return response


@require_safe
@login_required
@never_cache
def picture(request: HttpRequest) -> HttpResponse:
    """The code to point a phone at; from a page of its own, as the content policy forbids images
    written into a page."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    drawn = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(drawn, content_type="image/svg+xml")
