"""Somebody chooses how the pages are shown to them."""

from django.db import transaction

from trust.audit import record
from trust.models.user import User


@transaction.atomic
def prefer(*, user: User, language: str, time_zone: str) -> None:
    """Empty: as the browser says, as the organisation has it."""
    User.objects.filter(pk=user.pk).update(language=language, time_zone=time_zone)
    record(verb="user.prefer", subject=user, actor=user)
