"""The admin's first page: what needs me, then each live campaign.

The theme calls it by its dotted name in settings.
"""

from typing import Any

from django.http import HttpRequest

from messaging import clock
from research import tallies
from research.cards import MOST, cards
from research.needs import needs
from trust.admin_base import reach_of


def what_stands(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    reach, now = reach_of(request), clock.calendar_now()
    return {
        **context,
        "needs": needs(reach, now=now),
        "cards": cards(reach, now=now),
        "most_cards": MOST,
        "may_see_campaigns": reach.may_anywhere("campaign.view"),
        "may_make": reach.may("campaign.edit"),
        "counted_at": tallies.counted_at(),
        "now": now,
    }
