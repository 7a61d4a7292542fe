"""In whose language, and on whose clock, an email to staff is written."""

from contextlib import AbstractContextManager
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.timezone import get_current_timezone_name

from trust.models import User
from trust.saying import moment
from trust.viewing import as_seen_by


def as_read_at(email: str) -> AbstractContextManager[object]:
    """The account's that has the address; the house's own where none has."""
    reader = User.objects.select_related("organisation").filter(email__iexact=email).first()
    if reader is None:
        return translation.override(settings.LANGUAGE_CODE)
    return as_seen_by(reader)


def with_zone(at: datetime) -> str:
    """As in "01 Dec 2026 09:00 UTC"."""
    return f"{moment(at, 'dd MMM y HH:mm')} {get_current_timezone_name()}"
