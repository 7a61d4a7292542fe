"""The list of people and the search for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrolment import people_list
from enrolment.models import Enrolment
from tests import worlds
from tests.enrolment.test_matrix import client_of, user_with
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

LIST = "admin:enrolment_enrolment_changelist"
FIND = "admin:enrolment_enrolment_number"


@pytest.fixture
def counsellor() -> Client:
    return client_of(user_with("counsellor", organisation_wide=False))


def listed(client: Client, **query: object) -> list[int]:
    people = client.get(reverse(LIST), query).context["people"]
    return [row.pk for row in people.rows]


def crowd(count: int) -> list[Enrolment]:
    version = worlds.version(worlds.campaign("clinic"))
    return [
        worlds.person(number=f"+4477009{number:05}", of=version) for number in range(1, count + 1)
    ]


def test_list_is_narrowed_to_a_state_and_a_campaign(counsellor: Client) -> None:
    first, second, third = crowd(3)
    Enrolment.objects.filter(pk=second.pk).update(
        status="withdrawn", ended_at=worlds.NOON, next_due_at=None
    )

    assert listed(counsellor) == [third.pk, first.pk]
    assert listed(counsellor, state="withdrawn") == [second.pk]
    assert listed(counsellor, state="all") == [third.pk, second.pk, first.pk]
    assert listed(counsellor, state="nonsense") == [third.pk, first.pk]
    assert listed(counsellor, campaign=worlds.campaign("clinic").pk) == [third.pk, first.pk]


def test_pages_hold_everybody_once(counsellor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = [row.pk for row in crowd(5)]
    monkeypatch.setattr(people_list, "PAGE", 2)
    found, query = list[int](), ""

    for _ in range(3):
        answer = counsellor.get(f"{reverse(LIST)}?{query}")
        found += [row.pk for row in answer.context["people"].rows]
        query = answer.context["older"]

    assert found == sorted(everybody, reverse=True)
    assert answer.context["people"].older is None


def test_list_shows_neither_name_nor_number(counsellor: Client) -> None:
    crowd(1)

    page = counsellor.get(reverse(LIST)).content.decode()

    assert "Amina" not in page
    assert "7700" not in page
    assert "10 Dec 2026" in page


def test_list_takes_few_queries_and_counts_nothing(counsellor: Client) -> None:
    crowd(3)
    counsellor.get(reverse(LIST))

    with CaptureQueriesContext(connection) as queries:
        counsellor.get(reverse(LIST))

    assert len(queries) <= 12
    assert not [query for query in queries if "count(" in query["sql"].lower()]


@pytest.mark.parametrize("said", ["+447700900001", "07700 900001", "+44 7700-900 001"])
def test_number_leads_to_its_person_and_is_written_down(said: str, counsellor: Client) -> None:
    enrolment = worlds.person(of=worlds.version(worlds.campaign("clinic")))

    answer = counsellor.post(reverse(FIND), {"number": said})

    assert answer["Location"] == reverse("admin:enrolment_enrolment_change", args=[enrolment.pk])
    assert AuditEvent.objects.get(verb="number.search").actor is not None


def test_handle_leads_to_its_person(counsellor: Client) -> None:
    enrolment = worlds.person(of=worlds.version(worlds.campaign("clinic")))

    answer = counsellor.post(reverse(FIND), {"number": f"p{enrolment.participant_id}"})

    assert answer["Location"] == reverse("admin:enrolment_enrolment_change", args=[enrolment.pk])
    assert not AuditEvent.objects.filter(verb="number.search").exists()


def test_person_in_two_campaigns_is_chosen_from_a_list() -> None:
    here = worlds.person(of=worlds.version(worlds.campaign("clinic")))
    other = worlds.person(of=worlds.version(worlds.campaign("clinic", "other")))
    client = client_of(user_with("counsellor", organisation_wide=True))

    for said in ("+447700900001", f"P-{here.participant_id}"):
        answer = client.post(reverse(FIND), {"number": said})
        assert "7700" not in answer["Location"]
        found = client.get(answer["Location"]).context["people"].rows
        assert [row.pk for row in found] == [other.pk, here.pk]


@pytest.mark.parametrize("said", ["", "soon", "+447700900999", "P-999999", "2250"])
def test_what_finds_nobody_is_kept_and_says_so(said: str, counsellor: Client) -> None:
    worlds.person(of=worlds.version(worlds.campaign("clinic")))

    answer = counsellor.post(reverse(FIND), {"number": said})

    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert f'href="{reverse(LIST)}?state=all"' in answer.content.decode()
    assert f'value="{said}"' in answer.content.decode() or not said
    assert counsellor.get(reverse(FIND)).status_code == 405


def test_person_of_another_campaign_is_nobody(counsellor: Client) -> None:
    other = worlds.person(of=worlds.version(worlds.campaign("clinic", "other")))
    worlds.version(worlds.campaign("clinic"))

    for said in ("+447700900001", f"P-{other.participant_id}"):
        assert counsellor.post(reverse(FIND), {"number": said}).status_code == 400
    assert listed(counsellor, person=other.participant_id) == []
    assert listed(counsellor, behind=other.participant.recipient_id) == []
    assert not AuditEvent.objects.filter(verb="number.search").exists()
