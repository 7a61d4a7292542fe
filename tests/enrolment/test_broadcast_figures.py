"""The report of a broadcast, and two workers at one broadcast."""

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from enrolment import broadcast_figures, broadcast_work, broadcasts, ledger, remembering, replies
from enrolment.models import Decision, Enrolment
from enrolment.timeline import timeline
from messaging import dispatch
from messaging import ledger as wire_ledger
from messaging.models import Message
from tests import announcements, worlds
from tests.announcements import LATER, counted, crowd, drafted, manager, scheduled, sent, texts

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def settled(message: Message, status: str, reason: str = "") -> None:
    Message.objects.filter(pk=message.pk).update(
        status=status, status_reason=reason, settled_at=LATER
    )


def test_report_counts_texts_silences_replies_and_leavers() -> None:
    crowd(6)
    Enrolment.objects.filter(pk=crowd_ids()[5]).update(
        status="paused", paused_at=LATER, pause_reason="asked", next_due_at=None
    )
    broadcast = sent(drafted())
    one, two, three, four, five = texts(broadcast)
    settled(one, "delivered")
    settled(two, "accepted")
    settled(three, "failed", "provider")
    settled(four, "expired", "budget")
    worlds.text("+447700900001", "thanks", at=LATER + HOUR)
    worlds.text("+447700900002", "STOP", at=LATER + HOUR)
    replies.answer_pending(now=LATER + HOUR)
    worlds.text("+447700900001", "again", at=LATER + 49 * HOUR)

    found = broadcast_figures.count(broadcast=broadcast, now=LATER + 2 * HOUR)

    assert found["texts"] == {
        "delivered": 1, "accepted": 1, "failed": 1, "expired": 1, "queued": 1,
    }  # fmt: skip
    assert (found["came_to_nothing"], found["left_out"]) == ({"budget": 1}, {"paused": 1})
    assert (found["segments"], found["replies"], found["left"]) == (2, 2, 1)
    assert five.status == "queued"


def crowd_ids() -> list[int]:
    return list(Enrolment.objects.order_by("pk").values_list("pk", flat=True))


def test_figures_are_counted_now_and_then_and_to_the_end() -> None:
    crowd(1)
    broadcast = sent(drafted())

    assert broadcast_figures.refresh(now=LATER) == 1
    assert broadcast_figures.refresh(now=LATER + timedelta(seconds=1)) == 0
    settled(texts(broadcast)[0], "delivered")
    broadcast_work.follow(now=LATER + timedelta(seconds=2))
    assert broadcast_figures.refresh(now=LATER + timedelta(seconds=3)) == 1
    assert broadcast_figures.refresh(now=LATER + 47 * HOUR) == 1
    assert broadcast_figures.refresh(now=LATER + 50 * HOUR) == 0


def test_draft_that_was_cancelled_is_not_counted() -> None:
    crowd(1)
    broadcasts.cancel(broadcast=drafted(), actor=manager(), now=LATER)

    assert broadcast_figures.refresh(now=LATER) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_double_nothing() -> None:
    announcements.multitude(crowd(1)[0], 60)
    broadcast = scheduled(drafted())
    began: list[int] = []

    def worker() -> None:
        try:
            began.append(broadcast_work.begin_due(now=LATER))
            while announcements.work(batch=7):
                pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    broadcast.refresh_from_db()
    assert sum(began) == 1
    assert (broadcast.queued, broadcast.looked_at) == (61, 61)
    assert len({m.recipient_id for m in texts(broadcast)}) == len(texts(broadcast)) == 61
    assert [*wire_ledger.violations(), *ledger.violations(now=worlds.NOON)] == []


@pytest.mark.django_db(transaction=True)
def test_texts_leave_by_the_wire_and_the_broadcast_is_done() -> None:
    at = worlds.at_noon()
    crowd(3, joined=at)
    broadcast = sent(drafted(), now=at)

    dispatch.send_due()
    broadcast_work.follow(now=at)

    broadcast.refresh_from_db()
    assert {m.status for m in texts(broadcast)} <= {"accepted", "sent", "delivered"}
    assert broadcast.status == "done"
    assert wire_ledger.violations() == []


def test_words_of_need_and_discretion_take_a_broadcast_back() -> None:
    second = crowd(2)[1]
    broadcast = sent(drafted())

    worlds.text("+447700900001", "i want to die", at=LATER)
    replies.answer_pending(now=LATER)
    remembering.set_discreet(enrolment=second, is_discreet=True, now=LATER)

    assert [(m.status, m.status_reason) for m in texts(broadcast)] == [
        ("cancelled", "crisis"),
        ("cancelled", "discreet"),
    ]
    again = sent(drafted(), now=LATER + HOUR)
    assert texts(again)[0].not_before >= LATER + 24 * HOUR
    assert announcements.left_out(again) == ["not_discreet"]


def test_reply_to_a_broadcast_goes_on_as_any_text() -> None:
    crowd(1)
    sent(drafted())

    worlds.text("+447700900001", "CRAVE", at=LATER + HOUR)
    replies.answer_pending(now=LATER + HOUR)

    assert Message.objects.get(kind="reply").body.text.startswith("Tip")
    assert not Decision.objects.exists()


def test_timeline_tells_of_broadcasts() -> None:
    enrolment = crowd(2)[0]
    sent(drafted())

    found = timeline(
        enrolment=enrolment, with_bodies=True, viewer=ZoneInfo("Europe/London"), now=LATER
    ).entries

    assert any("the clinic is closed" in (entry.body or "") for entry in found)


def test_number_of_two_people_gets_each_ones_text_with_her_name() -> None:
    enrolment = crowd(1)[0]
    announcements.multitude(enrolment, 1)
    other = Enrolment.objects.exclude(pk=enrolment.pk).get().participant
    other.recipient, other.first_name = enrolment.participant.recipient, "Ola"
    other.has_company = other.is_shared = True
    other.save()
    enrolment.participant.has_company = enrolment.participant.is_shared = True
    enrolment.participant.save()

    naming = counted(drafted(texts={"en": "The diabetes group moves"}))
    plain = sent(drafted(texts={"en": "The group moves"}))

    assert naming.counted is not None
    assert naming.counted["left_out"] == {"names_illness": 2}
    assert [m.body.text for m in texts(plain)] == ["Amina: The group moves", "Ola: The group moves"]


def test_gap_is_the_numbers_not_the_persons() -> None:
    edition = worlds.version(published=False)
    edition.min_gap_minutes = 30
    edition.save()
    worlds.publish(edition)
    enrolment = crowd(1, edition)[0]
    announcements.multitude(enrolment, 1)
    other = Enrolment.objects.exclude(pk=enrolment.pk).get().participant
    other.recipient, other.is_shared = enrolment.participant.recipient, True
    other.save()
    enrolment.participant.is_shared = True
    enrolment.participant.save()

    broadcast = sent(drafted())

    first, second = [m.not_before for m in texts(broadcast)]
    assert second - first == timedelta(minutes=30)
