"""The doors that tell of the campaign as a whole: its versions, and its indicators."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from enrolment import api_document as said
from enrolment.api_door import ApiDoor, answer
from enrolment.models import ApiToken
from messaging import clock
from research import told_figures
from research.feeds_api import ReadingDoor, number_in, only
from research.figures import figures, today_in

_LONGEST = 3650
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
        "unit": _TEXT,
        "suppressed": {"type": "boolean", "description": "Of fewer than five: not told."},
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
        parameters=(_DAYS,),
        tag="research",
    )
    def get(self, request: Request) -> HttpResponse:
        campaign = self.campaign(request)
        only(request, "days")
        days = number_in(request, "days", usual=0, lowest=1, highest=_LONGEST)
        today = today_in(campaign, clock.calendar_now())
        since = today - timedelta(days=days - 1) if days else None
        found = figures(campaign, since=since, until=today)
        rows = told_figures.rows(
            funnel=found.funnel,
            dose=found.dose,
            opt_outs=found.opt_outs,
            abstinence=found.abstinence,
        )
        return self.told(request, "indicators", rows)


DOORS: dict[str, type[ApiDoor]] = {"campaigns": Campaigns, "indicators": Indicators}
