"""Giving up tobacco can bring a severe low mood: two bad ones in a row bring help, and a person."""

from datetime import timedelta

import pytest

from enrolment import replies
from enrolment.models import Case, Enrolment
from messaging.models import Message
from tests import worlds
from tests.conversations.test_conversations import curriculum

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
HELP = "twice running"


def told(*moods: str) -> list[str]:
    """The replies to each mood in turn, asked a day apart."""
    person = worlds.person(number=NUMBER, of=curriculum())
    said = []
    for day, mood in enumerate(moods):
        now = worlds.NOON + timedelta(days=day)
        Enrolment.objects.filter(pk=person.pk).update(question="mood", asked_at=now, tries=0)
        inbound = worlds.text(NUMBER, mood, at=now)
        assert inbound is not None
        replies.answer_pending(now=now)
        found = Message.objects.get(cause_kind="inbound", cause_key=f"{inbound.pk}:0")
        said.append(found.body.text or "")
    return said


def test_two_bad_moods_in_a_row_offer_help_and_are_flagged() -> None:
    first, second = told("bad", "bad")

    assert HELP not in first
    assert HELP in second
    case = Case.objects.get()
    assert (case.reason, case.urgency) == (Case.Reason.TWO_BAD_MOODS, Case.Urgency.SOON)


@pytest.mark.parametrize("moods", [("bad",), ("bad", "good", "bad"), ("good", "bad")])
def test_one_bad_mood_is_answered_as_usual(moods: tuple[str, ...]) -> None:
    told(*moods)

    assert not Case.objects.exists()
