"""What each figure says, in a sentence a manager can pass on. Pure."""

from collections.abc import Sequence

from research.indicators.abstinence import Outcome
from research.indicators.cost import Cost
from research.indicators.dose import Dose, said
from research.indicators.funnel import Step
from research.indicators.keywords import WEEKDAYS, Keywords
from research.indicators.opt_outs import OptOuts
from research.indicators.opt_outs import said as why_left
from research.indicators.replies import Replies, spoken
from research.indicators.retention import Retention
from research.saying import of, people, per_cent


def funnel_answer(steps: Sequence[Step]) -> str:
    began, enrolled = steps[0], next(step for step in steps if step.key == "enrolled")
    share = per_cent(enrolled.of_all)
    told = f"{people(began.count)} began; {enrolled.count:,} enrolled, {share} of them."
    done = steps[-1]
    return f"{told} {done.count:,} came to the end." if done.count else told


def dose_answer(dose: Dose) -> str:
    told = (
        f"{dose.planned:,} texts were planned, {dose.sent:,} sent ({per_cent(dose.sent_share)}). "
        f"Of these {dose.delivered:,} are known to have arrived ({per_cent(dose.delivered_share)})."
    )
    if not dose.suppressed:
        return told
    reason = next(iter(dose.reasons))
    return f"{told} {dose.suppressed:,} were kept back, mostly because {said(reason)}."


def replies_answer(found: Replies) -> str:
    told = f"{of(found.all)} planned questions were answered ({per_cent(found.all)})."
    if found.median is None or found.p90 is None:
        return told
    return (
        f"{told} Half of the answers came within {spoken(found.median)}, nine of ten within "
        f"{spoken(found.p90)}."
    )


def opt_outs_answer(found: OptOuts) -> str:
    if not found.count:
        return "Nobody left in this time."
    told = f"{people(found.count)} left"
    if found.per_thousand is not None:
        told += f", {found.per_thousand:.1f} for each 1,000 texts sent"
    why = next(iter(found.reasons))
    known = [reason for reason in found.reasons if reason not in ("untold", "staff", "provider")]
    if known:
        why = known[0]
        return f"{told}. The reason told most: {why_left(why)} ({found.reasons[why]:,})."
    return f"{told}. {why_left(why).capitalize()}."


def retention_answer(found: Retention) -> str:
    told = f"{people(found.people)} came to their quit date; {found.left:,} have left since."
    if not found.marks:
        return told
    mark = found.marks[-1]
    staying = 1.0 if mark.point is None else mark.point.staying
    told += f" {100 * staying:.0f} % are still in after {mark.day} days"
    band = None if mark.point is None else mark.point.band
    return f"{told} ({100 * band.low:.0f} to {100 * band.high:.0f} %)." if band else f"{told}."


def keywords_answer(found: Keywords) -> str:
    told = (
        f"{of(found.users)} people have ever texted a word of the campaign's "
        f"({per_cent(found.users)}); {people(found.uses, 'use', 'uses')} in this time."
    )
    if not found.cells:
        return told
    weekday, hour = max(found.cells, key=lambda cell: (found.cells[cell], -cell[0], -cell[1]))
    return f"{told} The busiest hour: {WEEKDAYS[weekday]}, {hour}:00."


def abstinence_answer(found: Sequence[Outcome]) -> str:
    last = found[-2]
    return (
        f"At {last.time} days {last.of_due.numerator:,} report no smoking in seven days: "
        f"{per_cent(last.of_due)} of all {last.of_due.denominator:,} that are due, with no answer "
        f"taken as smoking; {per_cent(last.of_answers)} of the {last.of_answers.denominator:,} "
        "who answered."
    )


def cost_answer(found: Cost) -> str:
    told = f"{found.segments:,} segments were sent"
    if found.money is None:
        return f"{told}. The sender has no price for one, so money is not reckoned."
    told += f", {found.currency} {found.money:,.2f}"
    return (
        f"{told}, {found.currency} {found.each:,.2f} for each enrolled."
        if found.each
        else f"{told}."
    )
