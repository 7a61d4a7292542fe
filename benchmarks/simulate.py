"""Invented people living through a programme as long as the shipped curriculum's.

    python -m benchmarks.simulate [--people 1000] [--days 182] [--runs 3] [--processes 1 2]

Needs no database. Figures of this machine on this day: seconds, and person-days a second. The
content is made here, of the curriculum's size and density, so that editing texts moves no figure.
"""

import argparse
import os
import sys
import time
from datetime import date, timedelta
from datetime import time as wall

from benchmarks.figures import note
from campaigns.content import Content
from campaigns.rules import (
    Caps,
    KeywordAction,
    KeywordRule,
    LateRule,
    Priority,
    QuestionKind,
    QuestionRule,
    StepRule,
    Track,
)
from campaigns.schedule import Span
from campaigns.wording import compile_wording
from enrolment.crowds import simulate_together
from enrolment.simulation import Crowd

_SLOTS = {
    "morning": Span(wall(10, 25), wall(10, 50)),
    "midday": Span(wall(12, 50), wall(13, 15)),
    "afternoon": Span(wall(15, 15), wall(15, 40)),
    "evening": Span(wall(17, 40), wall(18, 5)),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--days", type=int, default=182)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    asked = parser.parse_args()
    rules = _content()
    crowd = Crowd(asked.people, asked.days, 1, date(2027, 1, 4), "Europe/Oslo")
    for processes in sorted(set(asked.processes)):
        runs = [_seconds(rules, crowd, processes) for _ in range(asked.runs)]
        note(f"simulate_seconds_{processes}_processes", runs)
        note(
            f"simulate_person_days_a_second_{processes}_processes",
            [asked.people * asked.days / seconds for seconds in runs],
        )
    return 0


def _seconds(rules: Content, crowd: Crowd, processes: int) -> float:
    started = time.perf_counter()
    simulate_together(rules, crowd, processes=processes)
    return time.perf_counter() - started


def _content() -> Content:
    steps = (_welcome(), *(_step(day, slot) for day in range(-14, 183) for slot in _slots(day)))
    replies = ("system.joined", "system.stopped", "question.date", "crave.1", "crave.2", "slip.1")
    keys = (*(step.key for step in steps), *replies)
    return Content(
        version_id=1,
        campaign_id=1,
        hours=Span(wall(8), wall(20, 30)),
        slots=_SLOTS,
        default_slot="morning",
        languages=("en",),
        default_language="en",
        onboarding=("date",),
        steps=steps,
        questions={"date": QuestionRule("date", QuestionKind.DATE, attribute="quit_date")},
        banks={"crave": ("crave.1", "crave.2"), "slip": ("slip.1",)},
        keywords={
            "join": KeywordRule(KeywordAction.JOIN),
            "crave": KeywordRule(KeywordAction.BANK, bank="crave"),
            "slip": KeywordRule(KeywordAction.SLIP, bank="slip"),
        },
        texts={
            (key, "en"): compile_wording(f"{key}, {{{{ first_name }}}}: {'word ' * 24}", {})
            for key in keys
        },
        defaults={"en": {"first_name": "friend"}},
        min_gap=timedelta(minutes=110),
        caps=Caps(day=6, week=30),
    )


def _slots(day: int) -> tuple[str, ...]:
    """Four a day near the quit date, two to week 6, then two or three a week: 250 in all."""
    if -1 <= day <= 7:
        return tuple(_SLOTS)
    if day <= 28:
        return ("morning", "evening")
    if day <= 42:
        return ("morning",)
    return ("morning",) if day % 7 in (1, 3, 6) else ()


def _welcome() -> StepRule:
    return StepRule(
        key="welcome",
        stage="welcome",
        anchor="enrolment",
        track=Track.CORE,
        late=LateRule.NEXT_WINDOW,
        shelf=timedelta(hours=24),
        priority=Priority.REPLY,
        after=timedelta(minutes=1),
    )


def _step(day: int, slot: str) -> StepRule:
    return StepRule(
        key=f"day{day}.{slot}",
        stage="core",
        anchor="quit_date",
        track=Track.CORE,
        late=LateRule.SKIP,
        shelf=timedelta(hours=4),
        priority=Priority.CORE,
        day=day,
        slot=slot,
    )


if __name__ == "__main__":
    sys.exit(main())
