"""Answers and events that another system sent: stored once, whatever comes again.

An answer is kept as one by telephone is. An event sets an attribute that the campaign declares; a
date moves what the journey counts from, and conditions see the rest."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.schedule import local_day
from enrolment import remembering, telling_answers, token_people
from enrolment.api_problems import Refused, Unreadable
from enrolment.api_submitted import Submitted, kept_answer, kept_attribute
from enrolment.models.api_token import ApiToken
from enrolment.models.enrolment import Enrolment
from enrolment.models.submission import Submission
from trust import audit

#: Clocks differ; what lies further ahead is a mistake.
_AHEAD = timedelta(minutes=10)
Kind = Submission.Kind


@transaction.atomic
def submit_answer(
    *, token_id: int, told: Submitted, idempotency_key: str, digest: str, now: datetime
) -> Submission:
    """Of a request that comes again, what it made before. Raises Refused and Unreadable."""

    def keep(submission: Submission, enrolment: Enrolment, content: Content) -> None:
        question = content.questions.get(told.key)
        if question is None or question.consent:
            # A yes is given by the person alone, in words that are kept.
            raise Unreadable("/question", "the campaign has no question of that key to be told of")
        zone = ZoneInfo(enrolment.participant.time_zone)
        telling_answers.write_down(
            enrolment=enrolment,
            question_key=question.key,
            value=kept_answer(question, told.value, today=local_day(submission.happened_at, zone)),
            answered_at=submission.happened_at,
            submission=submission,
        )

    return _once(token_id, Kind.ANSWER, told, idempotency_key, digest, now, keep)


@transaction.atomic
def submit_event(
    *, token_id: int, told: Submitted, idempotency_key: str, digest: str, now: datetime
) -> Submission:
    """Of a request that comes again, what it made before. Raises Refused and Unreadable."""

    def keep(submission: Submission, enrolment: Enrolment, content: Content) -> None:
        rule = content.attributes.get(told.key)
        if rule is None:
            raise Unreadable("/event", "the campaign declares no attribute of that name")
        remembering.set_attribute(
            enrolment=enrolment,
            content=content,
            name=told.key,
            value=kept_attribute(rule.kind, told.value, known=_values_of(content, told.key)),
            source="api",
            now=now,
        )

    return _once(token_id, Kind.EVENT, told, idempotency_key, digest, now, keep)


def _once(
    token_id: int,
    kind: str,
    told: Submitted,
    idempotency_key: str,
    digest: str,
    now: datetime,
    keep: Callable[[Submission, Enrolment, Content], None],
) -> Submission:
    # Held to the end, so that one key sent twice at once is one request after the other.
    token = ApiToken.objects.select_for_update(no_key=True).get(pk=token_id)
    before = Submission.objects.filter(token=token, idempotency_key=idempotency_key).first()
    if before is not None:
        if (before.digest, before.kind) != (digest, kind):
            raise Refused(409, "This Idempotency-Key was used for another body.")
        return before
    enrolment = token_people.locked(token, told.participant_id)
    if told.at is not None and told.at > now + _AHEAD:
        field = "answered_at" if kind == Kind.ANSWER else "happened_at"
        raise Unreadable(f"/{field}", "the time lies ahead")
    submission = Submission.objects.create(
        token=token,
        enrolment=enrolment,
        kind=kind,
        key=told.key,
        happened_at=told.at or now,
        idempotency_key=idempotency_key,
        digest=digest,
    )
    keep(submission, enrolment, compiled(enrolment.version))
    audit.record(verb=f"{kind}.submit", subject=enrolment, detail={"key": told.key})
    return submission


def _values_of(content: Content, attribute: str) -> frozenset[str]:
    """What the campaign's own questions can make of a choice."""
    asked = [each for each in content.questions.values() if each.attribute == attribute]
    chosen = {choice.value for question in asked for choice in question.choices}
    return frozenset(chosen | ({"yes", "no"} if not chosen else set()))
