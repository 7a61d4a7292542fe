from datetime import UTC, date, datetime, timedelta

from enrolment.conversation import opening, respond
from enrolment.talk import (
    Activate,
    Ask,
    CloseQuestion,
    CountSlip,
    CountTry,
    End,
    MarkIneligible,
    NoteHelp,
    Say,
    SetAttribute,
    SetQuitDate,
    Talk,
)
from tests.contents import QUESTIONS, content, full

NOW = datetime(2026, 12, 12, 2, 0, tzinfo=UTC)
RULES = content()
KNOWS_MORE = full(texts={("system.did_you_mean", "en"): "One of our words?"})


def talk(**changes: object) -> Talk:
    fields: dict[str, object] = {
        "enrolment_id": 1,
        "seed": 3,
        "zone": "Europe/London",
        "language": "en",
        "joining": False,
        "quit_date": date(2026, 12, 10),
        **changes,
    }
    if fields.get("question") and "asked_at" not in fields:
        fields["asked_at"] = NOW
    return Talk(**fields)  # type: ignore[arg-type]


def test_opening_asks_the_first_question() -> None:
    says, changes = opening(RULES)

    assert says == (Say("question.uses"),)
    assert changes == (Ask("uses"),)


def test_valid_answer_leads_to_the_next_question() -> None:
    found = respond(RULES, talk(joining=True, question="name"), "amina", NOW)

    assert found.end is End.ANSWERED
    assert found.says == (Say("question.date"),)
    assert found.changes == (SetAttribute("first_name", "Amina"), Ask("date"))


def test_last_answer_starts_the_journey() -> None:
    found = respond(RULES, talk(joining=True, question="date"), "20 december", NOW)

    assert found.says == (Say("system.joined"),)
    assert found.changes == (SetQuitDate(date(2026, 12, 20)), CloseQuestion(), Activate())


def test_screening_out_ends_kindly() -> None:
    found = respond(RULES, talk(joining=True, question="uses"), "no", NOW)

    assert found.says == (Say("reply.not_using"),)
    assert found.changes == (CloseQuestion(), MarkIneligible())


def test_language_is_asked_only_where_there_is_a_choice() -> None:
    question = QUESTIONS["craving"]
    questions = {**QUESTIONS, "language": type(question)("language", question.kind, "language")}
    order = ("language", "name")

    one = content(onboarding=order, questions=questions)
    two = content(onboarding=order, questions=questions, languages=("en", "nb"))

    assert opening(one)[1] == (Ask("name"),)
    assert opening(two)[1] == (Ask("language"),)


def test_unreadable_date_is_asked_again_then_goes_to_a_person() -> None:
    first = respond(RULES, talk(joining=True, question="date"), "soon", NOW)
    third = respond(RULES, talk(joining=True, question="date", tries=2), "31/2", NOW)
    fourth = respond(RULES, talk(joining=True, question="date", tries=3), "hmm", NOW)

    assert (first.end, first.says, first.changes) == (
        End.ANSWERED,
        (Say("again.date"),),
        (CountTry(),),
    )
    assert (third.end, third.says) == (End.INBOX, (Say("system.person"),))
    assert (fourth.end, fourth.says) == (End.INBOX, ())


def test_answer_after_three_failures_is_still_taken() -> None:
    found = respond(RULES, talk(joining=True, question="date", tries=3), "tomorrow", NOW)

    assert found.end is End.ANSWERED


def test_keyword_is_not_taken_for_a_name() -> None:
    found = respond(RULES, talk(joining=True, question="name"), "CRAVE", NOW)

    assert found.says[0].bank == "crave"
    assert found.changes == ()


def test_crave_never_repeats_until_the_bank_is_through() -> None:
    uses: dict[str, int] = {}
    for _ in range(10):
        say = respond(RULES, talk(sent=uses), "crave", NOW).says[0]
        uses[say.text_key] = uses.get(say.text_key, 0) + 1
        assert max(uses.values()) - min(uses.get(key, 0) for key in RULES.banks["crave"]) <= 1

    assert set(uses.values()) == {2}


