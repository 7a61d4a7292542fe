"""Abstinence counted from answers: windows, missing answers, both denominators."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.models import CampaignVersion, Question
from campaigns.rules import QuestionKind
from enrolment import leaving
from enrolment.models import Answer, Enrolment
from research import counting, tallies
from research.counts import Counts, Measure
from research.indicators.abstinence import abstinence
from research.share import Share
from tests import worlds

pytestmark = pytest.mark.django_db

QUIT_DAY = date(2026, 12, 10)


def at(days: int) -> datetime:
    """At six in the evening so many days after the quit date."""
    return datetime(2026, 12, 10, 18, tzinfo=UTC) + timedelta(days=days)


@pytest.fixture
def version() -> CampaignVersion:
    edition = worlds.version(published=False)
    for place, key in enumerate(("use7", "use30"), start=8):
        Question.objects.create(
            version=edition, key=key, kind=QuestionKind.YES_NO, position=place, outcomes={}
        )
    worlds.publish(edition)
    return edition


def person(n: int, version: CampaignVersion) -> Enrolment:
    return worlds.person(number=f"+44770090000{n}", of=version, quit_day=QUIT_DAY)


def says(enrolment: Enrolment, question: str, value: str, days: int, valid: bool = True) -> None:
    number = enrolment.participant.recipient.number
    inbound = worlds.text(number or "", value, at=at(days))
    Answer.objects.create(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        question_key=question,
        wording_version=enrolment.version,
        inbound=inbound,
        value=value if valid else "",
        is_valid=valid,
        asked_at=at(days),
        answered_at=at(days) + timedelta(minutes=5),
    )


def counted(days: int) -> Counts:
    counting.count_all(now=at(days), anew=False)
    return tallies.counts(worlds.campaign(), since=None, until=at(days).date())


def test_missing_is_smoking_beside_those_who_answered(version: CampaignVersion) -> None:
    free, smokes, silent, unreadable = (person(n, version) for n in (1, 2, 3, 4))
    says(free, "use7", "no", 30)
    says(free, "use30", "no", 30)
    says(smokes, "use7", "yes", 31)
    says(unreadable, "use7", "perhaps", 30, valid=False)
    leaving.withdraw(enrolment=silent, source="sms", now=at(5))

    seven, thirty = abstinence(counted(60))

    assert (seven.time, seven.of_due, seven.of_answers) == (30, Share(1, 4), Share(1, 2))
    # Who smoked in the last week has answered for the month.
    assert (thirty.window, thirty.of_due, thirty.of_answers) == (30, Share(1, 4), Share(1, 2))


def test_survey_is_due_when_its_time_is_over(version: CampaignVersion) -> None:
    person(1, version)

    assert abstinence(counted(44)) == ()
    assert abstinence(counted(45))[0].of_due == Share(0, 1)


def test_answers_asked_outside_the_window_are_of_no_survey(version: CampaignVersion) -> None:
    early, late, twice = (person(n, version) for n in (1, 2, 3))
    says(early, "use7", "no", 26)
    says(late, "use7", "no", 45)
    says(twice, "use7", "yes", 27)
    says(twice, "use7", "no", 44)

    seven = abstinence(counted(60))[0]

    # Of two answers in the window the newer one counts.
    assert (seven.of_due, seven.of_answers) == (Share(1, 3), Share(1, 1))


def test_test_participants_and_those_who_never_began_owe_no_answer(
    version: CampaignVersion,
) -> None:
    tess, never = person(1, version), person(2, version)
    Enrolment.objects.filter(pk=tess.pk).update(is_test=True)
    Enrolment.objects.filter(pk=never.pk).update(
        status="invited", started_at=None, next_due_at=None
    )

    assert counted(60).total(Measure.SURVEYED) == 0


def test_campaign_that_asks_nothing_has_no_outcome() -> None:
    worlds.person()

    assert counted(60).total(Measure.STATUS) == 1
    assert abstinence(counted(60)) == ()
