"""The money on a sender's page."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from messaging.clock import calendar_now
from messaging.models import Sender, SpendDay
from tests.factories.sender import SenderFactory
from tests.factories.user import UserFactory

pytestmark = pytest.mark.django_db

MONEY = {
    "segment_price": "0.05",
    "currency": "GBP",
    "monthly_budget": "10",
    "strangers_per_day": "500",
    "budget_warns_at": "75",
}


@pytest.fixture
def sender(settings: Settings) -> Sender:
    # The side navigation belongs to the whole site.
    settings.UNFOLD = {}
    return SenderFactory(segment_price=Decimal("0.05"), currency="GBP", monthly_budget=10)


def login(sender: Sender, role: str) -> Client:
    client = Client()
    client.force_login(UserFactory(organisation=sender.organisation, organisation_role=role))
    return client


def page_of(sender: Sender) -> str:
    return reverse("admin:messaging_sender_change", args=[sender.pk])


def form(sender: Sender, **changes: str) -> dict[str, Any]:
    fields = (
        "name", "address", "provider", "country", "stop_text", "help_text",
    )  # fmt: skip
    values = {name: getattr(sender, name) for name in fields}
    return {
        **values,
        "organisation": sender.organisation_id,
        "is_active": "on",
        "segments_per_second": 10,
        "weight": 100,
        **MONEY,
        **changes,
    }


def test_money_is_set_by_those_who_manage_senders(sender: Sender) -> None:
    login(sender, "organisation_admin").post(page_of(sender), form(sender, monthly_budget="20.50"))

    sender.refresh_from_db()
    assert (sender.monthly_budget, sender.budget_warns_at) == (Decimal("20.50"), 75)


def test_money_is_only_read_by_a_programme_manager(sender: Sender) -> None:
    answer = login(sender, "programme_manager").post(page_of(sender), form(sender))

    sender.refresh_from_db()
    assert answer.status_code == 403
    assert sender.budget_warns_at == 80


def test_empty_warning_is_the_usual_one(sender: Sender) -> None:
    login(sender, "organisation_admin").post(page_of(sender), form(sender, budget_warns_at=""))

    sender.refresh_from_db()
    assert (sender.monthly_budget, sender.budget_warns_at) == (Decimal(10), 80)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"currency": ""}, "A price needs its currency."),
        ({"segment_price": ""}, "A budget needs the price of a segment."),
        ({"currency": "pounds"}, "at most 3 characters"),
        ({"monthly_budget": "-1"}, "greater than or equal to 0"),
        ({"budget_warns_at": "101"}, "less than or equal to 100"),
    ],
    ids=str,
)
def test_money_that_makes_no_sense_is_told(
    sender: Sender, changes: dict[str, str], words: str
) -> None:
    answer = login(sender, "organisation_admin").post(page_of(sender), form(sender, **changes))

    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_page_shows_what_the_month_cost(sender: Sender) -> None:
    now = calendar_now()
    SpendDay.objects.create(sender=sender, day=now.date(), messages=3, segments=5, counted_at=now)

    page = login(sender, "programme_manager").get(page_of(sender)).content.decode()

    assert "3 texts, 5 segments, GBP 0.25, 2 % of the budget" in page
    assert "is spent" not in page


def test_page_warns_of_a_spent_budget(sender: Sender) -> None:
    now = calendar_now()
    SpendDay.objects.create(
        sender=sender, day=now.date(), messages=200, segments=200, counted_at=now
    )
    Sender.objects.update(budget_state=Sender.BudgetState.STOPPED)

    page = login(sender, "programme_manager").get(page_of(sender)).content.decode()

    assert "only answers to HELP and STOP leave" in page


def test_page_to_add_a_sender_opens(sender: Sender) -> None:
    client = login(sender, "organisation_admin")

    assert client.get(reverse("admin:messaging_sender_add")).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [{"currency": ""}, {"segment_price": None}],
    ids=["price without currency", "budget without price"],
)
def test_money_that_says_too_little_is_refused(sender: Sender, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(sender, name, value)

    with pytest.raises(ValidationError):
        sender.full_clean()
    with pytest.raises(IntegrityError):
        sender.save()
