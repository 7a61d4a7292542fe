"""Each figure as a table: beside its picture, and as a file. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from research.asked import Question
from research.indicators.abstinence import Outcome
from research.indicators.cost import Cost
from research.indicators.cost import said as kind_said
from research.indicators.dose import Dose
from research.indicators.dose import said as why_kept
from research.indicators.funnel import Step
from research.indicators.keywords import WEEKDAYS, Keywords
from research.indicators.opt_outs import OptOuts
from research.indicators.opt_outs import said as why_left
from research.indicators.replies import Replies
from research.indicators.retention import Retention
from research.share import Share

Value = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Table:
    """A float is a share from 0 to 1."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def shown(self) -> list[list[str]]:
        return [[shown(value) for value in row] for row in self.rows]


def shown(value: Value) -> str:
    match value:
        case None:
            return "\u2013"
        case float():
            return f"{100 * value:.1f} %"
        case int():
            return f"{value:,}"
        case date():
            return f"{value:%a} {value.day} {value:%b %Y}"
    return value


_SHARE = ("Share", "Low (95 %)", "High (95 %)")


def _share(share: Share) -> tuple[int, int, float | None, float | None, float | None]:
    band = share.interval
    return (
        share.numerator,
        share.denominator,
        None if share.value is None else round(share.value, 6),
        None if band is None else round(band.low, 6),
        None if band is None else round(band.high, 6),
    )


def funnel_table(steps: Sequence[Step]) -> Table:
    rows = [(step.title, *_share(step.of_before), step.of_all.value) for step in steps]
    return Table(("Step", "People", "Of", *_SHARE, "Of all that began"), tuple(rows))


def dose_table(days: Mapping[date, Dose]) -> Table:
    rows = [
        (day, of.planned, of.sent, of.delivered, of.suppressed, of.failed, of.waiting, of.not_meant)
        for day, of in days.items()
    ]
    heads = ("Day", "Planned", "Sent", "Delivered", "Kept back", "Failed", "Waiting", "Not meant")
    return Table(heads, tuple(rows))


def kept_back_table(dose: Dose) -> Table:
    rows = [(why_kept(reason), n, dose.planned) for reason, n in dose.reasons.items()]
    return Table(("Why kept back", "Texts", "Of planned"), tuple(rows))


def replies_table(found: Replies, names: Mapping[str, Question]) -> Table:
    rows = [
        (asked.name, step, asked.words, *_share(found.by_step[step]))
        for step, asked in names.items()
    ]
    heads = ("Question", "Step", "Words", "Answered", "Asked", *_SHARE)
    return Table(heads, tuple(rows))


def opt_outs_table(found: OptOuts) -> Table:
    rows = [(why_left(reason), n, found.count) for reason, n in found.reasons.items()]
    return Table(("Why", "People", "Of all who left"), tuple(rows))


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
    heads = ("Days from quit date", "Watched", "Left", "Seen up to here", "Still in", *_SHARE[1:])
    return Table(heads, tuple(rows))


def keywords_table(found: Keywords) -> Table:
    rows: list[tuple[Value, ...]] = [
        (name, *(found.cells.get((weekday, hour), 0) for hour in range(24)))
        for weekday, name in enumerate(WEEKDAYS)
    ]
    return Table(("Day", *(f"{hour}:00" for hour in range(24))), tuple(rows))


def words_table(found: Keywords) -> Table:
    rows = [(word.upper(), n, found.uses) for word, n in found.by_word.items()]
    return Table(("Word", "Uses", "Of all uses"), tuple(rows))


def cost_table(found: Cost) -> Table:
    rows = [
        (kind_said(kind), n, found.segments)
        for kind, n in sorted(found.by_kind.items(), key=lambda pair: -pair[1])
    ]
    return Table(("Kind of text", "Segments", "Of all"), tuple(rows))


def abstinence_table(found: Sequence[Outcome]) -> Table:
    rows = [
        (
            f"{each.time} days after the quit date, last {each.window} days",
            *_share(each.of_due),
            *_share(each.of_answers)[1:],
        )
        for each in found
    ]
    mine = tuple(f"{head}, missing = smoking" for head in _SHARE)
    others = tuple(f"{head}, of answers" for head in _SHARE)
    heads = ("Survey", "Smoke-free", "Due", *mine, "Answered", *others)
    return Table(heads, tuple(rows))
