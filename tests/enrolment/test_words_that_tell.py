"""A keyword that opens a case beside its answer: nobody has to measure to be looked after."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.loading import load
from campaigns.pack import read_pack
from enrolment import replies
from enrolment.models import Case, Page, PagerContact
from messaging.models import InboundMessage, Message
from tests import worlds

pytestmark = pytest.mark.django_db

SUGAR = Path(__file__).parents[1] / "packs" / "sugar"
NUMBER = "+447700900001"


def person() -> None:
    version = load(pack=read_pack(SUGAR), campaign=worlds.campaign(), author=None)
    worlds.publish(version)
    worlds.person(number=NUMBER, of=version, quit_day=None)
    PagerContact.objects.create(
        organisation=worlds.organisation(), name="On call", email="call@example.org"
    )


def texted(words: str, *, minutes: int = 0) -> InboundMessage:
    now = worlds.NOON + timedelta(minutes=minutes)
    inbound = worlds.text(NUMBER, words, at=now)
    assert inbound is not None
    replies.answer_pending(now=now)
    inbound.refresh_from_db()
    return inbound


@pytest.mark.parametrize(
    ("words", "said", "kind", "urgency"),
    [
        ("LOW", "Take something sweet now.", "low", Case.Urgency.URGENT),
        ("low!", "Take something sweet now.", "low", Case.Urgency.URGENT),
        ("SICKNESS", "Ring your clinic early.", "sick", Case.Urgency.SOON),
        ("SICKNES", "Ring your clinic early.", "sick", Case.Urgency.SOON),
    ],
)
def test_it_is_answered_at_once_and_waits_for_a_person(
    words: str, said: str, kind: str, urgency: int
) -> None:
    person()

    inbound = texted(words)

    reply = Message.objects.get(cause_kind="inbound", cause_key=f"{inbound.pk}:0")
    assert reply.body.text == said
    assert inbound.end == "inbox"
    case = Case.objects.get()
    assert (case.reason, case.detail) == (Case.Reason.TELLING_WORD, kind)
    assert (case.urgency, case.inbound) == (urgency, inbound)


def test_an_urgent_word_pages_at_once_and_a_word_soon_does_not() -> None:
    person()

    texted("SICKNESS")
    assert not Page.objects.exists()
    texted("LOW", minutes=1)

    assert Page.objects.get().case.detail == "low"


def test_the_same_word_again_is_a_case_and_no_second_page() -> None:
    person()

    texted("LOW")
    texted("LOW", minutes=2)

    assert Case.objects.count() == 2
    assert Page.objects.count() == 1


def test_other_words_tell_nobody() -> None:
    person()

    texted("SUGAR 6.5")

    assert not Case.objects.exists()
