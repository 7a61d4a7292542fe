"""The figures page, part by part: what it says, its picture, its table, what it means. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from research import answers, charts, tables
from research.asked import Question
from research.groups import Group, groups_table
from research.indicators.abstinence import DEFINITION as ABSTINENCE
from research.indicators.abstinence import Outcome
from research.indicators.cost import DEFINITION as COST
from research.indicators.cost import Cost
from research.indicators.cost import said as kind_said
from research.indicators.definition import Definition
from research.indicators.dose import DEFINITION as DOSE
from research.indicators.dose import Dose
from research.indicators.funnel import DEFINITION as FUNNEL
from research.indicators.funnel import Step
from research.indicators.keywords import DEFINITION as KEYWORDS
from research.indicators.keywords import Keywords
from research.indicators.opt_outs import DEFINITION as OPT_OUTS
from research.indicators.opt_outs import OptOuts
from research.indicators.opt_outs import said as why_left
from research.indicators.replies import DEFINITION as REPLIES
from research.indicators.replies import Replies
from research.indicators.retention import DEFINITION as RETENTION
from research.indicators.retention import Retention
from research.saying import of, per_cent
from research.share import Share
from research.tables import Table

#: Bars of a list; further ones are in the table.
_MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A bar of a list: `width` is its share of the frame, in per cent."""

    name: str
    width: str
    told: str
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """`chart` names the picture's template, `drawn` is what it draws, and `table` says it all.
    `empty` is said in place of both while there is nothing to show. `more`: a second table."""

    key: str
    title: str
    chart: str
    answer: str = ""
    drawn: object = None
    table: Table | None = None
    definition: Definition | None = None
    empty: str = ""
    more: Table | None = None


def funnel_section(steps: Sequence[Step]) -> Section:
    what = FUNNEL
    if not steps[0].count:
        return _empty(what, "Nobody has joined yet. Text the campaign's word to its number to try.")
    rows = [
        _row(step.title, step.of_all, f"{step.count:,}, {per_cent(step.of_all)}") for step in steps
    ]
    table = tables.funnel_table(steps)
    return _section(what, "rows", answers.funnel_answer(steps), tuple(rows), table)


def dose_section(whole: Dose, days: Mapping[date, Dose]) -> Section:
    what = DOSE
    if not whole.planned:
        return _empty(what, "No text came due in this time.", "Planned and delivered by day")
    return _section(
        what,
        "bars",
        answers.dose_answer(whole),
        charts.dose_bars(days),
        tables.dose_table(days),
        title="Planned and delivered by day",
        more=tables.kept_back_table(whole) if whole.reasons else None,
    )


def retention_section(found: Retention) -> Section:
    what, curve = RETENTION, charts.staying_curve(found.points)
    title = "Still in the programme, from the quit date"
    if curve is None:
        return _empty(what, "Nobody's quit date lies more than a day back yet.", title)
    table = tables.retention_table(found)
    return _section(what, "curve", answers.retention_answer(found), curve, table, title=title)


def replies_section(found: Replies, names: Mapping[str, Question]) -> Section:
    """`names`: what the questions ask, in order."""
    what, title = REPLIES, "Replies to each question"
    if not found.all.denominator:
        return _empty(what, "No planned question was sent in this time.", title)
    steps = [*(step for step in names if step in found.by_step), *(found.by_step.keys() - names)]
    most = sorted(steps, key=lambda step: -found.by_step[step].denominator)[:_MOST_BARS]
    known = {step: names.get(step, Question(step, "")) for step in steps}
    rows = [_row(known[step].name, found.by_step[step]) for step in steps if step in most]
    table = tables.replies_table(found, known)
    return _section(what, "rows", answers.replies_answer(found), tuple(rows), table, title=title)


def opt_outs_section(found: OptOuts) -> Section:
    what = OPT_OUTS
    if not found.count:
        return _empty(what, answers.opt_outs_answer(found))
    rows = [
        _row(why_left(why).capitalize(), Share(count, found.count), f"{count:,}")
        for why, count in found.reasons.items()
    ]
    table = tables.opt_outs_table(found)
    return _section(what, "rows", answers.opt_outs_answer(found), tuple(rows), table)


def keywords_section(found: Keywords) -> Section:
    what, title = KEYWORDS, "Keyword use by hour and weekday"
    if not found.uses:
        return _empty(what, "No word of the campaign's was texted in this time.", title)
    return _section(
        what,
        "heat",
        answers.keywords_answer(found),
        charts.week_heat(found.cells),
        tables.keywords_table(found),
        title=title,
        more=tables.words_table(found),
    )


def abstinence_section(found: Sequence[Outcome]) -> Section:
    what, title = ABSTINENCE, "Smoke-free by report"
    if not found:
        words = "No survey on smoking is due and over yet, or the campaign asks none."
        return _empty(what, words, title)
    rows = []
    for each in found:
        name = f"Day {each.time}, {each.window} days without"
        rows.append(_row(f"{name}, of all due", each.of_due))
        rows.append(_row(f"{name}, of answers", each.of_answers, is_second=True))
    table = tables.abstinence_table(found)
    return _section(what, "rows", answers.abstinence_answer(found), tuple(rows), table, title=title)


def cost_section(found: Cost) -> Section:
    what = COST
    if not found.segments:
        return _empty(what, "Nothing was sent in this time, so nothing was paid.")
    rows = [
        _row(kind_said(kind), Share(count, found.segments), f"{count:,}")
        for kind, count in sorted(found.by_kind.items(), key=lambda pair: -pair[1])
    ]
    return _section(what, "rows", answers.cost_answer(found), tuple(rows), tables.cost_table(found))


def groups_section(key: str, title: str, what: str, found: tuple[Group, ...]) -> Section:
    if not found:
        return Section(key, title, "rows", empty="Nobody has joined yet.")
    rows = [
        _row(
            group.name,
            group.enrolled,
            "fewer than 5"
            if group.is_small
            else f"{group.enrolled.numerator:,}, {per_cent(group.enrolled)}",
        )
        for group in found[:_MOST_BARS]
    ]
    biggest = found[0]
    answer = f"Most who enrolled: {biggest.name}, {per_cent(biggest.enrolled)}."
    table = groups_table(what, found)
    return Section(key, title, "rows", answer, tuple(rows), table)


def _row(name: str, share: Share, told: str = "", *, is_second: bool = False) -> Row:
    told = told or f"{per_cent(share)}, {of(share)}"
    return Row(name, f"{100 * (share.value or 0):.1f}", told, is_second)


def _section(
    what: Definition,
    chart: str,
    answer: str,
    drawn: object,
    table: Table,
    *,
    title: str = "",
    more: Table | None = None,
) -> Section:
    named = title or what.title
    return Section(what.key, named, chart, answer, drawn, table, what, more=more)


def _empty(what: Definition, words: str, title: str = "") -> Section:
    return Section(what.key, title or what.title, "rows", definition=what, empty=words)
