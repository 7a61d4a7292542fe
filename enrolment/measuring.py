"""A reading written down, wherever it came from."""

from datetime import datetime

from django.db import transaction

from enrolment.models.answer import Answer
from enrolment.models.api_token import ApiToken
from enrolment.models.enrolment import Enrolment
from enrolment.models.reading import Reading
from enrolment.talk import RecordReading
from messaging.models import InboundMessage
from trust import audit


@transaction.atomic
def record(
    *,
    enrolment: Enrolment,
    told: RecordReading,
    measured_at: datetime,
    answer: Answer | None = None,
    inbound: InboundMessage | None = None,
    token: ApiToken | None = None,
    idempotency_key: str = "",
    digest: str = "",
) -> Reading:
    """By text: with its answer or its inbound text. By a device: with its token."""
    reading = Reading.objects.create(
        enrolment=enrolment,
        source=Reading.Source.SMS if token is None else Reading.Source.API,
        answer=answer,
        inbound=inbound,
        kind=told.kind,
        value=told.value,
        second=told.second,
        unit=told.unit,
        measured_at=measured_at,
        token=token,
        idempotency_key=idempotency_key,
        digest=digest,
    )
    audit.record(verb="reading.record", subject=enrolment, detail={"kind": told.kind})
    return reading
