import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories import UserFactory
from trust.session_limits import BEGAN, SEEN, touch, why_ended

HALF_HOUR, HALF_DAY = 30 * 60.0, 12 * 3600.0
NOON = 1_800_000_000.0


def ended(kept: dict[str, float], now: float) -> str:
    return why_ended(kept, now, idle=HALF_HOUR, longest=HALF_DAY)


def test_session_goes_on_while_it_is_used() -> None:
    kept: dict[str, float] = {}
    for minutes in range(0, 12 * 60, 29):
        assert ended(kept, NOON + minutes * 60) == ""
        touch(kept, NOON + minutes * 60)

    assert "12 hours" in ended(kept, NOON + HALF_DAY + 1)


def test_session_ends_after_half_an_hour_without_a_click() -> None:
    kept = {BEGAN: NOON, SEEN: NOON}

    assert ended(kept, NOON + HALF_HOUR) == ""
    assert "30 minutes" in ended(kept, NOON + HALF_HOUR + 1)


def test_session_is_written_once_a_minute_at_most() -> None:
    kept = {BEGAN: NOON, SEEN: NOON}
    touch(kept, NOON + 59)

    assert kept == {BEGAN: NOON, SEEN: NOON}


@pytest.mark.django_db
def test_idle_session_is_signed_out_and_told_so(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = False
    client = Client()
    client.force_login(UserFactory(organisation_role="auditor"))
    assert client.get("/admin/").status_code == 200
    session = client.session
    session[SEEN] -= HALF_HOUR + 1
    session.save()

    answer = client.get("/admin/trust/auditevent/", follow=True)

    assert answer.redirect_chain[0][0] == "/sign-in/?next=/admin/trust/auditevent/"
    assert "30 minutes without a click" in answer.content.decode()
