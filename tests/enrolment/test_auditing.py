"""The hour's part of the audit: what it looks at, where it goes on, what it lets stand."""

from datetime import timedelta

import pytest

from enrolment import audit_stretches, audit_walk, auditing, planner, replies
from enrolment.audit_stretches import Kind
from enrolment.models import AuditRun, Broadcast, Decision, Enrolment
from messaging import clock, dispatch
from messaging.models import Attempt, Message, MessageBody, Receipt
from tests import announcements, worlds
from tests.audits import hour, long_ago, short_hour
from tests.factories.recipient import RecipientFactory
from tests.messaging.texts import at_once, queue_text

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def texts() -> list[Message]:
    """Four of them, sent and reported long ago, as far as the audit's margin goes."""
    made = [queued() for _ in range(4)]
    dispatch.send_due()
    grow_old()
    return made


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in Kind:
        monkeypatch.setitem(audit_stretches.AT_ONCE, kind, 1)
    monkeypatch.setattr(audit_stretches, "NEW_ROWS", 1)


def queued() -> Message:
    """By hand, so that the books ask for no decision."""
    sender = worlds.sender()
    return queue_text(
        sender, RecipientFactory(organisation=sender.organisation), cause_kind="staff"
    )


def grow_old() -> None:
    Message.objects.update(created_at=clock.calendar_now() - HOUR)
    Attempt.objects.update(started_at=clock.both()[0] - HOUR)
    Receipt.objects.update(received_at=clock.both()[0] - HOUR)


def lose_words(message: Message) -> None:
    MessageBody.objects.filter(pk=message.pk).delete()


def subjects(run: AuditRun) -> list[str]:
    return sorted(violation.subject for violation in auditing.standing(run))


def until_through(most: int = 50) -> list[AuditRun]:
    runs = [short_hour()]
    while not runs[-1].whole_until or runs[-1].round_began_at:
        assert len(runs) < most, "a round has no end"
        runs.append(short_hour())
    return runs


def test_small_house_is_gone_round_every_hour(texts: list[Message]) -> None:
    first = hour()
    lose_words(texts[0])
    second = hour()

    assert (first.findings, second.found) == (0, {"I6": 1})
    assert [run.place for run in (first, second)] == [None, None]
    assert second.whole_from is not None
    assert first.ended_at is not None
    assert second.whole_until == second.ended_at
    assert first.ended_at < second.whole_from


def test_hour_without_rows_ends() -> None:
    run = hour()

    assert (run.found, run.is_behind, run.place) == ({}, False, None)
    assert run.whole_until is not None


@pytest.mark.usefixtures("one_at_a_time")
def test_hour_out_of_time_ends_and_the_next_goes_on_there(texts: list[Message]) -> None:
    first, second = short_hour(), short_hour()

    assert first.ended_at is not None
    assert first.whole_until is None
    assert first.place == {"of": "messages", "after": texts[0].pk}
    assert second.place == {"of": "messages", "after": texts[1].pk}
    assert second.round_began_at == first.round_began_at == first.started_at


@pytest.mark.usefixtures("one_at_a_time")
def test_round_reaches_everything_and_begins_again(texts: list[Message]) -> None:
    hour()
    for text in texts:
        lose_words(text)

    seen = [run.findings for run in until_through()]

    assert seen == sorted(seen)
    assert seen[-1] == len(texts)
    again = short_hour()
    assert again.place == {"of": "messages", "after": texts[0].pk}
    assert again.round_began_at == again.started_at
    assert again.whole_until is not None
    assert again.whole_until < again.started_at


@pytest.mark.usefixtures("one_at_a_time")
def test_finding_stands_until_it_was_looked_at_and_is_gone(texts: list[Message]) -> None:
    lose_words(texts[0])
    assert subjects(short_hour()) == [f"message {texts[0].pk}"]

    # The round is elsewhere by now.
    assert subjects(short_hour()) == [f"message {texts[0].pk}"]
    MessageBody.objects.create(message=texts[0])

    assert short_hour().found == {}


