"""The second factor of an account: whether it has one, and taking it away when it is lost.

Setting it up is allauth's; the rows are its Authenticator's."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from trust.audit import record
from trust.models.user import User

_METHODS = "account_authentication_methods"


class NotYourOwn(Exception):
    """Whoever has lost their own asks a colleague: an open browser must not be enough."""


def is_set(user: User) -> bool:
    """Of the row that every request reads anyway; `mark` keeps it true to the Authenticators."""
    return user.second_factor_at is not None


def mark(user: User, *, at: datetime | None) -> None:
    User.objects.filter(pk=user.pk).update(second_factor_at=at)
    user.second_factor_at = at


def was_shown(request: HttpRequest) -> bool:
    """In this very session, at signing in or at set-up."""
    shown = request.session.get(_METHODS, [])
    return any(method.get("method") == "mfa" for method in shown)


def forget_shown(request: HttpRequest) -> None:
    """After it was turned off: a factor set up later has to be shown again."""
    shown = request.session.get(_METHODS, [])
    request.session[_METHODS] = [one for one in shown if one.get("method") != "mfa"]


@transaction.atomic
def reset(*, user: User, actor: User) -> bool:
    """Takes away app and recovery codes, so that the next sign-in leads to set-up. False when there
    was nothing to take. Raises NotYourOwn."""
    if user.pk == actor.pk:
        raise NotYourOwn
    count, _ = Authenticator.objects.filter(user=user).delete()
    mark(user, at=None)
    if count:
        record(verb="user.second_factor_reset", subject=user, actor=actor)
    return bool(count)
