"""The indicators of an evaluation by hand, and what holds for the figures of any counts at all."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2  # type: ignore[import-untyped]

from research.counts import Count, Counts, Measure
from research.hiding import hidden
from research.indicators import (
    completion,
    eligible,
    hazard,
    prolonged,
    quit_attempts,
    reach,
    recontact,
    satisfaction,
)
from research.indicators.estimates import INDICATORS, Given
from research.indicators.time_in import person_days
from research.share import Rate, Share

EPOCH, DAY = date(1970, 1, 1), date(2026, 12, 1)
TODAY = (DAY - EPOCH).days


def counted(measure: Measure, **of: int) -> tuple[Count, ...]:
    return tuple(Count(measure, key, 0, total) for key, total in of.items())


def shares(lines: tuple) -> dict[str, object]:
    return {line.key: line.of for line in lines}


def test_reach_by_hand() -> None:
    """Of 50 handed in 40 were asked and 25 said something; 60 more texted in by themselves."""
    rows = (
        *counted(Measure.INVITED, asked=40, not_asked=10),
        *counted(Measure.FUNNEL, began=100, in_touch=85, consented=80, answered=70, enrolled=60),
    )
    found = reach.reach(Counts(rows), money=Decimal(90), currency="NOK")

    assert shares(found.lines) == {
        "asked": Share(40, 50),
        "in_touch": Share(85, 100),
        "agreed": Share(80, 85),
        "answered": Share(70, 85),
        "enrolled": Share(60, 85),
    }
    assert (found.enrolled, found.each) == (Share(60, 100), Decimal("1.5"))
    assert reach.reach(Counts(rows), money=None, currency="").each is None
    assert "asked" not in shares(reach.reach(Counts(rows[2:]), money=None, currency="").lines)


def test_eligible_share_keeps_never_users_apart() -> None:
    rows = (
        *counted(Measure.SCREENED, uses=16, has_quit=3, untold=1),
        *counted(Measure.TURNED_AWAY, never=6),
    )

    assert shares(eligible.eligible(Counts(rows))) == {
        "uses": Share(16, 20),
        "has_quit": Share(3, 20),
        "untold": Share(1, 20),
        "turned_away": Share(6, 25),
    }
    assert eligible.eligible(Counts()) == ()
    assert eligible.eligible(Counts(counted(Measure.SCREENED, untold=4))) == ()


def test_completion_has_both_wholes() -> None:
    rows = counted(Measure.FUNNEL, enrolled=200, quit=120, completed=30, quit_completed=28)

    assert shares(completion.completion(Counts(rows))) == {
        "of_quit": Share(28, 120),
        "of_enrolled": Share(30, 200),
    }
    assert completion.completion(Counts()) == ()


def test_quit_attempts_have_both_wholes() -> None:
    rows = counted(Measure.TRIED, due=80, told=50, tried=40)

    assert shares(quit_attempts.quit_attempts(Counts(rows))) == {
        "of_due": Share(40, 80),
        "of_answers": Share(40, 50),
    }


def test_prolonged_abstinence_counts_the_missing_as_smoking() -> None:
    rows = [
        Count(Measure.PROLONGED, key, time, n)
        for key, time, n in (("due", 182, 90), ("told", 182, 30), ("kept", 182, 9), ("due", 365, 4))
    ]

    assert shares(prolonged.prolonged(Counts(tuple(rows)))) == {
        "d182.of_due": Share(9, 90),
        "d182.of_answers": Share(9, 30),
        "d365.of_due": Share(0, 4),
        "d365.of_answers": Share(0, 0),
    }


def test_recontact_by_mode_and_by_try() -> None:
    rows = (
        Count(Measure.SURVEYED, "", 30, 40),
        Count(Measure.REACHED, "sms", 30, 18),
        Count(Measure.REACHED, "call", 30, 5),
        Count(Measure.CALLED, "listed", 0, 12),
        Count(Measure.CALLED, "tried", 1, 12),
        Count(Measure.CALLED, "tried", 2, 7),
        Count(Measure.CALLED, "reached", 1, 4),
    )

    assert shares(recontact.recontact(Counts(rows))) == {
        "d30.sms": Share(18, 40),
        "d30.call": Share(5, 40),
        "try1": Share(4, 12),
        "try2": Share(0, 7),
    }


def test_satisfaction_is_told_of_answers_and_of_all() -> None:
    rows = tuple(
        Count(Measure.LIKED, key, 0, n)
        for key, n in {"helpful:5": 6, "helpful:4": 2, "helpful:1": 2, "frequency:right": 3}.items()
    )

    found = shares(satisfaction.satisfaction(Counts(rows), 40))

    assert found["helpful"] == Share(8, 10)
    assert found["helpful.of_enrolled"] == Share(8, 40)
    assert found["right"] == Share(3, 3)
    assert "recommend" not in found


def test_hazard_by_days_and_by_texts() -> None:
    """Ten enrolled ten days ago. One left on day 0, two on day 5; one number died on day 2."""
    rows = (
        Count(Measure.GONE, "enrolment:left", 0, 1),
        Count(Measure.GONE, "enrolment:left", 5, 2),
        Count(Measure.GONE, "enrolment:unreachable", 2, 1),
        Count(Measure.SEEN, "enrolment", 10, 6),
        Count(Measure.CAME, "", TODAY - 10, 10),
        Count(Measure.WENT, "", TODAY - 10, 1),
        Count(Measure.WENT, "", TODAY - 5, 2),
        Count(Measure.WENT, "", TODAY - 8, 1),
        Count(Measure.LEFT, "untold", 0, 3, DAY),
        Count(Measure.LEFT, "declined", 0, 4, DAY),
        Count(Measure.SENT_STEP, "welcome", 0, 40, DAY),
        Count(Measure.SENT_STEP, "day.0", 0, 20, DAY),
        Count(Measure.SENT_STEP, "rare", 0, 3, DAY),
        Count(Measure.LEFT_AFTER, "day.0", 0, 2, DAY),
        Count(Measure.LEFT_AFTER, "rare", 0, 1, DAY),
    )

    found = hazard.hazard(Counts(rows), texts_sent=63, since=None, until=DAY)

    # Six for eleven days, two for six, one for three, one for one.
    assert shares(found.all) == {"per_day": Rate(3, 82), "per_text": Rate(3, 63)}
    by_day = shares(found.by_day)
    assert by_day["enrolment.0"] == Rate(1, 10)
    assert by_day["enrolment.1"] == Rate(0, 9 * 2 + 8)
    assert by_day["enrolment.4"] == Rate(2, 8 * 2 + 6 * 2)
    assert sum(rate.exposure for rate in by_day.values()) == 82
    assert [line.key for line in found.by_text] == ["day.0", "welcome"]
    assert found.by_text[0].of == Rate(2, 20)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(0, 40)), max_size=8),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_days_in_the_programme_are_those_of_each_person(
    lives: list[tuple[int, int | None]], one: int, other: int
) -> None:
    first, last = sorted((one, other))
    rows, days = [], 0
    for came, stayed in lives:
        rows.append(Count(Measure.CAME, "", TODAY + came, 1))
        if stayed is not None:
            rows.append(Count(Measure.WENT, "", TODAY + came + stayed, 1))
        end = 10**6 if stayed is None else came + stayed
        days += sum(came <= day <= end for day in range(first, last + 1))

    since, until = DAY + timedelta(days=first), DAY + timedelta(days=last)
    assert person_days(Counts(tuple(rows)), since, until) == days


@pytest.mark.parametrize("events", [1, 2, 5, 50, 51, 400])
def test_rates_interval_is_garwoods(events: int) -> None:
    """From the chi-square distribution."""
    band = Rate(events, 1000, per=1000).interval

    assert band is not None
    assert band.low == pytest.approx(chi2.ppf(0.025, 2 * events) / 2, rel=0.001)
    assert band.high == pytest.approx(chi2.ppf(0.975, 2 * events + 2) / 2, rel=0.001)


def test_rate_of_no_time_is_none() -> None:
    assert Rate(0, 0).value is None
    assert Rate(0, 0).interval is None
    assert Rate(0, 10).interval.low == 0


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=1), st.integers(0, 30)))
def test_no_small_group_can_be_reckoned_from_the_others(people: dict[str, int]) -> None:
    away = hidden(people)

    assert {name for name, count in people.items() if count < 5} <= away
    missing = sum(people[name] for name in away)
    # The whole less what is told leaves nobody, or five and more, unless nobody else is left.
    assert missing == 0 or missing >= 5 or away == people.keys()


#: People who go, or are seen, have come: the rows of one measure follow another's, so what is drawn
#: apart leaves them out.
FOLLOWS = (Measure.GONE, Measure.SEEN, Measure.WENT)
measures = st.sampled_from([m for m in Measure if m not in FOLLOWS])
any_rows = st.lists(
    st.builds(
        Count,
        measures.map(lambda measure: measure.value),
        st.sampled_from(["", "any", "crave", "delivered", "suppressed:paused", "helpful:4"]),
        st.sampled_from([0, 1, 30, 182, 900]),
        st.integers(0, 9),
        st.none() | st.just(DAY),
    ),
    max_size=6,
)


@given(any_rows)
def test_every_indicator_says_both_its_numbers(rows: list[Count]) -> None:
    given_ = Given(Counts(tuple(rows)), None, DAY, Decimal("0.5"), "NOK")
    for key in ("dose", "opt_outs", "keywords", "retention", "satisfaction", "cost", "hazard"):
        definition, estimates = INDICATORS[key]
        assert definition.key == key
        found = estimates(given_)
        assert len({each.key for each in found}) == len(found), key
        for each in found:
            if each.unit == "share" and each.value is not None:
                assert each.denominator is not None
                assert each.value == each.numerator / each.denominator
            if each.low is not None and each.value is not None:
                assert each.low <= each.value + 1e-9
            if each.high is not None and each.value is not None:
                assert each.value <= each.high + 1e-9


def test_each_indicator_is_defined_in_full() -> None:
    assert len(INDICATORS) == 16
    for definition, _ in INDICATORS.values():
        assert all((definition.meaning, definition.numerator, definition.denominator))
