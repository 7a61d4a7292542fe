"""Test participants: their enrolments are marked, and so is every text they get."""

from datetime import timedelta

import pytest

from enrolment import inviting, joining, planner, replies
from enrolment.models import Consent, Enrolment, Participant
from messaging import inbox
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"


def join(*, is_test: bool = False) -> Enrolment:
    edition = worlds.version()
    return joining.join(
        version=edition,
        recipient=inbox.recipient_for(
            organisation_id=edition.campaign.organisation_id, number=NUMBER
        ),
        language="en",
        channel="sms",
        exact_text="JOIN",
        now=worlds.NOON,
        is_test=is_test,
    )


def marks() -> set[bool]:
    return set(Message.objects.values_list("is_test", flat=True))


@pytest.mark.parametrize("is_test", [True, False])
def test_test_enrolment_says_so_on_what_is_planned_and_replied(is_test: bool) -> None:
    enrolment = join(is_test=is_test)
    joining.activate(enrolment=enrolment, now=worlds.NOON)

    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    worlds.text(NUMBER, "HELP")
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=3))

    assert set(Message.objects.values_list("cause_kind", flat=True)) == {"decision", "inbound"}
    assert marks() == {is_test}


def test_invitation_as_a_test_marks_its_question() -> None:
    invited = inviting.invite(
        version=worlds.full_version(),
        number=NUMBER,
        language="en",
        channel=Consent.Channel.STAFF,
        now=worlds.NOON,
        is_test=True,
    )

    assert invited.is_test
    assert marks() == {True}


def test_test_participant_stays_one_in_the_next_enrolment() -> None:
    first = join(is_test=True)
    joining.mark_ineligible(enrolment=first, reason="not_using", now=worlds.NOON)

    assert join().is_test


def test_real_person_who_tries_a_campaign_out_stays_real_elsewhere() -> None:
    first = join()
    joining.mark_ineligible(enrolment=first, reason="not_using", now=worlds.NOON)

    again = join(is_test=True)

    assert again.is_test
    assert not Participant.objects.get().is_test
    assert not Enrolment.objects.get(pk=first.pk).is_test
