"""WRONG NUMBER: everything ends, and the number's next owner finds nobody."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from enrolment import handset, own_history, replies, timeline
from enrolment.models import Enrolment, FormerNumber, Participant, WebLink
from messaging import inbound_parts
from messaging.models import InboundMessage, Message, OptOut, Recipient
from messaging.providers.webhook import InboundPart, InboundText
from messaging.stopwords import graded, is_wrong_number
from tests import worlds
from tests.enrolment.test_families import family
from tests.enrolment.test_replies import NUMBER, last_inbound, texted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "said",
    ["wrong number", "Wrong number. Stop!", "sorry, wrong number", "feil nummer",
     "feil nummer takk", "número equivocado", "الرقم غلط", "galat number hai"],
)  # fmt: skip
def test_words_that_say_so(said: str) -> None:
    assert is_wrong_number(said)
    assert graded(said) == "stop"


@pytest.mark.parametrize("said", ["STOP", "what number is this", "7", "", "stop texting me"])
def test_words_that_do_not(said: str) -> None:
    assert not is_wrong_number(said)


def test_everything_ends_in_neutral_words() -> None:
    family()

    said = texted("wrong number")

    assert said == ["Sorry about that. This number gets no more texts from us."]
    assert set(Enrolment.objects.values_list("exit_reason", flat=True)) == {"wrong_number"}
    assert OptOut.objects.filter(lifted_at=None).count() == 1
    assert FormerNumber.objects.filter(reason="lost").count() == 2
    assert (last_inbound().end, last_inbound().end_reason) == ("answered", "wrong_number")


def test_nothing_of_before_leads_from_the_number() -> None:
    amina = worlds.person(number=NUMBER, of=worlds.full_version())
    texted("WEB")
    texted("CRAVE", minutes=1)

    texted("wrong number", minutes=2)

    now_theirs = Recipient.objects.get(pk=last_inbound().recipient_id)
    former = Recipient.objects.get(pk=amina.participant.recipient_id)
    assert now_theirs.number == NUMBER
    assert former.number is None
    assert not Participant.objects.filter(recipient=now_theirs).exists()
    shown = handset.handset(recipient=now_theirs, sender=worlds.sender(), now=worlds.NOON)
    assert [bubble.body for bubble in shown.bubbles] == ["wrong number"]
    assert shown.enrolment is None
    assert not WebLink.objects.filter(used_at=None).exists()
    texted("WEB", minutes=3)
    assert WebLink.objects.count() == 1
    assert texted("START", minutes=4) == []


def test_former_history_stays_on_the_former_persons_page() -> None:
    amina = worlds.person(number=NUMBER, of=worlds.full_version())
    texted("CRAVE")
    texted("wrong number", minutes=1)

    enrolment = Enrolment.objects.get(pk=amina.pk)
    InboundMessage.objects.filter(body__isnull=False).update(received_at=worlds.NOON)
    page = timeline.timeline(
        enrolment=enrolment, with_bodies=True, viewer=ZoneInfo("UTC"), now=worlds.NOON
    )
    bodies = [row.body for row in page.entries]
    said = [line.body for line in own_history.texts(enrolment.participant)]

    assert any((body or "").startswith("Tip") for body in bodies)
    assert "CRAVE" in said
    assert "wrong number" not in said
    assert enrolment.participant.number_lost_at == worlds.NOON + timedelta(minutes=1)


def test_whoever_joins_next_is_somebody_new() -> None:
    amina = worlds.person(number=NUMBER, of=worlds.full_version())
    texted("CRAVE")
    texted("wrong number", minutes=1)

    assert texted("JOIN", minutes=2) == ["Do you smoke? YES or NO"]

    newcomer = Enrolment.objects.exclude(pk=amina.pk).get()
    assert newcomer.participant_id != amina.participant_id
    assert newcomer.participant.first_name is None
    said = [line.body for line in own_history.texts(newcomer.participant)]
    assert said == ["JOIN", "wrong number"]
    assert not OptOut.objects.filter(lifted_at=None).exists()


def test_it_hides_also_after_a_stop() -> None:
    amina = worlds.person(number=NUMBER, of=worlds.full_version())
    texted("STOP")

    assert texted("wrong number", minutes=1) == []

    assert Recipient.objects.get(pk=amina.participant.recipient_id).number is None
    assert texted("MYDATA", minutes=2) == []


def test_texts_that_came_right_after_are_the_next_owners() -> None:
    amina = worlds.person(number=NUMBER, of=worlds.full_version())
    worlds.text(NUMBER, "wrong number")
    worlds.text(NUMBER, "who is this")

    for _ in range(2):
        replies.answer_pending(now=worlds.NOON)

    assert not InboundMessage.objects.filter(end="pending").exists()
    assert not InboundMessage.objects.filter(recipient=amina.participant.recipient).exists()


def test_stranger_who_says_so_is_only_opted_out() -> None:
    worlds.version()

    assert texted("wrong number") == ["No more texts."]
    assert Recipient.objects.count() == 1
    assert Message.objects.count() == 1


def test_text_whose_parts_are_still_coming_is_the_new_owners() -> None:
    worlds.person(number=NUMBER)
    whole = ("I want to ", "kill myself")
    for number, body in enumerate(whole, start=1):
        inbound_parts.store(
            sender=worlds.sender(),
            inbound=InboundText(f"part-{number}", from_number=NUMBER, body=body),
            part=InboundPart("7", number, len(whole)),
        )
        if number == 1:
            texted("wrong number")
    replies.answer_pending(now=worlds.NOON)

    assert last_inbound().body == "I want to kill myself"
    assert last_inbound().end_reason == "crisis_self_harm"
