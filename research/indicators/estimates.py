"""Every indicator as a list of figures, each with both its numbers: what pages, files, the API and
bundles show alike. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from research.counts import Counts
from research.indicators.abstinence import DEFINITION as ABSTINENCE
from research.indicators.abstinence import abstinence
from research.indicators.completion import DEFINITION as COMPLETION
from research.indicators.completion import completion
from research.indicators.cost import DEFINITION as COST
from research.indicators.cost import Cost, cost
from research.indicators.definition import Definition, Line
from research.indicators.dose import DEFINITION as DOSE
from research.indicators.dose import dose
from research.indicators.eligible import DEFINITION as ELIGIBLE
from research.indicators.eligible import eligible
from research.indicators.funnel import DEFINITION as FUNNEL
from research.indicators.funnel import enrolled, funnel
from research.indicators.hazard import DEFINITION as HAZARD
from research.indicators.hazard import hazard
from research.indicators.keywords import DEFINITION as KEYWORDS
from research.indicators.keywords import keywords
from research.indicators.opt_outs import DEFINITION as OPT_OUTS
from research.indicators.opt_outs import opt_outs
from research.indicators.prolonged import DEFINITION as PROLONGED
from research.indicators.prolonged import prolonged
from research.indicators.quit_attempts import DEFINITION as QUIT_ATTEMPTS
from research.indicators.quit_attempts import quit_attempts
from research.indicators.reach import DEFINITION as REACH
from research.indicators.reach import reach
from research.indicators.recontact import DEFINITION as RECONTACT
from research.indicators.recontact import recontact
from research.indicators.replies import DEFINITION as REPLIES
from research.indicators.replies import LONGER, least, replies
from research.indicators.retention import DEFINITION as RETENTION
from research.indicators.retention import ORIGINS, retention
from research.indicators.satisfaction import DEFINITION as SATISFACTION
from research.indicators.satisfaction import satisfaction
from research.share import Rate, Share


@dataclass(frozen=True, slots=True)
class Estimate:
    """`key` names it for ever. `value` is None where nothing can be said, such as a share of
    nobody; `low` and `high` are a 95 % interval, where there is one. `unit` is of the value."""

    key: str
    numerator: int
    denominator: int | None
    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = "share"


@dataclass(frozen=True, slots=True)
class Given:
    """What is reckoned with: the counts, the days they are of, and a segment's price."""

    counts: Counts
    since: date | None
    until: date
    price: Decimal | None = None
    currency: str = ""

    @property
    def enrolled(self) -> int:
        return enrolled(self.counts)


def _of(key: str, of: Share | Rate, unit: str = "") -> Estimate:
    band = of.interval
    low, high = (None, None) if band is None else (band.low, band.high)
    if isinstance(of, Rate):
        return Estimate(key, of.events, of.exposure, of.value, low, high, unit or f"per {of.per:,}")
    return Estimate(key, of.numerator, of.denominator, of.value, low, high, unit or "share")


def _lines(lines: Iterable[Line]) -> list[Estimate]:
    return [_of(line.key, line.of) for line in lines]


def _count(key: str, count: int, unit: str) -> Estimate:
    return Estimate(key, count, None, float(count), unit=unit)


def _reach(given: Given) -> list[Estimate]:
    money = _cost_of(given).money
    found = reach(given.counts, money=money, currency=given.currency)
    told = _lines(found.lines)
    if found.each is not None:
        enrolled = found.enrolled.numerator
        told.append(
            Estimate("cost_per_enrolled", _cost_of(given).segments, enrolled, float(found.each),
                     unit=given.currency)
        )  # fmt: skip
    return told


def _funnel(given: Given) -> list[Estimate]:
    return [
        estimate
        for step in funnel(given.counts)
        for estimate in (_of(step.key, step.of_before), _of(f"{step.key}.of_all", step.of_all))
    ]


def _dose(given: Given) -> list[Estimate]:
    found = dose(given.counts)
    kept = [_of(f"kept_back.{why}", Share(n, found.planned)) for why, n in found.reasons.items()]
    return [
        _count("planned", found.planned, "texts"),
        _of("sent", found.sent_share),
        _of("delivered", found.delivered_share),
        _of("kept_back", found.suppressed_share),
        _of("failed", Share(found.failed, found.planned)),
        _of("waiting", Share(found.waiting, found.planned)),
        *kept,
        *(
            _of(f"{name}_each", Rate(n, given.enrolled, per=1), "texts per person enrolled")
            for name, n in (
                ("planned", found.planned), ("sent", found.sent), ("delivered", found.delivered)
            )
        ),
    ]  # fmt: skip


