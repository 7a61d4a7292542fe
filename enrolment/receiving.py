"""A reading that a device or an app sent: stored once, and answered where it is alarming.

The person named must be in the token's campaign and have joined; a token learns nothing of anybody
else. A late reading and one told twice under two keys are readings like others.
"""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.measures import MEASURES, BandRule
from campaigns.rules import QuestionKind, QuestionRule
from enrolment import alarming, measuring, token_people
from enrolment.api_problems import Refused, Unreadable
from enrolment.banding import band_of, kept_unit
from enrolment.models.api_token import ApiToken
from enrolment.models.reading import Reading
from enrolment.observations import Observed, in_kept_unit
from enrolment.spoken_readings import Measured
from enrolment.talk import RecordReading

#: Clocks of devices differ; a reading of further ahead is a mistake.
_AHEAD = timedelta(minutes=10)


@transaction.atomic
def receive(
    *, token_id: int, seen: Observed, idempotency_key: str, digest: str, now: datetime
) -> Reading:
    """The reading; of a request that comes again, the one it made before. Raises Refused and
    Unreadable."""
    # Held to the end, so that one key sent twice at once is one request after the other.
    token = ApiToken.objects.select_for_update(no_key=True).get(pk=token_id)
    before = Reading.objects.filter(token=token, idempotency_key=idempotency_key).first()
    if before is not None:
        if before.digest != digest:
            raise Refused(409, "This Idempotency-Key was used for another body.")
        return before
    enrolment = token_people.locked(token, seen.participant_id)
    content = compiled(enrolment.version)
    question = _question(content, seen)
    found = in_kept_unit(seen, MEASURES[question.measure])
    if seen.measured_at > now + _AHEAD:
        raise Unreadable("/measured_at", "the time lies ahead")
    told = RecordReading(question.key, found.value, kept_unit(question), found.second)
    reading = measuring.record(
        enrolment=enrolment,
        told=told,
        measured_at=seen.measured_at,
        token=token,
        idempotency_key=idempotency_key,
        digest=digest,
    )
    alarm = _alarm(question, found)
    if alarm is not None:
        alarming.answer(
            enrolment=enrolment,
            content=content,
            kind=question.key,
            text_key=alarm.reply,
            measured_at=seen.measured_at,
            now=now,
        )
    return reading


def _question(content: Content, seen: Observed) -> QuestionRule:
    """By its key, or, as FHIR tells it, the one reading of that measure."""
    readings = [
        question
        for question in content.questions.values()
        if question.kind is QuestionKind.READING and question.measure
    ]
    if seen.kind:
        found = [question for question in readings if question.key == seen.kind]
    else:
        found = [question for question in readings if question.measure == seen.measure]
    if len(found) != 1:
        pointer = "/kind" if seen.kind else "/code"
        raise Unreadable(pointer, "the campaign has no reading of that sort, or more than one")
    return found[0]


def _alarm(question: QuestionRule, found: Measured) -> BandRule | None:
    band = band_of(question, found)
    return band if band is not None and band.alarm else None
