"""The one reminder of a question nobody answered."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from campaigns.loading import load
from campaigns.pack import read_pack
from enrolment import journey, ledger, planner, replies
from enrolment.models import Decision, Enrolment
from enrolment.state import Reason, State, Verdict
from messaging.models import Message
from tests import worlds
from tests.contents import QUESTIONS, content, day_step
from tests.states import QUIT, at, state

SUGAR = Path(__file__).parents[1] / "packs" / "sugar"
NUMBER = "+447700900001"
REMINDED = {
    **QUESTIONS,
    "smoked": replace(QUESTIONS["smoked"], reminder=timedelta(hours=3)),
}
TEXTS = {("question.smoked", "en"): "Did you smoke?"}


def asked(moment: datetime, **changes: object) -> State:
    return state(QUIT, planned_through=moment, question="smoked", asked_at=moment, **changes)


def test_reminder_comes_once_after_its_time_with_the_question_s_own_words() -> None:
    rules = content(questions=REMINDED, texts=TEXTS)
    before = journey.plan(rules, asked(at(12, 9)), at(12, 10))
    assert before.dues == ()
    assert before.next_due_at == at(12, 12)

    plan = journey.plan(rules, asked(at(12, 9)), at(12, 12))

    (due,) = plan.dues
    assert (due.step.key, due.text_key, due.verdict) == (
        "remind.smoked",
        "question.smoked",
        Verdict.QUEUED,
    )
    assert plan.next_due_at is None
    again = asked(at(12, 9))._replace(planned_through=plan.planned_through)
    assert journey.plan(rules, again, at(12, 13)).dues == ()


def test_reminder_has_words_of_its_own_where_the_content_does() -> None:
    texts = {**TEXTS, ("remind.smoked", "en"): "How did it go?"}

    (due,) = journey.plan(
        content(questions=REMINDED, texts=texts), asked(at(12, 9)), at(12, 12)
    ).dues

    assert due.text_key == "remind.smoked"


def test_replanned_journey_does_not_remind_again() -> None:
    rules = content(questions=REMINDED, texts=TEXTS)
    (due,) = journey.plan(rules, asked(at(12, 9)), at(12, 12)).dues
    replanned = asked(at(12, 9), decided=frozenset({(due.step.key, due.occurrence)}))
    replanned = replanned._replace(planned_through=at(1, 0))

    assert journey.plan(rules, replanned, at(12, 14)).dues == ()


def test_question_asked_by_a_step_is_looked_at_again_when_its_reminder_is_due() -> None:
    rules = content(day_step("ask", 0, question="smoked"), questions=REMINDED, texts=TEXTS)

    plan = journey.plan(rules, state(QUIT), at(10, 10))

    assert plan.dues[0].verdict is Verdict.QUEUED
    assert plan.next_due_at == at(10, 13)


def test_reminder_at_night_waits_for_the_morning_unless_the_question_has_expired() -> None:
    rules = content(questions=REMINDED, texts=TEXTS)

    assert journey.plan(rules, asked(at(12, 19)), at(12, 20)).next_due_at == at(13, 8)
    short = {"smoked": replace(REMINDED["smoked"], expires=timedelta(hours=10))}
    over = journey.plan(content(questions=short, texts=TEXTS), asked(at(12, 19)), at(12, 20))
    assert over.next_due_at is None


def test_another_question_takes_the_reminder_s_place() -> None:
    craving = day_step("craving", 0, "midday", question="craving")
    rules = content(craving, questions=REMINDED, texts=TEXTS)

    plan = journey.plan(rules, asked(at(10, 9, 10)), at(10, 12, 35))

    assert [due.step.key for due in plan.dues] == ["craving"]


def test_reminder_that_falls_into_a_pause_is_not_sent() -> None:
    rules = content(questions=REMINDED, texts=TEXTS)

    (due,) = journey.plan(rules, asked(at(12, 9), paused_at=at(12, 10)), at(12, 12)).dues

    assert due.reason is Reason.PAUSED


@pytest.fixture
def person(db: None) -> Enrolment:
    version = load(pack=read_pack(SUGAR), campaign=worlds.campaign(), author=None)
    worlds.publish(version)
    return worlds.person(number=NUMBER, of=version, quit_day=None)


def texted(body: str, minutes: int) -> None:
    worlds.text(NUMBER, body)
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=minutes))


def reminders() -> list[Message]:
    keys = [str(row.pk) for row in Decision.objects.filter(step_key="remind.sugar")]
    return list(Message.objects.filter(cause_kind="decision", cause_key__in=keys))


def tick(minutes: int) -> None:
    planner.tick(now=worlds.NOON + timedelta(minutes=minutes))


def test_question_asked_in_a_reply_is_reminded_of_once(person: Enrolment) -> None:
    texted("SUGAR", 1)
    tick(120)
    assert reminders() == []
    tick(182)
    tick(183)
    tick(400)

    (sent,) = reminders()
    assert sent.kind == Message.Kind.DUE
    assert (sent.body.text or "").startswith("Did you measure")
    person.refresh_from_db()
    assert person.question == "sugar"
    assert person.asked_at == worlds.NOON + timedelta(minutes=1)
    assert ledger.violations(now=worlds.NOON + timedelta(minutes=400)) == []


def test_answered_question_has_no_reminder(person: Enrolment) -> None:
    texted("SUGAR", 1)
    texted("6.5", 30)
    tick(200)

    assert reminders() == []


def test_each_asking_has_its_own_reminder(person: Enrolment) -> None:
    texted("SUGAR", 1)
    tick(182)
    texted("6.5", 190)
    texted("SUGAR", 200)
    tick(381)

    assert len(reminders()) == 2


@pytest.mark.django_db
def test_joining_half_way_is_not_reminded_and_goes_on_where_it_was() -> None:
    version = load(pack=read_pack(SUGAR), campaign=worlds.campaign(), author=None)
    worlds.publish(version)
    texted("SWEET", 0)
    texted("12", 1)
    three_days = 3 * 24 * 60
    tick(three_days)
    assert not Decision.objects.exists()

    texted("late", three_days + 1)

    enrolment = Enrolment.objects.get()
    assert enrolment.status == Enrolment.Status.ACTIVE
    answers = enrolment.answers.order_by("pk").values_list("question_key", "value")
    assert list(answers) == [("per_day", "12"), ("first_use", "later")]
