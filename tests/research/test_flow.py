import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.flow import ArmFlow, Fate, Flow, Outcome, Standing, flow

ARMS = [("usual", "Usual texts"), ("new", "New texts"), ("third", "Third")]
left_out = st.builds(
    Standing,
    people=st.integers(0, 40),
    arm=st.none(),
    excluded=st.sampled_from(["", "ineligible", "left", "no_consent"]),
)
allocated = st.builds(
    Standing,
    people=st.integers(0, 40),
    arm=st.sampled_from([key for key, _ in ARMS]),
    excluded=st.just(""),
    received=st.booleans(),
    fate=st.sampled_from(Fate),
    outcome=st.sampled_from(Outcome),
)


@given(st.lists(left_out | allocated))
def test_every_level_sums_to_the_one_above(people: list[Standing]) -> None:
    found = flow(people, ARMS)

    assert found.assessed == sum(row.people for row in people)
    assert found.all_excluded + found.waiting + found.randomised == found.assessed
    for arm in found.arms:
        assert arm.received + arm.not_received == arm.allocated
        assert arm.stayed + arm.withdrew + arm.lost == arm.allocated
        assert arm.analysed + arm.not_due + arm.no_date == arm.allocated
        assert arm.silent + arm.answered == arm.analysed
    assert [arm.key for arm in found.arms] == [key for key, _ in ARMS]


@given(st.lists(left_out | allocated))
def test_arms_together_hold_as_many_and_name_no_arm(people: list[Standing]) -> None:
    found = flow(people, ARMS)
    together = found.together("All arms")

    assert (together.assessed, together.randomised) == (found.assessed, found.randomised)
    (one,) = together.arms
    for level in (
        "received",
        "stayed",
        "withdrew",
        "lost",
        "no_date",
        "not_due",
        "silent",
        "answered",
    ):
        assert getattr(one, level) == sum(getattr(arm, level) for arm in found.arms)
    assert "usual" not in repr(together)


def test_reasons_stand_most_first() -> None:
    found = flow([Standing(2, excluded="left"), Standing(7, excluded="ineligible")], ARMS)

    assert list(found.excluded.items()) == [("ineligible", 7), ("left", 2)]


def test_a_flow_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="everybody assessed"):
        Flow(3, {"left": 1}, 1, ())
    with pytest.raises(ValueError, match="stayed, withdrew or was lost"):
        ArmFlow("a", "A", 2, 2, 1, 0, 0, 0, 0, 1, 1)
    with pytest.raises(ValueError, match="analysed, not yet due"):
        ArmFlow("a", "A", 2, 2, 2, 0, 0, 0, 1, 1, 1)
    with pytest.raises(ValueError, match="only those allocated"):
        ArmFlow("a", "A", 2, 3, 2, 0, 0, 0, 0, 1, 1)
