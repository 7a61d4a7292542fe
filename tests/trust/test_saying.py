from datetime import UTC, datetime

from django.template import Context, Template
from django.utils import timezone, translation

from trust.saying import moment, said, two_clocks
from trust.telling import Day, tell

EVENING = datetime(2026, 12, 1, 18, 4, tzinfo=UTC)


def shown(template: str, **context: object) -> str:
    return Template("{% load viewer %}" + template).render(Context(context))


def test_page_writes_what_was_told_in_the_viewers_language() -> None:
    told = tell("%(here)s (%(there)s in %(zone)s)", here="<1>", there="2", zone="Oslo")

    assert shown("{{ told }}", told=told) == "&lt;1&gt; (2 in Oslo)"
    with translation.override("nb"):
        assert shown("{{ told }}", told=told) == "&lt;1&gt; (2 i Oslo)"
        assert said(told) == "<1> (2 i Oslo)"


def test_day_on_a_page_follows_the_language() -> None:
    with translation.override("nn"):
        assert shown("{{ day }}", day=Day(EVENING, "EEEE d MMMM")) == "tysdag 1. desember"


def test_moment_is_on_the_viewers_clock() -> None:
    with timezone.override("Europe/Oslo"):
        assert moment(EVENING) == "1 Dec 2026, 19:04"
        assert shown("{{ at|moment:'HH:mm' }}|{{ never|moment }}", at=EVENING) == "19:04|"


def test_participants_clock_stands_beside_where_it_differs() -> None:
    with timezone.override("Europe/Oslo"):
        assert two_clocks(EVENING, "Europe/Berlin") == "1 Dec 2026, 19:04"
        assert two_clocks(EVENING, "Africa/Nairobi") == (
            "1 Dec 2026, 19:04 (21:04 in Africa/Nairobi)"
        )
        assert shown("{{ at|two_clocks:'Asia/Tokyo' }}", at=EVENING) == (
            "1 Dec 2026, 19:04 (Wed 2 Dec 03:04 in Asia/Tokyo)"
        )
