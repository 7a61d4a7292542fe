from datetime import timedelta

import pytest

from enrolment import planner, replies
from enrolment.models import Enrolment
from enrolment.timeline import Entry, Kind, timeline
from tests import worlds

pytestmark = pytest.mark.django_db


def lived() -> Enrolment:
    """Joined, got the welcome, missed a day, texted CRAVE and STOP."""
    now = worlds.at_noon()
    enrolment = worlds.person(joined=now, quit_day=now.date() + timedelta(days=1))
    planner.tick(now=now + timedelta(minutes=2))
    planner.tick(now=now + timedelta(days=1, hours=3))
    for body in ("CRAVE", "STOP"):
        worlds.text("+447700900001", body)
        replies.answer_pending(now=worlds.calendar_now())
    enrolment.refresh_from_db()
    return enrolment


def by_title(entries: list[Entry], title: str) -> Entry:
    return next(entry for entry in entries if entry.title == title)


def test_every_decision_text_and_reply_is_on_it() -> None:
    entries = timeline(enrolment=lived(), with_bodies=True)

    assert {"welcome.1", "day.0", "consent", "reply", "stop confirmation"} <= {
        entry.title.lower() for entry in entries
    }
    assert "crave" in {(entry.body or "").lower() for entry in entries}


def test_silence_of_the_engine_is_told_in_a_sentence() -> None:
    missed = by_title(timeline(enrolment=lived(), with_bodies=True), "day.0")

    assert missed.kind is Kind.SILENT
    assert missed.why.startswith("Not sent: it came due while nothing could be sent")


def test_silence_on_the_wire_is_told_in_a_sentence() -> None:
    welcome = by_title(timeline(enrolment=lived(), with_bodies=True), "welcome.1")

    assert welcome.kind is Kind.SILENT
    assert welcome.why == "Not sent: the number had opted out."


def test_words_are_left_out_for_a_role_that_may_not_read_them() -> None:
    entries = timeline(enrolment=lived(), with_bodies=False)

    assert {entry.body for entry in entries} == {None}
