"""Every resource through the published shape before anybody sees it.

The library has R4B, of which what we write is the same as in R4; a test holds that against a list
of R4's own elements. In a module of its own, since it takes a second to be imported."""

import json
from collections.abc import Mapping
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.communication import Communication
from fhir.resources.R4B.consent import Consent
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from fhir.resources.R4B.researchstudy import ResearchStudy
from fhir.resources.R4B.researchsubject import ResearchSubject

_MODELS: Mapping[str, Any] = {
    "Bundle": Bundle,
    "CapabilityStatement": CapabilityStatement,
    "Communication": Communication,
    "Consent": Consent,
    "Observation": Observation,
    "OperationOutcome": OperationOutcome,
    "Patient": Patient,
    "QuestionnaireResponse": QuestionnaireResponse,
    "ResearchStudy": ResearchStudy,
    "ResearchSubject": ResearchSubject,
}


def checked(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Raises ValueError where it is not of the shape; as the library writes it."""
    model = _MODELS[resource["resourceType"]].model_validate(resource)
    found: dict[str, Any] = json.loads(model.model_dump_json())
    return found
