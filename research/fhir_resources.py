"""Rows of the feeds as resources of FHIR R4. Pure.

No resource holds a name, a number, words or a date: a person is her pseudonym, and where FHIR has a
time there stands, masked, the study day and the minute of the day. See docs/fhir.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from campaigns.measures import MEASURES
from campaigns.rules import QuestionKind

Row = Mapping[str, Any]
Resource = dict[str, Any]

_HL7 = "http://terminology.hl7.org/CodeSystem"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
DAY, MINUTE = "urn:sendwell:study-day", "urn:sendwell:local-minute"
_UCUM, _LOINC = "http://unitsofmeasure.org", "http://loinc.org"
#: What a kept value of each measure is called; see campaigns.measures.
_CODES = MappingProxyType(
    {"glucose": "15074-8", "weight": "29463-7", "blood_pressure": "85354-9", "steps": "55423-8"}
)
_VITAL = frozenset({"weight", "blood_pressure"})
_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"
_SENT = MappingProxyType(
    {
        "queued": "in-progress", "sending": "in-progress", "unknown": "unknown",
        "accepted": "completed", "sent": "completed", "delivered": "completed",
        "undelivered": "stopped", "failed": "not-done", "cancelled": "not-done",
        "expired": "not-done", "blocked": "not-done",
    }
)  # fmt: skip
_STANDS = MappingProxyType(
    {
        "invited": "candidate", "active": "on-study", "paused": "on-study",
        "completed": "off-study", "ineligible": "ineligible", "withdrawn": "withdrawn",
        "erased": "withdrawn",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Study:
    """The campaign: its key and name, of each question its kind and measure, and (factor:arm, name)
    of every arm of its trials."""

    key: str
    name: str
    kinds: Mapping[str, str]
    measures: Mapping[str, str]
    arms: tuple[tuple[str, str], ...] = ()

    @property
    def urn(self) -> str:
        return f"urn:sendwell:campaign:{self.key}"


def communication_out(row: Row, study: Study) -> Resource:
    found = _begun("Communication", row["msg_id"])
    found |= {"status": _SENT[row["status"]], "category": [_coded("message-kind", row["kind"])]}
    if row["status_reason"]:
        found["statusReason"] = _coded("status-reason", row["status_reason"])
    if row["step"]:
        found["instantiatesUri"] = [f"{study.urn}:version:{row['version']}:step:{row['step']}"]
    if row["in_id"]:
        found["inResponseTo"] = [{"reference": f"Communication/{row['in_id']}"}]
    patient = _patient(row)
    found |= {"medium": [_SMS], "subject": patient, "recipient": [patient]}
    if row["taken"] and row["settled_day"] is not None:
        found["_sent"] = _masked(row["settled_day"], row["settled_minute"])
    return found


def communication_in(row: Row, study: Study) -> Resource:
    found = _begun("Communication", row["in_id"])
    found |= {"status": "completed", "category": [_coded("inbound-kind", row["kind"])]}
    if row["keyword"]:
        found["topic"] = _coded("keyword", row["keyword"])
    patient = _patient(row)
    found |= {"medium": [_SMS], "subject": patient, "sender": patient}
    found["_received"] = _masked(row["day"], row["local_minute"])
    return found


def consent(row: Row, study: Study) -> Resource:
    is_research = row["scope"] == "research"
    found = _begun("Consent", f"{row['enrolment_id']}-c{row['n']}")
    return found | {
        "status": "active",
        "scope": {
            "coding": [
                {
                    "system": f"{_HL7}/consentscope",
                    "code": "research" if is_research else "patient-privacy",
                }
            ]
        },
        "category": [_coded("consent-scope", row["scope"])],
        "patient": _patient(row),
        "_dateTime": _masked(row["day"], row["local_minute"]),
        "policy": [{"uri": f"{study.urn}:version:{row['wording_version']}"}],
        "provision": {"type": "permit" if row["given"] else "deny"},
    }


def questionnaire_response(row: Row, study: Study) -> Resource:
    found = _begun("QuestionnaireResponse", f"{row['enrolment_id']}-a{row['n']}")
    item: Resource = {"linkId": row["question"]}
    if row["value"] is not None:
        item["answer"] = [_answer(row["value"], study.kinds.get(row["question"], ""), study)]
    version = row["wording_version"]
    return found | {
        "questionnaire": f"{study.urn}:question:{row['question']}|{version}",
        "status": "completed",
        "subject": _patient(row),
        "source": _patient(row),
        "_authored": _masked(row["answered_day"], row["answered_minute"]),
        "item": [item],
    }


def observation(row: Row, study: Study) -> Resource:
    found = _begun("Observation", f"{row['enrolment_id']}-r{row['n']}")
    measure = study.measures.get(row["measure"], "")
    found |= {"status": "final", "code": _code(measure, row["measure"])}
    if measure in _VITAL:
        vital = {"system": f"{_HL7}/observation-category", "code": "vital-signs"}
        found["category"] = [{"coding": [vital]}]
    found |= {
        "subject": _patient(row),
        "_effectiveDateTime": _masked(row["day"], row["local_minute"]),
    }
    if row["second"] is None:
        found["valueQuantity"] = _quantity(row["value"], row["unit"], measure)
    else:
        parts = ((_SYSTOLIC, row["value"]), (_DIASTOLIC, row["second"]))
        found["component"] = [
            {"code": _loinc(code), "valueQuantity": _quantity(value, row["unit"], measure)}
            for code, value in parts
        ]
    return found


def research_subject(row: Row, study: Study) -> Resource:
    found = _begun("ResearchSubject", row["enrolment_id"])
    found |= {
        "status": _STANDS[row["state"]],
        "study": {"reference": f"ResearchStudy/{study.key}"},
        "individual": _patient(row),
    }
    if row["arms"]:
        found["assignedArm"] = row["arms"]
    if row["gone_day"] is not None:
        found["period"] = {"_end": _masked(row["gone_day"], None)}
    return found


def patient(row: Row, study: Study) -> Resource:
    return _begun("Patient", row["pid"])


def research_study(study: Study) -> Resource:
    found = _begun("ResearchStudy", study.key)
    found |= {
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": study.urn}],
        "title": study.name,
        "status": "active",
    }
    if study.arms:
        found["arm"] = [{"name": key, "description": name} for key, name in study.arms]
    return found


#: Resource -> the feeds its rows come of, and what makes one of a row.
RESOURCES: Mapping[str, tuple[tuple[str, Callable[[Row, Study], Resource]], ...]] = (
    MappingProxyType(
        {
            "Communication": (
                ("communications", communication_out), ("messages_in", communication_in),
            ),
            "Consent": (("consents", consent),),
            "QuestionnaireResponse": (("answers", questionnaire_response),),
            "Observation": (("readings", observation),),
            "ResearchSubject": (("subjects", research_subject),),
            "Patient": (("enrolments", patient),),
        }
    )
)  # fmt: skip
_SMS = {"coding": [{"system": f"{_HL7}/v3-ParticipationMode", "code": "WRITTEN"}], "text": "SMS"}


def _begun(kind: str, row_id: str) -> Resource:
    """Labelled as pseudonymised."""
    label = {"system": f"{_HL7}/v3-ObservationValue", "code": "PSEUDED"}
    return {"resourceType": kind, "id": row_id, "meta": {"security": [label]}}


def _patient(row: Row) -> Resource:
    return {"reference": f"Patient/{row['pid']}"}


def _masked(day: int, minute: int | None) -> Resource:
    """A time that is not told, and what is told in its place."""
    told: list[Resource] = [
        {"url": _ABSENT, "valueCode": "masked"},
        {"url": DAY, "valueInteger": day},
    ]
    if minute is not None:
        told.append({"url": MINUTE, "valueInteger": minute})
    return {"extension": told}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"urn:sendwell:{system}", "code": code}]}


def _loinc(code: str) -> Resource:
    return {"coding": [{"system": _LOINC, "code": code}]}


def _code(measure: str, key: str) -> Resource:
    found = _loinc(_CODES[measure]) if measure in _CODES else {}
    return {**found, "text": key}


def _quantity(value: float, unit: str | None, measure: str) -> Resource:
    found: Resource = {"value": value}
    if unit:
        found["unit"] = unit
    if measure in MEASURES:
        found |= {"system": _UCUM, "code": MEASURES[measure].kept.ucum}
    return found


def _answer(value: str, kind: str, study: Study) -> Resource:
    match kind:
        case QuestionKind.YES_NO:
            return {"valueBoolean": value == "yes"}
        case QuestionKind.NUMBER | QuestionKind.READING if _is_number(value):
            return {"valueDecimal": float(value)}
        case QuestionKind.DATE if _is_number(value):
            # Not the date but its study day.
            return {"extension": [{"url": DAY, "valueInteger": int(value)}]}
    return {"valueCoding": {"system": f"{study.urn}:answer", "code": value}}


def _is_number(value: str) -> bool:
    return value.lstrip("-").replace(".", "", 1).isdecimal()
