from datetime import timedelta

import pytest

from enrolment import visiting
from enrolment.models import WebVisit
from tests import worlds
from tests.enrolment.test_replies import texted
from tests.enrolment.test_web_links import NUMBER, token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def token() -> str:
    worlds.person(number=NUMBER, of=worlds.full_version())
    return token_in(texted("WEB"))


def test_link_opens_one_visit(token: str) -> None:
    key = visiting.begin(token=token, now=worlds.NOON)

    assert key
    assert visiting.begin(token=token, now=worlds.NOON) is None
    visit = visiting.current(key=key, now=worlds.NOON)
    assert visit is not None
    assert key.encode() not in bytes(visit.key_hash)
    assert visiting.current(key=f"{key}x", now=worlds.NOON) is None
    assert visiting.current(key="", now=worlds.NOON) is None


def test_visit_ends_when_idle(token: str) -> None:
    key = visiting.begin(token=token, now=worlds.NOON) or ""
    later = worlds.NOON + timedelta(minutes=29)

    assert visiting.current(key=key, now=later)
    assert visiting.current(key=key, now=later + timedelta(minutes=29))
    assert visiting.current(key=key, now=later + timedelta(minutes=60)) is None


def test_visit_ends_after_two_hours_of_use(token: str) -> None:
    key = visiting.begin(token=token, now=worlds.NOON) or ""
    for minutes in range(20, 120, 20):
        assert visiting.current(key=key, now=worlds.NOON + timedelta(minutes=minutes))

    assert visiting.current(key=key, now=worlds.NOON + visiting.LONGEST) is None


def test_another_link_ends_the_visit_before(token: str) -> None:
    key = visiting.begin(token=token, now=worlds.NOON) or ""
    other = visiting.begin(token=token_in(texted("WEB", 1)), now=worlds.NOON) or ""

    assert visiting.current(key=key, now=worlds.NOON) is None
    assert visiting.current(key=other, now=worlds.NOON)


def test_closed_visit_is_over(token: str) -> None:
    key = visiting.begin(token=token, now=worlds.NOON) or ""

    visiting.end(visit=WebVisit.objects.get(), now=worlds.NOON)

    assert visiting.current(key=key, now=worlds.NOON) is None
