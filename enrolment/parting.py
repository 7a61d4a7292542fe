"""Why somebody left, if she says: a digit, answered to the confirmation of STOP, and never
answered itself."""

from datetime import datetime, timedelta

from django.db import transaction

from enrolment.models.withdrawal import Withdrawal
from messaging.folding import fold
from messaging.models import Recipient

#: A digit that comes later answers something else.
_WITHIN = timedelta(days=7)
_BY_DIGIT = {str(place): told for place, told in enumerate(Withdrawal.Told.values, start=1)}


def reason_in(text: str) -> str | None:
    return _BY_DIGIT.get(fold(text))


@transaction.atomic
def tell(*, recipient: Recipient, told: str, now: datetime) -> bool:
    """False when nobody asked, or it was told before. Of all the campaigns the STOP ended."""
    lately = Withdrawal.objects.filter(
        enrolment__participant__recipient=recipient,
        source__in=("sms", "web"),
        withdrawn_at__gt=now - _WITHIN,
        told="",
    )
    return bool(lately.update(told=told, told_at=now))
