"""Arms and draws in the journey itself: pure, from content and state."""

from datetime import timedelta
from typing import Any

from campaigns.conditions import compile_condition
from campaigns.draw_rules import draw_rule
from campaigns.rules import Caps, Priority, Track
from campaigns.trial_rules import ArmRule, FactorRule, TrialRule
from campaigns.trial_values import FactorStage
from enrolment.drawing import pick, uniform
from enrolment.journey import plan
from enrolment.state import Due, Plan, State
from tests.contents import content, day_step
from tests.states import QUIT, at, state

SEED = b"s" * 32
MICRO = {
    "kind": "micro",
    "trial": "tips",
    "step": "tip",
    "options": {"text": "0.6", "nothing": "0.4"},
}


def running(key: str = "tips", **changes: Any) -> dict[str, TrialRule]:
    return {key: TrialRule(key=key, is_running=True, seed=SEED, **changes)}


def tip(written: dict[str, Any], **step: Any) -> Any:
    return content(day_step("tip", 0, draw=draw_rule(written), **step))


def only(plan: Plan) -> Due:
    (due,) = plan.dues
    return due


def tipped(written: dict[str, Any], of: State, **step: Any) -> Due:
    return only(plan(tip(written, **step), of, at(10, 9, 31)))


def test_micro_randomised_step_keeps_odds_and_draw_whatever_comes_of_it() -> None:
    outcomes = set()
    for number in range(40):
        due = tipped(MICRO, state(QUIT, enrolment_id=number, trials=running()))
        assert due.drawn is not None
        assert due.drawn.options == ("text", "nothing")
        assert due.drawn.probabilities == (0.6, 0.4)
        assert due.drawn.draw == uniform(SEED, "step", number, "tip", 1, 1)
        assert due.drawn.policy == "1/1"
        sent = pick((0.6, 0.4), due.drawn.draw) == 0
        assert (due.verdict, due.reason) == (("queued", "") if sent else ("suppressed", "trial"))
        outcomes.add(due.verdict)
    assert outcomes == {"queued", "suppressed"}


def test_draw_is_the_same_however_often_it_is_looked_at() -> None:
    of = state(QUIT, trials=running())

    assert tipped(MICRO, of) == tipped(MICRO, of)


def test_odds_depend_on_state_where_the_trial_says_so() -> None:
    written = {**MICRO, "by": [{"when": "slips > 0", "options": {"text": "0.9", "nothing": "0.1"}}]}

    due = tipped(written, state(QUIT, slips=2, trials=running()))

    assert due.drawn is not None
    assert due.drawn.probabilities == (0.9, 0.1)


def test_nothing_is_drawn_for_somebody_who_is_not_available() -> None:
    rule = {**MICRO, "available": "slips = 0"}
    cases = {
        "in_need": {"in_need": True},
        "question_open": {"question": "smoked", "asked_at": at(10, 8)},
        "rule": {"slips": 1},
        "paused": {"paused_at": at(9, 8)},
    }
    for reason, changes in cases.items():
        due = next(
            due
            for due in plan(tip(rule), state(QUIT, trials=running(), **changes), at(10, 9, 31)).dues
            if due.step.key == "tip"
        )
        assert due.verdict == "suppressed"
        assert due.drawn is not None
        assert (due.drawn.unavailable, due.drawn.draw) == (reason, None)


def test_full_day_and_lost_time_are_reasons_too() -> None:
    of = state(QUIT, trials=running())
    survey = day_step("survey", 0, priority=Priority.ASSESSMENT)
    full = content(survey, day_step("tip", 0, draw=draw_rule(MICRO)), caps=Caps(day=1))

    capped = next(due for due in plan(full, of, at(10, 9, 31)).dues if due.step.key == "tip")
    late = only(plan(tip(MICRO), of, at(10, 15)))

    assert capped.drawn is not None
    assert capped.drawn.unavailable == "day_cap"
    assert late.drawn is not None
    assert late.drawn.unavailable == "late"


def test_who_is_in_no_running_trial_gets_what_others_get() -> None:
    stopped = {"tips": TrialRule(key="tips", is_running=False)}
    ab = {**MICRO, "kind": "ab", "options": {"text": "0.5", "warm": "0.5"}}

    assert tipped(MICRO, state(QUIT, trials=stopped)).reason == "trial"
    due = tipped(ab, state(QUIT, trials=stopped))
    assert (due.text_key, due.drawn) == ("tip", None)


def test_trial_that_asks_consent_draws_nobody_without_it() -> None:
    trials = running(consent="research")

    without = tipped(MICRO, state(QUIT, trials=trials))
    given = tipped(MICRO, state(QUIT, trials=trials, values={"consent.research": "yes"}))

    assert without.drawn is None
    assert given.drawn is not None


