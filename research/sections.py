"""The figures page, part by part: what it says, its picture, its table, what it means."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from research import answers, charts, tables
from research.asked import Question
from research.groups import Group, few, groups_table
from research.indicators.abstinence import DEFINITION as ABSTINENCE
from research.indicators.abstinence import Outcome
from research.indicators.cost import DEFINITION as COST
from research.indicators.cost import Cost
from research.indicators.cost import said as kind_said
from research.indicators.definition import Definition, Line
from research.indicators.dose import DEFINITION as DOSE
from research.indicators.dose import Dose
from research.indicators.funnel import DEFINITION as FUNNEL
from research.indicators.funnel import Step
from research.indicators.hazard import DEFINITION as HAZARD
from research.indicators.hazard import Hazard
from research.indicators.keywords import DEFINITION as KEYWORDS
from research.indicators.keywords import Keywords
from research.indicators.opt_outs import DEFINITION as OPT_OUTS
from research.indicators.opt_outs import OptOuts
from research.indicators.opt_outs import said as why_left
from research.indicators.reach import DEFINITION as REACH
from research.indicators.reach import Reach
from research.indicators.replies import DEFINITION as REPLIES
from research.indicators.replies import Replies
from research.indicators.retention import DEFINITION as RETENTION
from research.indicators.retention import Retention
from research.saying import number, of, per_cent, rate
from research.section import Row, Section, empty, row, rows_of, section, width
from research.share import Rate, Share
from trust.saying import said as spoken

#: Bars of a list; further ones are in the table.
_MOST_BARS = 12


def reach_section(found: Reach) -> Section:
    what = REACH
    touch = next(line for line in found.lines if line.key == "in_touch")
    if isinstance(touch.of, Rate) or not touch.of.denominator:
        return empty(what, _("Nobody has texted in or been asked yet."))
    table = tables.lines_table(found.lines, _("Step"))
    return section(what, "rows", answers.reach_answer(found), rows_of(found.lines), table)


def funnel_section(steps: Sequence[Step]) -> Section:
    what = FUNNEL
    if not steps[0].count:
        words = _("Nobody has joined yet. Text the campaign's word to its number to try.")
        return empty(what, words)
    rows = [
        row(spoken(step.title), step.of_all, f"{number(step.count)}, {per_cent(step.of_all)}")
        for step in steps
    ]
    table = tables.funnel_table(steps)
    return section(what, "rows", answers.funnel_answer(steps), tuple(rows), table)


def dose_section(whole: Dose, days: Mapping[date, Dose]) -> Section:
    what, title = DOSE, _("Planned and delivered by day")
    if not whole.planned:
        return empty(what, _("No text came due in this time."), title)
    return section(
        what,
        "bars",
        answers.dose_answer(whole),
        charts.dose_bars(days),
        tables.dose_table(days),
        title=title,
        more=tables.kept_back_table(whole) if whole.reasons else None,
    )


def retention_section(found: Retention) -> Section:
    """One of each origin; the quit date's keeps the indicator's own key."""
    curve = charts.staying_curve(found.points)
    if found.origin == "quit_date":
        key, title = RETENTION.key, _("Still in the programme, from the quit date")
        nobody = _("Nobody's quit date lies more than a day back yet.")
    else:
        key, title = "staying", _("Still in the programme, from enrolling")
        nobody = _("Nobody enrolled more than a day ago yet.")
    if curve is None:
        return empty(RETENTION, nobody, title, key)
    table = tables.retention_table(found)
    answer = answers.retention_answer(found)
    return section(RETENTION, "curve", answer, curve, table, title=title, key=key)


def replies_section(found: Replies, names: Mapping[str, Question]) -> Section:
    """`names`: what the questions ask, in order."""
    what, title = REPLIES, _("Replies to each question")
    if not found.all.denominator:
        return empty(what, _("No planned question was sent in this time."), title)
    steps = [*(step for step in names if step in found.by_step), *(found.by_step.keys() - names)]
    most = sorted(steps, key=lambda step: -found.by_step[step].denominator)[:_MOST_BARS]
    known = {step: names.get(step, Question(step, "")) for step in steps}
    rows = [row(known[step].name, found.by_step[step]) for step in steps if step in most]
    table = tables.replies_table(found, known)
    return section(what, "rows", answers.replies_answer(found), tuple(rows), table, title=title)


def opt_outs_section(found: OptOuts) -> Section:
    what = OPT_OUTS
    if not found.count:
        return empty(what, answers.opt_outs_answer(found))
    rows = [
        row(_capital(spoken(why_left(why))), Share(count, found.count), number(count))
        for why, count in found.reasons.items()
    ]
    table = tables.opt_outs_table(found)
    return section(what, "rows", answers.opt_outs_answer(found), tuple(rows), table)


def hazard_section(found: Hazard) -> Section:
    what = HAZARD
    if not any(line.of.value for line in (*found.all, *found.by_day)):
        return empty(what, _("Nobody has left yet."))
    most = max((line.of.value or 0 for line in found.by_day), default=0)
    rows = [
        Row(spoken(line.title), width(line.of.value, most), rate(line.of))
        for line in found.by_day
        if isinstance(line.of, Rate)
    ]
    table = tables.rates_table((*found.all, *found.by_day), _("When"))
    more = tables.rates_table(found.by_text, _("Last text")) if found.by_text else None
    return section(what, "rows", answers.hazard_answer(found), tuple(rows), table, more=more)


def keywords_section(found: Keywords) -> Section:
    what, title = KEYWORDS, _("Keyword use by hour and weekday")
    if not found.uses:
        return empty(what, _("No word of the campaign's was texted in this time."), title)
    return section(
        what,
        "heat",
        answers.keywords_answer(found),
        charts.week_heat(found.cells),
        tables.keywords_table(found),
        title=title,
        more=tables.words_table(found),
    )


def abstinence_section(found: Sequence[Outcome]) -> Section:
    what, title = ABSTINENCE, _("Smoke-free by report")
    if not found:
        words = _("No survey on smoking is due and over yet, or the campaign asks none.")
        return empty(what, words, title)
    of_due = _("Day %(day)s, %(window)s days without, of all due")
    of_answers = _("Day %(day)s, %(window)s days without, of answers")
    rows = []
    for each in found:
        gaps = {"day": each.time, "window": each.window}
        rows.append(row(of_due % gaps, each.of_due))
        rows.append(row(of_answers % gaps, each.of_answers, is_second=True))
    table = tables.abstinence_table(found)
    return section(what, "rows", answers.abstinence_answer(found), tuple(rows), table, title=title)


def lines_section(what: Definition, lines: Sequence[Line], nothing: str) -> Section:
    """Shares one under the other; the first is the answer. `nothing` is said of none."""
    if not lines:
        return empty(what, nothing)
    first = lines[0]
    answer = f"{spoken(first.title)}: {_told(first)}."
    return section(what, "rows", answer, rows_of(lines), tables.lines_table(lines, _("What")))


def cost_section(found: Cost) -> Section:
    what = COST
    if not found.segments:
        return empty(what, _("Nothing was sent in this time, so nothing was paid."))
    rows = [
        row(spoken(kind_said(kind)), Share(count, found.segments), number(count))
        for kind, count in sorted(found.by_kind.items(), key=lambda pair: -pair[1])
    ]
    return section(what, "rows", answers.cost_answer(found), tuple(rows), tables.cost_table(found))


def groups_section(what: str, found: tuple[Group, ...]) -> Section:
    key, title = "groups", _("Side by side: %(slice)s") % {"slice": what.lower()}
    if not found:
        return Section(key, title, "rows", empty=_("Nobody has joined yet."))
    rows = [
        Row(group.name, "0", few())
        if group.counts is None
        else row(
            group.name,
            group.enrolled,
            f"{number(group.enrolled.numerator)}, {per_cent(group.enrolled)}",
        )
        for group in found[:_MOST_BARS]
    ]
    told = [group for group in found if group.counts is not None]
    answer = _("Every group has fewer than five people, or would give one away.")
    if told:
        biggest = max(told, key=lambda group: group.enrolled.numerator)
        answer = _("Most who enrolled: %(group)s, %(share)s.") % {
            "group": biggest.name,
            "share": per_cent(biggest.enrolled),
        }
    return Section(key, title, "rows", answer, tuple(rows), groups_table(what, found))


def _told(line: Line) -> str:
    told = rate(line.of) if isinstance(line.of, Rate) else per_cent(line.of)
    return f"{told} ({of(line.of)})"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
