"""The few parts of a FHIR R4 Observation that a reading needs. Pure.

Profile: the vital signs Observation. Blood pressure is the panel 85354-9 with the components 8480-6
(systolic) and 8462-4 (diastolic); every other measure has one valueQuantity, in UCUM.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from enrolment.api_problems import Unreadable

_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_PANEL, _SYSTOLIC, _DIASTOLIC = "85354-9", "8480-6", "8462-4"
#: An Observation entered in error, or not made yet, is no reading.
_STATUSES = frozenset({"preliminary", "final", "amended", "corrected"})


@dataclass(frozen=True, slots=True)
class Coded:
    """Values as they stand in the resource; the caller judges them. `value_at` is where."""

    code: str
    patient: object
    value: object
    second: object
    unit: str
    value_at: str
    at: object


def coded(resource: Mapping[str, Any]) -> Coded:
    """Raises Unreadable."""
    if resource.get("resourceType") != "Observation":
        raise Unreadable("/resourceType", "expected an Observation")
    status = resource.get("status")
    if not isinstance(status, str) or status not in _STATUSES:
        raise Unreadable("/status", f"expected one of {', '.join(sorted(_STATUSES))}")
    codes = _codes(resource.get("code"))
    patient, at = _patient(resource.get("subject")), resource.get("effectiveDateTime")
    if _PANEL in codes:
        systolic, unit = _component(resource, _SYSTOLIC)
        diastolic, other = _component(resource, _DIASTOLIC)
        if unit != other:
            raise Unreadable("/component", "both components need the same unit")
        return Coded(_PANEL, patient, systolic, diastolic, unit, "/component", at)
    value, unit = _quantity(resource.get("valueQuantity"), "/valueQuantity")
    return Coded(next(iter(codes), ""), patient, value, None, unit, "/valueQuantity/value", at)


def _codes(concept: object) -> list[str]:
    """LOINC's, in the order they stand."""
    found = concept.get("coding") if isinstance(concept, Mapping) else None
    codings = found if isinstance(found, list) else []
    return [
        coding["code"]
        for coding in codings
        if isinstance(coding, Mapping)
        and coding.get("system") == _LOINC
        and isinstance(coding.get("code"), str)
    ]


def _patient(subject: object) -> object:
    reference = subject.get("reference") if isinstance(subject, Mapping) else None
    if not isinstance(reference, str) or not reference.startswith("Patient/"):
        raise Unreadable("/subject/reference", "expected Patient/ and the participant's id")
    return reference.removeprefix("Patient/")


def _component(resource: Mapping[str, Any], code: str) -> tuple[object, str]:
    found = resource.get("component")
    components = found if isinstance(found, list) else []
    for component in components:
        if isinstance(component, Mapping) and code in _codes(component.get("code")):
            return _quantity(component.get("valueQuantity"), "/component")
    raise Unreadable("/component", f"expected a component with the LOINC code {code}")


def _quantity(quantity: object, pointer: str) -> tuple[object, str]:
    if not isinstance(quantity, Mapping):
        raise Unreadable(pointer, "expected a quantity with value, system and code")
    if quantity.get("comparator") is not None:
        raise Unreadable(pointer, "a value with a comparator is no measured value")
    if quantity.get("system") != _UCUM or not isinstance(quantity.get("code"), str):
        raise Unreadable(pointer, f"expected a unit's code of {_UCUM}")
    return quantity.get("value"), quantity["code"]
