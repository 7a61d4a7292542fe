"""The fields of a reply, from the rows."""

from datetime import date, timedelta

import pytest

from campaigns.compiling import content_of
from enrolment.models import Attribute, Enrolment
from enrolment.saying import reply
from enrolment.talk import Say
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db


def said(enrolment: Enrolment, wording: str) -> str:
    """What becomes of a system text worded so."""
    inbound = worlds.text("+447700900001", "HELP")
    assert inbound is not None
    return reply(
        inbound=inbound,
        enrolment=enrolment,
        content=content_of(enrolment.version_id),
        line=Say(wording),
        place=0,
        now=worlds.NOON + timedelta(days=10),
        kind=Message.Kind.REPLY,
    ).text


def person(**told: str) -> Enrolment:
    edition = worlds.version(published=False)
    edition.defaults = {
        "en": {
            "first_name": "friend",
            "days_smoke_free": "some",
            "money_saved": "money",
            "own_reason": "a good reason",
        }
    }
    edition.save()
    edition.texts.create(
        key="system.so_far",
        language="en",
        body="{{ days_smoke_free }} days, {{ money_saved }}, for {{ own_reason }}.",
    )
    worlds.publish(edition)
    enrolment = worlds.person(of=edition, quit_day=date(2026, 12, 1))
    for name, value in told.items():
        row = Attribute(
            participant=enrolment.participant, name=name, source="test", set_at=worlds.NOON
        )
        if name == "own_reason":
            row.words = value
        else:
            row.value = value
        row.save()
    return enrolment


def test_what_was_told_comes_back() -> None:
    enrolment = person(per_day="10", pack_price="12.5", own_reason="my kids")

    assert said(enrolment, "system.so_far") == "10 days, \u00a362, for my kids."


def test_what_was_not_told_gives_way_to_its_default() -> None:
    assert said(person(), "system.so_far") == "10 days, money, for a good reason."


def test_number_that_was_once_a_choice_is_no_number() -> None:
    enrolment = person(per_day="many", pack_price="12.5")

    assert said(enrolment, "system.so_far") == "10 days, money, for a good reason."
