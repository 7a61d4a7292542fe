"""FHIR R4 out: whole, checked, R4's own elements alone, and of nobody by name or date."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client

from campaigns.loading import load
from campaigns.models import Membership
from campaigns.pack import read_pack
from enrolment import api_tokens, consents, leaving, measuring, planner, replies
from enrolment.fhir import coded
from enrolment.models import Enrolment
from enrolment.talk import RecordReading
from messaging.models import Message
from research.fhir_api import capability_statement
from research.reading_fhir import KINDS
from tests import trials, worlds
from tests.enrolment.test_allocation_ledger import allocation
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db
R4 = json.loads((Path(__file__).parent / "fhir_r4_elements.json").read_text(encoding="utf-8"))
SUGAR = Path(__file__).parents[1] / "packs" / "sugar"
NUMBER = "+447700900001"
LATER = worlds.NOON + timedelta(days=3)


@pytest.fixture
def person() -> Enrolment:
    """Who got texts, answered, texted a word, measured sugar and pressure, and left."""
    enrolment = worlds.person(quit_day=worlds.NOON.date())
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    worlds.text(NUMBER, "CRAVE", at=worlds.NOON + timedelta(hours=1))
    replies.answer_pending(now=worlds.NOON + timedelta(hours=1))
    planner.tick(now=worlds.NOON + timedelta(hours=8))
    worlds.text(NUMBER, "no", at=worlds.NOON + timedelta(hours=9))
    replies.answer_pending(now=worlds.NOON + timedelta(hours=9))
    Message.objects.filter(status="queued").update(status="delivered", settled_at=LATER)
    consents.record(
        enrolment=enrolment, scope="research", is_given=True, channel="sms", exact_text="YES",
        now=worlds.NOON,
    )  # fmt: skip
    leaving.withdraw(enrolment=enrolment, source="staff", reason="asked", now=LATER)
    return enrolment


@pytest.fixture
def measured() -> Enrolment:
    version = load(pack=read_pack(SUGAR), campaign=worlds.campaign(), author=None)
    worlds.publish(version)
    enrolment = worlds.person(of=version, quit_day=None)
    for told in (
        RecordReading("sugar", 6.5, "mmol/L", None),
        RecordReading("pressure", 130.0, "mmHg", 85.0),
    ):
        measuring.record(enrolment=enrolment, told=told, measured_at=worlds.NOON)
    return enrolment


def token(enrolment: Enrolment) -> str:
    return api_tokens.create(
        campaign=enrolment.campaign, name="EHR", may={"fhir"}, now=worlds.NOON
    )[1]


def get(secret: str, kind: str, **asked: object) -> HttpResponse:
    return Client().get(f"/fhir/r4/{kind}", asked, headers={"Authorization": f"Bearer {secret}"})


def resources(secret: str, kind: str) -> list[dict[str, Any]]:
    answer = get(secret, kind)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/fhir+json"
    return [entry["resource"] for entry in answer.json().get("entry", [])]


def strange(part: Mapping[str, Any], where: str, kind: str = "") -> Iterator[str]:
    """Elements that R4 does not have there. `kind`: of a data type, else `where` is looked up."""
    known = set(R4["types"][kind] if kind else R4["elements"][where]) | set(R4["of_every_element"])
    if "." not in where and not kind:
        known |= {*R4["of_every_resource"], *R4["of_every_domain_resource"]}
    for name, value in part.items():
        plain = name.removeprefix("_")
        if plain not in known:
            yield f"{where}.{name}"
            continue
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, dict):
                continue
            path = f"{where}.{plain}"
            if name.startswith("_"):
                yield from strange(each, path, "Extension") if "url" in each else (
                    found for inner in each["extension"]
                    for found in strange(inner, path, "Extension")
                )  # fmt: skip
            elif "resourceType" in each:
                yield from strange(each, each["resourceType"])
            elif path in R4["elements"] and not kind:
                yield from strange(each, path)
            else:
                yield from strange(each, path, R4["typed"][plain])


def test_nothing_is_written_that_r4_does_not_have(person: Enrolment) -> None:
    secret = token(person)

    for kind in KINDS:
        assert list(strange(get(secret, kind).json(), "Bundle")) == [], kind
    assert list(strange(capability_statement(), "CapabilityStatement")) == []
    refused = get(secret, "Patient", _count=0).json()
    assert list(strange(refused, "OperationOutcome")) == []


def test_of_readings_neither(measured: Enrolment) -> None:
    assert list(strange(get(token(measured), "Observation").json(), "Bundle")) == []


def test_the_list_would_tell() -> None:
    """Elements that came with R4B, or later, or are no element at all."""
    label = {"url": "urn:x", "valueCodeableReference": {}}
    communication = {
        "resourceType": "Communication", "status": "completed", "reason": [{}],
        "category": [{"coding": [{"symbol": "x"}]}], "_sent": {"extension": [label]},
    }  # fmt: skip

    assert sorted(strange(communication, "Communication")) == [
        "Communication.category.coding.symbol",
        "Communication.reason",
        "Communication.sent.valueCodeableReference",
    ]


def test_person_is_told_of_in_each_resource(person: Enrolment) -> None:
    secret = token(person)
    found = {kind: resources(secret, kind) for kind in KINDS}

    (patient,) = found["Patient"]
    assert set(patient) == {"resourceType", "id", "meta"}
    reference = f"Patient/{patient['id']}"
    (subject,) = found["ResearchSubject"]
    assert (subject["status"], subject["individual"]["reference"]) == ("withdrawn", reference)
    (study,) = found["ResearchStudy"]
    assert subject["study"]["reference"] == f"ResearchStudy/{study['id']}"
    (answered,) = found["QuestionnaireResponse"]
    assert answered["item"] == [{"linkId": "smoked", "answer": [{"valueBoolean": False}]}]
    assert answered["questionnaire"].endswith(":question:smoked|1")
    consented = {each["scope"]["coding"][0]["code"]: each for each in found["Consent"]}
    assert consented["research"]["provision"]["type"] == "permit"
    sent = [each for each in found["Communication"] if "recipient" in each]
    came = [each for each in found["Communication"] if "sender" in each]
    assert len(came) == 2
    planned = next(each for each in sent if "instantiatesUri" in each)
    assert planned["instantiatesUri"][0].startswith("urn:sendwell:campaign:quit:version:1:step:")
    replied = next(each for each in sent if "inResponseTo" in each)
    assert replied["inResponseTo"][0]["reference"] in {
        f"Communication/{each['id']}" for each in came
    }


def test_no_name_number_word_or_date_is_told(person: Enrolment) -> None:
    secret = token(person)
    everything = b"".join(get(secret, kind).content for kind in KINDS).decode()

    for word in ("7700900", "Amina", "CRAVE", "2026", "payload"):
        assert word not in everything, word
    assert "masked" in everything


def test_reading_goes_out_as_it_would_come_in(measured: Enrolment) -> None:
    found = resources(token(measured), "Observation")

    sugar, pressure = (coded(each) for each in found)
    assert (sugar.code, sugar.value, sugar.unit) == ("15074-8", 6.5, "mmol/L")
    assert (pressure.code, pressure.value, pressure.second) == ("85354-9", 130, 85)
    assert pressure.unit == "mm[Hg]"


def test_arm_is_told_unless_the_trial_is_blinded_and_runs(person: Enrolment) -> None:
    trial = trials.trial(person.campaign, blinded=False)
    allocation(trial, enrolment=person)
    secret = token(person)

    (subject,), (study,) = resources(secret, "ResearchSubject"), resources(secret, "ResearchStudy")

    assert subject["assignedArm"] == "dose:usual"
    assert {arm["name"] for arm in study["arm"]} == {"dose:usual", "dose:new"}
    assert list(strange(study, "ResearchStudy")) == []
    assert list(strange(subject, "ResearchSubject")) == []


def test_arm_of_a_blinded_trial_that_runs_is_not_told(person: Enrolment) -> None:
    allocation(trials.trial(person.campaign), enrolment=person)

    (subject,) = resources(token(person), "ResearchSubject")

    assert "assignedArm" not in subject


def test_pages_follow_each_other(person: Enrolment) -> None:
    secret = token(person)
    whole, page = resources(secret, "Communication"), get(secret, "Communication", _count=1)

    found = [entry["resource"] for entry in page.json()["entry"]]
    while links := [link for link in page.json()["link"] if link["relation"] == "next"]:
        path = links[0]["url"].removeprefix("http://127.0.0.1:8000")
        page = Client().get(path, headers={"Authorization": f"Bearer {secret}"})
        found += [entry["resource"] for entry in page.json().get("entry", [])]

    assert sorted(each["id"] for each in found) == sorted(each["id"] for each in whole)


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"_count": "501"}, 422), ({"_cursor": "x"}, 422), ({"_cursor": "1.2.3"}, 422),
     ({"name": "Amina"}, 422)],
)  # fmt: skip
def test_what_is_asked_wrongly_is_an_outcome(
    person: Enrolment, asked: dict[str, str], status: int
) -> None:
    answer = get(token(person), "Communication", **asked)

    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert b"Amina" not in answer.content


def test_token_for_research_reads_no_resources(person: Enrolment) -> None:
    _, secret = api_tokens.create(
        campaign=person.campaign, name="Lab", may={"research"}, now=worlds.NOON
    )

    assert get(secret, "Patient").status_code == 403
    assert AuditEvent.objects.filter(verb="api_token.refused").exists()


def test_what_can_be_done_is_told_to_anybody() -> None:
    found = Client().get("/fhir/r4/metadata").json()

    assert found["fhirVersion"] == "4.0.1"
    assert {each["type"] for each in found["rest"][0]["resource"]} == set(KINDS)


def test_command_writes_a_file_for_each_kind(person: Enrolment, tmp_path: Path) -> None:
    user = User.objects.create(email="r@clinic.example", organisation=worlds.organisation())
    with pytest.raises(CommandError, match="may not export"):
        call_command("export_fhir", "quit", str(tmp_path), "--by", user.email)
    assert AuditEvent.objects.filter(verb="research.export_refused", actor=user).exists()
    assert list(tmp_path.iterdir()) == []
    Membership.objects.create(user=user, campaign=person.campaign, role="researcher")

    call_command("export_fhir", "quit", str(tmp_path), "--by", user.email)

    assert {path.stem for path in tmp_path.iterdir()} == set(KINDS)
    lines = (tmp_path / "Communication.ndjson").read_text().splitlines()
    assert {json.loads(line)["id"] for line in lines} == {
        each["id"] for each in resources(token(person), "Communication")
    }
    assert AuditEvent.objects.filter(verb="research.export_fhir", actor=user).exists()
