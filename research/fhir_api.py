"""FHIR R4, to be read: GET /fhir/r4/.... See docs/fhir.md."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET
from rest_framework.request import Request

from enrolment.api_door import ApiDoor, answer
from enrolment.api_problems import Unreadable
from enrolment.models import ApiToken
from messaging import clock
from research import reading_fhir
from research.feeds_api import ReadingDoor, number_in, only
from research.fhir_checking import checked
from research.reading_fhir import KINDS

_TYPE = "application/fhir+json"
_MOST, _USUAL = 500, 100
_CURSOR = re.compile(r"[0-9]{1,19}(\.[0-9]{1,19})*")
_ISSUES = {401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported",
           422: "value", 429: "throttled"}  # fmt: skip


class _FhirDoor(ReadingDoor):
    """Described by its CapabilityStatement, not by the OpenAPI document."""

    schema = None
    may = ApiToken.May.FHIR
    does = "read FHIR resources"
    kind: ClassVar[str]

    def get(self, request: Request) -> HttpResponse:
        campaign = self.campaign(request)
        only(request, "_count", "_cursor", "_format")
        count = number_in(request, "_count", usual=_USUAL, lowest=1, highest=_MOST)
        page = reading_fhir.read(
            campaign=campaign,
            kind=self.kind,
            cursor=self._cursor(request),
            limit=count,
            now=clock.calendar_now(),
        )
        self.note_read(request, self.kind, len(page.resources))
        links = [{"relation": "self", "url": self._address(request)}]
        if page.more:
            cursor = ".".join(map(str, page.cursor))
            links.append(
                {"relation": "next", "url": f"{self._address()}?_count={count}&_cursor={cursor}"}
            )
        bundle = {
            "resourceType": "Bundle",
            "type": "searchset",
            "link": links,
            "entry": [
                {
                    "fullUrl": f"{self._address()}/{resource['id']}",
                    "resource": resource,
                    "search": {"mode": "match"},
                }
                for resource in page.resources
            ],
        }
        return answer(_without_nothing(bundle), content_type=_TYPE)

    def _cursor(self, request: Request) -> tuple[int, ...]:
        usual = reading_fhir.beginning(self.kind)
        given = request.query_params.getlist("_cursor")
        if not given:
            return usual
        if len(given) == 1 and _CURSOR.fullmatch(given[0]):
            found = tuple(map(int, given[0].split(".")))
            if len(found) == len(usual) and max(found) < 2**62:
                return found
        raise Unreadable("/_cursor", "expected the cursor of a next link")

    def _address(self, request: Request | None = None) -> str:
        path = reverse(f"research:fhir_{self.kind}") if request is None else request.get_full_path()
        return settings.PUBLIC_BASE_URL + path

    def problem(
        self,
        status: int,
        title: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        words = [title, *(f"{each['pointer']}: {each['detail']}" for each in errors or [])]
        outcome = {
            "resourceType": "OperationOutcome",
            "issue": [
                {
                    "severity": "error",
                    "code": _ISSUES.get(status, "exception"),
                    "diagnostics": " ".join(words),
                }
            ],
        }
        found = answer(outcome, status, _TYPE)
        for name, value in (headers or {}).items():
            found[name] = value
        # Refused is refused: Django would write a warning with the address.
        found._has_been_logged = True  # type: ignore[attr-defined]
        return found


DOORS: dict[str, type[ApiDoor]] = {
    kind: type(f"Fhir{kind}", (_FhirDoor,), {"kind": kind}) for kind in KINDS
}


@require_GET
def metadata(request: HttpRequest) -> HttpResponse:
    """What can be done here; of nobody."""
    return answer(capability_statement(), content_type=_TYPE)


def capability_statement() -> dict[str, Any]:
    search = [
        {"name": "_count", "type": "number", "documentation": f"At most {_MOST}."},
        {"name": "_cursor", "type": "string", "documentation": "Of a next link."},
    ]
    return checked(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-11-30",
            "kind": "instance",
            "software": {"name": "Sendwell"},
            "implementation": {"description": "Read only, under pseudonyms.",
                               "url": f"{settings.PUBLIC_BASE_URL}/fhir/r4"},
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [
                {
                    "mode": "server",
                    "security": {"description": "A bearer token of one campaign."},
                    "resource": [
                        {
                            "type": kind,
                            "interaction": [{"code": "search-type"}],
                            "searchParam": search,
                        }
                        for kind in KINDS
                    ],
                }
            ],
        }
    )  # fmt: skip


def _without_nothing(bundle: dict[str, Any]) -> dict[str, Any]:
    """FHIR has no empty lists."""
    return {name: value for name, value in bundle.items() if value != []}
