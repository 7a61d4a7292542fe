"""What a valid answer does, as a conversation takes it."""

from datetime import UTC, date, datetime

import pytest

from campaigns.rules import ChoiceRule, OutcomeRule, QuestionKind, QuestionRule, Then
from enrolment.conversation import respond
from enrolment.talk import (
    Activate,
    Ask,
    Change,
    CloseQuestion,
    CountSlip,
    End,
    EnterStage,
    Heard,
    RecordReading,
    Response,
    SetAttribute,
    SetProfile,
    SetQuitDate,
    StartAttempt,
    Talk,
)
from tests.contents import MORE_QUESTIONS, full

NOW = datetime(2026, 12, 12, 12, 5, tzinfo=UTC)
RULES = full()


def answer(text: str, question: str, content: object = RULES, **changes: object) -> Response:
    fields: dict[str, object] = {
        "enrolment_id": 1,
        "seed": 3,
        "zone": "Europe/London",
        "language": "en",
        "joining": False,
        "question": question,
        "asked_at": NOW,
        **changes,
    }
    return respond(content, Talk(**fields), text, NOW)  # type: ignore[arg-type]


def said(response: Response) -> list[str]:
    return [line.text_key for line in response.says]


@pytest.mark.parametrize(
    ("text", "question", "change"),
    [
        ("about 15", "per_day", SetAttribute("per_day", "15")),
        ("My kids", "reason", SetAttribute("own_reason", "My kids")),
        ("6,5", "glucose", RecordReading("glucose", 6.5, "mmol/L")),
    ],
)
def test_answer_is_kept_as_what_it_is(text: str, question: str, change: Change) -> None:
    found = answer(text, question)

    assert found.end is End.ANSWERED
    assert found.changes == (change, CloseQuestion())


def test_outcome_changes_the_dose() -> None:
    less, more = answer("1", "often"), answer("too few", "often")

    assert (said(less), less.changes) == (["reply.less"], (SetProfile("light"), CloseQuestion()))
    # Without a reply of its own the change speaks for itself.
    assert (said(more), more.changes) == (["system.more"], (SetProfile("high"), CloseQuestion()))


def test_outcome_asks_the_next_question_at_once() -> None:
    found = answer("why", "often")

    assert said(found) == ["reply.why", "question.reason"]
    assert found.changes == (Ask("reason"),)


def test_any_answer_has_the_reply_of_its_question_if_there_is_one() -> None:
    rules = full(texts={("reply.reason", "en"): "We'll remember."})

    assert said(answer("My kids", "reason", rules)) == ["reply.reason"]
    assert said(answer("My kids", "reason")) == []


def test_keyword_beats_a_question_that_any_words_would_answer() -> None:
    for question in ("reason", "name"):
        assert answer("LATER", question).reason == "later"
        assert answer("PAUSE 7", question).reason == "pause"


def test_words_that_only_begin_like_a_keyword_are_an_answer() -> None:
    found = answer("Time with my kids", "reason")

    assert found.changes == (SetAttribute("own_reason", "Time with my kids"), CloseQuestion())


def test_keyword_with_a_number_is_no_answer_to_a_question_for_a_number() -> None:
    assert answer("PAUSE 7", "per_day").reason == "pause"
    assert answer("7", "per_day").changes == (SetAttribute("per_day", "7"), CloseQuestion())


def test_number_out_of_range_is_asked_again() -> None:
    assert said(answer("500", "per_day")) == ["again.per_day"]


def test_day_in_the_past_is_for_those_who_have_quit_already() -> None:
    first = answer("3 days ago", "started")
    later = answer("3 days ago", "started", quit_date=date(2026, 12, 20))

    assert first.changes == (SetQuitDate(date(2026, 12, 9)), CloseQuestion())
    assert said(later) == ["again.started"]


def test_quit_date_answered_once_the_old_one_has_come_is_another_attempt() -> None:
    found = answer("tomorrow", "date", quit_date=date(2026, 12, 12))

    assert said(found) == ["system.new_attempt"]
    assert found.changes == (StartAttempt(date(2026, 12, 13)), CloseQuestion())


def test_date_question_takes_a_choice_as_well() -> None:
    found = answer("not yet", "started")

    assert said(found) == ["reply.not_yet"]
    assert found.changes == (EnterStage("not_ready"), CloseQuestion())
    assert found.heard == Heard("started", "not_yet", valid=True)


def test_keyword_date_answers_the_open_question_of_the_quit_date() -> None:
    ago = answer("DATE 3 days ago", "started", joining=True)
    ahead = answer("DATE 24.12", "date", joining=True)

    assert SetQuitDate(date(2026, 12, 9)) in ago.changes
    assert ahead.changes == (SetQuitDate(date(2026, 12, 24)), CloseQuestion(), Activate())


def test_keyword_language_answers_the_open_question_of_the_language() -> None:
    found = answer("LANGUAGE norsk", "language")

    assert found.heard == Heard("language", "nb", valid=True)


def test_slip_is_counted_only_once_the_quit_date_has_come() -> None:
    before = answer("yes", "smoked", quit_date=date(2026, 12, 13))
    after = answer("yes", "smoked", quit_date=date(2026, 12, 12))

    assert before.changes == (CloseQuestion(),)
    assert after.changes == (CountSlip(starts_path=True), CloseQuestion())


def test_joining_goes_on_after_a_question_in_between() -> None:
    """An answer leads to a question outside the usual order; then the order goes on."""
    questions = {
        **MORE_QUESTIONS,
        "uses": QuestionRule(
            "uses", QuestionKind.YES_NO, outcomes={"yes": OutcomeRule(next="per_day")}
        ),
    }
    rules = full(questions=questions, languages=("en",), onboarding=("uses", "name", "date"))

    aside = answer("yes", "uses", rules, joining=True)
    back = answer("10", "per_day", rules, joining=True, answered=frozenset({"uses"}))

    assert said(aside) == ["question.per_day"]
    assert said(back) == ["question.name"]


def test_joining_may_skip_ahead_and_never_turns_back() -> None:
    questions = {
        **MORE_QUESTIONS,
        "uses": QuestionRule(
            "uses", QuestionKind.YES_NO, outcomes={"no": OutcomeRule(next="date")}
        ),
    }
    rules = full(questions=questions, languages=("en",), onboarding=("uses", "name", "date"))

    found = answer("tomorrow", "date", rules, joining=True, answered=frozenset({"uses"}))

    assert said(answer("no", "uses", rules, joining=True)) == ["question.date"]
    assert Activate() in found.changes


def test_already_quit_at_joining_starts_with_a_day_in_the_past() -> None:
    rules = full(onboarding=("uses", "started"))

    found = answer("yesterday", "started", rules, joining=True, answered=frozenset({"uses"}))

    assert found.changes == (SetQuitDate(date(2026, 12, 11)), CloseQuestion(), Activate())


def test_screening_out_is_for_those_who_join() -> None:
    found = answer("no", "uses", joining=False)

    assert said(found) == ["reply.not_using"]
    assert found.changes == (CloseQuestion(),)


def test_next_question_the_content_does_not_have_is_passed_over() -> None:
    lost = QuestionRule(
        "lost",
        QuestionKind.CHOICE,
        choices=(ChoiceRule("a", 1, frozenset()),),
        outcomes={"a": OutcomeRule("reply.a", Then.NOTHING, next="gone")},
    )
    rules = full(questions={**MORE_QUESTIONS, "lost": lost})

    assert answer("1", "lost", rules).changes == (CloseQuestion(),)
