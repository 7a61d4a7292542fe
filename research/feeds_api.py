"""The doors researchers' programs read by: GET /api/v1/research/.... See docs/api.md."""

import re
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from campaigns.models import Campaign
from enrolment import api_document as said
from enrolment import api_tokens
from enrolment.api_door import ApiDoor, answer
from enrolment.api_problems import Refused, Unreadable
from enrolment.models import ApiToken
from messaging import clock
from research import reading_feeds
from research.bundle.columns import Column, Kind
from research.feeds import FEEDS, Feed
from research.reading_feeds import LARGEST
from trust import audit
from trust.scope import scope

PERMISSION = "research.export"
#: Of a bundle the codebook says something else.
_PID = "The person, by a pseudonym that holds in every table and for ever, in this campaign alone."
_USUAL = 200
_LARGEST_CURSOR = 2**62
_WHOLE = re.compile(r"[0-9]{1,19}")
_TYPES = {
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.TEXT: "string",
    Kind.BOOLEAN: "boolean",
}
PAGING = (
    OpenApiParameter(
        "after",
        {"type": "integer", "minimum": 0, "maximum": _LARGEST_CURSOR, "default": 0},
        OpenApiParameter.QUERY,
        description="What next was in the page before; nothing for the first.",
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": _USUAL},
        OpenApiParameter.QUERY,
        description="How many rows are looked at. A page may tell fewer.",
    ),
)


class ReadingDoor(ApiDoor):
    """Of one campaign, as long as whoever made the token may read it."""

    thing = "page"
    broken = "Something broke here; ask again."
    permission: ClassVar[str] = PERMISSION

    def campaign(self, request: Request) -> Campaign:
        """Raises Refused."""
        token = request.auth
        reach = api_tokens.reading_reach(token)
        found = scope(Campaign.objects.select_related("sender"), reach, self.permission).filter(
            pk=token.campaign_id
        )
        campaign = found.first()
        if campaign is None:
            api_tokens.note_refused(token_id=token.token_id, may=self.may)
            raise Refused(403, "Whoever made this token may not read this campaign any more.")
        return campaign

    def note_read(self, request: Request, what: str, rows: int, after: int = 0) -> None:
        token = ApiToken.objects.select_related("campaign").get(pk=request.auth.token_id)
        audit.record(
            verb="research.read",
            subject=token,
            detail={"what": what, "rows": rows, "after": after},
        )


def number_in(request: Request, name: str, *, usual: int, lowest: int, highest: int) -> int:
    """Of the address. Raises Unreadable."""
    given = request.query_params.getlist(name)
    if not given:
        return usual
    if len(given) == 1 and _WHOLE.fullmatch(given[0]) and lowest <= int(given[0]) <= highest:
        return int(given[0])
    raise Unreadable(f"/{name}", f"expected one whole number from {lowest} to {highest}")


def only(request: Request, *names: str) -> None:
    """A name mistyped must not read as one left out. Raises Unreadable."""
    if not set(request.query_params) <= set(names):
        known = " and ".join(names) or "nothing"
        raise Unreadable("", f"expected {known} in the address, and nothing else")


class _FeedDoor(ReadingDoor):
    may = ApiToken.May.RESEARCH
    does = "read research data"
    feed: ClassVar[Feed]

    def page(self, request: Request) -> HttpResponse:
        campaign = self.campaign(request)
        only(request, "after", "limit")
        after = number_in(request, "after", usual=0, lowest=0, highest=_LARGEST_CURSOR)
        page = reading_feeds.read(
            campaign=campaign,
            name=self.feed.name,
            after=after,
            limit=number_in(request, "limit", usual=_USUAL, lowest=1, highest=LARGEST),
            now=clock.calendar_now(),
        )
        self.note_read(request, self.feed.name, len(page.rows), after)
        return answer({"rows": list(page.rows), "next": page.next, "more": page.more})


def _shape(column: Column) -> said.Schema:
    meaning = _PID if column.name == "pid" else column.meaning
    shape: said.Schema = {"type": [_TYPES[column.kind], "null"], "description": meaning}
    if column.values and column.kind is Kind.TEXT:
        shape["enum"] = [*column.values, None]
    return shape


def page_of(rows: said.Schema) -> said.Schema:
    return {
        "type": "object",
        "required": ["rows", "next", "more"],
        "properties": {
            "rows": {"type": "array", "items": rows},
            "next": {"type": "integer", "description": "What after is for the next page."},
            "more": {"type": "boolean", "description": "Whether there is more just now."},
        },
    }


def _door(feed: Feed) -> type[ApiDoor]:
    columns = feed.table.columns
    row = said.record(
        [column.name for column in columns], {column.name: _shape(column) for column in columns}
    )

    @said.described(
        name=f"read_{feed.name}",
        summary=feed.meaning,
        good={(200, "application/json"): ("A page.", page_of(row))},
        refusals=(422,),
        parameters=PAGING,
        tag="research",
    )
    def get(self: Any, request: Request) -> HttpResponse:
        found: HttpResponse = self.page(request)
        return found

    made: type[ApiDoor] = type(f"Read_{feed.name}", (_FeedDoor,), {"feed": feed, "get": get})
    return made


DOORS = {name: _door(feed) for name, feed in FEEDS.items()}
