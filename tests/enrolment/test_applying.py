"""Each thing a text can change, from the text to the rows."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from enrolment import anchors, planner, replies
from enrolment.models import Answer, Attribute, Enrolment, Participant, Reading
from messaging.models import InboundMessage, Message
from tests import worlds

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"


def person(quit_day: date | None = date(2026, 12, 10)) -> Enrolment:
    return worlds.person(number=NUMBER, of=worlds.full_version(), quit_day=quit_day)


def texted(body: str, minutes: int = 0) -> list[str]:
    """Texts `body`; the replies queued for it, in order."""
    inbound = worlds.text(NUMBER, body)
    assert inbound is not None
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=minutes))
    inbound.refresh_from_db()
    assert inbound.end_reason != "fault"
    queued = Message.objects.filter(
        cause_kind="inbound", cause_key__startswith=f"{inbound.pk}:"
    ).order_by("cause_key")
    return [message.body.text or "" for message in queued.exclude(status="blocked")]


def enrolled() -> Enrolment:
    return Enrolment.objects.get()


def test_less_and_more_by_text() -> None:
    person()

    assert texted("LESS") == ["Fewer texts from now on."]
    assert enrolled().profile == "light"
    assert texted("LESS") == ["These are the fewest."]
    assert texted("MORE") == ["More texts from now on."]
    assert texted("MORE") == ["These are the most."]
    assert enrolled().profile == "standard"


def test_pause_and_resume_by_text() -> None:
    person()

    assert texted("RESUME") == ["Nothing is paused."]
    assert texted("PAUSE 3") == ["Paused until 4 December."]
    assert enrolled().status == Enrolment.Status.PAUSED
    assert texted("PAUSE 999") == ["Paused until 31 December."]
    assert texted("RESUME", 5) == ["Welcome back."]
    planner.tick(now=worlds.NOON + timedelta(minutes=6))
    assert enrolled().status == Enrolment.Status.ACTIVE


def test_someone_on_pause_is_still_answered() -> None:
    person()
    texted("PAUSE")

    assert texted("CRAVE")[0].startswith("Tip")
    assert texted("ASK PER_DAY") == ["How many a day?"]
    texted("10")
    assert Attribute.objects.get().value == "10"
    assert enrolled().status == Enrolment.Status.PAUSED


def test_pause_when_everything_was_sent_says_when_it_ends_all_the_same() -> None:
    person(quit_day=worlds.NOON.date())
    planner.tick(now=worlds.NOON + timedelta(days=5))
    assert enrolled().status == Enrolment.Status.COMPLETED

    assert texted("PAUSE 3", 5 * 24 * 60 + 5) == ["Paused until 9 December."]


def test_later_holds_what_is_planned_for_three_hours() -> None:
    person()

    assert texted("LATER") == ["Later, then."]
    planner.tick(now=worlds.NOON + timedelta(minutes=5))

    message = Message.objects.get(cause_kind="decision")
    assert message.not_before >= worlds.NOON + timedelta(hours=3)


def test_own_hours_by_text() -> None:
    person()

    assert texted("TIME noon") == ["Such as TIME 8-20"]
    assert texted("TIME 20-8") == ["Such as TIME 8-20"]
    assert texted("TIME 9:30 to 17") == ["Texts come 9:30-17."]
    found = Participant.objects.get()
    assert (found.hours_start, found.hours_end) == (time(9, 30), time(17))


def test_date_moves_the_day_and_after_it_starts_another_attempt() -> None:
    person()

    assert texted("DATE yesterday") == ["Such as DATE 12.4"]
    assert texted("DATE 3.12") == ["Your day is 3 December."]
    assert enrolled().attempt == 1
    three_days = 3 * 24 * 60
    assert texted("DATE 12.12", three_days) == ["A new start on 12 December."]
    assert texted("DATE 12.12", three_days + 1) == ["Your day is 12 December."]
    enrolment = enrolled()
    assert enrolment.attempt == 2
    assert anchors.in_force(enrolment).get().day == date(2026, 12, 12)


def test_language_by_text_is_answered_in_it() -> None:
    person()

    assert texted("LANGUAGE klingon") == ["Such as LANGUAGE norsk"]
    assert texted("LANGUAGE norsk") == ["Norsk, da."]
    assert Participant.objects.get().language == "nb"


def test_a_path_is_entered_once_and_a_first_quit_date_leaves_it() -> None:
    enrolment = person(quit_day=None)

    assert texted("NOT READY") == ["No hurry."]
    assert texted("not ready", 5) == ["No hurry."]
    assert anchors.in_force(enrolment).filter(kind="stage.not_ready").count() == 1
    planner.tick(now=worlds.NOON + timedelta(hours=2))
    assert enrolment.decisions.filter(step_key="not_ready.1", outcome="queued").exists()

    assert texted("DATE 20.12", 180) == ["Your day is 20 December."]
    kinds = set(anchors.in_force(enrolment).values_list("kind", flat=True))
    assert kinds == {"enrolment", "quit_date"}


def test_own_words_are_sealed_and_come_back_in_a_text() -> None:
    person()

    assert texted("ASK REASON") == ["Why do you want to?"]
    assert texted("My kids \u2764\ufe0f") == ["So it is for this: My kids"]
    answer = Answer.objects.get()
    assert (answer.value, answer.is_valid) == ("", True)
    assert Attribute.objects.get().words == "My kids \u2764\ufe0f"


def test_reading_is_kept_with_its_answer() -> None:
    person()
    texted("ASK GLUCOSE")

    texted("it was 6,5", 2)

    reading = Reading.objects.get()
    assert (reading.kind, reading.value, reading.unit) == ("glucose", 6.5, "mmol/L")
    assert reading.measured_at == worlds.NOON + timedelta(minutes=2)
    assert reading.answer.value == "6.5"


def test_number_that_can_not_be_is_asked_again() -> None:
    person()
    texted("ASK PER_DAY")

    assert texted("500") == ["A number, please"]
    assert not Attribute.objects.exists()


def test_date_attribute_is_an_anchor_of_the_journey() -> None:
    enrolment = person()
    texted("ASK DUE")

    texted("1 june")

    assert anchors.in_force(enrolment).get(kind="due_date").day == date(2027, 6, 1)


def test_every_text_but_stop_is_heard() -> None:
    person()

    for minutes, body in enumerate(["CRAVE", "what?", "HELP"], start=1):
        texted(body, minutes)
    enrolment = enrolled()
    assert (enrolment.heard, enrolment.heard_at) == (3, worlds.NOON + timedelta(minutes=3))
    texted("STOP", 9)
    enrolment.refresh_from_db()
    assert enrolment.heard == 3


def test_stop_in_a_pause_ends_it() -> None:
    person()
    texted("PAUSE")

    assert texted("STOP") == ["You have left."]
    enrolment = enrolled()
    assert (enrolment.status, enrolment.paused_at) == (Enrolment.Status.WITHDRAWN, None)


def test_a_tip_that_came_as_a_planned_text_is_not_the_next_reply() -> None:
    """No text of a bank comes again while others remain, whichever way it came."""
    enrolment = person()
    first = texted("CRAVE")[0]
    rest = {"Tip one", "Tip two", "Tip three"} - {first}
    planned = min(rest)
    enrolment.decisions.create(
        attempt=1,
        step_key="tip.of.the.day",
        occurrence=1,
        version_id=enrolment.version_id,
        due_at=worlds.NOON,
        local_date=worlds.NOON.date(),
        outcome="queued",
        text_key=f"crave.{['Tip one', 'Tip two', 'Tip three'].index(planned) + 1}",
        decided_at=worlds.NOON,
    )

    assert texted("CRAVE") == [(rest - {planned}).pop()]


def test_words_outside_any_keyword_in_a_pause_go_to_a_person() -> None:
    person()
    texted("PAUSE")

    assert texted("is anybody there") == ["A person will read it. CRAVE, HELP, STOP."]
    assert InboundMessage.objects.order_by("-pk")[0].end == "inbox"


def test_late_join_begins_at_her_own_day() -> None:
    """Joined nine days after her quit date: what lay before never came due."""
    enrolment = worlds.person(number=NUMBER, of=worlds.full_version(), quit_day=date(2026, 11, 30))

    planner.tick(now=datetime(2026, 12, 1, 18, 35, tzinfo=UTC))

    decided = set(enrolment.decisions.values_list("step_key", flat=True))
    assert decided == {"welcome.1"}
