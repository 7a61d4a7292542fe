import pytest
from django.db import connection

from messaging.bookkeeping import Books
from messaging.claiming import Call, claim
from messaging.models import Attempt
from messaging.providers.base import SendOutcome, SendResult
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text

pytestmark = pytest.mark.django_db(transaction=True)

ACCEPTED = SendResult(SendOutcome.ACCEPTED, "SM1")


@pytest.fixture
def call() -> Call:
    sender = SenderFactory()
    queue_text(sender, RecipientFactory(organisation=sender.organisation))
    [call] = claim(limit=10).calls
    return call


def outcome(call: Call) -> str:
    return Attempt.objects.get(pk=call.attempt_id).outcome


def test_write_has_settled_on_return(call: Call) -> None:
    with Books() as books:
        books.write([(call, ACCEPTED)], beside=False)

        assert outcome(call) == "accepted"
        assert books.written()
        assert not books.written()


def test_write_beside_is_done_at_the_end_at_the_latest_and_leaves_this_connection_open(
    call: Call,
) -> None:
    with Books() as books:
        books.write([(call, ACCEPTED)], beside=True)
        kept = connection.connection

    assert connection.connection is kept
    assert not kept.closed
    assert outcome(call) == "accepted"


def test_trouble_beside_is_raised_by_the_next_look(call: Call) -> None:
    broken: Call = None  # type: ignore[assignment]  # no answer belongs to no call

    with Books() as books:
        books.write([(broken, ACCEPTED)], beside=True)
        books.write([(call, ACCEPTED)], beside=True)
        with pytest.raises(AttributeError):
            books.written(all_of_it=True)

    assert outcome(call) == "accepted"


def test_trouble_beside_is_raised_at_the_end(call: Call) -> None:
    broken: Call = None  # type: ignore[assignment]

    with pytest.raises(AttributeError), Books() as books:
        books.write([(broken, ACCEPTED)], beside=True)


def test_books_are_behind_while_four_handfuls_are_unwritten(call: Call) -> None:
    with Books() as books:
        assert not books.behind
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK messaging_attempt IN ACCESS EXCLUSIVE MODE")
            for _ in range(4):
                books.write([(call, ACCEPTED)], beside=True)
            assert books.behind
            cursor.execute("COMMIT")
        books.written(all_of_it=True)
        assert not books.behind
