import pytest

from enrolment import replies
from enrolment.flooding import MOST_AN_HOUR, dropped
from enrolment.models import Enrolment
from enrolment.talk import End
from messaging.models import InboundMessage, Message, OptOut, Sender
from tests import worlds
from tests.enrolment.test_replies import last_inbound, texted

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"


@pytest.mark.parametrize(
    ("lately", "end"),
    [(1, None), (MOST_AN_HOUR, None), (MOST_AN_HOUR + 1, End.INBOX), (MOST_AN_HOUR + 2, End.LOOP)],
)
def test_texts_beyond_the_most_of_an_hour_get_no_answer(lately: int, end: End | None) -> None:
    found = dropped("CRAVE", lately)

    assert (found.end if found else None) == end


def test_flood_of_one_number_ends_and_stop_is_still_heard() -> None:
    worlds.person(number=NUMBER)
    for _ in range(MOST_AN_HOUR + 3):
        worlds.text(NUMBER, "CRAVE")
    replies.answer_pending(now=worlds.NOON)

    assert Message.objects.filter(cause_kind="inbound").count() == MOST_AN_HOUR
    assert InboundMessage.objects.filter(end="loop").count() == 2
    assert texted("STOP") == ["You have left."]
    assert OptOut.objects.exists()


def test_machine_that_answers_is_not_answered() -> None:
    worlds.person(number=NUMBER)

    assert texted("Auto-reply: I'm driving right now") == []
    assert (last_inbound().end, last_inbound().end_reason) == ("loop", "automatic_reply")


def test_stranger_from_another_country_gets_no_answer_and_cannot_join() -> None:
    worlds.version()
    inbound = worlds.text("+375291234567", "JOIN")
    assert inbound is not None
    replies.answer_pending(now=worlds.NOON)

    inbound.refresh_from_db()
    assert (inbound.end, inbound.end_reason) == ("loop", "country_not_answered")
    assert not Enrolment.objects.exists()
    assert not Message.objects.exists()


def test_stranger_from_a_country_that_is_served_joins() -> None:
    worlds.version()
    Sender.objects.update(other_countries=["NO"])
    worlds.text("+4799999001", "JOIN")
    replies.answer_pending(now=worlds.NOON)

    assert Enrolment.objects.count() == 1


def test_strangers_beyond_the_days_share_wait_for_a_person() -> None:
    worlds.version()
    Sender.objects.update(strangers_per_day=2)
    for last in range(4):
        worlds.text(f"+44770090001{last}", "HELP")
        replies.answer_pending(now=worlds.NOON)

    assert Message.objects.filter(kind="help").count() == 2
    assert InboundMessage.objects.filter(end_reason="too_many_strangers").count() == 2
