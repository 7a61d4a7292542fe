"""What Twilio's message statuses mean, wherever they stand: in a callback, an answer, a list.

Statuses: twilio.com/docs/messaging/api/message-resource, "Message status values". Callbacks come in
any order and more than once; whoever keeps the books goes by rank.
"""

from messaging.providers.base import DeliveryReport, ReportStatus
from messaging.providers.twilio_codes import advice

#: The others (accepted, scheduled, queued, sending) say nothing new. `read` is of channels other
#: than SMS. `canceled` never went out.
STATUSES: dict[str, ReportStatus] = {
    "sent": ReportStatus.SENT,
    "delivered": ReportStatus.DELIVERED,
    "read": ReportStatus.DELIVERED,
    "undelivered": ReportStatus.UNDELIVERED,
    "failed": ReportStatus.FAILED,
    "canceled": ReportStatus.FAILED,
}
_LOST = (ReportStatus.UNDELIVERED, ReportStatus.FAILED)


def report(status: str, *, token: str, sid: str, code: int) -> DeliveryReport | None:
    """None for a status that says nothing new. A code beside a good status is no error."""
    meaning = STATUSES.get(status.lower())
    if meaning is None:
        return None
    if meaning not in _LOST:
        return DeliveryReport(meaning, token, sid)
    return DeliveryReport(meaning, token, sid, str(code) if code else "", advice(code))
