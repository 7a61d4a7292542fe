"""The figures page and its files, over the few people of `crowd`."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Membership
from research import counting, figures_page
from tests import worlds
from tests.research import crowd
from tests.signing_in import with_second_factor
from trust.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    user = User.objects.create(
        email="m@clinic.example", name="Mona", organisation=worlds.organisation(), is_staff=True
    )
    Membership.objects.create(user=user, campaign=worlds.campaign(), role="programme_manager")
    return with_second_factor(user)


@pytest.fixture
def _counted() -> None:
    crowd.people()
    crowd.move_calendar()
    counting.count_all(now=crowd.NOW, anew=False)


def page(client: Client, **query: str) -> str:
    query = {"days": "all", **query}
    answer = client.get(reverse("research:figures", args=[worlds.campaign().pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def table(client: Client, key: str, **query: str) -> list[list[str]]:
    url = reverse("research:figures_csv", args=[worlds.campaign().pk, key])
    answer = client.get(url, {"days": "all", **query})
    assert answer.status_code == 200, key
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_campaign_nobody_is_in_says_what_to_do(client: Client) -> None:
    told = page(client)

    assert "Nobody has joined yet." in told
    assert "Nothing has been counted yet." in told
    assert "<svg" not in told


@pytest.mark.usefixtures("_counted")
def test_page_says_each_figure_in_a_sentence(client: Client) -> None:
    told = page(client)

    assert "3 people began; 3 enrolled, 100 % of them. 2 came to the end." in told
    assert "1 of 2 planned questions were answered (50 %)." in told
    assert "Half of the answers came within 15 minutes" in told
    assert "1 person left" in told
    assert "too many texts (1)" in told
    assert "The busiest hour: Thursday, 20:00." in told
    assert told.count("Download as CSV") >= 6


@pytest.mark.usefixtures("_counted")
def test_file_holds_what_the_page_shows(client: Client) -> None:
    rows = table(client, "dose")

    assert rows[0][:4] == ["Day", "Planned", "Sent", "Delivered"]
    assert [row[1] for row in rows[1:] if row[0] == "2026-12-10"] == ["4"]
    assert sum(int(row[1]) for row in rows[1:]) == 12
    week = table(client, "keywords")
    assert week[4][0] == "Thursday"
    assert week[4][1 + 20] == "1"
    assert table(client, "keywords-more")[1] == ["CRAVE", "1", "1"]


@pytest.mark.usefixtures("_counted")
def test_time_and_slice_narrow_the_figures(client: Client) -> None:
    week = figures_page.asked(worlds.campaign(), period="7", value="", now=crowd.NOW)
    assert (week.since, week.until) == (date(2026, 12, 6), date(2026, 12, 12))
    assert figures_page.page_of(worlds.campaign(), week)[0].dose.planned == 9
    nobody = {"days": "all", "of": "language:nb"}
    url = reverse("research:figures_csv", args=[worlds.campaign().pk, "dose"])
    assert client.get(url, nobody).status_code == 404
    assert "no figure of it is shown" in page(client, **nobody)


@pytest.mark.usefixtures("_counted")
def test_unheard_of_choices_give_way_to_the_usual(client: Client) -> None:
    told = page(client, days="999", of="name:Amina")

    assert '<option value="28" selected>' in told
    assert "3 people began" in told


@pytest.mark.usefixtures("_counted")
def test_group_of_fewer_than_five_is_told_as_such(client: Client) -> None:
    rows = table(client, "groups")

    assert rows[1][:4] == ["English", "fewer than 5, or near it", "3", ""]
    told = page(client, of="language:en")
    assert "no figure of it is shown" in told
    assert "3 people began" not in told
    url = reverse("research:figures_csv", args=[worlds.campaign().pk, "funnel"])
    assert client.get(url, {"of": "language:en"}).status_code == 404


@pytest.mark.usefixtures("_counted")
def test_every_part_has_its_file(client: Client) -> None:
    wanted = figures_page.asked(worlds.campaign(), period="all", value="", now=crowd.NOW)

    for section in figures_page.page_of(worlds.campaign(), wanted)[1]:
        assert bool(section.empty) != bool(section.table), section.key
        if section.table is not None:
            assert len(table(client, section.key, days="all")) == 1 + len(section.table.rows)


@pytest.mark.usefixtures("_counted")
def test_page_speaks_the_readers_language_and_a_file_is_english(client: Client) -> None:
    User.objects.filter(email="m@clinic.example").update(language="nb", time_zone="Asia/Tokyo")

    told = page(client)

    assert "3 personer begynte. 3 meldte seg på, 100 % av dem. 2 fullførte." in told
    assert "Halvparten av svarene kom innen 15 minutter" in told
    assert "Travleste time: Torsdag kl. 20.00." in told
    assert "Antall" in told
    # Counted at noon in London; days and hours of the figures stay the campaign's.
    assert "12. des. 2026, 21:00" in told
    assert "Europe/London" in told
    assert table(client, "dose")[0][:4] == ["Day", "Planned", "Sent", "Delivered"]
    assert table(client, "keywords")[4][0] == "Thursday"


def test_unknown_file_is_not_found(client: Client) -> None:
    url = reverse("research:figures_csv", args=[worlds.campaign().pk, "nothing"])

    assert client.get(url).status_code == 404


@pytest.mark.usefixtures("_counted")
def test_page_takes_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    url = reverse("research:figures", args=[worlds.campaign().pk])

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get(url).status_code == 200
