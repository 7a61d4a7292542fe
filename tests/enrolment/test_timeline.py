from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrolment import pausing, planner, replies
from enrolment.models import Decision, Enrolment, Note
from enrolment.timeline import Page, Show, read_cursor, timeline
from enrolment.timeline_entries import Entry, Kind
from messaging.models import InboundMessage, Message
from tests import worlds
from tests.enrolment.test_replies import texted
from tests.factories.user import UserFactory
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")


def lived() -> Enrolment:
    """Joined, got the welcome, missed a day, texted CRAVE and STOP."""
    now = worlds.at_noon()
    enrolment = worlds.person(joined=now, quit_day=now.date() + timedelta(days=1))
    planner.tick(now=now + timedelta(minutes=2))
    planner.tick(now=now + timedelta(days=1, hours=3))
    for body in ("CRAVE", "STOP"):
        worlds.text("+447700900001", body)
        replies.answer_pending(now=worlds.calendar_now())
    return fresh(enrolment)


def fresh(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.get(pk=enrolment.pk)


def page(enrolment: Enrolment, **how: object) -> Page:
    how = {"with_bodies": True, "viewer": LONDON, "now": worlds.NOON, "size": 500, **how}
    return timeline(enrolment=enrolment, **how)


def by_title(entries: list[Entry], title: str) -> Entry:
    return next(entry for entry in entries if entry.title == title)


def test_every_decision_text_and_reply_is_on_it() -> None:
    entries = page(lived()).entries

    titles = {entry.title.lower() for entry in entries}
    assert {"welcome.1", "day.0", "agreed to get the texts", "reply", "left"} <= titles
    assert "stop confirmation" in titles
    assert "crave" in {(entry.body or "").lower() for entry in entries}
    assert any(title.startswith("quit day: ") for title in titles)
    assert "came in" in titles
    assert "the number opted out" in titles


def test_whole_conversation_is_on_it_while_it_goes_on() -> None:
    version = worlds.full_version()
    for minutes, body in enumerate(("JOIN", "yes", "Amina", "12 december", "CRAVE")):
        texted(body, minutes=minutes)
    enrolment = Enrolment.objects.get(version=version)
    InboundMessage.objects.update(received_at=worlds.NOON + timedelta(minutes=9))

    entries = page(enrolment).entries
    answers = page(enrolment, show=Show.ANSWERS).entries

    assert {"yes", "CRAVE"} <= {entry.body for entry in entries}
    assert "Your first name?" in {entry.body for entry in entries}
    assert {entry.body for entry in answers} == {"yes", "Amina", "12 december"}
    assert {entry.why.split(", ")[1] for entry in answers} == {"understood as yes.", "read."} | {
        f"understood as {entry.why.split(' as ')[1]}" for entry in answers if "2026" in entry.why
    }


def test_newest_stands_first() -> None:
    times = [entry.at for entry in page(lived()).entries]

    assert times == sorted(times, reverse=True)


def test_silence_of_the_engine_is_told_in_a_sentence() -> None:
    missed = by_title(page(lived()).entries, "day.0")

    assert missed.kind is Kind.SILENT
    assert missed.why.startswith("Not sent on ")
    assert "it came due while nothing could be sent" in missed.why


def test_silence_on_the_wire_is_told_in_a_sentence() -> None:
    welcome = by_title(page(lived()).entries, "welcome.1")

    assert welcome.kind is Kind.SILENT
    assert welcome.why.endswith(": the number had opted out.")


def test_text_that_was_moved_stands_on_the_day_it_was_due_too() -> None:
    enrolment = worlds.person()
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    decision = Decision.objects.get(step_key="welcome.1")
    Decision.objects.filter(pk=decision.pk).update(reason="week_cap")
    later = worlds.NOON + timedelta(hours=21, minutes=10)
    Message.objects.filter(cause_key=str(decision.pk)).update(not_before=later)

    sent, moved = [row for row in page(enrolment).entries if row.title == "welcome.1"]

    assert sent.why == "Waits. Leaves Wednesday 2 Dec 09:10 at the earliest."
    assert moved.at == decision.due_at
    assert moved.why == (
        "Not sent on Tuesday 1 Dec: the weekly cap was reached; moved to Wednesday 2 Dec 09:10."
    )


def test_cap_is_named_with_its_number() -> None:
    edition = worlds.version(published=False)
    edition.cap_week = 7
    edition.save()
    worlds.publish(edition)
    enrolment = worlds.person(of=edition)
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    Decision.objects.update(reason="week_cap", outcome="suppressed")

    told = [entry.why for entry in page(enrolment).entries if entry.title == "welcome.1"]
    assert told[-1].endswith("the weekly cap of 7 was reached.")


def test_times_of_somebody_elsewhere_stand_beside() -> None:
    enrolment = worlds.person(zone="Asia/Kolkata")

    entry = by_title(page(enrolment).entries, "Agreed to get the texts")

    assert entry.beside == "17:25 theirs"
    assert page(enrolment, viewer=ZoneInfo("Asia/Kolkata")).entries[0].beside == ""


def test_words_are_left_out_for_a_role_that_may_not_read_them() -> None:
    enrolment = lived()
    for words, confidential in (("rang her", False), ("she said it", True)):
        Note.objects.create(
            enrolment=enrolment,
            author=UserFactory(name="Cora"),
            words=words,
            is_confidential=confidential,
            written_at=worlds.calendar_now(),
        )

    entries = page(enrolment, with_bodies=False).entries

    assert {entry.body for entry in entries} == {None, "rang her"}
    assert "she said it" in {entry.body for entry in page(enrolment).entries}


def test_pages_hold_everything_once() -> None:
    enrolment = lived()
    whole, found, before = page(enrolment).entries, list[Entry](), ""

    for _ in range(len(whole)):
        part = page(enrolment, size=3, before=before)
        found += part.entries
        before = part.older
        if not before:
            break

    assert found == list(whole)


@pytest.mark.parametrize("cursor", ["", "soon", "2026-12-01_1_1", "2026-12-01T12:00:00+00:00_99_1"])
def test_cursor_nobody_was_given_shows_the_newest(cursor: str) -> None:
    assert read_cursor(cursor) is None


@pytest.mark.parametrize(
    ("show", "titles"),
    [
        (Show.SILENCES, {"welcome.1", "day.0", "Reply"}),
        (Show.NOTES, set()),
        (Show.ANSWERS, set()),
    ],
)
def test_narrowed(show: Show, titles: set[str]) -> None:
    found = {entry.title for entry in page(lived(), show=show).entries}

    assert found <= titles
    assert bool(found) == bool(titles)


def test_changes_name_who_made_them() -> None:
    enrolment = worlds.person()
    actor = UserFactory(name="Cora Lind", organisation=worlds.organisation())
    pausing.pause(enrolment=enrolment, until=None, reason="staff", now=worlds.NOON, actor=actor)

    paused = by_title(page(enrolment, show=Show.CHANGES).entries, "Paused: staff")

    assert paused.status == "by Cora Lind"


def test_deeds_stand_at_the_calendars_time_though_the_clock_was_moved_since() -> None:
    enrolment = worlds.person()
    joined = AuditEvent.objects.get(verb="enrolment.join").at
    worlds.step_clock(30)

    assert abs(by_title(page(enrolment).entries, "Came in").at - joined) < timedelta(seconds=1)


def test_another_campaigns_texts_and_decisions_are_not_on_it() -> None:
    here = worlds.person()
    other = worlds.person(of=worlds.version(worlds.campaign(key="other")))
    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    assert here.participant_id == other.participant_id
    assert len([row for row in page(fresh(here)).entries if row.title == "welcome.1"]) == 1


def test_person_with_2000_texts_costs_one_query_of_a_page() -> None:
    enrolment = worlds.person()
    many(enrolment, 2_000)

    timeline(enrolment=enrolment, with_bodies=True, viewer=LONDON, now=worlds.NOON)

    with CaptureQueriesContext(connection) as queries:
        found = page(enrolment, former=[], size=50)

    assert len(queries) == 1
    assert len(found.entries) == 50
    assert found.older


def many(enrolment: Enrolment, count: int) -> None:
    start: datetime = worlds.NOON
    Decision.objects.bulk_create(
        Decision(
            enrolment=enrolment,
            attempt=1,
            step_key=f"day.{number}",
            occurrence=1,
            version=enrolment.version,
            due_at=start + timedelta(hours=number),
            local_date=start.date(),
            outcome="queued",
            decided_at=start,
        )
        for number in range(count)
    )
    Message.objects.bulk_create(
        Message(
            organisation=enrolment.campaign.organisation,
            sender=enrolment.campaign.sender,
            recipient=enrolment.participant.recipient,
            kind="due",
            cause_kind="decision",
            cause_key=str(decision.pk),
            priority=20,
            status="delivered",
            not_before=decision.due_at,
            valid_until=decision.due_at + timedelta(hours=1),
            settled_at=decision.due_at,
            zone="Europe/London",
            segments=1,
            encoding="gsm7",
            created_at=decision.due_at,
        )
        for decision in Decision.objects.filter(enrolment=enrolment, outcome="queued")
    )
