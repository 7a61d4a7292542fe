from datetime import date, timedelta

import pytest

from enrolment import listening, pausing, planner
from enrolment.models import Enrolment
from tests import worlds

pytestmark = pytest.mark.django_db


def heard(enrolment: Enrolment, minutes: int = 60) -> Enrolment:
    listening.heard(enrolments=[enrolment], now=worlds.NOON + timedelta(minutes=minutes))
    return Enrolment.objects.get(pk=enrolment.pk)


def test_what_is_heard_is_counted_with_its_time() -> None:
    enrolment = heard(heard(worlds.person()), 90)

    assert (enrolment.heard, enrolment.heard_at) == (2, worlds.NOON + timedelta(minutes=90))


def test_a_number_thought_unreachable_is_not_once_it_texts() -> None:
    enrolment = worlds.person()
    pausing.pause(enrolment=enrolment, until=None, reason=pausing.UNREACHABLE, now=worlds.NOON)

    heard(enrolment)
    planner.tick(now=worlds.NOON + timedelta(minutes=61))

    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.ACTIVE


def test_a_pause_that_was_asked_for_stays() -> None:
    enrolment = worlds.person()
    pausing.pause(enrolment=enrolment, until=None, reason="asked", now=worlds.NOON)

    enrolment = heard(enrolment)

    assert (enrolment.status, enrolment.next_due_at) == (Enrolment.Status.PAUSED, None)


def test_the_next_silence_is_looked_for_in_time() -> None:
    """She texts long before the next step: the silence that begins now may end before it."""
    edition = worlds.version(published=False)
    edition.silent_days = 14
    edition.save()
    worlds.publish(edition)
    enrolment = worlds.person(of=edition, quit_day=date(2027, 6, 1))
    Enrolment.objects.update(next_due_at=worlds.NOON + timedelta(days=180))
    enrolment.refresh_from_db()

    found = heard(enrolment)

    assert found.next_due_at == worlds.NOON + timedelta(minutes=60, days=14)
