"""A number opted out, and let back in, says whether anything changed by it."""

import pytest

from messaging import clock, optout
from messaging.models import Sender
from messaging.optout import Number
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory


@pytest.fixture
def sender(db: None) -> Sender:
    return SenderFactory()


def test_opt_out_says_whether_it_was_the_first(sender: Sender) -> None:
    recipient = RecipientFactory(organisation=sender.organisation)
    now = clock.calendar_now()

    assert optout.opt_out(recipient=recipient, source="sms", now=now) is True
    assert optout.opt_out(recipient=recipient, source="sms", now=now) is False
    assert optout.is_opted_out(recipient=recipient) is True


def test_opt_out_of_one_is_not_another_s(sender: Sender) -> None:
    leaves, stays = RecipientFactory.create_batch(2, organisation=sender.organisation)
    elsewhere = RecipientFactory(number=leaves.number)

    optout.opt_out(recipient=leaves, source="sms", now=clock.calendar_now())

    assert optout.opted_out_among([leaves.pk, stays.pk, elsewhere.pk]) == {leaves.pk}


def test_opt_out_each_counts_those_that_were_new(sender: Sender) -> None:
    rows = RecipientFactory.create_batch(3, organisation=sender.organisation)
    numbers = [Number(row.organisation_id, row.pk, bytes(row.number_index)) for row in rows]
    now = clock.calendar_now()

    assert optout.opt_out_each(numbers=[], source="sms", now=now) == 0
    assert optout.opt_out_each(numbers=numbers[:1], source="sms", now=now) == 1
    assert optout.opt_out_each(numbers=numbers, source="sms", now=now) == 2


def test_lift_says_whether_there_was_anything_to_lift(sender: Sender) -> None:
    recipient = RecipientFactory(organisation=sender.organisation)
    now = clock.calendar_now()

    assert optout.lift(recipient=recipient, source="sms", now=now) is False
    optout.opt_out(recipient=recipient, source="sms", now=now)
    assert optout.lift(recipient=recipient, source="sms", now=now) is True
    assert optout.is_opted_out(recipient=recipient) is False
    assert optout.opt_out(recipient=recipient, source="sms", now=now) is True
