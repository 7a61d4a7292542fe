import re
from datetime import timedelta

import pytest

from enrolment import web_links
from enrolment.models import WebLink
from tests import worlds
from tests.enrolment.test_replies import texted

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
DAY = 24 * 60


def token_in(said: list[str]) -> str:
    found = re.search(r"/me/([0-9A-Za-z]+)/", said[0])
    assert found, said
    return found[1]


def test_web_is_answered_with_a_link_whose_hash_alone_is_kept() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())

    token = token_in(texted("WEB"))

    link = WebLink.objects.get()
    assert len(token) == web_links.TOKEN_LENGTH
    assert token.encode() not in bytes(link.token_hash)
    assert web_links.live(token=token, now=worlds.NOON) == link


def test_link_expires() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    token = token_in(texted("WEB"))

    assert web_links.live(token=token, now=worlds.NOON + timedelta(minutes=29))
    assert web_links.live(token=token, now=worlds.NOON + web_links.STANDS) is None
    assert web_links.live(token=token[:-1], now=worlds.NOON) is None


def test_sixth_link_of_a_day_is_not_made() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    for minute in range(5):
        token_in(texted("WEB", minute))

    assert texted("WEB", 6) == ["No more links today."]
    assert WebLink.objects.count() == 5
    assert token_in(texted("WEB", DAY + 1))
