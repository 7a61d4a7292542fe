"""How allauth works here: sign-in alone, our words, our lockout, our audit, secrets sealed."""

import logging
import smtplib
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trust import browsers, inviting, lockout, open_sessions, sealed_factors, second_factor
from trust.audit import record
from trust.models.user import User
from trust.viewing import as_seen_by

logger = logging.getLogger(__name__)

#: allauth's messages are templates; these few are said, the others are not.
_SAID: Mapping[str, Any] = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("The new password is kept."),
    "mfa/messages/totp_activated.txt": _("The second factor is set up."),
    "mfa/messages/totp_deactivated.txt": _("The second factor is off."),
    "mfa/messages/recovery_codes_generated.txt": _("Keep these codes where your phone is not."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {  # noqa: RUF012
        **DefaultAccountAdapter.error_messages,
        "incorrect_password": _("That is not the password of this account. Try again."),
        "too_many_login_attempts": _("Too many tries. Wait some minutes, then try again."),
    }

    def validation_error(self, code: str, *args: Any) -> Any:
        if code == "email_password_mismatch":
            words = gettext(
                "Address and password do not go together. Check both and try again; after "
                "%(limit)s wrong tries sign-in is closed for %(minutes)s minutes."
            )
            values = {"limit": settings.AXES_FAILURE_LIMIT, "minutes": lockout.minutes()}
            return ValidationError(words % values, code=code)
        return super().validation_error(code, *args)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        self._was_locked = lockout.is_locked(request, str(credentials.get("email", "")))
        return super().authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        email = str(credentials.get("email", "")).strip().lower()
        user = User.objects.filter(email=email).first()
        lockout.record_failure(request, user, was_locked=self._was_locked, of="password")

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        shown = second_factor.was_shown(request)
        kind = browsers.kind_of(request.headers.get("User-Agent", ""))
        request.session[open_sessions.BROWSER] = kind
        record(verb="user.signed_in", subject=user, actor=user, detail={"second_factor": shown})
        response: HttpResponse = super().post_login(request, user, **more)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        return lockout.address_of(request) or ""

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        return inviting.link_of(key)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        said = _SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, said)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not turn a page into an error: on the page of a forgotten
        password that would tell which addresses have an account."""
        user = context.get("user")
        seen = as_seen_by(user) if isinstance(user, User) else nullcontext()
        try:
            with seen:
                super().send_mail(template_prefix, email, context)
        except (smtplib.SMTPException, OSError) as error:
            logger.error("sign-in mail not sent", exc_info=error)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, context, email or user.email)


class FactorAdapter(DefaultMFAAdapter):
    error_messages = {  # noqa: RUF012
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "That code is not right. Codes change every half minute: wait for the app's next one "
            "and type it here. Does it fail again, set the phone's clock to automatic."
        ),
    }

    def get_totp_issuer(self) -> str:
        return "Sendwell"

    def encrypt(self, text: str) -> str:
        return sealed_factors.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealed_factors.decrypt(encrypted_text)
