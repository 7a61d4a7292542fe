"""A programme whose sender has spent its month: who is answered, and what the others get later."""

from decimal import Decimal

import pytest

from enrolment import replies
from messaging import budget
from messaging.clock import calendar_now
from messaging.dispatch import send_due
from messaging.models import Message, Sender
from tests import worlds

pytestmark = pytest.mark.django_db

NUMBERS = {word: f"+44770090010{place}" for place, word in enumerate(("HELP", "CRAVE", "STOP"))}


def set_budget(money: int) -> None:
    Sender.objects.update(
        segment_price=Decimal("0.05"), currency="GBP", monthly_budget=Decimal(money)
    )
    budget.refresh(now=calendar_now())


def everybody_texts() -> None:
    edition = worlds.version()
    now = worlds.at_noon()
    for number in NUMBERS.values():
        worlds.person(number=number, of=edition, joined=now)
    Message.objects.filter(status="queued").delete()
    for word, number in NUMBERS.items():
        worlds.text(number, word)
    replies.answer_pending(now=calendar_now())


def test_spent_budget_leaves_help_and_stop_their_answers_and_nothing_else() -> None:
    worlds.sender()
    set_budget(0)
    everybody_texts()

    send_due()

    states = dict(Message.objects.values_list("kind", "status"))
    assert states == {"help": "delivered", "stop_confirmation": "delivered", "reply": "queued"}


def test_opened_budget_sends_the_answer_that_waited() -> None:
    worlds.sender()
    set_budget(0)
    everybody_texts()
    send_due()

    set_budget(100)
    send_due()

    assert Message.objects.get(kind="reply").status == Message.Status.DELIVERED
