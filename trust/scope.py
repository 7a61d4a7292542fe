"""What a user may see: one function every door goes through.

A model says how it is reached by two class attributes: `scope_organisation`, the lookup path to
its organisation's id, and `scope_campaign`, the path to its campaign's id, or None when only a
permission held organisation-wide opens it. A model without them cannot be scoped, which raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import HttpRequest

from trust.models.user import User
from trust.roles import permissions_of, require_known

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything one user may do, worked out once a request.

    Without an organisation there is no reach but the platform's: permissions of a user who lost
    the organisation count for nothing."""

    user_id: int | None
    organisation_id: int | None
    platform: bool
    organisation_permissions: frozenset[str]
    campaign_permissions: Mapping[int, frozenset[str]]

    def may(self, permission: str, campaign_id: int | None = None) -> bool:
        """Organisation-wide, or in this campaign when one is named."""
        require_known(permission)
        if self.platform:
            return True
        if self.organisation_id is None:
            return False
        if permission in self.organisation_permissions:
            return True
        if campaign_id is None:
            return False
        return permission in self.campaign_permissions.get(campaign_id, frozenset())

    def may_anywhere(self, permission: str) -> bool:
        """Organisation-wide or in at least one campaign."""
        return self.may(permission) or bool(self.campaigns_with(permission))

    def campaigns_with(self, permission: str) -> frozenset[int]:
        """Campaigns whose own membership gives the permission."""
        require_known(permission)
        if self.organisation_id is None:
            return frozenset()
        held = self.campaign_permissions.items()
        return frozenset(campaign_id for campaign_id, given in held if permission in given)


NOBODY = Reach(None, None, False, frozenset(), MappingProxyType({}))


def reach_of(request: HttpRequest) -> Reach:
    """Set by the middleware. A request that passed none may do nothing."""
    reach = getattr(request, "reach", NOBODY)
    return reach if isinstance(reach, Reach) else NOBODY


def organisation_reach(user: AbstractBaseUser | AnonymousUser) -> Reach:
    """The reach of the user's own row: role held organisation-wide, or the platform's."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    held = permissions_of(user.organisation_role) if user.organisation_id else frozenset()
    return Reach(
        user_id=user.pk,
        organisation_id=user.organisation_id,
        platform=user.is_superuser,
        organisation_permissions=held,
        campaign_permissions=MappingProxyType({}),
    )


def scope(queryset: models.QuerySet[M], reach: Reach, permission: str) -> models.QuerySet[M]:
    """The rows of `queryset` in which `reach` holds `permission`."""
    require_known(permission)
    organisation_path, campaign_path = scope_paths(queryset.model)
    if reach.platform:
        return queryset
    if reach.organisation_id is None:
        return queryset.none()
    own = queryset.filter(**{organisation_path: reach.organisation_id})
    if permission in reach.organisation_permissions:
        return own
    campaign_ids = reach.campaigns_with(permission)
    if campaign_path is None or not campaign_ids:
        return queryset.none()
    return own.filter(**{f"{campaign_path}__in": campaign_ids})


def holds(reach: Reach, permission: str, row: models.Model | None) -> bool:
    """In this row; anywhere, when there is no row yet."""
    if row is None or row.pk is None:
        return reach.may_anywhere(permission)
    return scope(type(row)._default_manager.filter(pk=row.pk), reach, permission).exists()


def scope_paths(model: type[models.Model]) -> tuple[str, str | None]:
    """The model's two paths. Raises ImproperlyConfigured when it does not name both."""
    organisation_path = getattr(model, "scope_organisation", None)
    if not isinstance(organisation_path, str) or not hasattr(model, "scope_campaign"):
        raise ImproperlyConfigured(
            f"{model._meta.label} must name scope_organisation and scope_campaign"
        )
    return organisation_path, model.scope_campaign