def test_old_text_is_looked_at_when_it_is_tried_again(
    texts: list[Message], one_at_a_time: None
) -> None:
    until_through()
    last = texts[-1]
    Attempt.objects.create(
        message=last, token="again", provider="fake", outcome="rejected_retryable",
        calendar_at=clock.calendar_now(), settled_at=clock.calendar_now(),
    )  # fmt: skip

    assert f"message {last.pk}" in subjects(short_hour())


def test_old_text_is_looked_at_when_it_is_reported_on(
    texts: list[Message], one_at_a_time: None
) -> None:
    last = texts[-1]
    Receipt.objects.filter(attempt__message=last).delete()
    Message.objects.filter(pk=last.pk).update(status="accepted")
    until_through()
    Receipt.objects.create(attempt=Attempt.objects.get(message=last), status="delivered")

    assert subjects(short_hour()) == [f"message {last.pk}"]


def test_new_text_is_looked_at_within_the_hour(texts: list[Message], one_at_a_time: None) -> None:
    until_through()
    new = queued()
    lose_words(new)

    assert subjects(short_hour()) == [f"message {new.pk}"]


@pytest.mark.usefixtures("one_at_a_time")
def test_text_that_waits_too_long_is_found_wherever_the_round_is(texts: list[Message]) -> None:
    until_through()
    Message.objects.filter(pk=texts[-1].pk).update(
        status="queued", settled_at=None, not_before=clock.calendar_now() - 3 * HOUR,
        valid_until=clock.calendar_now() - 2 * HOUR,
    )  # fmt: skip

    assert f"message {texts[-1].pk}" in subjects(short_hour())


@pytest.mark.usefixtures("one_at_a_time")
def test_row_committed_late_is_looked_at_all_the_same(texts: list[Message]) -> None:
    """Its id was drawn before those that were seen already."""
    young = queued()
    words = MessageBody.objects.get(pk=young.pk)
    younger = queued()
    until_through()
    assert Message.objects.order_by("pk").last() == younger
    words.delete()

    assert subjects(short_hour()) == [f"message {young.pk}"]


@pytest.mark.usefixtures("one_at_a_time")
def test_more_news_than_time_is_said_and_goes_on(texts: list[Message]) -> None:
    until_through()
    newest = [queued() for _ in range(3)][-1]
    grow_old()
    lose_words(newest)

    runs = [short_hour() for _ in range(4)]

    assert [run.is_behind for run in runs] == [True, True, True, False]
    assert [run.marks["message"] for run in runs if run.marks][:3] == list(
        range(newest.pk - 2, newest.pk + 1)
    )
    assert subjects(runs[2]) == [f"message {newest.pk}"]


@pytest.fixture
def enrolment() -> Enrolment:
    now = worlds.at_noon()
    person = worlds.person(joined=now - HOUR, quit_day=now.date())
    worlds.text("+447700900001", "crave")
    replies.answer_pending(now=now)
    planner.tick(now=now)
    dispatch.send_due()
    return person


def test_undecided_step_is_found_by_the_hour_and_stands(enrolment: Enrolment) -> None:
    assert hour().found == {}
    decision = Decision.objects.filter(enrolment=enrolment).earliest("pk")
    Message.objects.filter(cause_kind="decision", cause_key=str(decision.pk)).update(
        cause_kind="staff"
    )
    decision.delete()

    runs = [hour(), short_hour()]

    assert [subjects(run) for run in runs] == [[f"enrolment {enrolment.pk}"]] * 2


@pytest.mark.usefixtures("one_at_a_time")
def test_person_whose_tick_does_not_come_is_found_wherever_the_round_is(
    enrolment: Enrolment,
) -> None:
    until_through()
    calendar = clock.calendar_now()
    Enrolment.objects.update(planned_through=calendar - 3 * HOUR, next_due_at=calendar - HOUR)

    assert audit_stretches.unplanned(calendar=calendar) == [enrolment.pk]
    Enrolment.objects.update(next_due_at=calendar - timedelta(minutes=10))
    assert audit_stretches.unplanned(calendar=calendar) == []


