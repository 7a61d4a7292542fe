"""A simulation's figures as a manager asks for them: dose, cost, caps, gaps, texts unreached."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from campaigns.content import Content
from enrolment.simulation_tally import GAP_DAYS, Tally
from enrolment.state import Reason

_CAPS = (Reason.DAY_CAP, Reason.WEEK_CAP, Reason.MIN_GAP)
#: The curve begins here; before it few have joined, and means of few jump about.
_FIRST_DAY = -21
_GAPS_NAMED = 5
_DAYS_OF_TEXT = (-14, -7, -3, -1, 0, 1, 2, 3, 7, 14, 21, 28, 42, 60, 90, 120, 150, 180)


@dataclass(frozen=True, slots=True)
class DoseDay:
    """texts: planned ones, of all people; present: those in the programme on that day."""

    day: int
    texts: int
    present: int

    @property
    def mean(self) -> float:
        return self.texts / self.present if self.present else 0.0


@dataclass(frozen=True, slots=True)
class Gap:
    """A silent stretch, by days from the quit date, and how many people met it."""

    after_day: int
    before_day: int
    people: int


@dataclass(frozen=True, slots=True)
class Report:
    """price: of one segment; None: costs are told in segments only."""

    tally: Tally
    price: float | None
    dose: tuple[DoseDay, ...]
    gaps: tuple[Gap, ...]
    unreached: tuple[str, ...]

    @property
    def cost(self) -> float | None:
        return None if self.price is None else self.tally.segments * self.price

    @property
    def texts_each(self) -> float:
        return self.tally.texts / max(1, self.tally.began)

    @property
    def cap_hits(self) -> dict[str, int]:
        return {reason.value: self.tally.unsent[reason.value] for reason in _CAPS}


def report_of(content: Content, tally: Tally, *, price: float | None = None) -> Report:
    gaps = tally.gaps.most_common(_GAPS_NAMED)
    return Report(
        tally=tally,
        price=price,
        dose=tuple(
            DoseDay(day, tally.dose[day], tally.present[day])
            for day in range(_FIRST_DAY, max(tally.present, default=0) + 1)
            if tally.present[day]
        ),
        gaps=tuple(Gap(after, before, people) for (after, before), people in gaps),
        unreached=tuple(sorted(possible_texts(content) - tally.used)),
    )


def possible_texts(content: Content) -> frozenset[str]:
    """Every text that a step or a bank may send. Questions' own words go by their step."""
    found: set[str] = set()
    for step in content.steps:
        if step.bank:
            found |= set(content.banks[step.bank])
            continue
        open_to_all = not step.variants or not any(v.when is None for v in step.variants)
        if open_to_all:
            found.add(content.step_text_key(step))
        found |= {f"{step.key}@{variant.name}" for variant in step.variants}
    for texts in content.banks.values():
        found |= set(texts)
    return frozenset(found)


def lines(report: Report) -> Iterator[str]:
    tally = report.tally
    yield f"{tally.people} people, {tally.days} days each; {tally.began} began"
    yield f"texts planned and sent   {tally.texts} ({report.texts_each:.1f} each who began)"
    yield f"replies sent             {tally.replies}"
    yield f"segments at most         {tally.segments}"
    if report.cost is not None:
        yield f"cost at most             {report.cost:.2f} ({report.price} a segment)"
    yield f"texts from people        {tally.heard}"
    if tally.asked:
        yield f"questions answered       {tally.answered} of {tally.asked}"
    yield f"busiest day of anybody   {tally.busiest_day} texts"
    yield "how they stood at the end"
    yield from (f"  {standing:<22} {people}" for standing, people in tally.standings.most_common())
    yield "not sent, and why"
    yield from (f"  {reason:<22} {times}" for reason, times in tally.unsent.most_common())
    yield from _gap_lines(report)
    yield f"texts nobody reached     {len(report.unreached)} of them"
    yield from (f"  {key}" for key in report.unreached)
    yield "dose: texts a person a day, by day from the quit date"
    yield from (
        f"  Q{day.day:+d}: {day.mean:.2f} ({day.present} people)"
        for day in report.dose
        if day.day in _DAYS_OF_TEXT
    )


def _gap_lines(report: Report) -> Iterator[str]:
    tally = report.tally
    yield f"silent for over {GAP_DAYS} days   {tally.with_gap} people, {tally.longest_gap} at most"
    for gap in report.gaps:
        yield f"  Q{gap.after_day:+d} to Q{gap.before_day:+d}: {gap.people} people"


def to_json(report: Report) -> dict[str, Any]:
    tally = report.tally
    return {
        "people": tally.people,
        "days": tally.days,
        "began": tally.began,
        "texts": tally.texts,
        "replies": tally.replies,
        "segments": tally.segments,
        "cost": report.cost,
        "heard": tally.heard,
        "asked": tally.asked,
        "answered": tally.answered,
        "busiest_day": tally.busiest_day,
        "standings": dict(tally.standings),
        "unsent": dict(tally.unsent),
        "cap_hits": report.cap_hits,
        "people_with_gap": tally.with_gap,
        "longest_gap_days": tally.longest_gap,
        "gaps": [[gap.after_day, gap.before_day, gap.people] for gap in report.gaps],
        "unreached": list(report.unreached),
        "dose": [[day.day, round(day.mean, 4), day.present] for day in report.dose],
    }
