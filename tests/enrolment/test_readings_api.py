"""Readings of devices and apps: what is taken, refused, answered."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from campaigns.loading import load
from campaigns.pack import read_pack
from enrolment import api_tokens, leaving, ledger, planner
from enrolment.models import ApiToken, Case, Decision, Enrolment, Reading
from messaging import clock
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db

SUGAR = Path(__file__).parents[1] / "packs" / "sugar"


@pytest.fixture
def now() -> datetime:
    return worlds.at_noon()


@pytest.fixture
def person(now: datetime) -> Enrolment:
    version = load(pack=read_pack(SUGAR), campaign=worlds.campaign(), author=None)
    worlds.publish(version)
    return worlds.person(of=version, joined=now - timedelta(days=30), quit_day=None)


@pytest.fixture
def token(person: Enrolment, now: datetime) -> str:
    return api_tokens.create(campaign=person.campaign, name="Meter", may={"readings"}, now=now)[1]


def send(token: str, body: object, key: str = "k1", **headers: str) -> HttpResponse:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(
        "/api/v1/readings/",
        sent,
        content_type=headers.pop("content_type", "application/json"),
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key, **headers},
    )


def reading(person: Enrolment, **changes: object) -> dict[str, Any]:
    usual = {
        "participant": person.participant_id,
        "kind": "sugar",
        "value": 6.5,
        "unit": "mmol/L",
        "measured_at": clock.calendar_now().isoformat(),
    }
    return {**usual, **changes}


def observation(person: Enrolment, code: str, value: float, unit: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": f"Patient/{person.participant_id}"},
        "effectiveDateTime": clock.calendar_now().isoformat(),
        "valueQuantity": quantity(value, unit),
    }


def quantity(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "system": "http://unitsofmeasure.org", "code": unit}


def component(code: str, value: float) -> dict[str, Any]:
    coding = [{"system": "http://loinc.org", "code": code}]
    return {"code": {"coding": coding}, "valueQuantity": quantity(value, "mm[Hg]")}


def safety_texts() -> list[str]:
    keys = [str(row.pk) for row in Decision.objects.filter(step_key__startswith="alarm.")]
    found = Message.objects.filter(cause_kind="decision", cause_key__in=keys)
    return [message.body.text or "" for message in found]


def flags() -> int:
    return Case.objects.filter(reason="alarming_reading").count()


def test_reading_is_stored_and_answered_without_its_value(person: Enrolment, token: str) -> None:
    answer = send(token, reading(person))

    stored = Reading.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": stored.pk, "kind": "sugar"}
    assert (stored.value, stored.unit, stored.source) == (6.5, "mmol/L", "api")
    assert flags() == 0
    assert safety_texts() == []


@pytest.mark.parametrize(
    ("code", "value", "unit", "kind", "kept"),
    [
        ("15074-8", 6.5, "mmol/L", "sugar", 6.5),
        ("2339-0", 117, "mg/dL", "sugar", 6.5),
        ("29463-7", 82.4, "kg", "weight", 82.4),
        ("29463-7", 180, "[lb_av]", "weight", 81.6),
        ("55423-8", 8000, "{steps}", "steps", 8000),
    ],
)
def test_fhir_observation(
    person: Enrolment, token: str, code: str, value: float, unit: str, kind: str, kept: float
) -> None:
    body = observation(person, code, value, unit)

    assert send(token, body, content_type="application/fhir+json").status_code == 201
    stored = Reading.objects.get()
    assert (stored.kind, stored.value) == (kind, kept)


def test_fhir_blood_pressure(person: Enrolment, token: str) -> None:
    body = observation(person, "85354-9", 0, "mm[Hg]")
    del body["valueQuantity"]
    body["component"] = [component("8462-4", 85), component("8480-6", 130)]

    assert send(token, body).status_code == 201
    stored = Reading.objects.get()
    assert (stored.kind, stored.value, stored.second) == ("pressure", 130, 85)


def test_same_key_and_body_is_the_same_reading(person: Enrolment, token: str) -> None:
    body = reading(person, value=2.9)

    first, again = send(token, body), send(token, body)

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert Reading.objects.count() == 1
    assert flags() == 1


def test_same_key_for_another_body_is_refused(person: Enrolment, token: str) -> None:
    send(token, reading(person))

    answer = send(token, reading(person, value=7.1))

    assert answer.status_code == 409
    assert Reading.objects.count() == 1


def test_reading_told_twice_under_two_keys_is_two_readings(person: Enrolment, token: str) -> None:
    body = reading(person)

    send(token, body, "k1")
    send(token, body, "k2")

    assert Reading.objects.count() == 2


def test_alarming_reading_brings_the_safety_text_and_a_flag(
    person: Enrolment, token: str, now: datetime
) -> None:
    assert send(token, reading(person, value=3.1)).status_code == 201

    (text,) = safety_texts()
    assert text.startswith("That is low.")
    assert flags() == 1
    planner.tick(now=clock.calendar_now())
    assert ledger.violations(now=clock.calendar_now()) == []


def test_sensor_that_reports_every_few_minutes_brings_one_text(
    person: Enrolment, token: str
) -> None:
    for turn in range(3):
        send(token, reading(person, value=3.1), f"low{turn}")
    send(token, reading(person, value=22), "high")

    assert {text[:12] for text in safety_texts()} == {"That is low.", "That is very"}
    assert len(safety_texts()) == 2
    assert Reading.objects.count() == 4
    assert flags() == 2


def test_late_alarming_reading_is_flagged_and_no_news_to_the_person(
    person: Enrolment, token: str, now: datetime
) -> None:
    long_ago = (now - timedelta(days=2)).isoformat()

    send(token, reading(person, value=3.1, measured_at=long_ago))

    assert Reading.objects.count() == 1
    assert (flags(), safety_texts()) == (1, [])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"participant": "x"}, "/participant"),
        ({"participant": True}, "/participant"),
        ({"kind": "mood"}, "/kind"),
        ({"kind": 3}, "/kind"),
        ({"value": "6.5"}, "/value"),
        ({"value": True}, "/value"),
        ({"value": 10**400}, "/value"),
        ({"value": 4242.42}, "/value"),
        ({"unit": "kg"}, "/unit"),
        ({"unit": None}, "/unit"),
        ({"second": 4242.42}, "/second"),
        ({"kind": "pressure", "value": 130, "unit": "mmHg"}, "/second"),
        ({"kind": "pressure", "value": 130, "second": 140, "unit": "mmHg"}, "/second"),
        ({"measured_at": "yesterday"}, "/measured_at"),
        ({"measured_at": "2026-11-23T08:00:00"}, "/measured_at"),
        ({"measured_at": "1970-01-01T00:00:00Z"}, "/measured_at"),
        ({"measured_at": "2999-01-01T00:00:00Z"}, "/measured_at"),
        ({"note": "4242.42"}, ""),
    ],
)
def test_what_is_wrong_is_named_and_never_repeated(
    person: Enrolment, token: str, changes: dict[str, object], pointer: str
) -> None:
    answer = send(token, reading(person, **changes))

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert "4242" not in answer.content.decode()
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b" ", b"[]", b"{", b"\xff", b'{"value": NaN}', b"[" * 60_000, b'{"resourceType": "Patient"}'],
)
def test_body_that_is_no_reading_is_refused(token: str, body: bytes) -> None:
    assert send(token, body).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "entered-in-error"),
        ("status", {}),
        ("code", {"coding": [{"system": "http://loinc.org", "code": "1-1"}]}),
        ("code", {"coding": [{"system": "http://example.org", "code": "15074-8"}]}),
        ("code", 3),
        ("subject", {"reference": "Group/1"}),
        ("valueQuantity", {"value": 6.5, "unit": "mmol/L"}),
        ("valueQuantity", {**quantity(6.5, "mmol/L"), "comparator": "<"}),
        ("effectiveDateTime", None),
    ],
)
def test_observation_that_is_no_reading_is_refused(
    person: Enrolment, token: str, field: str, value: object
) -> None:
    body = {**observation(person, "15074-8", 6.5, "mmol/L"), field: value}

    assert send(token, body).status_code == 422


def test_only_somebody_who_has_joined_the_token_s_campaign_is_known(
    person: Enrolment, token: str, now: datetime
) -> None:
    other = worlds.person(
        number="+447700900002", of=worlds.version(worlds.campaign("elsewhere", "other"))
    )

    assert send(token, reading(other)).status_code == 404
    assert send(token, reading(person, participant=10**9), "k2").status_code == 404
    leaving.withdraw(enrolment=person, source="sms", reason="stop", now=now)
    assert send(token, reading(person), "k3").status_code == 404
    assert not Reading.objects.exists()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nothing", "Basic abc", "Bearer a b"])
def test_without_a_good_token_nothing_is_read(person: Enrolment, header: str) -> None:
    answer = Client().post(
        "/api/v1/readings/",
        b"{}",
        content_type="application/json",
        headers={"Authorization": header, "Idempotency-Key": "k"},
    )

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_revoked_token_opens_nothing(person: Enrolment, token: str, now: datetime) -> None:
    api_tokens.revoke(token_id=ApiToken.objects.get().pk, now=now)

    assert send(token, reading(person)).status_code == 401


@pytest.mark.parametrize("key", ["", "x" * 65, "with blank", "snø"])
def test_key_is_needed(person: Enrolment, token: str, key: str) -> None:
    assert send(token, reading(person), key).status_code == 400


def test_other_methods_types_and_sizes_are_refused(person: Enrolment, token: str) -> None:
    assert Client().get("/api/v1/readings/").status_code == 405
    assert send(token, b"a=1", content_type="text/plain").status_code == 415
    assert send(token, b" " * (64 * 1024 + 1)).status_code == 413


def test_token_that_asks_too_often_is_told_to_wait(person: Enrolment, token: str) -> None:
    def refused(turn: int) -> HttpResponse:
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        ApiToken.objects.update(window_at=minute, window_count=300)
        return send(token, reading(person), f"k{turn}")

    # The minute may pass between the two lines above, but not twice.
    answers = [refused(turn) for turn in range(2)]

    tired = next(answer for answer in answers if answer.status_code == 429)
    assert tired["Retry-After"] == "60"


def test_secret_is_shown_once_and_kept_as_a_hash(
    person: Enrolment, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("api_token", "create", "quit", "App", "--may", "readings")

    secret = capsys.readouterr().out.split()[-1]
    kept = ApiToken.objects.get()
    assert secret.startswith("swt_")
    assert secret not in str(kept.__dict__)
    assert send(secret, reading(person)).status_code == 201

    call_command("api_token", "revoke", str(kept.pk))
    assert send(secret, reading(person), "k2").status_code == 401
    with pytest.raises(CommandError, match="No such token is in use"):
        call_command("api_token", "revoke", str(kept.pk))
    with pytest.raises(CommandError, match="No one campaign has the key 'none'"):
        call_command("api_token", "create", "none", "App", "--may", "readings")


@pytest.mark.django_db(transaction=True)
def test_same_key_sent_twice_at_once_is_stored_once(person: Enrolment, token: str) -> None:
    body, start = reading(person, value=3.1), threading.Barrier(2)
    statuses: list[int] = []

    def post() -> None:
        try:
            start.wait(10)
            statuses.append(send(token, body).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert statuses == [201, 201]
    assert Reading.objects.count() == 1
    assert len(safety_texts()) == 1