def _replies(given: Given) -> list[Estimate]:
    found = replies(given.counts)
    told = [_of("all", found.all)]
    told += [_of(f"step.{step}", share) for step, share in found.by_step.items()]
    for key, bound in (("median", found.median), ("p90", found.p90)):
        if bound is not None:
            longer = bound == LONGER
            told.append(
                Estimate(
                    f"latency.{key}", found.all.numerator, None, None if longer else float(bound),
                    float(least(bound)), None if longer else float(bound), "seconds",
                )
            )  # fmt: skip
    return told


def _keywords(given: Given) -> list[Estimate]:
    found = keywords(given.counts, given.enrolled, since=given.since, until=given.until)
    told = [_of("users", found.users), _of("weekly", found.weekly, "uses per week")]
    told += [_of(f"word.{word}", Share(n, found.uses)) for word, n in found.by_word.items()]
    for first in found.firsts:
        told.append(_of(f"first.{first.word}.users", first.users))
        for key, hours in (("median", first.half), ("p90", first.most)):
            people = first.users.numerator
            told.append(
                Estimate(f"first.{first.word}.{key}", people, None, float(hours), unit="hours")
            )
    return told


def _retention(given: Given) -> list[Estimate]:
    told = []
    for origin in ORIGINS:
        found = retention(given.counts, origin)
        for point in found.points:
            band = point.band
            told.append(
                Estimate(
                    f"{origin}.day{point.day}", point.left, point.at_risk, point.staying,
                    None if band is None else band.low, None if band is None else band.high,
                    "Kaplan-Meier estimate",
                )
            )  # fmt: skip
    return told


def _hazard(given: Given) -> list[Estimate]:
    sent = dose(given.counts).sent
    found = hazard(given.counts, texts_sent=sent, since=given.since, until=given.until)
    return _lines((*found.all, *found.by_day)) + [
        _of(f"after.{line.key}", line.of) for line in found.by_text
    ]


def _opt_outs(given: Given) -> list[Estimate]:
    sent = dose(given.counts).sent
    found = opt_outs(given.counts, sent)
    told = [_of("per_text", Rate(found.count, sent)), _of("told", found.told)]
    return told + [_of(f"why.{why}", Share(n, found.count)) for why, n in found.reasons.items()]


def _abstinence(given: Given) -> list[Estimate]:
    return [
        estimate
        for each in abstinence(given.counts)
        for estimate in (
            _of(f"d{each.time}.w{each.window}.missing_is_smoking", each.of_due),
            _of(f"d{each.time}.w{each.window}.of_answers", each.of_answers),
        )
    ]


def _cost_of(given: Given) -> Cost:
    return cost(given.counts, price=given.price, currency=given.currency, enrolled=given.enrolled)


def _cost(given: Given) -> list[Estimate]:
    found = _cost_of(given)
    told = [
        _of("segments_each", Rate(found.segments, given.enrolled, per=1), "segments per person")
    ]
    told += [_of(f"kind.{kind}", Share(n, found.segments)) for kind, n in found.by_kind.items()]
    if found.money is not None:
        told.append(Estimate("money", found.segments, None, float(found.money),
                             unit=found.currency))  # fmt: skip
    return told


#: All there are, in the order pages show them.
INDICATORS: Mapping[str, tuple[Definition, Callable[[Given], list[Estimate]]]] = {
    definition.key: (definition, estimates)
    for definition, estimates in (
        (REACH, _reach),
        (FUNNEL, _funnel),
        (ELIGIBLE, lambda given: _lines(eligible(given.counts))),
        (DOSE, _dose),
        (REPLIES, _replies),
        (KEYWORDS, _keywords),
        (RETENTION, _retention),
        (COMPLETION, lambda given: _lines(completion(given.counts))),
        (OPT_OUTS, _opt_outs),
        (HAZARD, _hazard),
        (QUIT_ATTEMPTS, lambda given: _lines(quit_attempts(given.counts))),
        (ABSTINENCE, _abstinence),
        (PROLONGED, lambda given: _lines(prolonged(given.counts))),
        (RECONTACT, lambda given: _lines(recontact(given.counts))),
        (
            SATISFACTION,
            lambda given: _lines(satisfaction(given.counts, given.enrolled)),
        ),
        (COST, _cost),
    )
}
