"""Whom a broadcast means, which words she gets and when: without a database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from campaigns.conditions import compile_condition
from campaigns.content import Content
from campaigns.rules import Caps, StageRule, Track
from campaigns.schedule import Span
from enrolment.addressing import USUAL, Manner
from enrolment.broadcast_deciding import Audience, decide, is_meant, stage_days, words_for
from enrolment.broadcast_words import compiled_words, discreet_problems, problems
from enrolment.load import NO_LOAD, Load
from enrolment.state import AnchorAt, State
from tests import contents, states

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
WORDS = compiled_words({"en": "Closed", "nb": "Stengt"}, {}, {}, "en")
DISCREET = Manner(is_discreet=True)
COMPANY = Manner(has_company=True)


def content(**changes: object) -> Content:
    return contents.content(
        contents.day_step("quit.01", 0),
        contents.day_step("quit.28", 28),
        stages={"core": StageRule("core", "quit_date", Track.CORE)},
        **changes,
    )


def state(**changes: object) -> State:
    return states.state(
        **{"anchors": (AnchorAt("quit_date", 1, day=date(2026, 11, 20)),), **changes}
    )


def fate(of: State, wanted: datetime = NOON, now: datetime = NOON, **rules: object):  # type: ignore[no-untyped-def]
    return decide(content(**rules), of, USUAL, WORDS, wanted=wanted, now=now)


def test_text_goes_at_once_within_the_hours() -> None:
    due = fate(state()).due

    assert (due.not_before, due.local_date) == (NOON, NOON.date())
    assert due.valid_until == datetime(2026, 12, 1, 20, 30, tzinfo=UTC)


def test_wanted_time_is_waited_for() -> None:
    wanted = NOON + timedelta(hours=3)

    assert fate(state(), wanted).due.not_before == wanted


def test_night_waits_for_the_persons_own_hours() -> None:
    own = Span(time(10), time(18))

    found = fate(state(own_hours=own), now=datetime(2026, 12, 1, 21, tzinfo=UTC))

    assert found.due.not_before == datetime(2026, 12, 2, 10, tzinfo=UTC)
    assert found.due.valid_until == datetime(2026, 12, 2, 18, tzinfo=UTC)


def test_gap_moves_it_and_the_load_counts_it() -> None:
    load = NO_LOAD.plus(NOON.date(), NOON - timedelta(minutes=10))

    found = fate(state(load=load), min_gap=timedelta(hours=1))

    assert found.due.not_before == NOON + timedelta(minutes=50)
    assert found.load == load.plus(NOON.date(), NOON + timedelta(minutes=50))


def test_full_day_moves_it_to_the_next_morning() -> None:
    load = NO_LOAD.plus(NOON.date(), NOON - timedelta(hours=2))

    found = fate(state(load=load), caps=Caps(day=1))

    assert found.due.not_before == datetime(2026, 12, 2, 8, tzinfo=UTC)


def test_full_week_leaves_her_out() -> None:
    load = Load(NOON.date(), (2, 1, 1, 1, 1, 1, 0), NOON - timedelta(hours=2))

    assert fate(state(load=load), caps=Caps(week=5)).reason == "week_cap"


def test_rest_after_words_of_need_is_kept() -> None:
    found = fate(state(rest_until=NOON + timedelta(hours=20)))

    assert found.due.not_before == NOON + timedelta(hours=20)
    assert fate(state(rest_until=NOON + timedelta(days=3))).reason == "late"


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "Stengt"), ("en", "Closed"), ("fr", "Closed")]
)
def test_words_fall_back_to_the_campaigns_language(language: str, said: str) -> None:
    found = words_for(USUAL, WORDS, language)

    assert found.wording.parts == (said,)


def test_discreet_people_get_discreet_words_or_none() -> None:
    with_both = compiled_words({"en": "Closed"}, {"en": "Not open"}, {}, "en")

    assert words_for(DISCREET, WORDS, "en") == "not_discreet"
    assert words_for(DISCREET, with_both, "en").wording.parts == ("Not open",)
    assert words_for(USUAL, with_both, "en").wording.parts == ("Closed",)


def test_shared_number_gets_no_text_that_names_the_illness() -> None:
    naming = compiled_words({"en": "Your diabetes group moves"}, {}, {}, "en")
    by_variable = compiled_words({"en": "{{ group }} moves"}, {}, {"group": "Stop smoking"}, "en")
    with_both = compiled_words(
        {"en": "Your diabetes group moves"}, {"en": "The group moves"}, {}, "en"
    )

    assert words_for(COMPANY, naming, "en") == "names_illness"
    assert words_for(COMPANY, by_variable, "en") == "names_illness"
    assert words_for(COMPANY, with_both, "en").wording.parts == ("The group moves",)
    assert words_for(COMPANY, WORDS, "en").wording.parts == ("Closed",)


def test_discreet_persons_queue_is_not_stopped_for_want_of_a_campaigns_text() -> None:
    with_both = compiled_words({"en": "Closed"}, {"en": "Not open"}, {}, "en")

    found = decide(content(), state(discreet=True), DISCREET, with_both, wanted=NOON, now=NOON)

    assert found.reason == ""


@pytest.mark.parametrize(
    ("condition", "meant"),
    [
        ("", True),
        ("days_since(quit_date) >= 10", True),
        ("days_since(quit_date) >= 12", False),
        ("slips = 0 and language = 'en'", True),
        ("product = 'vape'", False),
    ],
)
def test_condition_is_asked_of_the_day_it_goes(condition: str, meant: bool) -> None:
    audience = Audience(compile_condition(condition))

    assert is_meant(content(), state(language="en"), audience, NOON) is meant


def test_stage_runs_from_its_first_to_its_last_day() -> None:
    assert stage_days(content(), "core") == (0, 28)
    assert stage_days(content(), "other") is None
    for day, meant in ((3, True), (2, False)):
        of = state(anchors=(AnchorAt("quit_date", 1, day=date(2026, 11, day)),))
        assert is_meant(content(), of, Audience(stage="core"), NOON) is meant
    assert is_meant(content(), state(), Audience(stage="core"), NOON)
    assert not is_meant(content(), state(anchors=()), Audience(stage="core"), NOON)


def test_entered_stage_is_the_one_in_force() -> None:
    path = contents.content(stages={"path": StageRule("path", "stage.path", Track.PATH)})
    entered = AnchorAt("stage.path", 1, instant=NOON - timedelta(days=2))
    left = entered._replace(until=NOON - timedelta(days=1))

    assert is_meant(path, state(anchors=(entered,)), Audience(stage="path"), NOON)
    assert not is_meant(path, state(anchors=(left,)), Audience(stage="path"), NOON)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi {{ first_name }}", ""),
        ("Ring {{ quitline }}", ""),
        ("Ring {{ hotline }}", "Nothing is called {{ hotline }}"),
        ("Ring {{ quitline }", "two braces"),
        ("{{ web_link }}", "for answers alone"),
        ("é" * 160, ""),
        ("ж" * 300, "5 texts long"),
    ],
)
def test_words_are_looked_at_before_anybody_gets_them(text: str, said: str) -> None:
    found = " ".join(problems(text, {"quitline": "116"}))

    assert said in found
    assert bool(said) == bool(found)


def test_discreet_words_name_neither_illness_nor_programme() -> None:
    said = list(discreet_problems("{{ programme }}: no cigarettes", {"programme": "Quit"}, "en"))

    assert len(said) == 2
    assert list(discreet_problems("The group moves", {}, "en")) == []
