"""Answers and events of other systems: what is taken, refused, kept."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from enrolment import anchors, api_tokens, leaving
from enrolment.models import Anchor, Answer, Attribute, Enrolment, Submission
from messaging import clock
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return worlds.at_noon()


@pytest.fixture
def person(now: datetime) -> Enrolment:
    version = worlds.full_version(published=False)
    version.attributes |= {"visit": {"type": "date"}, "ward": {"type": "choice"}}
    version.save()
    worlds.publish(version)
    return worlds.person(of=version, joined=now - timedelta(days=3), quit_day=now.date())


@pytest.fixture
def token(person: Enrolment, now: datetime) -> str:
    may = {"answers", "events"}
    return api_tokens.create(campaign=person.campaign, name="Clinic", may=may, now=now)[1]


def send(token: str, door: str, body: object, key: str = "k1") -> HttpResponse:
    return Client().post(
        f"/api/v1/{door}/",
        json.dumps(body).encode(),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
    )


def test_answer_is_kept_as_one_by_telephone_is(person: Enrolment, token: str) -> None:
    body = {"participant": person.participant_id, "question": "smoked", "value": "yes"}

    answer = send(token, "answers", body)

    kept = Answer.objects.get()
    assert answer.status_code == 201
    assert (kept.question_key, kept.value, kept.source) == ("smoked", "yes", "api")
    assert (kept.raw, kept.submission_id) == (None, answer.json()["id"])
    person.refresh_from_db()
    assert person.slips == 0, "it starts no path"


def test_answer_closes_the_question_that_waits_for_it(person: Enrolment, token: str) -> None:
    Enrolment.objects.filter(pk=person.pk).update(
        question="per_day", asked_at=clock.calendar_now(), tries=1
    )

    body = {"participant": person.participant_id, "question": "per_day", "value": 12}
    assert send(token, "answers", body).status_code == 201

    person.refresh_from_db()
    assert (person.question, person.asked_at, person.tries) == ("", None, 0)
    assert Answer.objects.get().value == "12"


@pytest.mark.parametrize("door", ["answers", "events"])
def test_same_key_is_one_submission(person: Enrolment, token: str, door: str) -> None:
    named = {"answers": "question", "events": "event"}[door]
    body = {"participant": person.participant_id, named: "smoked", "value": "no"}
    if door == "events":
        body |= {"event": "visit", "value": "2026-12-01"}

    first, again = send(token, door, body), send(token, door, body)
    other = send(token, door, {**body, "value": "yes"})
    elsewhere = send(token, {"answers": "events", "events": "answers"}[door], body)

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert other.status_code == 409
    assert elsewhere.status_code in {409, 422}
    assert Submission.objects.count() == 1


def test_visit_moves_the_date_the_journey_counts_from(
    person: Enrolment, token: str, now: datetime
) -> None:
    body = {"participant": person.participant_id, "event": "visit", "value": "2026-12-01"}

    assert send(token, "events", body).status_code == 201
    assert send(token, "events", {**body, "value": "2026-12-08"}, "k2").status_code == 201

    assert Attribute.objects.get(name="visit").value == "2026-12-08"
    assert anchors.in_force(person).get(kind="visit").day == date(2026, 12, 8)
    assert Anchor.objects.filter(kind="visit").count() == 2
    person.refresh_from_db()
    assert person.replanning


@pytest.mark.parametrize(
    ("door", "changes", "pointer"),
    [
        ("answers", {"question": "mood"}, "/question"),
        ("answers", {"question": "name"}, "/question"),
        ("answers", {"question": "reason"}, "/question"),
        ("answers", {"question": 4242}, "/question"),
        ("answers", {"value": "4242"}, "/value"),
        ("answers", {"value": True}, "/value"),
        ("answers", {"value": "\u0000"}, "/value"),
        ("answers", {"value": "x" * 41}, "/value"),
        ("answers", {"question": "per_day", "value": "4242"}, "/value"),
        ("answers", {"question": "date", "value": "2027-12-01"}, "/value"),
        ("answers", {"answered_at": "2999-01-01T00:00:00Z"}, "/answered_at"),
        ("answers", {"answered_at": "yesterday"}, "/answered_at"),
        ("answers", {"participant": "4242x"}, "/participant"),
        ("answers", {"raw": "4242"}, ""),
        ("events", {"event": "visited"}, "/event"),
        ("events", {"event": "first_name", "value": "Eve"}, "/event"),
        ("events", {"event": "visit", "value": "Tuesday 4242"}, "/value"),
        ("events", {"event": "ward", "value": "4242"}, "/value"),
    ],
)
def test_what_is_wrong_is_named_and_never_repeated(
    person: Enrolment, token: str, door: str, changes: dict[str, object], pointer: str
) -> None:
    usual = {"answers": {"question": "smoked"}, "events": {"event": "ward"}}[door]
    body = {"participant": person.participant_id, "value": "yes", **usual, **changes}

    answer = send(token, door, body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert "4242" not in answer.content.decode()
    assert not Submission.objects.exists()


def test_only_somebody_who_is_in_the_token_s_campaign_is_known(
    person: Enrolment, token: str, now: datetime
) -> None:
    other = worlds.person(
        number="+447700900002", of=worlds.version(worlds.campaign("elsewhere", "other"))
    )
    body = {"participant": other.participant_id, "question": "smoked", "value": "no"}

    assert send(token, "answers", body).status_code == 404
    leaving.withdraw(enrolment=person, source="sms", reason="stop", now=now)
    assert (
        send(token, "answers", {**body, "participant": person.participant_id}, "k2").status_code
        == 404
    )


def test_token_that_may_only_answer_sends_no_event(person: Enrolment, now: datetime) -> None:
    _, secret = api_tokens.create(campaign=person.campaign, name="Form", may={"answers"}, now=now)
    body = {"participant": person.participant_id, "event": "visit", "value": "2026-12-01"}

    assert send(secret, "events", body).status_code == 403
