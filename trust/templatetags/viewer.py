"""Times and told sentences on a page, for whoever looks."""

from datetime import date, datetime
from typing import Any

from django import template

from trust import saying

register = template.Library()


@register.filter
def said(words: Any) -> str:
    """Of a told sentence inside an attribute's or another filter's argument."""
    return saying.said(words)


@register.filter
def moment(at: date | None, pattern: str = "d MMM y, HH:mm") -> str:
    """On the viewer's own clock: {{ at|moment }}, {{ at|moment:"d MMMM" }}."""
    return saying.moment(at, pattern) if at else ""


@register.filter
def two_clocks(at: datetime | None, zone: str) -> str:
    """With the participant's clock beside it where that differs: {{ at|two_clocks:zone }}."""
    return saying.two_clocks(at, zone) if at else ""
