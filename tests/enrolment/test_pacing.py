import pytest

from enrolment import pacing
from enrolment.models import Decision
from messaging.clock import ClockRefused
from messaging.models import Message, Sender
from tests import worlds

pytestmark = pytest.mark.django_db


def test_a_day_passes_and_everything_on_the_way_is_sent() -> None:
    now = worlds.at_noon()
    worlds.person(joined=now, quit_day=now.date())

    pacing.advance(minutes=24 * 60)

    outcomes = dict(Decision.objects.values_list("step_key", "outcome"))
    assert outcomes["welcome.1"] == outcomes["ask.smoked"] == outcomes["day.1"] == "queued"
    assert set(Message.objects.values_list("status", flat=True)) == {"delivered"}
    assert (worlds.calendar_now() - now).total_seconds() >= 24 * 3600


def test_next_text_stops_at_the_first_text() -> None:
    now = worlds.at_noon()
    enrolment = worlds.person(joined=now, quit_day=now.date())

    found = pacing.advance_to_next_text(recipient_id=enrolment.participant.recipient_id)

    assert found
    assert Message.objects.count() == 1
    assert (worlds.calendar_now() - now).total_seconds() < 300


def test_next_text_says_when_there_is_none() -> None:
    now = worlds.at_noon()
    enrolment = worlds.person(joined=now, quit_day=None)
    pacing.advance_to_next_text(recipient_id=enrolment.participant.recipient_id)

    assert not pacing.advance_to_next_text(recipient_id=enrolment.participant.recipient_id)


def test_clock_stands_still_with_a_real_sender() -> None:
    worlds.version()
    Sender.objects.update(provider="other")

    with pytest.raises(ClockRefused):
        pacing.advance(minutes=15)
