"""What each keyword does, as a conversation answers it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from enrolment.conversation import respond
from enrolment.talk import (
    Ask,
    Change,
    CloseQuestion,
    CountSlip,
    EnterStage,
    Pause,
    Response,
    Rest,
    Resume,
    Say,
    SetAttribute,
    SetHours,
    SetProfile,
    SetQuitDate,
    StartAttempt,
    Talk,
)
from tests.contents import full

#: A Saturday, just past noon in London.
NOW = datetime(2026, 12, 12, 12, 5, tzinfo=UTC)
RULES = full()


def texted(text: str, **changes: object) -> Response:
    fields: dict[str, object] = {
        "enrolment_id": 1,
        "seed": 3,
        "zone": "Europe/London",
        "language": "en",
        "joining": False,
        "quit_date": date(2026, 12, 20),
        **changes,
    }
    if fields.get("question"):
        fields.setdefault("asked_at", NOW)
    return respond(RULES, Talk(**fields), text, NOW)  # type: ignore[arg-type]


def said(response: Response) -> list[str]:
    return [line.text_key for line in response.says]


@pytest.mark.parametrize(
    ("text", "profile", "key", "changes"),
    [
        ("LESS", "", "system.less", (SetProfile("light"),)),
        ("less!", "high", "system.less", (SetProfile("standard"),)),
        ("LESS", "light", "system.least", ()),
        ("MORE", "light", "system.more", (SetProfile("standard"),)),
        ("MORE", "high", "system.most", ()),
        ("MORE", "gone", "system.more", (SetProfile("high"),)),
    ],
)
def test_less_and_more_walk_along_the_doses(
    text: str, profile: str, key: str, changes: tuple[Change, ...]
) -> None:
    found = texted(text, profile=profile)

    assert said(found) == [key]
    assert found.changes == changes


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("PAUSE", 19),
        ("PAUSE 7", 19),
        ("pause7", 19),
        ("Pause: 3 days", 15),
        ("PAUSE for 2 weeks", 26),
        ("PAUSE until friday", 18),
        ("PAUSE today", 13),
        ("PAUSE banana", 19),
    ],
)
def test_pause_lasts_until_the_morning_of_its_last_day(text: str, day: int) -> None:
    found = texted(text)

    assert said(found) == ["system.paused"]
    assert found.changes == (Pause(datetime(2026, 12, day, tzinfo=UTC)),)


@pytest.mark.parametrize("text", ["PAUSE 999", "PAUSE 31", "PAUSE 2 months", "PAUSE until june 1"])
def test_pause_lasts_thirty_days_at_most(text: str) -> None:
    assert texted(text).changes == (Pause(datetime(2027, 1, 11, tzinfo=UTC)),)


def test_pause_of_no_days_is_no_pause() -> None:
    assert said(texted("PAUSE 0")) == ["system.not_paused"]
    assert texted("PAUSE 0", paused=True).changes == (Resume(),)


def test_pause_in_a_pause_has_a_new_end() -> None:
    assert texted("PAUSE 2", paused=True).changes == (Pause(datetime(2026, 12, 14, tzinfo=UTC)),)


def test_resume_when_nothing_is_paused_says_so() -> None:
    assert said(texted("RESUME")) == ["system.not_paused"]
    assert said(texted("RESUME", paused=True)) == ["system.resumed"]
    assert texted("RESUME").changes == ()


def test_later_rests_for_three_hours() -> None:
    found = texted("LATER")

    assert said(found) == ["system.later"]
    assert found.changes == (Rest(NOW + timedelta(hours=3)),)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("TIME 8-20", 8, 20), ("time 9 to 5", 9, 17), ("TIME 8am-8pm", 8, 20), ("Time18-22", 18, 22)],
)
def test_time_sets_own_hours(text: str, start: int, end: int) -> None:
    found = texted(text)

    assert said(found) == ["system.time_set"]
    assert found.changes == (SetHours(time(start), time(end)),)


@pytest.mark.parametrize(
    "text",
    [
        "TIME",
        "TIME noon",
        "TIME 20-8",
        "TIME 8-9",
        "TIME 25-30",
        # The campaign texts from 8 to 20:30: these would leave next to nothing of that.
        "TIME 20-23",
        "TIME 5-8",
        "TIME 1-3",
    ],
)
def test_time_that_is_not_clear_gets_an_example(text: str) -> None:
    found = texted(text)

    assert said(found) == ["system.time_unclear"]
    assert found.changes == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("DATE 24.12", date(2026, 12, 24)),
        ("new date 1 january", date(2027, 1, 1)),
        ("DATE today", date(2026, 12, 12)),
        ("date tomorrow!", date(2026, 12, 13)),
    ],
)
def test_date_before_the_quit_date_has_come_moves_it(text: str, day: date) -> None:
    found = texted(text)

    assert said(found) == ["system.date_set"]
    assert found.changes == (SetQuitDate(day),)


@pytest.mark.parametrize("quit_date", [date(2026, 12, 12), date(2026, 6, 1)])
def test_date_once_the_quit_date_has_come_is_another_attempt(quit_date: date) -> None:
    found = texted("DATE 24.12", quit_date=quit_date)

    assert said(found) == ["system.new_attempt"]
    assert found.changes == (StartAttempt(date(2026, 12, 24)),)


def test_date_on_a_path_after_an_attempt_is_another_attempt() -> None:
    found = texted("DATE today", quit_date=date(2026, 12, 12), path="not_ready")

    assert found.changes == (StartAttempt(date(2026, 12, 12)),)


def test_date_with_none_before_is_the_first() -> None:
    assert texted("DATE 24.12", quit_date=None).changes == (SetQuitDate(date(2026, 12, 24)),)


def test_same_date_sent_twice_changes_nothing() -> None:
    found = texted("DATE 20.12")

    assert said(found) == ["system.date_set"]
    assert found.changes == ()


@pytest.mark.parametrize(
    "text", ["DATE", "DATE yesterday", "DATE soon", "DATE 31.2", "DATE 12.4", "DATE in 31 days"]
)
def test_date_that_is_not_clear_gets_an_example(text: str) -> None:
    found = texted(text)

    assert said(found) == ["system.date_unclear"]
    assert found.changes == ()


@pytest.mark.parametrize("text", ["LANGUAGE nb", "language norsk", "LANGUAGE Norwegian"])
def test_language_by_code_or_name(text: str) -> None:
    found = texted(text)

    assert said(found) == ["system.language_set"]
    assert found.changes == (SetAttribute("language", "nb"),)


@pytest.mark.parametrize("text", ["LANGUAGE", "LANGUAGE klingon", "LANGUAGE fr"])
def test_language_nobody_writes_here_gets_an_example(text: str) -> None:
    found = texted(text)

    assert said(found) == ["system.language_unclear"]
    assert found.changes == ()


def test_language_while_joining_asks_the_open_question_again() -> None:
    found = texted("LANGUAGE nb", joining=True, question="name")

    assert said(found) == ["system.language_set", "question.name"]


def test_ask_opens_its_question_in_place_of_another() -> None:
    for question in ("", "craving", "reason"):
        found = texted("WHY", question=question)

        assert said(found) == ["question.reason"]
        assert found.changes == (Ask("reason"),)


def test_enter_says_the_words_of_its_stage() -> None:
    rules = full(texts={("entered.not_ready", "en"): "No hurry."})
    talk = Talk(1, 3, "Europe/London", "en", joining=False)

    found = respond(rules, talk, "not ready", NOW)

    assert found.says == (Say("entered.not_ready"),)
    assert found.changes == (EnterStage("not_ready"),)
    # Content without such words still answers.
    assert said(texted("NOT READY")) == ["system.already_in"]


def test_slip_closes_the_open_question() -> None:
    found = texted("SLIP", quit_date=date(2026, 12, 10), question="smoked")

    assert found.changes == (CountSlip(starts_path=True), CloseQuestion())


@pytest.mark.parametrize("text", ["PAUSE 7", "RESUME", "LATER", "DATE 24.12", "DATE", "NOT READY"])
def test_words_about_a_journey_not_begun_ask_the_open_question_again(text: str) -> None:
    found = texted(text, joining=True, quit_date=None, question="name")

    assert said(found) == ["question.name"]
    assert found.changes == ()


def test_a_sentence_that_begins_with_a_keyword_goes_to_a_person() -> None:
    found = texted("time is so hard on me today")

    assert found.reason == "unknown_word"
    assert said(found) == ["system.unknown"]
