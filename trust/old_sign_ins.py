"""What signing in leaves behind: sessions that are over, and wrong tries, kept for whoever looks
into a break-in and then of no use. Machine time."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session

#: The same as docs/governance/retention.md says.
TRIES_KEPT = timedelta(days=90)


def remove(*, now: datetime) -> int:
    """How many rows went."""
    gone, _ = Session.objects.filter(expire_date__lt=now).delete()
    for tries in (AccessAttempt, AccessFailureLog, AccessLog):
        gone += tries.objects.filter(attempt_time__lt=now - TRIES_KEPT).delete()[0]
    return gone
