from datetime import date, timedelta

import pytest

from campaigns.compiling import content_of
from enrolment import anchors, pausing
from enrolment.models import Enrolment
from enrolment.talk import Talk
from enrolment.talking import talk_of
from tests import worlds

pytestmark = pytest.mark.django_db


def talk(enrolment: Enrolment) -> Talk:
    return talk_of(Enrolment.objects.get(pk=enrolment.pk), content_of(enrolment.version_id))


def test_what_stands_is_what_a_conversation_sees() -> None:
    enrolment = worlds.person(of=worlds.full_version(), quit_day=date(2026, 12, 10))
    anchors.add_event(enrolment=enrolment, kind="slip", source="test", now=worlds.NOON)
    later = worlds.NOON + timedelta(hours=1)
    anchors.add_event(enrolment=enrolment, kind="slip", source="test", now=later)

    found = talk(enrolment)

    assert (found.quit_date, found.last_slip_at) == (date(2026, 12, 10), later)
    assert (found.attempt, found.profile) == (1, "standard")
    assert (found.joining, found.paused, found.path) == (False, False, "")


def test_path_and_pause_are_seen_while_they_last() -> None:
    enrolment = worlds.person(of=worlds.full_version())
    content = content_of(enrolment.version_id)
    anchors.enter_stage(
        enrolment=enrolment, stage="not_ready", content=content, source="test", now=worlds.NOON
    )
    pausing.pause(enrolment=enrolment, until=None, reason="asked", now=worlds.NOON)

    assert (talk(enrolment).path, talk(enrolment).paused) == ("not_ready", True)
    anchors.leave_paths(enrolment=enrolment, content=content, now=worlds.NOON)
    assert talk(enrolment).path == ""


def test_texts_sent_count_whichever_way_they_went() -> None:
    enrolment = worlds.person()
    inbound = worlds.text("+447700900001", "crave")
    enrolment.bank_uses.create(
        inbound=inbound, bank_key="crave", text_key="crave.1", used_at=worlds.NOON
    )
    for place, outcome in enumerate(["queued", "suppressed"], start=1):
        enrolment.decisions.create(
            attempt=1,
            step_key=f"tip.{place}",
            occurrence=1,
            version_id=enrolment.version_id,
            due_at=worlds.NOON,
            local_date=worlds.NOON.date(),
            outcome=outcome,
            reason="" if outcome == "queued" else "late",
            text_key=f"crave.{place}",
            decided_at=worlds.NOON,
        )

    assert talk(enrolment).sent == {"crave.1": 2}
