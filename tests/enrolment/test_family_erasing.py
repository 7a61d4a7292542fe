"""Erasing one of several people behind a number, and somebody who had another number before."""

import re
from datetime import timedelta

import pytest

from enrolment import finishing, replies
from enrolment.models import Enrolment
from messaging.models import Message, OptOut, Recipient
from tests import worlds
from tests.enrolment.everywhere import found_anywhere
from tests.enrolment.test_families import second
from tests.enrolment.test_replies import NUMBER, last_inbound, texted

pytestmark = pytest.mark.django_db

NEW = "+447700900009"
SECRET = "qxzjwqxz"


def code_in(said: list[str]) -> str:
    found = re.search(r"(\d{6}|\d{4})", said[0])
    assert found, said
    return found[1]


def finish() -> None:
    Message.objects.filter(status="queued").update(
        status="failed", status_reason="test", settled_at=worlds.NOON
    )
    finishing.finish(now=worlds.NOON + timedelta(hours=1))


def test_one_of_two_is_erased_and_the_other_stays() -> None:
    edition = worlds.full_version()
    amina = worlds.person(number=NUMBER, of=edition)
    amina.participant.first_name = SECRET
    amina.participant.save()
    per = second(edition)
    texted("CRAVE")
    texted("1", minutes=1)
    texted("ask reason", minutes=2)
    texted("Per crave", minutes=3)

    code = code_in(texted(f"{SECRET} DELETE", minutes=4))
    texted(f"{SECRET} DELETE {code}", minutes=5)
    finish()

    assert found_anywhere(SECRET) == []
    assert Enrolment.objects.get(pk=amina.pk).status == "erased"
    stays = Enrolment.objects.get(pk=per.pk)
    assert stays.status == "active"
    assert not stays.participant.has_company
    assert Recipient.objects.get(pk=stays.participant.recipient_id).number == NUMBER
    assert not OptOut.objects.filter(lifted_at=None).exists()
    assert found_anywhere("Per crave") != []


def test_former_number_goes_with_the_person() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    texted(f"CRAVE {SECRET}")
    moving = code_in(texted(f"NEWNUMBER {NEW}", minutes=1))
    heard(moving, 2)

    code = code_in(heard("DELETE", 3))
    heard(f"DELETE {code}", 4)
    finish()

    assert found_anywhere(NUMBER, NUMBER[1:], NEW, NEW[1:], SECRET) == []


def heard(body: str, minutes: int) -> list[str]:
    inbound = worlds.text(NEW, body)
    assert inbound is not None
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=minutes))
    sent = Message.objects.filter(cause_kind="inbound", cause_key__startswith=f"{inbound.pk}:")
    return [row.body.text or "" for row in sent.order_by("pk")]


def test_text_that_waits_may_be_the_others_and_is_answered() -> None:
    edition = worlds.full_version()
    worlds.person(number=NUMBER, of=edition)
    second(edition)
    code = code_in(texted("Amina DELETE"))
    worlds.text(NUMBER, f"Amina DELETE {code}")
    worlds.text(NUMBER, "I want to kill myself")

    replies.answer_pending(now=worlds.NOON)

    assert last_inbound().end_reason == "crisis_self_harm"
