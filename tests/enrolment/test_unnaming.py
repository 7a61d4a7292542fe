"""People behind one number are forgotten each in her own time, and the number with the last."""

from datetime import timedelta

import pytest

from enrolment import leaving, purging
from enrolment.models import Consent, Enrolment, Participant
from messaging.models import InboundMessage, Recipient
from tests import worlds
from tests.enrolment.everywhere import found_anywhere
from tests.enrolment.test_families import family
from tests.enrolment.test_replies import NUMBER, texted

pytestmark = pytest.mark.django_db

AFTER = worlds.NOON + timedelta(days=200)


def moved_to_noon() -> None:
    """Texts and rows are stamped with the real hour; what counts is the calendar's."""
    InboundMessage.objects.update(received_at=worlds.NOON)
    for model in (Recipient, Participant):
        model.objects.update(created_at=worlds.NOON)


def leave(enrolment: Enrolment) -> None:
    leaving.withdraw(enrolment=enrolment, source="staff", now=worlds.NOON)


def test_number_stays_while_somebody_else_behind_it_goes_on() -> None:
    amina, per = family()
    leave(amina)
    moved_to_noon()

    taken, more = purging.purge(now=AFTER)

    assert (taken["numbers"], more) == (1, False)
    assert Recipient.objects.get(pk=per.participant.recipient_id).number == NUMBER
    amina.participant.refresh_from_db()
    per.participant.refresh_from_db()
    assert (amina.participant.first_name, per.participant.first_name) == (None, "Per")
    assert purging.purge(now=AFTER)[0]["numbers"] == 0


def test_names_of_everybody_go_with_the_number() -> None:
    for enrolment in family():
        leave(enrolment)
    moved_to_noon()

    purging.purge(now=AFTER)

    assert found_anywhere(NUMBER, NUMBER[1:], "Amina") == []
    assert not Participant.objects.exclude(first_name=None).exists()
    assert purging.purge(now=AFTER)[0]["numbers"] == 0


def test_name_goes_also_of_whoever_has_lost_her_number() -> None:
    worlds.person(number=NUMBER)
    texted("wrong number")
    moved_to_noon()

    purging.purge(now=AFTER)

    assert Participant.objects.get().first_name is None
    assert not Consent.objects.exclude(exact_text=None).exists()
