"""An email with a link by which somebody sets a password of their own: nobody else knows it."""

import smtplib
from dataclasses import dataclass
from typing import Any

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from trust.audit import record
from trust.models.user import User
from trust.viewing import as_seen_by


class MailFailed(Exception):
    """The mail server did not take it; nothing else is undone."""


@dataclass(frozen=True, slots=True)
class _Letter:
    subject: Any
    template: str


_WELCOME = _Letter(_("Your account on Sendwell"), "account/email/invited.txt")
_AGAIN = _Letter(_("A new password on Sendwell"), "account/email/password_link.txt")


def send_link(*, user: User, actor: User) -> None:
    """Once used, or after three days, the link is spent. Raises MailFailed."""
    letter = _AGAIN if user.has_usable_password() else _WELCOME
    context = {"link": link_for(user), "user": user, "days": _days()}
    with as_seen_by(user):
        message = EmailMessage(
            subject=str(letter.subject),
            body=render_to_string(letter.template, context),
            to=[user.email],
        )
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed from error
    record(verb="user.link_sent", subject=user, actor=actor)


def link_for(user: User) -> str:
    """Under the address of the settings: the request's own could have been chosen by a stranger."""
    token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return link_of(f"{user_pk_to_url_str(user)}-{token}")


def link_of(key: str) -> str:
    uid, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return f"{settings.PUBLIC_BASE_URL}{path}"


def _days() -> int:
    return int(settings.PASSWORD_RESET_TIMEOUT // (24 * 3600))
