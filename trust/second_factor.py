"""The second factor of an account: whether it has one, and taking it away when it is lost.

Setting it up is allauth's; the rows are its Authenticator's."""

from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.http import HttpRequest

from trust.audit import record
from trust.models.user import User

_METHODS = "account_authentication_methods"


class NotYourOwn(Exception):
    """Whoever has lost their own asks a colleague: an open browser must not be enough."""


def is_set(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def with_state(users: models.QuerySet[User]) -> models.QuerySet[User]:
    """Each with `factor_is_set`, for a list of them."""
    own = Authenticator.objects.filter(user=models.OuterRef("pk"), type=Authenticator.Type.TOTP)
    return users.annotate(factor_is_set=models.Exists(own))


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
    if count:
        record(verb="user.second_factor_reset", subject=user, actor=actor)
    return bool(count)
