"""Erasing one of several people behind a number, and somebody who had another number before."""

import re
from datetime import timedelta

import pytest

from enrolment import finishing, inviting, replies
from enrolment.models import Enrolment, Invitation
from messaging.models import InboundMessage, Message, OptOut, Recipient
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


def erased_behind(words: str) -> InboundMessage:
    """Amina is erased while `words` waits behind her code; that text, after it was answered."""
    edition = worlds.full_version()
    amina = worlds.person(number=NUMBER, of=edition)
    amina.participant.first_name = SECRET.capitalize()
    amina.participant.save()
    second(edition)
    code = code_in(texted(f"{SECRET} DELETE"))
    worlds.text(NUMBER, f"{SECRET} DELETE {code}")
    worlds.text(NUMBER, words)
    replies.answer_pending(now=worlds.NOON)
    return last_inbound()


def test_text_that_waits_and_names_her_is_answered_without_the_name() -> None:
    waited = erased_behind(f"{SECRET} is gone, I want to kill myself")

    assert waited.end_reason == "crisis_self_harm"
    assert (waited.body or "").endswith("is gone, I want to kill myself")
    finish()
    assert found_anywhere(SECRET) == []


@pytest.mark.parametrize("word", ["DELETE", "CRAVE"])
def test_word_meant_for_her_that_waits_is_nobody_elses(word: str) -> None:
    waited = erased_behind(f"{SECRET} {word}")

    assert waited.end == "inbox"
    assert Enrolment.objects.filter(status="active").count() == 1


def test_names_of_others_who_were_asked_stay_until_they_answer() -> None:
    edition = worlds.full_version()
    amina = worlds.person(number=NUMBER, of=edition)
    second(edition)
    other = worlds.version(worlds.campaign(key="move"))
    for name in ("Kari", "Amina"):
        inviting.note(
            campaign=other.campaign,
            number=NUMBER,
            language="en",
            channel="web",
            first_name=name,
            now=worlds.NOON,
        )

    code = code_in(texted("Amina DELETE"))
    texted(f"Amina DELETE {code}", minutes=1)

    assert Enrolment.objects.get(pk=amina.pk).status == "erased"
    assert [row.first_name for row in Invitation.objects.order_by("pk")] == ["Kari", None]


def test_name_that_is_a_word_of_need_is_not_taken_out_of_what_waits() -> None:
    """Need is heard before a name is forgotten."""
    edition = worlds.full_version()
    named = worlds.person(number=NUMBER, of=edition)
    named.participant.first_name = "Kill"
    named.participant.save()
    second(edition)
    code = code_in(texted("Kill DELETE"))
    worlds.text(NUMBER, f"Kill DELETE {code}")
    worlds.text(NUMBER, "I want to kill myself")

    replies.answer_pending(now=worlds.NOON)

    assert last_inbound().end_reason == "crisis_self_harm"
