"""The doors that tell of the campaign as a whole: its versions, and its indicators."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from enrolment import api_document as said
from enrolment.api_door import ApiDoor, answer
from enrolment.api_problems import Unreadable
from enrolment.models import ApiToken
from messaging import clock
from research.blinding import Blinded
from research.computing import Computed, compute_all
from research.feeds_api import ReadingDoor, number_in, only
from research.figures import today_in
from research.indicators.estimates import Estimate
from research.share import SMALLEST_CELL
from research.slice_sql import ARM, NAMES
from research.tallies import Slice

_LONGEST = 3650
_SLICES = (*NAMES, ARM)
_LONGEST_VALUE = 130
_TEXT, _WHOLE = {"type": "string"}, {"type": "integer"}
_NUMBER = {"type": ["number", "null"]}
_VERSION = said.record(
    ["campaign", "name", "country", "time_zone", "version", "state", "languages", "test"],
    {
        "campaign": {**_TEXT, "description": "Its key."},
        "name": _TEXT,
        "country": _TEXT,
        "time_zone": {**_TEXT, "description": "Study days and minutes are reckoned in it."},
        "version": {**_WHOLE, "description": "As other tables name it."},
        "state": {"enum": ["published", "retired"]},
        "languages": {"type": "array", "items": _TEXT},
        "test": {"type": "boolean", "description": "Whether only a fake provider may send it."},
    },
)
_INDICATOR = said.record(
    ["indicator", "version", "key", "unit", "suppressed", "numerator", "denominator", "value",
     "low", "high"],
    {
        "indicator": {**_TEXT, "description": "As docs/indicators.md defines it."},
        "version": {**_WHOLE, "description": "Rises when the same rows would give another figure."},
        "key": _TEXT,
        "unit": {**_TEXT, "description": "Of the value."},
        "suppressed": {
            "type": "boolean",
            "description": "Of fewer than five: not told. The whole of a group that small is one "
            "row without a key.",
        },
        "numerator": {"type": ["integer", "null"]},
        "denominator": {"type": ["integer", "null"]},
        "value": _NUMBER,
        "low": {**_NUMBER, "description": "Of a 95 % interval."},
        "high": _NUMBER,
    },
)  # fmt: skip
_DAYS = OpenApiParameter(
    "days",
    {"type": "integer", "minimum": 1, "maximum": _LONGEST},
    OpenApiParameter.QUERY,
    description="Of texts and leaving: of the last so many days. Nothing: of all.",
)
_BY = OpenApiParameter(
    "by",
    {"enum": list(_SLICES)},
    OpenApiParameter.QUERY,
    description="Of one group alone, together with `value`.",
)
_VALUE = OpenApiParameter(
    "value",
    {"type": "string", "maxLength": _LONGEST_VALUE, "pattern": "^[^\\x00]*$"},
    OpenApiParameter.QUERY,
    description="The group's; of an arm trial:factor:arm. Of nobody there is nothing to tell.",
)


def _rows(row: said.Schema) -> dict[tuple[int, str], tuple[str, said.Schema]]:
    shape = {
        "type": "object",
        "required": ["rows"],
        "properties": {"rows": {"type": "array", "items": row}},
    }
    return {(200, "application/json"): ("All of them.", shape)}


class _CampaignDoor(ReadingDoor):
    may = ApiToken.May.RESEARCH
    does = "read research data"

    def told(self, request: Request, what: str, rows: list[dict[str, Any]]) -> HttpResponse:
        self.note_read(request, what, len(rows))
        return answer({"rows": rows})


class Campaigns(_CampaignDoor):
    @said.described(
        name="read_campaigns",
        summary="The token's campaign, one row for each version that was ever published",
        good=_rows(_VERSION),
        refusals=(422,),
        tag="research",
    )
    def get(self, request: Request) -> HttpResponse:
        campaign = self.campaign(request)
        only(request)
        rows = [
            {
                "campaign": campaign.key,
                "name": campaign.name,
                "country": campaign.country,
                "time_zone": campaign.time_zone,
                "version": version.number,
                "state": version.status,
                "languages": version.languages,
                "test": not version.clinical_reviewer,
            }
            for version in campaign.versions.filter(published_at__isnull=False).order_by("number")
        ]
        return self.told(request, "campaigns", rows)


class Indicators(_CampaignDoor):
    @said.described(
        name="read_indicators",
        summary="The campaign's indicators, each with both its numbers",
        good=_rows(_INDICATOR),
        refusals=(422,),
        parameters=(_DAYS, _BY, _VALUE),
        tag="research",
    )
    def get(self, request: Request) -> HttpResponse:
        campaign = self.campaign(request)
        only(request, "days", "by", "value")
        days = number_in(request, "days", usual=0, lowest=1, highest=_LONGEST)
        today = today_in(campaign, clock.calendar_now())
        since = today - timedelta(days=days - 1) if days else None
        try:
            found = compute_all(campaign, _slice_in(request), since, until=today)
        except Blinded:
            raise Unreadable("/by", "the trial is blinded and runs: no arm is told apart") from None
        return self.told(request, "indicators", [row for each in found for row in _told(each)])


def _slice_in(request: Request) -> Slice:
    """Raises Unreadable."""
    given = request.query_params
    if "by" not in given and "value" not in given:
        return Slice()
    by, value = given.getlist("by"), given.getlist("value")
    if len(by) != 1 or by[0] not in _SLICES:
        raise Unreadable("/by", f"expected one of {', '.join(_SLICES)}")
    if len(value) != 1 or len(value[0]) > _LONGEST_VALUE or "\x00" in value[0]:
        raise Unreadable("/value", f"expected one value of at most {_LONGEST_VALUE} characters")
    return Slice(by[0], value[0])


def _told(found: Computed) -> list[dict[str, Any]]:
    head = {"indicator": found.key, "version": found.definition.version}
    if found.is_suppressed:
        return [{**head, "key": "", "unit": found.definition.unit, "suppressed": True, **_UNTOLD}]
    return [
        {**head, "key": each.key, "unit": each.unit, **_numbers(each)} for each in found.estimates
    ]


_UNTOLD = dict.fromkeys(("numerator", "denominator", "value", "low", "high"))


def _numbers(of: Estimate) -> dict[str, Any]:
    """Of fewer than five nothing is told but that they are few."""
    if of.unit == "share" and of.denominator is not None and 0 < of.denominator < SMALLEST_CELL:
        return {"suppressed": True, **_UNTOLD}
    return {
        "suppressed": False,
        "numerator": of.numerator,
        "denominator": of.denominator,
        "value": of.value,
        "low": of.low,
        "high": of.high,
    }


DOORS: dict[str, type[ApiDoor]] = {"campaigns": Campaigns, "indicators": Indicators}
