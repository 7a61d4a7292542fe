from datetime import timedelta

import pytest
from django.db import IntegrityError
from pytest_django import Settings

from messaging import clock
from messaging.models import CalendarOffset
from tests.factories.sender import SenderFactory

pytestmark = pytest.mark.django_db


def test_calendar_now_moves_on_within_a_transaction() -> None:
    first = clock.calendar_now()

    assert clock.calendar_now() > first
    assert first.utcoffset() == timedelta(0)


def test_step_moves_the_calendar_forward() -> None:
    SenderFactory()
    before = clock.calendar_now()

    clock.step(minutes=15)
    clock.step(minutes=1)

    ahead = clock.calendar_now() - before
    assert timedelta(minutes=16) <= ahead < timedelta(minutes=17)


@pytest.mark.parametrize("minutes", [0, -5, 16])
def test_step_refuses_to_go_back_or_to_leap(minutes: int) -> None:
    with pytest.raises(ValueError, match="1 to 15"):
        clock.step(minutes=minutes)


@pytest.mark.parametrize("alias", ["real", "gone"])
def test_step_is_refused_with_a_sender_that_is_not_fake(alias: str, settings: Settings) -> None:
    real = {"BACKEND": "tests.messaging.networks.RealLooking"}
    settings.SMS_PROVIDERS = {**settings.SMS_PROVIDERS, "real": real}
    SenderFactory(provider=alias, is_active=False)

    with pytest.raises(clock.ClockRefused):
        clock.step(minutes=1)

    assert not CalendarOffset.objects.exists()


def test_require_honest_accepts_an_unmoved_calendar_with_a_real_sender() -> None:
    SenderFactory(provider="gone")

    clock.require_honest()


def test_offset_is_one_row_that_never_lies_in_the_past() -> None:
    with pytest.raises(IntegrityError):
        CalendarOffset.objects.create(pk=1, offset=timedelta(minutes=-1))
