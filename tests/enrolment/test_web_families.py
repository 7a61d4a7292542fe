"""A new number, discreet texts and a shared number on a person's own page."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from enrolment import replies
from enrolment.models import Enrolment, NumberChange, Participant
from messaging.models import Message, OptOut
from tests import worlds
from tests.enrolment.test_families import family
from tests.enrolment.test_replies import NUMBER, texted
from tests.enrolment.test_web_views import saved, token_in, words

pytestmark = pytest.mark.django_db

NEW = "+447700900009"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("messaging.clock.calendar_now", lambda: worlds.NOON)


def inside(client: Client, said: str = "WEB") -> Client:
    client.post(f"/me/{token_in(texted(said))}/")
    return client


def post(client: Client, enrolment: Enrolment, what: str, **fields: str) -> HttpResponse:
    return client.post(f"/me/{enrolment.pk}/{what}/", fields)


def test_discreet_is_chosen_and_shown(client: Client) -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.full_version())
    page = inside(client)

    assert saved(post(page, enrolment, "discreet", discreet="yes"), "discreet")

    assert Participant.objects.get().is_discreet
    assert "Discreet texts Yes" in words(page.get("/me/"))


@pytest.mark.parametrize("known", [True, False])
def test_number_is_asked_whether_or_not_it_is_known(client: Client, known: bool) -> None:
    edition = worlds.full_version()
    enrolment = worlds.person(number=NUMBER, of=edition)
    if known:
        worlds.person(number=NEW, of=edition)
    page = inside(client)

    assert saved(post(page, enrolment, "number", number=NEW), "number")

    code = (Message.objects.get(cause_key__startswith="number:").body.text or "").split("reply ")[1]
    worlds.text(NEW, code[:6])
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=1))
    moved = Participant.objects.get(pk=enrolment.participant_id)
    assert moved.recipient.number == NEW
    assert f"/me/{enrolment.pk}/" not in page.get("/me/").content.decode()
    assert NumberChange.objects.get().status == "done"


def test_what_is_no_number_is_said_and_kept(client: Client) -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.full_version())

    shown = words(post(inside(client), enrolment, "number", number="12 34"))

    assert "text this number" in shown
    assert not NumberChange.objects.exists()


def test_leaving_a_shared_number_leaves_alone(client: Client) -> None:
    amina, per = family()
    page = inside(client, "Amina WEB")
    assert "Others who share your number keep theirs" in words(page.get("/me/leave/"))

    page.post("/me/leave/")

    assert Enrolment.objects.get(pk=amina.pk).status == "withdrawn"
    assert Enrolment.objects.get(pk=per.pk).status == "active"
    assert not OptOut.objects.filter(lifted_at=None).exists()


def test_page_shows_a_person_her_own_texts_alone(client: Client) -> None:
    family()
    texted("Per crave")
    texted("Amina crave", minutes=1)

    shown = words(inside(client, "Amina WEB").get("/me/texts/"))

    assert "Amina crave" in shown
    assert "Per crave" not in shown
    assert "Per:" not in shown
