"""Any persona in any content: what a rehearsal promises whoever reads it."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, time

from hypothesis import given
from hypothesis import strategies as st

from campaigns.content import Content
from campaigns.rules import KeywordAction, KeywordRule
from campaigns.wording import compile_wording
from enrolment.persona import Persona, PersonaOutage, ScriptLine, When
from enrolment.rehearsal import rehearse
from enrolment.transcript import Kind, differences, from_json, to_json
from tests.contents import ACTIONS, MORE_QUESTIONS
from tests.properties.journeys import ZONES, contents

WORDS = st.sampled_from(
    [
        "JOIN", "CRAVE", "SLIP", "STOP", "HELP", "7", "LESS", "MORE", "PAUSE 3", "PAUSE", "RESUME",
        "LATER", "TIME 9-14", "DATE in 3 days", "NEW DATE tomorrow", "LANGUAGE nb", "NOT READY",
        "RELAPSE", "why", "hello there", "yes", "no", "",
    ]
)  # fmt: skip
WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0, tzinfo=None))
STARTS = st.datetimes(min_value=datetime(2027, 3, 1), max_value=datetime(2027, 11, 20)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
WHENS = st.builds(
    When,
    day=st.integers(0, 25),
    at=WALLS,
    quit_date=st.booleans(),
    attempt=st.integers(1, 2),
)


@st.composite
def personas(draw: st.DrawFn) -> Persona:
    joins = draw(STARTS)
    return Persona(
        key="anybody",
        name="Anybody",
        joins=joins,
        zone=draw(ZONES),
        days=draw(st.integers(1, 30)),
        seed=draw(st.integers(0, 2**31)),
        answers={
            "uses": "yes",
            "name": draw(st.sampled_from(["Amina", "CRAVE", "12"])),
            "date": draw(st.sampled_from(["today", "tomorrow", "in 9 days", "soon"])),
        },
        script=tuple(draw(st.lists(st.builds(ScriptLine, WHENS, WORDS), max_size=8))),
        silent_from=draw(st.none() | WHENS),
        outages=tuple(
            PersonaOutage(joins.replace(hour=draw(st.integers(0, 23))), draw(st.integers(1, 40)))
            for _ in range(draw(st.integers(0, 2)))
        ),
    )


def worded(plain: Content) -> Content:
    """With a wording for each step and a keyword for each action."""
    keys = {step.text_key for step in plain.steps} | {"question.smoked"}
    return replace(
        plain,
        keywords=ACTIONS | {"relapse": KeywordRule(KeywordAction.ENTER, stage="relapse")},
        questions=MORE_QUESTIONS,
        languages=("en", "nb"),
        texts={(key, "en"): compile_wording(key, {}) for key in keys},
    )


RULES = contents().map(worded)


@given(RULES, personas())
def test_transcript_is_the_same_twice_and_as_kept(rules: Content, persona: Persona) -> None:
    told = rehearse(rules, persona)

    assert rehearse(rules, persona) == told
    assert differences(from_json(to_json(told)), told) == ()


@given(RULES, personas())
def test_every_step_is_decided_once_an_attempt(rules: Content, persona: Persona) -> None:
    told = rehearse(rules, persona)

    steps = Counter(
        (entry.key, entry.attempt, entry.occurrence)
        for entry in told.entries
        if entry.kind is Kind.STEP and entry.verdict not in ("cancelled", "expired")
    )
    assert not steps or max(steps.values()) == 1


@given(RULES, personas())
def test_everything_not_sent_has_its_reason(rules: Content, persona: Persona) -> None:
    told = rehearse(rules, persona)

    assert all(entry.reason for entry in told.entries if entry.is_silent)


@given(RULES, personas())
def test_nothing_planned_is_sent_after_stop(rules: Content, persona: Persona) -> None:
    told = rehearse(rules, replace(persona, script=(ScriptLine(When(2, time(12)), "STOP"),)))

    stops = [entry.at for entry in told.entries if entry.reason == "stop"]
    sent = [entry for entry in told.entries if entry.kind is Kind.STEP and entry.is_sent]
    if stops:
        assert all(entry.at <= stops[0] for entry in sent)


@given(RULES, personas())
def test_planned_texts_leave_within_the_hours(rules: Content, persona: Persona) -> None:
    told = rehearse(rules, replace(persona, outages=()))

    for entry in told.entries:
        if entry.kind is Kind.STEP and entry.is_sent:
            leaves = entry.leaves or entry.at
            assert rules.hours.holds(leaves.time()), entry
