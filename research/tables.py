"""Each figure as a table: beside its picture, and as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from research.asked import Question
from research.indicators.abstinence import Outcome
from research.indicators.cost import Cost
from research.indicators.cost import said as kind_said
from research.indicators.definition import Line
from research.indicators.dose import Dose
from research.indicators.dose import said as why_kept
from research.indicators.funnel import Step
from research.indicators.keywords import Keywords
from research.indicators.opt_outs import OptOuts
from research.indicators.opt_outs import said as why_left
from research.indicators.replies import Replies
from research.indicators.retention import Retention
from research.saying import NOTHING, decimal, hour, number, weekday
from research.saying import day as day_said
from research.share import Share
from trust.saying import said as spoken


@dataclass(frozen=True, slots=True)
class PerUnit:
    """A figure that is no share, such as leavings per 1,000 days."""

    value: float


Value = str | int | float | date | PerUnit | None


@dataclass(frozen=True, slots=True)
class Table:
    """A float is a share from 0 to 1."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def shown(self) -> list[list[str]]:
        return [[shown(value) for value in row] for row in self.rows]

    @property
    def written(self) -> list[list[object]]:
        """As a file has it."""
        return [
            [value.value if isinstance(value, PerUnit) else value for value in row]
            for row in self.rows
        ]


def shown(value: Value) -> str:
    match value:
        case None:
            return NOTHING
        case PerUnit():
            return decimal(value.value, 2)
        case float():
            return f"{decimal(100 * value, 1)} %"
        case int():
            return number(value)
        case date():
            return day_said(value)
    return value


def _shares() -> tuple[str, str, str]:
    return _("Share"), _("Low (95 %)"), _("High (95 %)")


def _share(share: Share) -> tuple[int, int, float | None, float | None, float | None]:
    band = share.interval
    return (
        share.numerator,
        share.denominator,
        None if share.value is None else round(share.value, 6),
        None if band is None else round(band.low, 6),
        None if band is None else round(band.high, 6),
    )


def lines_table(lines: Sequence[Line], what: str) -> Table:
    """`what` is the first column's head."""
    rows = [(spoken(line.title), *_line(line)) for line in lines]
    return Table((what, _("So many"), _("Of"), *_shares()), tuple(rows))


def rates_table(lines: Sequence[Line], what: str) -> Table:
    rows = [(spoken(line.title), *_line(line)) for line in lines]
    heads = (what, _("Left"), _("Of"), _("Per 1,000"), *_shares()[1:])
    return Table(heads, tuple(rows))


def _line(line: Line) -> tuple[Value, ...]:
    if isinstance(line.of, Share):
        return _share(line.of)
    band, value = line.of.interval, line.of.value
    return (
        line.of.events,
        line.of.exposure,
        None if value is None else PerUnit(round(value, 6)),
        None if band is None else PerUnit(round(band.low, 6)),
        None if band is None else PerUnit(round(band.high, 6)),
    )


def funnel_table(steps: Sequence[Step]) -> Table:
    rows = [(spoken(step.title), *_share(step.of_before), step.of_all.value) for step in steps]
    heads = (_("Step"), _("People"), _("Of"), *_shares(), _("Of all that began"))
    return Table(heads, tuple(rows))


def dose_table(days: Mapping[date, Dose]) -> Table:
    rows = [
        (day, of.planned, of.sent, of.delivered, of.suppressed, of.failed, of.waiting, of.not_meant)
        for day, of in days.items()
    ]
    heads = (
        _("Day"), _("Planned"), _("Sent"), _("Delivered"), _("Kept back"), _("Failed"),
        _("Waiting"), _("Not meant"),
    )  # fmt: skip
    return Table(heads, tuple(rows))


def kept_back_table(dose: Dose) -> Table:
    rows = [(spoken(why_kept(why)), n, dose.planned) for why, n in dose.reasons.items()]
    return Table((_("Why kept back"), _("Texts"), _("Of planned")), tuple(rows))


def replies_table(found: Replies, names: Mapping[str, Question]) -> Table:
    rows = [
        (asked.name, step, asked.words, *_share(found.by_step[step]))
        for step, asked in names.items()
    ]
    heads = (_("Question"), _("Step"), _("Words"), _("Answered"), _("Asked"), *_shares())
    return Table(heads, tuple(rows))


def opt_outs_table(found: OptOuts) -> Table:
    rows = [(spoken(why_left(why)), n, found.count) for why, n in found.reasons.items()]
    return Table((_("Why"), _("People"), _("Of all who left")), tuple(rows))


def retention_table(found: Retention) -> Table:
    rows = [
        (
            str(point.day),
            point.at_risk,
            point.left,
            point.censored,
            round(point.staying, 6),
            None if point.band is None else round(point.band.low, 6),
            None if point.band is None else round(point.band.high, 6),
        )
        for point in found.points
    ]
    first = {
        "quit_date": _("Days from quit date"),
        "enrolment": _("Days from enrolling"),
    }[found.origin]
    heads = (first, _("Watched"), _("Left"), _("Seen up to here"), _("Still in"), *_shares()[1:])
    return Table(heads, tuple(rows))


def keywords_table(found: Keywords) -> Table:
    rows: list[tuple[Value, ...]] = [
        (weekday(place), *(found.cells.get((place, clock), 0) for clock in range(24)))
        for place in range(7)
    ]
    return Table((_("Day"), *(hour(clock) for clock in range(24))), tuple(rows))


def words_table(found: Keywords) -> Table:
    rows = [(word.upper(), n, found.uses) for word, n in found.by_word.items()]
    return Table((_("Word"), _("Uses"), _("Of all uses")), tuple(rows))


def cost_table(found: Cost) -> Table:
    rows = [
        (spoken(kind_said(kind)), n, found.segments)
        for kind, n in sorted(found.by_kind.items(), key=lambda pair: -pair[1])
    ]
    return Table((_("Kind of text"), _("Segments"), _("Of all")), tuple(rows))


def abstinence_table(found: Sequence[Outcome]) -> Table:
    survey = _("%(time)s days after the quit date, last %(window)s days")
    rows = [
        (
            survey % {"time": each.time, "window": each.window},
            *_share(each.of_due),
            *_share(each.of_answers)[1:],
        )
        for each in found
    ]
    mine = tuple(_("%(head)s, missing = smoking") % {"head": head} for head in _shares())
    others = tuple(_("%(head)s, of answers") % {"head": head} for head in _shares())
    heads = (_("Survey"), _("Smoke-free"), _("Due to answer"), *mine, _("Answered"), *others)
    return Table(heads, tuple(rows))
