from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaigns.own_questions import CONSENT, LEAVE
from campaigns.schedule import Span, local_day
from enrolment.conversation import respond
from enrolment.spoken_words import find_word
from enrolment.talk import (
    Ask,
    CloseQuestion,
    End,
    EnterStage,
    NoteHelp,
    Pause,
    RaiseFlag,
    RecordReading,
    Say,
    SetHours,
    SetProfile,
    SetQuitDate,
    StartAttempt,
    Talk,
)
from messaging.folding import fold
from tests.contents import ACTIONS, DOSES, MORE_QUESTIONS, full

RULES = full()
NOW = datetime(2026, 12, 12, 2, 0, tzinfo=UTC)
ARGUMENTS = st.one_of(
    st.just(""),
    st.text(max_size=40),
    st.integers(-1, 10**12).map(str),
    st.builds("{}-{}".format, st.integers(0, 30), st.integers(0, 30)),
    st.builds("{}.{}".format, st.integers(0, 40), st.integers(0, 20)),
    st.dates(date(2026, 1, 1), date(2028, 1, 1)).map(str),
    st.sampled_from(
        ["noon", "yesterday", "tomorrow", "klingon", "nb", "norsk", "friday", "a week"]
    ),
)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["yes", "no", "1", "7", "help", "soon", "1 dec", "Bo", "12.5", "not yet"]),
    st.builds("{} {}".format, st.sampled_from(sorted(ACTIONS)), ARGUMENTS),
    st.builds("{}{}".format, st.sampled_from(sorted(ACTIONS)), ARGUMENTS),
)


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    question = draw(st.sampled_from(["", "gone", *MORE_QUESTIONS]))
    return Talk(
        enrolment_id=1,
        seed=draw(st.integers(0, 2**31)),
        zone=draw(st.sampled_from(["Europe/Oslo", "Asia/Kathmandu", "America/St_Johns"])),
        language=draw(st.sampled_from(["en", "nb"])),
        joining=draw(st.booleans()),
        question=question,
        asked_at=NOW if question else None,
        tries=draw(st.integers(0, 5)),
        attempt=draw(st.integers(1, 3)),
        profile=draw(st.sampled_from(["", "gone", *DOSES])),
        paused=draw(st.booleans()),
        path=draw(st.sampled_from(["", "not_ready"])),
        quit_date=draw(st.none() | st.dates(date(2026, 11, 1), date(2027, 1, 1))),
        last_slip_at=draw(st.none() | st.just(NOW - timedelta(hours=10))),
        answered=frozenset(draw(st.sets(st.sampled_from(sorted(MORE_QUESTIONS))))),
        helped_at=draw(st.none() | st.just(NOW)),
    )


@given(talks(), TEXTS)
def test_every_text_comes_to_an_end_and_nothing_raises(talk: Talk, text: str) -> None:
    found = respond(RULES, talk, text, NOW)

    assert found.end in End
    assert found.reason
    assert len(found.reason) <= 40
    # Silence is allowed only where a person reads the text.
    assert found.says or found.end is End.INBOX or found.heard is not None


@given(talks(), TEXTS)
def test_a_keyword_has_one_reply_and_at_most_a_question_after_it(talk: Talk, text: str) -> None:
    found = respond(RULES, talk, text, NOW)

    if found.end is End.MATCHED:
        assert find_word(RULES, talk, text, NOW) is not None
        assert len(found.says) <= 2
        assert all(line.text_key.startswith("question.") for line in found.says[1:])


LONG_WORDS = sorted(word for word in ACTIONS if len(word) >= 5)
KNOWS_MORE = full(texts={("system.did_you_mean", "en"): "One of our words?"})


@given(
    st.sampled_from(LONG_WORDS),
    st.integers(0, 12),
    st.sampled_from([*"aeinorstx", ""]),
    st.booleans(),
)
def test_a_slip_of_the_thumb_changes_nothing_by_itself(
    word: str, place: int, letter: str, takes: bool
) -> None:
    """A letter put in, or put in the place of another, or left out."""
    place = min(place, len(word) - 1)
    slipped = word[:place] + letter + word[place + takes :]
    found = respond(KNOWS_MORE, Talk(1, 3, "Europe/Oslo", "en", joining=False), slipped, NOW)

    if fold(slipped) not in ACTIONS:
        assert {type(change) for change in found.changes} <= {NoteHelp}


@given(talks(), TEXTS)
def test_a_valid_answer_moves_on_and_an_unreadable_one_does_not(talk: Talk, text: str) -> None:
    found = respond(RULES, talk, text, NOW)
    moved = any(isinstance(change, (Ask, CloseQuestion)) for change in found.changes)

    if found.heard is not None:
        assert found.heard.question == talk.question
        assert found.heard.valid == bool(found.heard.value) == moved


@given(talks(), TEXTS)
def test_whatever_is_changed_is_within_its_bounds(talk: Talk, text: str) -> None:
    today = local_day(NOW, ZoneInfo(talk.zone))
    for change in respond(RULES, talk, text, NOW).changes:
        match change:
            case Pause(until):
                assert NOW < until <= NOW + timedelta(days=31)
            case SetHours(start, end):
                assert Span(start, end).seconds >= 2 * 3600 - 60
            case SetProfile(profile):
                assert profile in DOSES
            case EnterStage(stage):
                assert stage in RULES.stages
            case Ask(question):
                assert question in MORE_QUESTIONS
            case StartAttempt(day):
                assert not talk.joining
                assert talk.quit_date is not None
                assert talk.quit_date <= today <= day <= today + timedelta(days=30)
            case SetQuitDate(day):
                earliest = 0 if talk.quit_date is not None and not talk.joining else -180
                assert earliest <= (day - today).days <= 30


@given(talks(), TEXTS)
def test_the_same_text_in_the_same_state_has_the_same_response(talk: Talk, text: str) -> None:
    assert respond(RULES, talk, text, NOW) == respond(RULES, talk, text, NOW)


@given(talks(), st.sampled_from(["", LEAVE, CONSENT]), st.integers(140, 260), st.integers(40, 130))
def test_an_alarming_reading_is_answered_with_its_text_and_flagged_whatever_is_open(
    talk: Talk, question: str, upper: int, lower: int
) -> None:
    if question:
        talk = replace(talk, question=question, asked_at=NOW)

    found = respond(RULES, talk, f"BP {upper}/{lower}", NOW)

    assert Say("pressure.high") in found.says
    assert RaiseFlag("alarming_reading", "pressure") in found.changes
    written = any(isinstance(change, RecordReading) for change in found.changes)
    assert written is not talk.joining or talk.question == "pressure"
