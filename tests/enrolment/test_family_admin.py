"""Staff's deeds on an enrolment's page."""

import pytest
from django.test import Client
from django.urls import reverse

from enrolment import replies
from enrolment.models import Enrolment, NumberChange, Participant
from messaging.clock import calendar_now
from messaging.models import Message, OptOut
from tests import worlds
from tests.enrolment.test_matrix import client_of, user_with
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

NEW = "+447700900009"


@pytest.fixture
def enrolment() -> Enrolment:
    return worlds.person(of=worlds.full_version())


@pytest.fixture
def manager() -> Client:
    return client_of(user_with("programme_manager", organisation_wide=False))


def address(enrolment: Enrolment, deed: str) -> str:
    name = "change" if deed == "change" else f"family_{deed}"
    return reverse(f"admin:enrolment_enrolment_{name}", args=[enrolment.pk])


def page(client: Client, enrolment: Enrolment) -> str:
    return client.get(address(enrolment, "change")).content.decode()


def test_number_is_asked_and_the_page_says_so(enrolment: Enrolment, manager: Client) -> None:
    manager.post(address(enrolment, "number"), {"number": NEW, "to_caregiver": "on"})

    change = NumberChange.objects.get()
    assert (change.source, change.to_caregiver) == ("staff", True)
    question = Message.objects.get(cause_key=f"number:{change.pk}")
    assert "look after them" in (question.body.text or "")
    assert AuditEvent.objects.filter(verb="participant.ask_number", actor__isnull=False).exists()
    shown = page(manager, enrolment)
    assert "another number was named" in shown
    assert NEW not in shown


def test_what_is_no_number_changes_nothing(enrolment: Enrolment, manager: Client) -> None:
    answer = manager.post(address(enrolment, "number"), {"number": "soon"}, follow=True)

    assert "text this number" in answer.content.decode()
    assert not NumberChange.objects.exists()


def test_texts_are_made_discreet_and_usual_again(enrolment: Enrolment, manager: Client) -> None:
    manager.post(address(enrolment, "discreet"), {"discreet": "yes"})
    assert "Please write so too" in page(manager, enrolment)

    manager.post(address(enrolment, "discreet"), {"discreet": "no"})
    assert not Participant.objects.get().is_discreet


def test_wrong_number_leaves_the_history_for_staff(enrolment: Enrolment, manager: Client) -> None:
    worlds.text("+447700900001", "CRAVE")
    replies.answer_pending(now=calendar_now())

    manager.post(address(enrolment, "wrong_number"))

    assert OptOut.objects.get().source == "staff"
    assert Enrolment.objects.get().exit_reason == "wrong_number"
    shown = page(manager, enrolment)
    assert "Former history" in shown
    assert "It is a wrong number" not in shown


def test_who_may_not_act_is_refused(enrolment: Enrolment) -> None:
    researcher = client_of(user_with("researcher", organisation_wide=False))

    answer = researcher.post(address(enrolment, "discreet"), {"discreet": "yes"})

    assert answer.status_code in (302, 403, 404)
    assert not Participant.objects.get().is_discreet


def test_deeds_take_nothing_but_a_post(enrolment: Enrolment, manager: Client) -> None:
    for deed in ("number", "discreet", "wrong_number"):
        assert manager.get(address(enrolment, deed)).status_code == 405
