"""Which rows go into which comparison."""

from hypothesis import given
from hypothesis import strategies as st

from research.estimators.means import Sample
from research.share import Share
from research.trial_effects import (
    Basis,
    Left,
    Reported,
    abstinence,
    balance_of_means,
    balance_of_shares,
    compared_means,
    leaving,
)

ARMS = ["usual", "new", "third"]


@st.composite
def reported(draw: st.DrawFn) -> Reported:
    due = draw(st.integers(0, 60))
    answered = draw(st.integers(0, due))
    return Reported(
        draw(st.sampled_from(ARMS)),
        draw(st.sampled_from(["en", "nb"])),
        draw(st.sampled_from([30, 91])),
        draw(st.sampled_from([7, 30])),
        due,
        answered,
        draw(st.integers(0, answered)),
    )


@given(st.lists(reported()), st.booleans())
def test_both_denominators_of_each_arm_are_those_of_the_rows(
    rows: list[Reported], stratified: bool
) -> None:
    found = abstinence(rows, ARMS, stratified=stratified)

    assert len(found) == 4 * len({(row.time, row.window) for row in rows})
    for each in found:
        mine = [
            row
            for row in rows
            if (row.time, row.window, row.arm) == (each.time, each.window, each.arm)
        ]
        whole = sum(row.due if each.basis is Basis.DUE else row.answered for row in mine)
        assert each.share == Share(sum(row.free for row in mine), whole)
        strata = {row.stratum for row in rows if row.arm in ("usual", each.arm)}
        assert each.pooled <= (len(strata) if stratified else 0)


def test_without_strata_the_strata_of_the_rows_do_not_matter() -> None:
    whole = [Reported("usual", "", 30, 7, 80, 60, 20), Reported("new", "", 30, 7, 80, 60, 30)]
    parts = [
        Reported(row.arm, stratum, 30, 7, 40, 30, row.free // 2)
        for row in whole
        for stratum in ("en", "nb")
    ]

    assert abstinence(parts, ARMS[:2], stratified=False) == abstinence(
        whole, ARMS[:2], stratified=False
    )


def test_strata_that_differ_are_not_confounded() -> None:
    """In each stratum the arms are alike; taken together the new arm looks better."""
    rows = [
        Reported("new", "light", 30, 7, 90, 90, 45),
        Reported("usual", "light", 30, 7, 10, 10, 5),
        Reported("new", "heavy", 30, 7, 10, 10, 1),
        Reported("usual", "heavy", 30, 7, 90, 90, 9),
    ]

    (pooled, *_) = abstinence(rows, ARMS[:2], stratified=True)
    (plain, *_) = abstinence(rows, ARMS[:2], stratified=False)

    assert pooled.difference is not None
    assert abs(pooled.difference.value) < 1e-12
    assert plain.difference is not None
    assert plain.difference.low > 0.1


def test_each_arm_is_held_against_the_first() -> None:
    rows = [Left(arm, "", day, True, 1) for arm in ARMS for day in (1, 2)]
    rows += [Left(arm, "", 9, False, 3) for arm in ARMS]

    found = leaving(rows, ARMS, stratified=False)

    assert [each.arm for each in found] == ["new", "third"]
    assert {each.share for each in found} == {Share(2, 5)}
    assert all(each.hazard and abs(each.hazard.value - 1) < 1e-9 for each in found)


def test_arm_nobody_is_in_has_no_figures() -> None:
    samples = {"texts": {"usual": Sample(5, 2.0, 1.0)}}

    (means, _) = compared_means(samples, ARMS)
    (balance,) = balance_of_means(samples, ARMS)

    assert (means.sample, means.difference, means.p) == (Sample(0, 0.0, 0.0), None, None)
    assert balance.differences == (None, None)


def test_who_told_nothing_stays_in_the_denominator() -> None:
    (found,) = balance_of_shares(
        {("sex", "woman"): {"usual": 3, "new": 4}}, {"usual": 10, "new": 10, "third": 0}, ARMS
    )

    assert found.figures == (Share(3, 10), Share(4, 10), Share(0, 0))
    assert found.differences[1] is None
