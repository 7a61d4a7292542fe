"""What each figure says, in a sentence a manager can pass on, in the reader's language."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from research.indicators.abstinence import Outcome
from research.indicators.cost import Cost
from research.indicators.dose import Dose, said
from research.indicators.funnel import Step
from research.indicators.hazard import Hazard
from research.indicators.keywords import Keywords
from research.indicators.opt_outs import OptOuts
from research.indicators.opt_outs import said as why_left
from research.indicators.reach import Reach
from research.indicators.replies import Replies
from research.indicators.retention import Retention
from research.saying import (
    decimal,
    hour,
    hours,
    number,
    of,
    people,
    per_cent,
    rate,
    seconds,
    uses,
    weekday,
    whole_per_cent,
)
from trust.saying import said as spoken


def reach_answer(found: Reach) -> str:
    touch = next(line for line in found.lines if line.key == "in_touch")
    told = _("%(touch)s of all who texted in or were asked said something, %(enrolled)s enrolled.")
    enrolled = number(found.enrolled.numerator)
    told = told % {"touch": per_cent(touch.of), "enrolled": enrolled}  # type: ignore[arg-type]
    if found.each is None:
        return told
    each = _("One enrolled cost %(currency)s %(money)s in texts in this time.")
    money = decimal(float(found.each), 2)
    return f"{told} {each % {'currency': found.currency, 'money': money}}"


def funnel_answer(steps: Sequence[Step]) -> str:
    began, enrolled = steps[0], next(step for step in steps if step.key == "enrolled")
    told = _("%(people)s began; %(count)s enrolled, %(share)s of them.") % {
        "people": people(began.count),
        "count": number(enrolled.count),
        "share": per_cent(enrolled.of_all),
    }
    done = steps[-1]
    if not done.count:
        return told
    return f"{told} {_('%(count)s came to the end.') % {'count': number(done.count)}}"


def dose_answer(dose: Dose) -> str:
    told = _(
        "%(planned)s texts were planned, %(sent)s sent (%(share)s). Of these %(delivered)s are "
        "known to have arrived (%(arrived)s)."
    ) % {
        "planned": number(dose.planned),
        "sent": number(dose.sent),
        "share": per_cent(dose.sent_share),
        "delivered": number(dose.delivered),
        "arrived": per_cent(dose.delivered_share),
    }
    if not dose.suppressed:
        return told
    why = _("%(count)s were kept back, mostly because %(reason)s.") % {
        "count": number(dose.suppressed),
        "reason": spoken(said(next(iter(dose.reasons)))),
    }
    return f"{told} {why}"


def replies_answer(found: Replies) -> str:
    told = _("%(of)s planned questions were answered (%(share)s).") % {
        "of": of(found.all),
        "share": per_cent(found.all),
    }
    if found.median is None or found.p90 is None:
        return told
    latency = _("Half of the answers came within %(half)s, nine of ten within %(most)s.") % {
        "half": seconds(found.median),
        "most": seconds(found.p90),
    }
    return f"{told} {latency}"


def opt_outs_answer(found: OptOuts) -> str:
    if not found.count:
        return _("Nobody left in this time.")
    told = _("%(people)s left") % {"people": people(found.count)}
    if found.per_thousand is not None:
        per = _("%(rate)s for each 1,000 texts sent") % {"rate": decimal(found.per_thousand, 1)}
        told += f", {per}"
    known = [reason for reason in found.reasons if reason not in ("untold", "staff", "provider")]
    if not known:
        why = spoken(why_left(next(iter(found.reasons))))
        return f"{told}. {why[:1].upper()}{why[1:]}."
    most = _("The reason told most: %(why)s (%(count)s).") % {
        "why": spoken(why_left(known[0])),
        "count": number(found.reasons[known[0]]),
    }
    return f"{told}. {most}"


def retention_answer(found: Retention) -> str:
    words = {
        "enrolment": _("%(people)s enrolled; %(left)s have left since."),
        "quit_date": _("%(people)s came to their quit date; %(left)s have left since."),
    }
    told = words[found.origin] % {"people": people(found.people), "left": number(found.left)}
    if not found.marks:
        return told
    mark = found.marks[-1]
    staying = 1.0 if mark.point is None else mark.point.staying
    still = _("%(share)s are still in after %(days)s days") % {
        "share": whole_per_cent(staying),
        "days": mark.day,
    }
    band = None if mark.point is None else mark.point.band
    if not band:
        return f"{told} {still}."
    between = _("(%(low)s to %(high)s %%)") % {
        "low": decimal(100 * band.low, 0),
        "high": decimal(100 * band.high, 0),
    }
    return f"{told} {still} {between}."


def keywords_answer(found: Keywords) -> str:
    told = _(
        "%(of)s people have ever texted a word of the campaign's (%(share)s); %(uses)s in this time"
    ) % {"of": of(found.users), "share": per_cent(found.users), "uses": uses(found.uses)}
    if found.weekly.value is not None:
        weekly = _("%(rate)s for each week somebody was in it") % {
            "rate": decimal(found.weekly.value, 2)
        }
        told += f", {weekly}"
    told += "."
    for first in found.firsts:
        first_words = _("Half of the first %(word)s came within %(hours)s of the quit date.")
        told += " " + first_words % {"word": first.word.upper(), "hours": hours(first.half)}
    if not found.cells:
        return told
    day, clock = max(found.cells, key=lambda cell: (found.cells[cell], -cell[0], -cell[1]))
    busiest = _("The busiest hour: %(day)s, %(hour)s.")
    return f"{told} {busiest % {'day': weekday(day), 'hour': hour(clock)}}"


def hazard_answer(found: Hazard) -> str:
    per_day, per_text = found.all
    told = _(
        "%(days)s leavings for each 1,000 days people were in, and %(texts)s for each 1,000 texts."
    ) % {"days": rate(per_day.of), "texts": rate(per_text.of)}  # type: ignore[arg-type]
    worst = max(found.by_day, key=lambda line: line.of.value or 0, default=None)
    if worst is None or not worst.of.value:
        return told
    words = _("Most leave on: %(when)s.") % {"when": spoken(worst.title)}
    return f"{told} {words}"


def abstinence_answer(found: Sequence[Outcome]) -> str:
    last = found[-2]
    return _(
        "At %(days)s days %(free)s report no smoking in seven days: %(share)s of all %(due)s that "
        "are due, with no answer taken as smoking; %(other)s of the %(answers)s who answered."
    ) % {
        "days": last.time,
        "free": number(last.of_due.numerator),
        "share": per_cent(last.of_due),
        "due": number(last.of_due.denominator),
        "other": per_cent(last.of_answers),
        "answers": number(last.of_answers.denominator),
    }


def cost_answer(found: Cost) -> str:
    told = _("%(count)s segments were sent") % {"count": number(found.segments)}
    if found.money is None:
        return f"{told}. " + _("The sender has no price for one, so money is not reckoned.")
    told += f", {found.currency} {decimal(float(found.money), 2)}"
    if not found.each:
        return f"{told}."
    each = _("%(currency)s %(money)s for each enrolled") % {
        "currency": found.currency,
        "money": decimal(float(found.each), 2),
    }
    return f"{told}, {each}."
