"""A longer text that comes in parts, in any order, twice, or not at all."""

import uuid
from datetime import timedelta
from itertools import permutations

import pytest
from django.db.models import F

from messaging import inbound_parts, optout
from messaging.models import InboundMessage, InboundPart, Recipient, Sender
from messaging.providers.webhook import InboundPart as Part
from messaging.providers.webhook import InboundText
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once

pytestmark = pytest.mark.django_db

NUMBER, OTHER = "+447700900123", "+447700900124"
BODIES = ("I am not sure ", "that I can do this ", "without help.")


@pytest.fixture
def sender() -> Sender:
    return SenderFactory()


def part_in(
    sender: Sender,
    place: int,
    *,
    body: str = "",
    total: int = 3,
    reference: str = "a7",
    number: str = NUMBER,
    key: str = "",
) -> InboundMessage | None:
    """One part; the provider's own id of it is `key`."""
    text = InboundText(
        key or f"{number}/{reference}/{place}", number, body or BODIES[(place - 1) % 3]
    )
    return inbound_parts.store(sender=sender, inbound=text, part=Part(reference, place, total))


def a_minute_passes(minutes: float = 1.1) -> None:
    InboundPart.objects.update(stored_at=F("stored_at") - timedelta(minutes=minutes))


def bodies() -> list[str | None]:
    return [inbound.body for inbound in InboundMessage.objects.order_by("id")]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_store_puts_parts_together_in_their_order(sender: Sender, order: tuple[int, ...]) -> None:
    stored = [part_in(sender, place) for place in order]

    assert stored[:2] == [None, None]
    assert stored[2] == InboundMessage.objects.get()
    assert bodies() == ["I am not sure that I can do this without help."]
    inbound = InboundMessage.objects.get()
    assert inbound.recipient.number == NUMBER
    assert not InboundPart.objects.exclude(body=None).exists()


def test_store_counts_a_part_sent_twice_once(sender: Sender) -> None:
    for place in (1, 1, 2, 2, 1):
        assert part_in(sender, place) is None

    assert part_in(sender, 3) is not None
    assert bodies() == ["".join(BODIES)]


def test_store_keeps_apart_what_differs_in_number_reference_total_or_sender(
    sender: Sender,
) -> None:
    part_in(sender, 1, total=2)
    part_in(sender, 2, total=2, number=OTHER)
    part_in(sender, 2, total=2, reference="b8")
    part_in(sender, 2, total=3)
    part_in(SenderFactory(organisation=sender.organisation), 2, total=2)

    assert bodies() == []
    assert part_in(sender, 2, total=2) is not None


@pytest.mark.parametrize("place", [1, 2, 3])
def test_store_drops_a_part_that_is_sent_again_after_its_text(sender: Sender, place: int) -> None:
    for each in (1, 2, 3):
        part_in(sender, each)

    assert part_in(sender, place) is None
    a_minute_passes()
    assert inbound_parts.join_late() == 0
    assert bodies() == ["".join(BODIES)]


def test_store_takes_a_reference_that_is_used_again_for_another_text(sender: Sender) -> None:
    for place in (1, 2):
        part_in(sender, place, total=2)
    for place in (2, 1):
        part_in(sender, place, total=2, body=f"Later {place}. ", key=f"later {place}")

    assert bodies() == ["I am not sure that I can do this ", "Later 1. Later 2. "]


def test_store_obeys_stop_once_the_whole_text_is_here(sender: Sender) -> None:
    part_in(sender, 1, body="Stop. I have had ", total=2)
    assert not optout.is_opted_out(recipient=Recipient.objects.get())

    inbound = part_in(sender, 2, body="quite enough of this.", total=2)

    assert inbound is not None
    assert inbound.opted_out
    assert optout.is_opted_out(recipient=Recipient.objects.get())


def test_store_obeys_stop_in_a_text_of_one_part(sender: Sender) -> None:
    inbound = part_in(sender, 1, body="STOP", total=1)

    assert inbound is not None
    assert inbound.opted_out


def test_join_late_obeys_stop_when_only_its_part_came(sender: Sender) -> None:
    part_in(sender, 1, body="STOP", total=2)
    a_minute_passes()

    assert inbound_parts.join_late() == 1
    assert InboundMessage.objects.get().opted_out


def test_store_refuses_what_is_no_number(sender: Sender) -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        part_in(sender, 1, number="2250")
    assert not InboundPart.objects.exists()


def test_store_seals_what_it_keeps(sender: Sender) -> None:
    part_in(sender, 1)

    part = InboundPart.objects.get()
    assert part.body == BODIES[0]
    assert BODIES[0] not in repr(part.__dict__)


@pytest.mark.parametrize(
    ("came", "whole"),
    [
        ((1, 3), "I am not sure  … without help."),
        ((2, 3), " … that I can do this without help."),
        ((1,), "I am not sure  … "),
        ((2,), " … that I can do this  … "),
    ],
)
def test_join_late_shows_where_something_is_missing(
    sender: Sender, came: tuple[int, ...], whole: str
) -> None:
    for place in came:
        part_in(sender, place)

    assert inbound_parts.join_late() == 0
    a_minute_passes()

    assert inbound_parts.join_late() == 1
    assert inbound_parts.join_late() == 0
    assert bodies() == [whole]


def test_join_late_counts_from_the_first_part_that_came(sender: Sender) -> None:
    part_in(sender, 1)
    a_minute_passes()
    part_in(sender, 2)

    assert inbound_parts.join_late() == 1
    assert bodies() == ["I am not sure that I can do this  … "]


def test_a_part_that_comes_after_its_text_was_given_up_is_not_lost(sender: Sender) -> None:
    part_in(sender, 1, total=2)
    a_minute_passes()
    inbound_parts.join_late()

    assert part_in(sender, 2, total=2) is None
    a_minute_passes()
    assert inbound_parts.join_late() == 1
    assert bodies() == ["I am not sure  … ", " … that I can do this "]


def test_join_late_stores_nothing_of_a_number_that_was_erased(sender: Sender) -> None:
    part_in(sender, 1)
    part_in(sender, 1, number=OTHER)
    Recipient.objects.filter(pk=Recipient.objects.order_by("pk")[0].pk).update(number=None)
    a_minute_passes()

    assert inbound_parts.join_late() == 1
    assert InboundMessage.objects.get().recipient.number == OTHER
    assert not InboundPart.objects.exclude(body=None).exists()


def test_join_late_forgets_used_parts_after_a_day(sender: Sender) -> None:
    for place in (1, 2, 3):
        part_in(sender, place)
    a_minute_passes(minutes=60 * 23)
    inbound_parts.join_late()
    assert InboundPart.objects.count() == 3

    a_minute_passes(minutes=61)
    inbound_parts.join_late()

    assert not InboundPart.objects.exists()


def test_parts_that_come_at_once_make_one_text(committed: None) -> None:
    sender = SenderFactory()
    reference = uuid.uuid4().hex

    errors = at_once(
        *[lambda place=place: part_in(sender, place, reference=reference) for place in (1, 2, 3)],
        *[lambda place=place: part_in(sender, place, reference=reference) for place in (1, 2)],
    )

    assert errors == []
    assert bodies() == ["".join(BODIES)]


def test_join_late_twice_at_once_makes_one_text(committed: None) -> None:
    part_in(SenderFactory(), 1)
    a_minute_passes()
    joined: list[int] = []

    errors = at_once(*[lambda: joined.append(inbound_parts.join_late())] * 3)

    assert errors == []
    assert sum(joined) == 1
    assert bodies() == ["I am not sure  … "]
