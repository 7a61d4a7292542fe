import pytest

from campaigns.age_gate import UNKNOWN, minimum_age
from campaigns.models import Campaign, Question, Text
from enrolment.models import Attribute, Enrolment
from tests import worlds
from tests.enrolment.test_replies import texted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("country", "own", "years"), [("NO", None, 16), ("NO", 18, 18), ("ZZ", None, UNKNOWN)]
)
def test_age_is_the_campaigns_own_or_the_countrys(
    country: str, own: int | None, years: int
) -> None:
    assert minimum_age(country, own) == years


def asks_age() -> None:
    edition = worlds.version(published=False)
    Question.objects.create(version=edition, key="age", position=90, kind="number", attribute="age")
    for key, text in {
        "question.age": "How old are you?",
        "again.age": "Your age in figures, please",
        "system.under_age": "We can't help someone so young. Talk to an adult you trust.",
    }.items():
        Text.objects.create(version=edition, key=key, language="en", body=text)
    edition.attributes = {**edition.attributes, "age": {"type": "number"}}
    edition.onboarding = ["uses", "age", *edition.onboarding[1:]]
    edition.save()
    worlds.publish(edition)


def test_too_young_is_turned_away_kindly_and_the_age_is_no_attribute() -> None:
    asks_age()
    texted("JOIN")
    texted("yes")

    assert texted("15") == ["We can't help someone so young. Talk to an adult you trust."]

    enrolment = Enrolment.objects.get()
    assert (enrolment.status, enrolment.exit_reason) == ("ineligible", "under_age")
    assert not Attribute.objects.exists()


def test_old_enough_goes_on() -> None:
    asks_age()
    texted("JOIN")
    texted("yes")

    assert texted("16") == ["Your first name?"]


def test_campaigns_own_age_counts_at_once() -> None:
    asks_age()
    Campaign.objects.update(minimum_age=18)
    texted("JOIN")
    texted("yes")

    assert texted("17") == ["We can't help someone so young. Talk to an adult you trust."]