def test_crave_answers_in_the_middle_of_a_question_and_leaves_it_open() -> None:
    found = respond(RULES, talk(question="craving"), "crave", NOW)

    assert found.says[0].bank == "crave"
    assert CloseQuestion() not in found.changes


def test_slip_takes_the_slip_path_once_in_48_hours() -> None:
    first = respond(RULES, talk(), "slip", NOW)
    again = respond(RULES, talk(last_slip_at=NOW - timedelta(hours=20)), "slip", NOW)
    later = respond(RULES, talk(last_slip_at=NOW - timedelta(hours=48)), "slip", NOW)

    assert first.changes == (CountSlip(starts_path=True),)
    assert again.changes == (CountSlip(starts_path=False),)
    assert later.changes == (CountSlip(starts_path=True),)
    assert first.says[0].bank == "slip"


def test_slip_before_the_quit_date_is_no_slip() -> None:
    found = respond(RULES, talk(quit_date=date(2026, 12, 13)), "slip", NOW)

    assert found.says == (Say("system.slip_before_quit"),)
    assert found.changes == ()


def test_smoked_yes_takes_the_slip_path() -> None:
    found = respond(RULES, talk(question="smoked"), "yes", NOW)

    assert found.says == (Say("reply.smoked.yes"),)
    assert found.changes == (CountSlip(starts_path=True), CloseQuestion())


def test_answer_to_an_expired_question_is_read_as_any_text() -> None:
    found = respond(RULES, talk(question="smoked", asked_at=NOW - timedelta(hours=21)), "yes", NOW)

    assert found.heard is None
    assert found.reason == "unknown_word"


def test_question_of_joining_waits_for_its_answer() -> None:
    week_ago = NOW - timedelta(days=7)

    found = respond(RULES, talk(joining=True, question="smoked", asked_at=week_ago), "no", NOW)

    assert found.heard is not None


def test_help_wins_over_an_open_question() -> None:
    found = respond(RULES, talk(question="smoked"), "Help", NOW)

    assert found.says == (Say("system.help"),)


def test_join_again_starts_nothing_over() -> None:
    joining = respond(RULES, talk(joining=True, question="name"), "JOIN", NOW)
    active = respond(RULES, talk(), "join!", NOW)

    assert joining.says == (Say("question.name"),)
    assert active.says == (Say("system.already_in"),)
    assert joining.changes == active.changes == ()


def test_unknown_word_is_answered_once_a_day_and_always_kept() -> None:
    first = respond(RULES, talk(), "my cat is ill", NOW)
    second = respond(RULES, talk(helped_at=NOW - timedelta(hours=1)), "my cat is ill", NOW)

    assert (first.end, first.says, first.changes) == (
        End.INBOX,
        (Say("system.unknown"),),
        (NoteHelp(),),
    )
    assert (second.end, second.says) == (End.INBOX, ())


def test_guessed_word_of_a_bank_brings_its_tip() -> None:
    found = respond(RULES, talk(), "crvae", NOW)

    assert found.says[0].bank == "crave"


def test_other_guessed_word_is_asked_about_and_changes_nothing() -> None:
    found = respond(KNOWS_MORE, talk(), "puase 7", NOW)

    assert (found.end, found.reason) == (End.ANSWERED, "did_you_mean")
    assert found.says == (Say("system.did_you_mean"),)
    assert found.changes == ()


def test_guessed_word_without_words_to_ask_goes_to_a_person() -> None:
    found = respond(full(), talk(), "puase", NOW)

    assert found.reason == "unknown_word"


def test_guessed_word_never_stands_before_an_answer() -> None:
    found = respond(KNOWS_MORE, talk(joining=True, question="name"), "Crave", NOW)
    guessed = respond(KNOWS_MORE, talk(joining=True, question="name"), "Grave", NOW)

    assert found.says[0].bank == "crave"
    assert guessed.changes[0] == SetAttribute("first_name", "Grave")


def test_signature_is_no_part_of_an_answer() -> None:
    found = respond(RULES, talk(joining=True, question="name"), "Bo\nSent from my phone", NOW)

    assert found.changes[0] == SetAttribute("first_name", "Bo")
