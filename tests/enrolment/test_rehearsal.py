"""Rehearsals of a small content; that memory and database agree is test_rehearsal_alike."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from campaigns.rules import KeywordAction, KeywordRule, Priority, Track
from enrolment.persona import MovedDate, PersonaOutage, ScriptLine, When
from enrolment.rehearsal import rehearse
from enrolment.transcript import Entry, Kind, Transcript
from tests.contents import content, day_step, event_step
from tests.rehearsals import ANSWERS, JOINS, persona, said

CONTENT_TEXTS = {
    (key, "en"): f"words of {key}"
    for key in (
        "welcome.1", "before.1", "day.0", "day.1", "day.2", "after.1", "question.smoked",
        "question.uses", "question.name", "question.date", "reply.smoked.no", "slip.1",
        "slip.2", "system.joined", "system.stopped", "crave.1",
    )
}  # fmt: skip
CONTENT = content(
    event_step("welcome.1", 1, priority=Priority.REPLY),
    day_step("before.1", -2),
    day_step("day.0", 0),
    day_step("ask.smoked", 0, "evening", question="smoked", priority=Priority.ASSESSMENT),
    day_step("day.1", 1),
    day_step("day.2", 2),
    event_step("after.1", 180, anchor="slip", track=Track.SLIP),
    texts=CONTENT_TEXTS,
)


def steps(transcript: Transcript) -> dict[str, Entry]:
    return {entry.key: entry for entry in transcript.entries if entry.kind is Kind.STEP}


def test_persona_joins_and_gets_every_step_on_its_day() -> None:
    transcript = rehearse(CONTENT, persona())

    days = {key: (entry.offset, entry.verdict) for key, entry in steps(transcript).items()}
    assert days == {
        "welcome.1": ("Q-9", "queued"),
        "before.1": ("Q-2", "queued"),
        "day.0": ("Q", "queued"),
        "ask.smoked": ("Q", "queued"),
        "day.1": ("Q+1", "queued"),
        "day.2": ("Q+2", "queued"),
    }


def test_question_that_was_sent_is_answered_by_the_persona() -> None:
    transcript = rehearse(CONTENT, persona())

    heard = [entry for entry in transcript.entries if entry.kind is Kind.HEARD][-1]
    replied = [entry for entry in transcript.entries if entry.kind is Kind.REPLY][-1]
    assert (heard.key, heard.reason) == ("no", "answer")
    assert replied.key == "reply.smoked.no"
    assert replied.at == steps(transcript)["ask.smoked"].at + timedelta(minutes=5)


def test_slip_brings_its_own_texts_and_says_why_the_others_stay_away() -> None:
    told = rehearse(CONTENT, persona(script=(said(0, "19:30", "SLIP"),)))

    found = steps(told)
    assert (found["day.1"].verdict, found["day.1"].reason) == ("suppressed", "slip_path")
    assert found["after.1"].verdict == "queued"
    # Three hours after 19:30 the hours are over: the text waits for the morning.
    assert found["after.1"].at == datetime(2026, 12, 11, 8, 0)


def test_stop_ends_everything_with_one_reply() -> None:
    told = rehearse(CONTENT, persona(script=(said(0, "12:00", "Stop"), said(1, "12:00", "CRAVE"))))

    after = [entry for entry in told.entries if entry.at > datetime(2026, 12, 10, 12, 0)]
    assert set(steps(told)) == {"welcome.1", "before.1", "day.0"}
    assert [(entry.kind, entry.key, entry.reason) for entry in after] == [
        (Kind.HEARD, "CRAVE", "not_in_a_campaign")
    ]


def test_silent_persona_answers_nothing_any_more() -> None:
    silent = persona(silent_from=When(0, time(6), quit_date=True))

    told = rehearse(CONTENT, silent)

    assert steps(told)["ask.smoked"].verdict == "queued"
    assert [entry.key for entry in told.entries if entry.kind is Kind.HEARD][-1] == "in 9 days"


@pytest.mark.parametrize(
    ("ends", "verdict", "reason"),
    [(datetime(2026, 12, 10, 14, 0), "suppressed", "late"), (JOINS, "queued", "")],
)
def test_outage_over_a_step_is_told_with_its_reason(
    ends: datetime, verdict: str, reason: str
) -> None:
    told = rehearse(CONTENT, persona(outages=(PersonaOutage(ends, 6),)))

    assert (steps(told)["day.0"].verdict, steps(told)["day.0"].reason) == (verdict, reason)


def test_text_sent_during_an_outage_is_answered_at_its_end() -> None:
    lost = (PersonaOutage(datetime(2026, 12, 10, 14, 0), 6),)

    told = rehearse(CONTENT, persona(outages=lost, script=(said(0, "11:00", "CRAVE"),)))

    crave = next(entry for entry in told.entries if entry.key == "CRAVE")
    assert crave.at == datetime(2026, 12, 10, 14, 0)


def test_night_of_the_clock_change_moves_no_text_to_the_night() -> None:
    over = persona(joins=datetime(2027, 3, 19, 12, 0), zone="Europe/Oslo", days=20)

    told = rehearse(CONTENT, over)

    sent = [entry for entry in told.entries if entry.kind is Kind.STEP and entry.is_sent]
    assert steps(told)["day.0"].day == date(2027, 3, 28)
    assert all(time(8) <= entry.at.time() < time(20, 30) for entry in sent)


def test_line_whose_moment_never_comes_is_told() -> None:
    other = ScriptLine(When(3, time(12), quit_date=True, attempt=2), "CRAVE")

    told = rehearse(CONTENT, persona(script=(other,)))

    assert [entry.key for entry in told.entries if entry.kind is Kind.UNSAID] == ["CRAVE"]


def test_joins_with_a_word_of_the_persona_s_language() -> None:
    words = {
        "join": KeywordRule(KeywordAction.JOIN, languages=frozenset({"en"})),
        "blimed": KeywordRule(KeywordAction.JOIN, languages=frozenset({"nb", "nn"})),
    }
    content = replace(CONTENT, keywords={**CONTENT.keywords, **words})

    def first_heard(language: str) -> str:
        told = rehearse(content, persona(language=language))
        return next(entry.key for entry in told.entries if entry.kind is Kind.HEARD)

    assert first_heard("nn") == "BLIMED"
    assert first_heard("en") == "JOIN"
    assert first_heard("fr") == "BLIMED"


def test_answers_in_turn_end_in_silence() -> None:
    told = rehearse(CONTENT, persona(answers={**ANSWERS, "uses": ("perhaps",)}))

    heard = [entry.key for entry in told.entries if entry.kind is Kind.HEARD]
    assert heard == ["JOIN", "perhaps"]


def test_texts_follow_a_calendar_day_that_is_moved() -> None:
    """What was sent before the move does not come again."""
    eve, first = (
        day_step(f"feast.{day}", day, anchor="calendar.feast", stage="feast") for day in (-2, 0)
    )
    texts = {(key, "en"): f"words of {key}" for key in ("feast.-2", "feast.0", "system.joined")}
    life = persona(
        dates={"calendar.feast": date(2026, 12, 6)},
        moved_dates=(MovedDate(When(4, time(19)), "calendar.feast", date(2026, 12, 7)),),
    )

    told = rehearse(content(eve, first, texts=CONTENT_TEXTS | texts), life)

    days = [(entry.key, entry.at.date().day) for entry in told.entries if entry.kind is Kind.STEP]
    turns = [entry.key for entry in told.entries if entry.kind is Kind.TURN]
    assert days == [("feast.-2", 4), ("feast.0", 7)]
    assert "calendar.feast moved to 2026-12-07" in turns


def test_days_given_shorten_the_rehearsal() -> None:
    assert set(steps(rehearse(CONTENT, persona(), days=8))) == {"welcome.1", "before.1"}
