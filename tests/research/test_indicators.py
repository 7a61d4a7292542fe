"""Each definition by hand, and what holds for any counts at all."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.counts import Count, Counts, Measure
from research.indicators import (
    abstinence,
    cost,
    dose,
    funnel,
    keywords,
    opt_outs,
    replies,
    retention,
)
from research.indicators.replies import LONGER
from research.saying import seconds
from research.share import Rate, Share

DAY = date(2026, 12, 1)
FATES = (
    "delivered", "sent", "undelivered", "failed", "failed_later", "waiting",
    "suppressed:day_cap", "suppressed:paused", "not_meant:condition",
)  # fmt: skip
fates = st.dictionaries(
    st.tuples(st.sampled_from(FATES), st.integers(0, 5)), st.integers(0, 1000), max_size=20
)


def counts(measure: Measure, of: dict[str, int]) -> Counts:
    return Counts(tuple(Count(measure, key, 0, total, DAY) for key, total in of.items()))


def surveys(measure: Measure, key: str, at: dict[int, int]) -> tuple[Count, ...]:
    return tuple(Count(measure, key, time, total) for time, total in at.items())


def test_dose_by_hand() -> None:
    found = dose.dose(
        counts(
            Measure.TEXT,
            {
                "delivered": 6,
                "sent": 2,
                "undelivered": 1,
                "failed": 1,
                "waiting": 1,
                "suppressed:day_cap": 1,
                "suppressed:paused": 3,
                "not_meant:condition": 9,
            },
        )
    )

    assert (found.planned, found.sent, found.delivered, found.suppressed) == (15, 9, 6, 4)
    assert list(found.reasons) == ["paused", "day_cap"]
    assert found.not_meant == 9
    assert found.delivered_share == Share(6, 9)


@given(fates)
def test_every_planned_text_has_one_fate(of: dict[tuple[str, int], int]) -> None:
    rows = [Count(Measure.TEXT, key, 0, n, DAY + timedelta(d)) for (key, d), n in of.items()]
    whole, days = dose.dose(Counts(tuple(rows))), dose.dose_by_day(Counts(tuple(rows)))

    assert whole.planned == whole.sent + whole.suppressed + whole.failed + whole.waiting
    assert whole.delivered <= whole.sent <= whole.planned
    assert whole.planned == sum(day.planned for day in days.values())
    assert whole.suppressed == sum(whole.reasons.values())
    assert sum(of.values()) == whole.planned + whole.not_meant


def test_funnel_without_quit_dates_has_no_such_step() -> None:
    steps = funnel.funnel(
        counts(
            Measure.FUNNEL,
            {"began": 10, "consented": 8, "eligible": 6, "enrolled": 5, "completed": 2},
        )
    )

    assert [step.key for step in steps] == [
        "began",
        "consented",
        "eligible",
        "enrolled",
        "completed",
    ]
    assert steps[-1].of_before == Share(2, 5)
    assert steps[-1].of_all == Share(2, 10)


def test_funnel_of_nobody_is_all_noughts() -> None:
    assert {step.count for step in funnel.funnel(Counts())} == {0}


def test_replies_by_hand() -> None:
    rows = (
        *counts(Measure.ASKED, {"a": 4, "b": 6}).rows,
        *counts(Measure.ANSWERED, {"a": 1, "b": 4}).rows,
        *(Count(Measure.LATENCY, "", bound, n) for bound, n in ((60, 2), (900, 2), (LONGER, 1))),
    )
    found = replies.replies(Counts(rows))

    assert found.all == Share(5, 10)
    assert found.by_step == {"a": Share(1, 4), "b": Share(4, 6)}
    # Of five: the third within a quarter of an hour, the fifth later than two days.
    assert (found.median, found.p90) == (900, LONGER)


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (60, "1 minute"),
        (900, "15 minutes"),
        (3600, "1 hour"),
        (86_400, "24 hours"),
        (LONGER, "more than two days"),
        (None, "no answer yet"),
    ],
)
def test_latency_is_said_in_a_plain_unit(bound: int | None, said: str) -> None:
    assert seconds(bound) == said


def test_latency_lies_between_two_bounds() -> None:
    assert replies.least(60) == 0
    assert replies.least(900) == 300
    assert replies.least(LONGER) == 172_800


def test_opt_outs_by_hand() -> None:
    found = opt_outs.opt_outs(counts(Measure.LEFT, {"too_many": 3, "untold": 5, "quit": 1}), 4500)

    assert (found.count, found.told, found.per_thousand) == (9, Share(4, 9), 2.0)
    assert list(found.reasons) == ["untold", "too_many", "quit"]
    assert opt_outs.opt_outs(Counts(), 0).per_thousand is None


def test_keywords_by_hand() -> None:
    monday = date(2026, 11, 30)
    rows = (
        Count(Measure.KEYWORD, "crave", 2, 3, monday),
        Count(Measure.KEYWORD, "crave", 2, 1, monday + timedelta(days=7)),
        Count(Measure.KEYWORD, "mood", 23, 1, monday + timedelta(days=6)),
        Count(Measure.USED, "any", 0, 2),
        Count(Measure.USED, "crave", 0, 2),
        # Five people in it all week, of whom one left on the Wednesday.
        Count(Measure.CAME, "", (monday - date(1970, 1, 1)).days - 9, 5),
        Count(Measure.WENT, "", (monday - date(1970, 1, 1)).days + 2, 1),
        Count(Measure.FUNNEL, "quit", 0, 6),
        *(Count(Measure.FIRST_WORD, "crave", hour, 1) for hour in (3, 30, 360)),
    )
    found = keywords.keywords(Counts(rows), 8, since=monday, until=monday + timedelta(days=6))

    assert found.cells == {(0, 2): 4, (6, 23): 1}
    assert (found.uses, found.users) == (5, Share(2, 8))
    assert list(found.by_word) == ["crave", "mood"]
    assert found.weekly == Rate(5, 4 * 7 + 3, per=7)
    # In the 4th hour, in the 31st, and on the 16th day.
    (first,) = found.firsts
    assert (first.word, first.users, first.half, first.most) == ("crave", Share(3, 6), 31, 384)


def test_cost_by_hand() -> None:
    segments = counts(Measure.SEGMENTS, {"due": 90, "reply": 10})

    priced = cost.cost(segments, price=Decimal("0.05"), currency="GBP", enrolled=4)
    free = cost.cost(segments, price=None, currency="", enrolled=4)

    assert (priced.segments, priced.money, priced.each) == (100, Decimal("5.00"), Decimal("1.25"))
    assert (free.money, free.each) == (None, None)
    assert cost.cost(segments, price=Decimal(1), currency="GBP", enrolled=0).each is None


def test_abstinence_by_hand_with_both_denominators() -> None:
    rows = (
        *surveys(Measure.SURVEYED, "", {30: 40, 182: 10}),
        *surveys(Measure.REPORTED, "7", {30: 16}),
        *surveys(Measure.ABSTINENT, "7", {30: 8}),
        *surveys(Measure.REPORTED, "30", {30: 12}),
        *surveys(Measure.ABSTINENT, "30", {30: 2}),
    )
    found = abstinence.abstinence(Counts(rows))

    assert [(each.time, each.window, each.of_due, each.of_answers) for each in found] == [
        (30, 7, Share(8, 40), Share(8, 16)),
        (30, 30, Share(2, 40), Share(2, 12)),
        (182, 7, Share(0, 10), Share(0, 0)),
        (182, 30, Share(0, 10), Share(0, 0)),
    ]


def test_retention_names_the_days_that_have_come() -> None:
    rows = (
        Count(Measure.GONE, "quit_date:unreachable", 3, 1),
        Count(Measure.SEEN, "quit_date", 40, 3),
        Count(Measure.SEEN, "enrolment", 50, 9),
    )
    found = retention.retention(Counts(rows))

    assert (found.people, found.left, found.unreachable, found.last_day) == (4, 1, 1, 40)
    assert retention.retention(Counts(rows), "enrolment").people == 9
    assert [mark.day for mark in found.marks] == [7, 28]
    assert found.marks[0].point is not None
    assert found.marks[0].point.staying == 0.75


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_share_lies_in_its_interval(one: int, other: int) -> None:
    share = Share(min(one, other), max(one, other))

    if share.value is None:
        assert share.interval is None
    else:
        assert share.interval is not None
        assert 0 <= share.interval.low <= share.value <= share.interval.high <= 1


def test_wilson_by_hand() -> None:
    """Five of ten: 0.5 plus or minus 0.2634, as published tables have it."""
    found = Share(5, 10).interval

    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.2366, 0.7634)


def test_part_larger_than_its_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="no part of"):
        Share(3, 2)
