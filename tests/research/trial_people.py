"""People of a trial for tests: allocated by hand, with what they answered and when they left."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from campaigns.models import Arm, Campaign, CampaignVersion, Question, Step, Trial
from campaigns.rules import QuestionKind
from enrolment import joining
from enrolment.models import Allocation, Answer, Decision, Enrolment
from messaging import inbox
from messaging.models import Attempt, Message
from tests import worlds

QUIT_DAY = date(2026, 12, 10)
#: Two months later: the survey of day 30 is due and over.
LATER = datetime(2027, 2, 1, 12, tzinfo=UTC)


def on(days: int) -> datetime:
    """At six in the evening so many days after the quit date."""
    return datetime(2026, 12, 10, 18, tzinfo=UTC) + timedelta(days=days)


def version(
    draws: Mapping[str, Mapping[str, Any]] | None = None, of: Campaign | None = None
) -> CampaignVersion:
    """It asks for outcomes; draws: by step, what is drawn there."""
    edition = worlds.version(of, published=False)
    for place, key in enumerate(("use7", "use30"), start=8):
        Question.objects.create(
            version=edition, key=key, kind=QuestionKind.YES_NO, position=place, outcomes={}
        )
    Question.objects.create(
        version=edition, key="per_day", kind=QuestionKind.NUMBER, position=10, highest=100
    )
    for step, draw in (draws or {}).items():
        Step.objects.filter(version=edition, key=step).update(draw=draw)
    worlds.publish(edition)
    return edition


def begins(n: int, of: CampaignVersion) -> Enrolment:
    """Texts the campaign's word while the trial runs, and is asked the first question."""
    return joining.join(
        version=of,
        recipient=inbox.recipient_for(
            organisation_id=of.campaign.organisation_id, number=f"+44770090{n:04}"
        ),
        language="en",
        channel="sms",
        exact_text="JOIN",
        now=worlds.NOON + timedelta(minutes=30),
    )


def person(n: int, of: CampaignVersion, *, quit_day: date | None = QUIT_DAY) -> Enrolment:
    return worlds.person(number=f"+44770090{n:04}", of=of, quit_day=quit_day)


def allocate(
    enrolment: Enrolment, trial: Trial, arm: str, *, stratum: str = "", is_test: bool = False
) -> None:
    row = Arm.objects.select_related("factor").get(factor__trial=trial, key=arm)
    Allocation.objects.create(
        enrolment=enrolment,
        trial=trial,
        factor=row.factor,
        arm=row,
        stratum=stratum,
        method=trial.method,
        probabilities={"usual": 0.5, "new": 0.5},
        draw=0.25,
        seed_hash=trial.seed_hash,
        generator="test",
        policy_version="1",
        is_test=is_test,
        allocated_at=worlds.NOON,
    )


def says(enrolment: Enrolment, question: str, value: str, at: datetime) -> None:
    inbound = worlds.text(enrolment.participant.recipient.number or "", value, at=at)
    Answer.objects.create(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        question_key=question,
        wording_version=enrolment.version,
        inbound=inbound,
        value=value,
        is_valid=True,
        asked_at=at,
        answered_at=at,
    )


def received(*people: Enrolment) -> None:
    """The planned texts queued for these reached their telephones; nobody else's did."""
    for decision in Decision.objects.filter(enrolment__in=people, outcome="queued"):
        message = Message.objects.get(cause_kind="decision", cause_key=str(decision.pk))
        at = decision.decided_at
        Attempt.objects.create(
            message=message,
            token=f"token-{message.pk}",
            provider="fake",
            outcome="accepted",
            calendar_at=at,
            settled_at=at,
        )
        Message.objects.filter(pk=message.pk).update(status="delivered", settled_at=at)
