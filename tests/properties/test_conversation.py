from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from enrolment.conversation import respond
from enrolment.talk import Ask, CloseQuestion, End, Talk
from tests.contents import QUESTIONS, content

RULES = content()
NOW = datetime(2026, 12, 12, 2, 0, tzinfo=UTC)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["yes", "no", "1", "7", "crave", "slip", "join", "help", "soon", "1 dec", "Bo"]
    ),
)


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    question = draw(st.sampled_from(["", "gone", *QUESTIONS]))
    return Talk(
        enrolment_id=1,
        seed=draw(st.integers(0, 2**31)),
        zone=draw(st.sampled_from(["Europe/Oslo", "Asia/Kathmandu", "America/St_Johns"])),
        language="en",
        joining=draw(st.booleans()),
        question=question,
        asked_at=NOW if question else None,
        tries=draw(st.integers(0, 5)),
        quit_date=draw(st.none() | st.dates(date(2026, 11, 1), date(2027, 1, 1))),
        helped_at=draw(st.none() | st.just(NOW)),
    )


@given(talks(), TEXTS)
def test_every_text_comes_to_an_end_and_nothing_raises(talk: Talk, text: str) -> None:
    found = respond(RULES, talk, text, NOW)

    assert found.end in End
    assert found.reason
    # Silence is allowed only where a person reads the text.
    assert found.says or found.end is End.INBOX or found.heard is not None


@given(talks(), TEXTS)
def test_a_valid_answer_moves_on_and_an_unreadable_one_does_not(talk: Talk, text: str) -> None:
    found = respond(RULES, talk, text, NOW)
    moved = any(isinstance(change, (Ask, CloseQuestion)) for change in found.changes)

    if found.heard is not None:
        assert found.heard.question == talk.question
        assert found.heard.valid == bool(found.heard.value) == moved


@given(talks(), TEXTS)
def test_the_same_text_in_the_same_state_has_the_same_response(talk: Talk, text: str) -> None:
    assert respond(RULES, talk, text, NOW) == respond(RULES, talk, text, NOW)