def test_broadcast_under_way_is_looked_at_every_hour() -> None:
    announcements.crowd(2)
    broadcast = announcements.sent(announcements.drafted())
    Broadcast.objects.filter(pk=broadcast.pk).update(queued=1)

    run = hour()

    assert broadcast.pk in audit_stretches.broadcasts_of_late(calendar=clock.calendar_now())
    assert f"broadcast {broadcast.pk}" in subjects(run)


def test_every_kind_of_finding_leads_back_to_its_place(enrolment: Enrolment) -> None:
    broadcast = announcements.sent(announcements.drafted())
    told = broadcast.decisions.get()
    decision = Decision.objects.filter(enrolment=enrolment).earliest("pk")
    attempt = Attempt.objects.earliest("pk")
    named = [
        f"message {attempt.message_id}", f"attempt {attempt.pk}", f"enrolment {enrolment.pk}",
        f"decision {decision.pk}", f"broadcast decision {told.pk}", f"broadcast {broadcast.pk}",
        "inbound 1", "attempt 999999999",
    ]  # fmt: skip

    places = audit_stretches.places_of(
        auditing.Violation("I6", subject, "is broken") for subject in named
    )

    assert places == {
        Kind.MESSAGES: [attempt.message_id],
        Kind.ENROLMENTS: sorted({enrolment.pk, told.enrolment_id}),
        Kind.BROADCASTS: [broadcast.pk],
    }


def test_walk_stops_at_so_many_findings_and_keeps_them(
    texts: list[Message], one_at_a_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_walk, "MOST", 2)
    for text in texts:
        lose_words(text)

    first, second = hour(), hour()

    assert first.findings == 2
    assert (second.place, second.standing) == (first.place, first.standing)
    for text in texts:
        if f"message {text.pk}" in subjects(second):
            MessageBody.objects.create(message=text)
    assert subjects(hour()) == [f"message {text.pk}" for text in texts[2:]]


def test_whole_audit_counts_as_a_round_and_begins_the_next(texts: list[Message]) -> None:
    lose_words(texts[0])
    whole, found = auditing.run()

    assert (whole.whole_from, whole.whole_until) == (whole.started_at, whole.ended_at)
    assert [violation.subject for violation in found] == [f"message {texts[0].pk}"]
    MessageBody.objects.create(message=texts[0])
    after = hour()
    assert after.found == {}
    assert after.whole_from == after.started_at


def test_what_another_found_meanwhile_stands(texts: list[Message]) -> None:
    """The whole audit runs long; the hour's ends after it and has seen nothing of it."""

    def timer() -> float:
        if not AuditRun.objects.filter(ended_at__isnull=False).exists():
            lose_words(texts[0])
            auditing.run()
            MessageBody.objects.create(message=texts[0])
        return 0.0

    run = auditing.run_hour(timer=timer)

    assert subjects(run) == [f"message {texts[0].pk}"]
    assert AuditRun.last_ended() == run
    assert hour().found == {}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_no_harm(texts: list[Message]) -> None:
    lose_words(texts[0])
    assert at_once(hour, hour) == []

    assert [run.found for run in AuditRun.objects.all()] == [{"I6": 1}] * 2
    assert hour().found == {"I6": 1}


def test_run_killed_in_the_middle_costs_only_its_own_way(
    texts: list[Message], one_at_a_time: None
) -> None:
    first = short_hour()
    AuditRun.objects.create(started_at=clock.both()[0])

    assert short_hour().place == {"of": "messages", "after": texts[1].pk}
    assert first.place == {"of": "messages", "after": texts[0].pk}


def test_round_that_never_ends_is_known_from_its_beginning(
    texts: list[Message], one_at_a_time: None
) -> None:
    run = short_hour()
    assert run.waits_since == run.started_at
    long_ago(run, timedelta(days=3))

    assert short_hour().waits_since == run.started_at - timedelta(days=3)
