"""The forecast page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Membership
from messaging.models import Sender
from tests import worlds
from trust.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    user = User.objects.create(
        email="manager@clinic.example", organisation=worlds.organisation(), is_staff=True
    )
    Membership.objects.create(user=user, campaign=worlds.campaign(), role="programme_manager")
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, of: Campaign | None = None) -> str:
    answer = client.get(reverse("enrolment:forecast", args=[(of or worlds.campaign()).pk]))
    return answer.content.decode()


def person_today() -> None:
    at = worlds.at_noon()
    worlds.person(of=worlds.version(), joined=at, quit_day=at.date())


def test_page_shows_figures_bars_and_every_day(client: Client) -> None:
    person_today()

    shown = page(client)

    assert shown.count("<rect ") == 90
    assert shown.count('<th scope="row">') >= 90 + 3
    assert "2 texts</title>" in shown
    assert "GBP" not in shown


def test_page_shows_money_once_there_is_a_price(client: Client) -> None:
    person_today()
    Sender.objects.update(segment_price=Decimal("0.50"), currency="GBP")

    shown = page(client)

    assert '<th scope="col">GBP</th>' in shown
    assert "<dd>1.50</dd>" in shown
    assert "It has no monthly budget" in shown


def test_page_tells_the_most_it_can_come_to(client: Client) -> None:
    edition = worlds.version(published=False)
    edition.texts.filter(key="welcome.1").update(body="x" * 150 + "{{ first_name }}")
    worlds.publish(edition)
    at = worlds.at_noon()
    worlds.person(of=edition, joined=at, quit_day=None)
    Sender.objects.update(segment_price=Decimal("0.50"), currency="GBP")

    shown = page(client)

    assert "<dd>1 <small>≤ 2</small></dd>" in shown
    assert "<dd>0.50 <small>≤ 1.00</small></dd>" in shown


def test_page_tells_when_the_budget_will_be_spent(client: Client) -> None:
    at = worlds.at_noon()
    # A budget is of a month: on its last day today's texts would be counted in two.
    mid_next_month = (at.date().replace(day=1) + timedelta(days=45)).replace(day=15)
    worlds.person(of=worlds.version(), joined=at, quit_day=mid_next_month)
    Sender.objects.update(segment_price=1, currency="GBP", monthly_budget=3)

    assert "planned texts it will be spent on" in page(client)


def test_page_tells_that_the_budget_lasts(client: Client) -> None:
    person_today()
    Sender.objects.update(segment_price=1, currency="GBP", monthly_budget=3000)

    assert "stay within it" in page(client)


@pytest.mark.parametrize(
    ("state", "words"),
    [("warned", "At 100 % its texts stop."), ("stopped", "Its texts go on at the next counting")],
)
def test_page_warns_of_the_budget(client: Client, state: str, words: str) -> None:
    worlds.version()
    Sender.objects.update(segment_price=1, currency="GBP", monthly_budget=3, budget_state=state)

    shown = page(client)

    assert 'role="alert"' in shown
    assert words in shown


def test_page_without_people_says_so(client: Client) -> None:
    worlds.version()

    shown = page(client)

    assert "Nobody is in the programme yet" in shown
    assert "<svg" not in shown


def test_page_names_a_country_variable_without_a_value(client: Client) -> None:
    edition = worlds.version(published=False)
    edition.texts.filter(key="day.1").update(body="Call {{ quit_line }}.")
    worlds.publish(edition)
    worlds.person(of=edition)

    answer = client.get(reverse("enrolment:forecast", args=[worlds.campaign().pk]))

    assert answer.status_code == 409
    assert "quit_line" in answer.content.decode()


def test_page_lists_the_campaigns_of_its_reader_only(client: Client) -> None:
    own = worlds.campaign(key="walk")
    foreign = worlds.campaign(key="eat")
    Membership.objects.create(user=User.objects.get(), campaign=own, role="author")

    shown = page(client)

    assert reverse("enrolment:forecast", args=[own.pk]) in shown
    assert reverse("enrolment:forecast", args=[foreign.pk]) not in shown


def test_page_is_not_found_outside_ones_campaigns(client: Client) -> None:
    other = worlds.campaign(key="walk")

    assert client.get(reverse("enrolment:forecast", args=[other.pk])).status_code == 404


def test_page_only_reads(client: Client) -> None:
    assert (
        client.post(reverse("enrolment:forecast", args=[worlds.campaign().pk])).status_code == 405
    )
