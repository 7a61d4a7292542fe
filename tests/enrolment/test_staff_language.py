"""What staff read of people in the language they chose and on their own clock, wherever it was put
into words: on a page, by a worker before, in an email, in a file."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from enrolment import paging, person_words, planner, replies, silences
from enrolment.models import PagerContact, PeopleFile
from enrolment.silences import Silence
from tests import worlds
from tests.enrolment.people_lists import csv_of, manager, sent, worked
from tests.enrolment.test_matrix import client_of, user_with
from trust.models import User
from trust.saying import said

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"


@pytest.fixture
def reader() -> User:
    """In Nairobi, of an organisation in London."""
    user = user_with("programme_manager", organisation_wide=False)
    User.objects.filter(pk=user.pk).update(language="nb", time_zone="Africa/Nairobi")
    user.refresh_from_db()
    return user


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nb", "Ikke sendt tirsdag: ukesgrensen på 7 var nådd; flyttet til onsdag 09:10."),
        ("nn", "Ikkje sendt tirsdag: vekesgrensa på 7 var nådd; flytta til onsdag 09:10."),
    ],
)
def test_silence_is_told_as_a_whole_sentence(language: str, told: str) -> None:
    with translation.override(language):
        silence = Silence("queued", "week_cap", "tirsdag", "onsdag 09:10", cap=7)
        assert said(silences.decided(silence)) == told


@pytest.mark.parametrize(
    ("day", "told"), [(1, "1 dag etter sluttdagen, kveld"), (3, "3 dager etter sluttdagen, kveld")]
)
def test_one_day_and_many_are_told_apart(day: int, told: str) -> None:
    with translation.override("nb"):
        why = person_words.why_then(day=day, minutes=None, kind="quit_date", slot="kveld")
        assert said(why) == told


def test_page_of_a_person_is_on_the_readers_clock_with_the_persons_beside(reader: User) -> None:
    enrolment = worlds.person(of=worlds.full_version())
    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    address = reverse("admin:enrolment_enrolment_change", args=[enrolment.pk])
    page = client_of(reader).get(address).content.decode()

    assert "venter på å gå, fra" in page
    assert "Africa/Nairobi-tid; deres, Europe/London, ved siden av" in page
    assert "i Europe/London)" in page


def test_what_a_worker_found_wrong_is_told_in_the_readers_language() -> None:
    worlds.version()
    found = sent(csv_of([["not a number", "Amina"]]))
    worked(found)
    found = PeopleFile.objects.get(pk=found.pk)
    User.objects.filter(pk=manager().pk).update(language="nn")

    page = client_of(User.objects.get(pk=manager().pk)).get(f"/people/lists/{found.pk}/")

    assert found.status == PeopleFile.Status.WRONG
    assert "Skriv heile nummeret med + og landkoden" in page.content.decode()


def test_notes_of_an_empty_list_are_in_the_readers_language() -> None:
    worlds.version()
    User.objects.filter(pk=manager().pk).update(language="nb")
    client = client_of(User.objects.get(pk=manager().pk))

    answer = client.get(f"/people/{worlds.campaign().pk}/enrol/empty/")

    sheet: Any = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A1"].value == "number"
    assert "med + og landkode" in sheet["A1"].comment.text


@pytest.mark.parametrize("email", ["reader", "nurse@clinic.example"])
def test_email_is_written_for_the_account_that_has_the_address(
    reader: User, email: str, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = "https://sendwell.example"
    address = reader.email if email == "reader" else email
    PagerContact.objects.create(organisation=worlds.organisation(), name="Vakt", email=address)
    worlds.person(number=NUMBER)
    worlds.text(NUMBER, "i want to die", at=worlds.NOON)
    replies.answer_pending(now=worlds.NOON)

    paging.deliver_due(now=worlds.NOON)

    written = f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    if email == "reader":
        assert "En hastesak venter på en person: ord om nød." in written
        assert "Africa/Nairobi" in written
    else:
        assert "An urgent case waits for a person: words of need." in written
        assert "UTC" in written
    assert translation.get_language() == "en-gb"
