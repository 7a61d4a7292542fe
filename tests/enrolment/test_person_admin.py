"""The page of a person: who may see what, each look written down, twelve queries at most."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrolment import planner, replies
from enrolment.models import Case, Enrolment
from messaging import optout
from messaging.models import Message, Recipient
from tests import worlds
from tests.enrolment.test_matrix import client_of, user_with
from tests.enrolment.test_timeline import many
from trust.models import AuditEvent
from trust.roles import ROLES

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
MOST_QUERIES = 12


@pytest.fixture
def enrolment() -> Enrolment:
    return worlds.person(of=worlds.full_version())


@pytest.fixture
def manager() -> Client:
    return client_of(user_with("programme_manager", organisation_wide=False))


@pytest.fixture
def counsellor() -> Client:
    return client_of(user_with("counsellor", organisation_wide=False))


def address(enrolment: Enrolment, page: str = "change") -> str:
    return reverse(f"admin:enrolment_enrolment_{page}", args=[enrolment.pk])


def shown(client: Client, enrolment: Enrolment, **query: str) -> str:
    return client.get(address(enrolment), query).content.decode()


def test_head_says_who_and_what_comes_next_without_name_or_number(
    enrolment: Enrolment, manager: Client
) -> None:
    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    page = shown(manager, enrolment)

    assert f"P-{enrolment.participant_id}" in page
    assert "welcome.1 waits to leave, from" in page
    assert "Thursday 10 Dec 2026" in page
    assert "Amina" not in page
    assert NUMBER not in page
    assert "+44 ••• 01" in page


def test_next_text_is_told_with_its_reason(enrolment: Enrolment, manager: Client) -> None:
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    Message.objects.update(status="delivered", settled_at=worlds.NOON + timedelta(minutes=2))

    page = shown(manager, enrolment)

    assert "light.1" not in page
    assert ": standard.1, 3 days before the quit day, evening (18:00–18:30)." in page


@pytest.mark.parametrize("what", ["name", "number"])
def test_each_reveal_is_a_click_that_is_written_down(
    what: str, enrolment: Enrolment, manager: Client
) -> None:
    page = manager.post(address(enrolment, f"do_{what}")).content.decode()

    assert ("Amina" in page, NUMBER in page) == (what == "name", what == "number")
    event = AuditEvent.objects.get(verb=f"{what}.reveal")
    assert event.subject_id == str(enrolment.pk)
    assert event.actor is not None
    assert f'href="{address(enrolment)}?show=texts"' in page
    assert f"The {what} was shown" in shown(manager, enrolment)
    assert manager.get(address(enrolment, f"do_{what}")).status_code == 405


SEEING = {"programme_manager", "counsellor", "trial_keeper"}


@pytest.mark.parametrize("role", sorted(set(ROLES) - SEEING))
def test_other_roles_see_no_person(role: str, enrolment: Enrolment) -> None:
    client = client_of(user_with(role, organisation_wide=True))

    assert client.get(address(enrolment)).status_code in (403, 404)
    assert client.post(address(enrolment, "do_number")).status_code in (403, 404)
    assert not AuditEvent.objects.filter(verb="number.reveal").exists()


def test_words_are_for_whoever_may_read_them(
    enrolment: Enrolment, manager: Client, counsellor: Client
) -> None:
    later = worlds.NOON + timedelta(minutes=1)
    worlds.text(NUMBER, "my cat ate my patches", at=later)
    replies.answer_pending(now=later)

    assert "my cat ate my patches" in shown(counsellor, enrolment)
    page = shown(manager, enrolment)
    assert "my cat ate my patches" not in page
    assert "Your role sees what happened, not the words." in page
    assert "A case waits: no rule understood it, for a counsellor" in page
    assert address_of_case() in shown(counsellor, enrolment)


def address_of_case() -> str:
    return reverse("admin:enrolment_case_change", args=[Case.objects.get().pk])


def test_number_that_takes_nothing_is_said(enrolment: Enrolment, manager: Client) -> None:
    assert "takes texts" in shown(manager, enrolment)
    recipient = enrolment.participant.recipient
    Recipient.objects.filter(pk=recipient.pk).update(strikes=2)
    assert "2 of 3 strikes" in shown(manager, enrolment)
    optout.opt_out(recipient=recipient, source="staff", now=worlds.NOON)
    assert "opted out: nothing may be sent to it" in shown(manager, enrolment)


def test_other_campaigns_of_the_number_are_told_within_reach_only(
    enrolment: Enrolment, manager: Client
) -> None:
    other = worlds.person(of=worlds.version(worlds.campaign(key="other")))
    wide = client_of(user_with("counsellor", organisation_wide=True))

    assert address(other) not in shown(manager, enrolment)
    assert address(other) in shown(wide, enrolment)


def test_timeline_is_narrowed_and_turned_over(enrolment: Enrolment, manager: Client) -> None:
    many(enrolment, 120)

    first = manager.get(address(enrolment), {"show": "texts"})
    page = first.context["page"]
    second = manager.get(f"{address(enrolment)}?{first.context['older']}")

    assert len(page.entries) == 50
    assert second.context["page"].entries[0].at < page.entries[-1].at
    assert "Newest" in second.content.decode()
    for odd in ({"show": "nothing"}, {"before": "soon"}, {"before": "' OR 1=1"}):
        assert manager.get(address(enrolment), odd).status_code == 200


@pytest.mark.parametrize("wide", [True, False])
def test_page_takes_few_queries_also_of_2000_texts(enrolment: Enrolment, wide: bool) -> None:
    many(enrolment, 2_000)
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    client = client_of(user_with("counsellor", organisation_wide=wide))
    shown(client, enrolment)

    with CaptureQueriesContext(connection) as queries:
        shown(client, enrolment)

    assert len(queries) <= MOST_QUERIES


def test_person_in_another_zone_is_shown_in_both(manager: Client) -> None:
    enrolment = worlds.person(of=worlds.full_version(), zone="Asia/Kolkata")

    page = shown(manager, enrolment)

    assert "Europe/London time" in page
    assert "17:25 theirs" in page


def test_page_takes_no_post_and_no_odd_id(enrolment: Enrolment, manager: Client) -> None:
    assert manager.post(address(enrolment)).status_code == 405
    for odd in ("soon", "9" * 30, "0"):
        page = reverse("admin:enrolment_enrolment_change", args=[odd])
        assert manager.get(page).status_code == 404
