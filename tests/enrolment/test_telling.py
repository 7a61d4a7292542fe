"""Planned texts that echo what a person told, on the real database."""

from datetime import UTC, datetime

import pytest

from enrolment import planner
from enrolment.models import Attribute, Decision, Enrolment
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db

DAY_ONE = datetime(2026, 12, 11, 9, 31, tzinfo=UTC)


def person(text: str) -> Enrolment:
    """Someone whose text of the first day after quitting says `text`."""
    edition = worlds.version(published=False)
    edition.texts.filter(key="day.1").update(body=text)
    edition.defaults = {"en": {"first_name": "friend", "own_reason": "your own", "money_saved": ""}}
    edition.save()
    worlds.publish(edition)
    return worlds.person(of=edition)


def tell(enrolment: Enrolment, **known: str) -> None:
    for name, value in known.items():
        own_words = name == "own_reason"
        Attribute(
            participant=enrolment.participant,
            name=name,
            value="" if own_words else value,
            words=value if own_words else None,
            source="test",
            set_at=worlds.NOON,
        ).save()


def sent() -> str | None:
    planner.tick(now=DAY_ONE)
    decided = Decision.objects.get(step_key="day.1")
    found = Message.objects.filter(cause_kind="decision", cause_key=str(decided.pk)).first()
    return found.body.text if found is not None else None


def test_a_text_echoes_a_persons_own_reason() -> None:
    tell(person("Your reason: {{ own_reason }}."), own_reason="my daughter")

    assert sent() == "Your reason: my daughter."


def test_a_reason_never_given_gives_way_to_the_default() -> None:
    person("Your reason: {{ own_reason }}.")

    assert sent() == "Your reason: your own."


def test_money_saved_is_reckoned_on_the_day_the_text_leaves() -> None:
    tell(person("You kept {{ money_saved }}."), per_day="20", pack_price="12")

    assert sent() == "You kept £12."


def test_money_unknown_and_without_a_default_is_a_text_not_sent() -> None:
    person("You kept {{ money_saved }}.")

    assert sent() is None
    assert Decision.objects.get(step_key="day.1").reason == "missing_value"