def test_sticky_wording_is_drawn_once_a_person_and_the_other_each_time() -> None:
    ab = {**MICRO, "kind": "ab", "options": {"warm": "0.5", "cool": "0.5"}}
    sticky = {**ab, "sticky": True}
    first, second = (
        [
            tipped(written, state(QUIT, enrolment_id=3, attempt=attempt, trials=running())).drawn
            for attempt in range(1, 9)
        ]
        for written in (sticky, ab)
    )

    assert len({each.draw for each in first if each}) == 1
    assert len({each.draw for each in second if each}) == 8
    due = tipped(sticky, state(QUIT, enrolment_id=3, trials=running()))
    assert due.text_key == f"tip@{due.variant}"
    assert due.variant in ("warm", "cool")


def arm(key: str, **changes: Any) -> ArmRule:
    return ArmRule(factor="dose", key=key, **changes)


def in_arm(one: ArmRule, **changes: Any) -> State:
    values = {"arm.dose": one.key, **changes.pop("values", {})}
    return state(QUIT, arms=(one,), values=values, **changes)


ARMED = content(
    day_step("real", 0, when=compile_condition("arm.dose = 'real'")),
    day_step("matched", 0, when=compile_condition("arm.dose = 'matched'")),
    day_step("asked", 0, "evening", track=Track.OUTCOME),
)


def on_the_day(of: State) -> dict[str, str]:
    early = plan(ARMED, of, at(10, 9, 31))
    late = plan(ARMED, of._replace(planned_through=at(10, 9, 31)), at(10, 18, 31))
    return {due.step.key: str(due.reason) for due in (*early.dues, *late.dues)}


def test_attention_matched_arm_gets_its_own_texts_as_many_as_the_other() -> None:
    real, matched = on_the_day(in_arm(arm("real"))), on_the_day(in_arm(arm("matched")))

    assert real == {"real": "", "matched": "condition", "asked": ""}
    assert matched == {"real": "condition", "matched": "", "asked": ""}


def test_who_is_in_no_arm_gets_no_text_of_an_arm() -> None:
    assert on_the_day(state(QUIT))["real"] == "condition"


def test_assessment_only_arm_gets_its_surveys_alone() -> None:
    one = arm("real", assessment_only=True)

    assert on_the_day(in_arm(one)) == {"real": "trial", "matched": "trial", "asked": ""}


def test_countdown_only_arm_ends_with_the_day_itself() -> None:
    one = arm("real", when=compile_condition("days_since(quit_date) < 0"))

    assert on_the_day(in_arm(one))["real"] == "trial"


def test_delayed_arm_gets_nothing_but_surveys_before_it_begins() -> None:
    waits = in_arm(arm("real", delay_days=30), begins_at=at(10, 0) + timedelta(days=30))

    assert on_the_day(waits) == {"real": "trial", "matched": "trial", "asked": ""}


RESCUE = FactorRule(
    key="rescue",
    arms=(ArmRule("rescue", "call"), ArmRule("rescue", "texts")),
    stage=FactorStage.SECOND,
    non_responder=compile_condition("answer.smoked = 'yes' or not known(answer.smoked)"),
    tailoring="answer.smoked",
)
SMART = running("dose", factors=(FactorRule("dose", (arm("real"), arm("matched"))), RESCUE))
AGAIN = content(
    day_step("again", 0, draw=draw_rule({"kind": "again", "trial": "dose", "factor": "rescue"})),
    day_step("more", 0, when=compile_condition("known(arm.rescue)")),
)


def drawn_again(**changes: Any) -> Plan:
    return plan(AGAIN, in_arm(arm("real"), trials=SMART, **changes), at(10, 9, 31))


def test_non_responder_is_drawn_again_and_the_arm_is_known_at_once() -> None:
    found = drawn_again(values={"answer.smoked": "yes"})

    (again,) = found.redrawn
    assert (again.factor, again.earlier) == ("rescue", {"dose": "real"})
    assert again.tailoring == {"answer.smoked": "yes"}
    assert again.drawn.draw == uniform(SEED, "again", "rescue", 1)
    reasons = {due.step.key: str(due.reason) for due in found.dues}
    assert reasons == {"again": "trial", "more": ""}


def test_who_never_answered_has_not_responded() -> None:
    (again,) = drawn_again().redrawn

    assert again.tailoring == {"answer.smoked": "unknown"}


def test_responder_is_not_drawn_again_and_the_decision_says_so() -> None:
    found = drawn_again(values={"answer.smoked": "no"})

    assert found.redrawn == ()
    reasons = {due.step.key: str(due.reason) for due in found.dues}
    assert reasons == {"again": "trial", "more": "condition"}


def test_pause_spares_nobody_the_second_draw() -> None:
    assert drawn_again(values={"answer.smoked": "yes"}, paused_at=at(9, 8)).redrawn


def test_who_was_not_in_the_first_stage_is_not_in_the_second() -> None:
    found = plan(AGAIN, state(QUIT, trials=SMART), at(10, 9, 31))

    assert found.redrawn == ()
    drawn = next(due.drawn for due in found.dues if due.step.key == "again")
    assert drawn is not None
    assert drawn.unavailable == "not_allocated"
