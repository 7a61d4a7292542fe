"""The pages of lists: who may, what wrong files say, how many queries a long list takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Membership
from enrolment import inviting
from enrolment.models import Enrolment, Invitation, PeopleFile, PeopleRow
from enrolment.people_rows import COLUMNS, Kind
from enrolment.people_table import read_table
from messaging.models import Message
from tests import worlds
from tests.enrolment.people_lists import csv_of, manager, sent, worked
from tests.enrolment.test_matrix import client_of, user_with
from tests.enrolment.test_replies import NUMBER, texted
from trust.ids import draw_ids
from trust.roles import ROLES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrolment.people_work.calendar_now", lambda: worlds.NOON)
    monkeypatch.setattr("enrolment.people_views.calendar_now", lambda: worlds.NOON)
    worlds.version()


@pytest.fixture
def client() -> Client:
    return client_of(manager())


def send_url(kind: str = "enrol") -> str:
    return f"/people/{worlds.campaign().pk}/{kind}/"


def post(client: Client, content: bytes, kind: str = "enrol") -> Any:
    return client.post(send_url(kind), {"file": SimpleUploadedFile("people.csv", content)})


def test_list_goes_from_the_page_to_its_questions(client: Client) -> None:
    answer = post(client, csv_of([[NUMBER, "Amina"]]))
    found = PeopleFile.objects.get()
    assert answer["Location"] == f"/people/lists/{found.pk}/"
    assert "Checking the list" in client.get(answer["Location"]).content.decode()
    worked(found)

    shown = client.get(answer["Location"]).content.decode()
    assert "will be asked, in one neutral question" in shown
    assert "Sign up 1 person" in shown
    assert "+44 ••• 01" in shown
    assert NUMBER not in shown
    client.post(answer["Location"], {"do": "apply"})
    worked(found)

    shown = client.get(answer["Location"]).content.decode()
    assert "The list is carried out" in shown
    assert Message.objects.get().body.text == "Do you want our texts? YES or NO"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"name\nAmina\n", "No column is headed"),
        (b"PK\x03\x04", "not an .xlsx workbook"),
    ],
)
def test_file_that_is_none_is_refused_on_the_page(
    client: Client, content: bytes, said: str
) -> None:
    answer = post(client, content)

    found = PeopleFile.objects.first()
    if found is not None:
        worked(found)
        answer = client.get(answer["Location"])
    assert said in answer.content.decode()
    assert not PeopleRow.objects.exists()


def test_problems_are_told_with_row_and_column(client: Client) -> None:
    answer = post(client, csv_of([["call my sister"], [NUMBER, "R2D2"]]))
    worked(PeopleFile.objects.get())

    shown = client.get(answer["Location"]).content.decode()

    assert "2 things to put right" in shown
    assert "Write the whole number with + and its country" in shown
    assert "sister" not in shown


@pytest.mark.parametrize("kind", list(Kind))
def test_empty_list_can_be_downloaded_and_has_the_headings(client: Client, kind: Kind) -> None:
    content = client.get(f"{send_url(kind)}empty/").content

    with pytest.raises(Exception, match="nobody in the list"):
        read_table(content, COLUMNS[kind])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", list(Kind))
def test_only_who_acts_for_people_sends_lists(role: str, kind: Kind) -> None:
    client = client_of(user_with(role, organisation_wide=False))
    may = "person.act" in ROLES[role].permissions
    if kind is Kind.IMPORT:
        may = may and "campaign.edit" in ROLES[role].permissions

    page, answer = client.get(send_url(kind)), post(client, csv_of([[NUMBER]]), kind)

    assert (page.status_code, answer.status_code) == ((200, 302) if may else (404, 404))
    assert PeopleFile.objects.exists() is may


def test_list_is_nobody_elses_and_not_its_senders_once_the_role_is_gone(client: Client) -> None:
    found = sent(csv_of([[NUMBER]]))
    url = f"/people/lists/{found.pk}/"
    colleague = client_of(user_with("programme_manager", organisation_wide=True))

    assert client.get(url).status_code == 200
    assert colleague.get(url).status_code == 404
    user = manager()
    user.organisation_role = "author"
    user.save()
    Membership.objects.filter(user=user).delete()
    assert client.get(url).status_code == 404
    assert client.post(url, {"do": "apply"}).status_code == 404


def test_long_list_takes_few_queries(
    client: Client, django_assert_max_num_queries: Callable[[int], DjangoAssertNumQueries]
) -> None:
    found = sent(csv_of([[NUMBER]]))
    ids = draw_ids(PeopleRow, 10_000)
    PeopleRow.objects.bulk_create(
        PeopleRow(
            id=row_id,
            people_file=found,
            row=place,
            deed="ask",
            status="passed",
            reason="already_in",
        )
        for place, row_id in enumerate(ids, start=10)
    )

    with django_assert_max_num_queries(12):
        shown = client.get(f"/people/lists/{found.pk}/?page=100").content.decode()

    assert "Page 100 of 201" in shown
    assert "<b>10000</b>" in shown


def test_how_people_came_is_counted_without_tests(
    client: Client, django_assert_max_num_queries: Callable[[int], DjangoAssertNumQueries]
) -> None:
    version = worlds.campaign().versions.get()
    for place, is_test in enumerate([False, False, True]):
        inviting.invite(
            version=version,
            number=f"+44770090000{place}",
            language="en",
            channel="referral",
            told=inviting.Told(by="HW-014"),
            is_test=is_test,
            now=worlds.NOON - timedelta(days=1),
        )
    texted("yes")

    with django_assert_max_num_queries(12):
        page = client.get("/people/").context["page"]

    (way,) = page.referrers
    assert (way.name, way.handed_in, way.asked, way.said_yes) == ("HW-014", 2, 2, 1)
    assert [way.handed_in for way in page.ways] == [2]


def test_handset_is_marked_as_a_test_and_counted_again(client: Client) -> None:
    texted("JOIN")
    enrolment = Enrolment.objects.get()
    url = f"/phone/{enrolment.participant.recipient_id}/test/"

    client.post(url, {"test": "yes"})
    enrolment.refresh_from_db()
    assert (enrolment.is_test, enrolment.participant.is_test) == (True, True)
    assert ">test<" in client.get("/admin/enrolment/enrolment/").content.decode()

    client.post(url, {"test": "no"})
    enrolment.refresh_from_db()
    assert enrolment.is_test is False


def test_test_participant_by_the_form_is_one_in_every_row(client: Client) -> None:
    client.post(
        "/admin/enrolment/invitation/add/",
        {
            "campaign": worlds.campaign().pk,
            "number": NUMBER,
            "language": "en",
            "channel": "paper",
            "is_test": "on",
        },
    )

    assert Invitation.objects.get().is_test
    assert Enrolment.objects.get().is_test
    assert Message.objects.get().is_test
