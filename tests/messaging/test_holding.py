from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from messaging import claiming, dispatch, holding
from messaging.models import Attempt, House, InboundMessage, Message, OptOut, Recipient, Sender
from messaging.providers.fake import Fake
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text, text_in
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 1, 5, 10, tzinfo=UTC)


def _queued(kind: str = Message.Kind.DUE) -> Message:
    sender = SenderFactory()
    return queue_text(sender, RecipientFactory(organisation=sender.organisation), kind=kind)


def _move_house() -> None:
    """As if the database were another than the one that was sent from."""
    home = House.objects.get().home
    House.objects.update(home=f"1{home}")


def test_first_database_that_is_sent_from_becomes_the_house(fake: Fake) -> None:
    assert not holding.keeps_back()

    assert House.objects.get().home
    assert holding.held_since() is None
    with pytest.raises(holding.NotHeld):
        holding.standing()


@pytest.mark.parametrize("kind", [Message.Kind.DUE, Message.Kind.REPLY, Message.Kind.HELP])
def test_nothing_leaves_while_held(fake: Fake, kind: str) -> None:
    message = _queued(kind)
    holding.hold()

    handled = dispatch.send_due()

    message.refresh_from_db()
    assert handled == 0
    assert message.status == Message.Status.QUEUED
    assert fake.entries() == []


def test_hold_between_two_claims_keeps_the_second_back(fake: Fake) -> None:
    _queued()
    holding.hold()

    assert claiming.claim(limit=10) == claiming.Claim()
    assert not Attempt.objects.exists()


def test_stop_is_obeyed_while_held(fake: Fake) -> None:
    message = _queued()
    sender, recipient = Sender.objects.get(), Recipient.objects.get()
    holding.hold()

    text_in(sender, recipient.number, "STOP")

    message.refresh_from_db()
    assert InboundMessage.objects.get().opted_out
    assert OptOut.objects.get().lifted_at is None
    assert message.status == Message.Status.CANCELLED


def test_released_house_sends_what_waited(fake: Fake) -> None:
    _queued()
    holding.hold()

    assert holding.release()
    assert not holding.release()

    assert dispatch.send_due() == 1
    assert len(fake.entries()) == 1


def test_another_database_is_held_before_anything_leaves(fake: Fake) -> None:
    _queued()
    holding.keeps_back()
    _move_house()

    assert dispatch.send_due() == 0

    assert holding.held_since() is not None
    assert fake.entries() == []
    assert AuditEvent.objects.filter(verb="sending.hold").count() == 1
    # It is known now, and stays held until somebody releases it.
    assert dispatch.send_due() == 0
    assert AuditEvent.objects.filter(verb="sending.hold").count() == 1


@pytest.mark.parametrize(("loses_nothing", "held"), [(False, True), (True, False)])
def test_promoted_standby_is_held_unless_it_loses_nothing(
    fake: Fake, settings: Settings, loses_nothing: bool, held: bool
) -> None:
    settings.STANDBY_LOSES_NOTHING = loses_nothing
    holding.keeps_back()
    home = House.objects.get().home
    House.objects.update(home=f"{home.rpartition(':')[0]}:0000FFFF")

    assert holding.keeps_back() is held


def test_books_are_lost_from_their_last_call_on(fake: Fake) -> None:
    _queued()
    dispatch.send_due()
    last = Attempt.objects.get().started_at

    holding.hold()

    assert holding.standing().lost_from == last


def test_house_without_a_call_lost_all_since_its_first_number() -> None:
    SenderFactory()
    recipient = RecipientFactory()

    holding.hold()

    recipient.refresh_from_db()
    assert holding.standing().lost_from == recipient.created_at


def test_copy_of_a_held_house_is_held_anew_from_the_older_point(fake: Fake) -> None:
    _queued()
    dispatch.send_due()
    holding.hold()
    holding.note_erasures()
    holding.note_history(at=LONG_AGO)
    House.objects.update(lost_from=LONG_AGO, held_at=LONG_AGO + timedelta(hours=1))
    _move_house()

    assert holding.keeps_back()

    found = holding.standing()
    assert found.lost_from == LONG_AGO
    assert found.held_at > LONG_AGO + timedelta(hours=1)
    assert (found.erasures_at, found.history_at) == (None, None)


def test_hold_and_release_are_written_down(fake: Fake) -> None:
    holding.hold()
    holding.hold()
    holding.release()

    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "sending.hold",
        "sending.release",
    ]


def test_role_that_owns_nothing_may_ask_where_it_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE nobodys_role")
        cursor.execute("GRANT SELECT ON messaging_house TO nobodys_role")
        cursor.execute("SET LOCAL ROLE nobodys_role")
        cursor.execute(holding._LOOK)
        here, home, _ = cursor.fetchone()
        cursor.execute("RESET ROLE")

    assert here.count(":") == 2
    assert home is None
