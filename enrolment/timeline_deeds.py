"""What the audit has of one person in one campaign, at calendar time."""

from datetime import timedelta

from django.db.models import (
    DateTimeField,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from enrolment.models.enrolment import Enrolment
from enrolment.person_words import TOLD_ELSEWHERE
from messaging.models import CalendarOffset
from trust.models import AuditEvent


def deeds_of(enrolment: Enrolment) -> QuerySet[AuditEvent]:
    """With `calendar_at`. What rows of its own tell is left out, unless somebody of the staff did
    it. Of the number only what came since this person joined."""
    participant = enrolment.participant
    subjects = Q(subject_type="enrolment.enrolment", subject_id=str(enrolment.pk))
    subjects |= Q(subject_type="enrolment.participant", subject_id=str(participant.pk))
    subjects |= Q(
        subject_type="messaging.recipient",
        subject_id=str(participant.recipient_id),
        calendar_at__gte=participant.created_at - timedelta(days=1),
    )
    told = Q(verb__in=TOLD_ELSEWHERE, actor=None) | Q(verb="person.note")
    return AuditEvent.objects.annotate(calendar_at=_calendar_at()).filter(subjects).exclude(told)


def _calendar_at() -> Expression:
    """Machine time, and as much as the calendar was ahead then: today's offset without the steps
    that came later. Off the demo both are nothing."""
    ahead = Coalesce(
        Subquery(CalendarOffset.objects.values("offset")[:1]),
        Value(timedelta(0)),
        output_field=DurationField(),
    )
    later = (
        AuditEvent.objects.filter(
            subject_type="messaging.calendaroffset",
            subject_id="1",
            verb="clock.step",
            pk__gt=OuterRef("pk"),
        )
        .order_by()
        .values("verb")
        .annotate(minutes=Sum(Cast(KeyTextTransform("minutes", "detail"), IntegerField())))
        .values("minutes")
    )
    stepped = Func(
        Coalesce(Subquery(later), Value(0), output_field=IntegerField()),
        function="make_interval",
        template="%(function)s(mins => (%(expressions)s)::int)",
        output_field=DurationField(),
    )
    return ExpressionWrapper(F("at") + ahead - stepped, output_field=DateTimeField())
