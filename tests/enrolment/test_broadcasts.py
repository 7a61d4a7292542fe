"""A broadcast's way, from the draft to its end."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from campaigns import jobs
from campaigns.models import Campaign
from enrolment import attempts, broadcast_work, broadcasts, ledger, pausing, planner
from enrolment.broadcasts import BroadcastRefused
from enrolment.models import Broadcast, BroadcastDecision, Enrolment
from messaging import ledger as wire_ledger
from messaging.models import Message
from tests import announcements, long_work, worlds
from tests.announcements import LATER, counted, crowd, drafted, left_out, manager, sent, texts
from tests.audits import row_by_row
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db


def audited() -> list[object]:
    # Before anything of the journey is due.
    return [*wire_ledger.violations(), *ledger.violations(now=worlds.NOON)]


def test_draft_is_counted_by_a_worker() -> None:
    crowd(3)

    broadcast = counted(drafted())

    assert broadcast.counted is not None
    assert (broadcast.counted["going"], broadcast.counted["segments"]) == (3, 3)
    assert len(broadcast.counted["sample"]) == 3
    assert not BroadcastDecision.objects.exists()


def test_everybody_gets_one_text_in_the_own_name() -> None:
    people = crowd(3)

    broadcast = sent(drafted())

    assert [message.body.text for message in texts(broadcast)] == [
        "Amina, the clinic is closed on Friday."
    ] * 3
    assert {message.cause_key for message in texts(broadcast)} == {
        f"{broadcast.pk}:{enrolment.pk}" for enrolment in people
    }
    one = texts(broadcast)[0]
    assert (one.kind, one.status, one.priority) == ("broadcast", "queued", 40)
    assert (one.hours_start, one.hours_end) == (time(8), time(20, 30))
    assert (broadcast.queued, broadcast.left_out, broadcast.looked_at) == (3, 0, 3)
    assert audited() == []


def test_broadcast_waits_for_its_time_in_the_campaigns_zone() -> None:
    crowd(1)
    broadcast = announcements.scheduled(drafted(day=date(2026, 12, 2), wall=time(10)))

    assert broadcast.due_at == datetime(2026, 12, 2, 10, tzinfo=UTC)
    assert broadcast_work.begin_due(now=broadcast.due_at - timedelta(seconds=1)) == 0
    assert broadcast_work.begin_due(now=broadcast.due_at) == 1
    assert broadcast_work.begin_due(now=broadcast.due_at) == 0


def test_each_persons_own_time_is_kept() -> None:
    edition = worlds.version()
    worlds.person(number="+447700900001", of=edition, zone="Asia/Kolkata")
    worlds.person(number="+447700900002", of=edition, zone="America/New_York")

    broadcast = counted(drafted(day=date(2026, 12, 2), wall=time(10), zone_of="person"))
    broadcast = announcements.scheduled(broadcast)
    assert broadcast.due_at == datetime(2026, 12, 2, 4, 30, tzinfo=UTC)
    sent(broadcast, now=broadcast.due_at)

    assert sorted(message.not_before for message in texts(broadcast)) == [
        datetime(2026, 12, 2, 4, 30, tzinfo=UTC),
        datetime(2026, 12, 2, 15, tzinfo=UTC),
    ]


def test_night_waits_for_the_morning() -> None:
    crowd(1)
    night = datetime(2026, 12, 1, 23, tzinfo=UTC)

    broadcast = sent(drafted(), now=night)

    assert texts(broadcast)[0].not_before == datetime(2026, 12, 2, 8, tzinfo=UTC)


def test_large_broadcast_waits_for_a_second_person() -> None:
    crowd(3)
    Campaign.objects.update(broadcast_approval_above=2)
    broadcast = counted(drafted())

    assert broadcasts.submit(broadcast=broadcast, actor=manager(), now=LATER) == "awaiting"
    with pytest.raises(BroadcastRefused, match="somebody else approves"):
        broadcasts.approve(broadcast=broadcast, actor=manager(), now=LATER)
    assert broadcast_work.begin_due(now=LATER) == 0
    broadcasts.approve(broadcast=broadcast, actor=manager("ann"), now=LATER)

    assert broadcast_work.begin_due(now=LATER) == 1
    assert Broadcast.objects.get().approver == manager("ann")


def test_whoever_edits_it_is_its_author() -> None:
    crowd(1)
    broadcast = counted(drafted())

    broadcasts.edit(
        broadcast=broadcast, values={"name": "New"}, lines=None, actor=manager("ann"), now=LATER
    )

    broadcast.refresh_from_db()
    assert (broadcast.author, broadcast.counted) == (manager("ann"), None)


def test_more_people_than_anybody_approved_stops_it() -> None:
    edition = worlds.version()
    crowd(2, edition)
    broadcast = announcements.scheduled(drafted())
    Campaign.objects.update(broadcast_approval_above=2)
    worlds.person(number="+447700900777", of=edition)

    sent(broadcast)

    assert broadcast.status == "awaiting"
    assert "second person" in broadcast.trouble
    assert texts(broadcast) == []
    with pytest.raises(BroadcastRefused, match="somebody else approves"):
        broadcasts.approve(broadcast=broadcast, actor=manager(), now=LATER)
    broadcasts.approve(broadcast=broadcast, actor=manager("ann"), now=LATER)
    sent(broadcast)
    assert len(texts(broadcast)) == 3


def test_nothing_goes_before_it_was_counted() -> None:
    broadcast = drafted()

    with pytest.raises(BroadcastRefused, match="still being counted"):
        broadcasts.submit(broadcast=broadcast, actor=manager(), now=LATER)


def test_broadcast_to_nobody_is_refused() -> None:
    worlds.version()
    broadcast = counted(drafted())

    with pytest.raises(BroadcastRefused, match="Nobody would get it"):
        broadcasts.submit(broadcast=broadcast, actor=manager(), now=LATER)


def test_time_that_is_over_is_refused() -> None:
    crowd(1)
    broadcast = counted(drafted(day=date(2026, 12, 1), wall=time(9)))

    with pytest.raises(BroadcastRefused, match="Its time is over"):
        broadcasts.submit(broadcast=broadcast, actor=manager(), now=LATER)


def test_worker_killed_between_two_batches_doubles_nothing() -> None:
    crowd(5)
    broadcast = announcements.scheduled(drafted())
    broadcast_work.begin_due(now=LATER)
    dies = long_work.at_its_second_call(lambda: LATER)

    long_work.kill(broadcast_work.workers(clock=dies, batch=2))
    broadcast.refresh_from_db()
    assert (broadcast.queued, len(texts(broadcast))) == (2, 2)
    while announcements.work(batch=2):
        pass

    broadcast.refresh_from_db()
    assert (broadcast.queued, len(texts(broadcast))) == (5, 5)
    assert broadcast.planned_at == LATER
    assert audited() == []


def test_worker_killed_while_counting_counts_nobody_twice() -> None:
    crowd(5)
    broadcast = drafted()
    dies = long_work.at_its_second_call(lambda: LATER)

    long_work.kill(broadcast_work.workers(clock=dies, batch=2))
    long_work.kill_at_its_end(broadcast_work.workers(clock=lambda: LATER, batch=2))
    broadcast.refresh_from_db()
    assert broadcast.counted is None
    while announcements.work(batch=2):
        pass

    broadcast.refresh_from_db()
    assert broadcast.counted is not None
    told = broadcast.counted
    assert (told["looked_at"], told["going"], told["segments"]) == (5, 5, 5)
    assert (broadcast.job.status, broadcast.job.attempt) == ("done", 3)


def test_batch_that_breaks_leaves_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(3)
    broadcast = announcements.scheduled(drafted())
    broadcast_work.begin_due(now=LATER)

    def broken(self: object, *told: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("campaigns.jobs.Progress.__call__", broken)
        announcements.work()
    assert (Message.objects.count(), BroadcastDecision.objects.count()) == (0, 0)
    assert broadcast_work.follow(now=LATER) == 1
    broadcast.refresh_from_db()
    assert (broadcast.status, "broke down" in broadcast.trouble) == ("paused", True)

    broadcasts.resume(broadcast=broadcast, actor=manager())
    announcements.work()

    assert len(texts(broadcast)) == 3


def test_paused_broadcast_holds_what_is_queued_and_goes_on_where_it_was() -> None:
    crowd(4)
    broadcast = announcements.scheduled(drafted())
    broadcast_work.begin_due(now=LATER)
    seen: list[int] = []

    def pausing_clock() -> datetime:
        seen.append(1)
        if len(seen) == 2:
            broadcasts.pause(broadcast=broadcast, actor=manager())
        return LATER

    jobs.run_next(workers=broadcast_work.workers(clock=pausing_clock, batch=2))
    held = texts(broadcast)
    assert [message.retry_at == message.valid_until for message in held] == [True, True]
    assert not announcements.work()

    broadcasts.resume(broadcast=broadcast, actor=manager())
    while announcements.work(batch=2):
        pass

    assert [message.retry_at for message in texts(broadcast)] == [None] * 4
    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.queued) == ("sending", 4)
    assert audited() == []


def test_cancelling_takes_back_what_is_queued_at_once() -> None:
    crowd(3)
    broadcast = sent(drafted())

    assert broadcasts.cancel(broadcast=broadcast, actor=manager(), now=LATER) == 3

    assert {(m.status, m.status_reason) for m in texts(broadcast)} == {
        ("cancelled", "broadcast_cancelled")
    }
    with pytest.raises(BroadcastRefused):
        broadcasts.resume(broadcast=broadcast, actor=manager())
    assert audited() == []


def test_stop_between_plan_and_send_gets_nothing() -> None:
    crowd(2)
    broadcast = sent(drafted())

    worlds.text("+447700900001", "STOP", at=LATER)

    assert [message.status for message in texts(broadcast)] == ["cancelled", "queued"]
    again = sent(drafted())
    assert len(texts(again)) == 1
    assert left_out(again) == ["opted_out"]
    assert audited() == []


def test_pause_takes_back_a_broadcast_and_a_new_attempt_does_not() -> None:
    first, second = crowd(2)
    broadcast = sent(drafted())
    pausing.pause(enrolment=first, until=None, reason="asked", now=LATER)
    attempts.start(enrolment=second, day=date(2026, 12, 20), source="test", now=LATER)

    assert [message.status for message in texts(broadcast)] == ["cancelled", "queued"]


def test_taken_back_it_is_a_draft_until_somebody_has_got_it() -> None:
    crowd(1)
    broadcast = announcements.scheduled(drafted())

    broadcasts.take_back(broadcast=broadcast, actor=manager())
    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.due_at) == ("draft", None)

    sent(broadcast)
    with pytest.raises(BroadcastRefused):
        broadcasts.take_back(broadcast=broadcast, actor=manager())


def test_broadcast_ends_when_nothing_waits_any_more() -> None:
    crowd(2)
    broadcast = sent(drafted())

    assert broadcast_work.follow(now=LATER) == 0
    Message.objects.update(status="delivered", settled_at=LATER)
    assert broadcast_work.follow(now=LATER) == 1

    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.ended_at) == ("done", LATER)


def test_broadcast_counts_for_caps_and_gap() -> None:
    edition = worlds.version(published=False)
    edition.cap_day, edition.min_gap_minutes = 1, 60
    edition.save()
    worlds.publish(edition)
    enrolment = crowd(1, edition)[0]

    first, second = sent(drafted()), sent(drafted(name="Again"))

    enrolment.refresh_from_db()
    assert texts(first)[0].not_before == LATER
    assert texts(second)[0].not_before == datetime(2026, 12, 2, 8, tzinfo=UTC)
    assert (enrolment.load_day, enrolment.load[:2]) == (date(2026, 12, 2), [1, 1])
    assert planner.tick(now=LATER).messages == 0, "the welcome finds both days full"


def test_every_deed_is_audited() -> None:
    crowd(1)
    broadcast = sent(drafted())
    broadcasts.pause(broadcast=broadcast, actor=manager())
    broadcasts.resume(broadcast=broadcast, actor=manager())
    broadcasts.cancel(broadcast=broadcast, actor=manager(), now=LATER)

    verbs = AuditEvent.objects.filter(verb__startswith="broadcast.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "broadcast.draft",
        "broadcast.scheduled",
        "broadcast.begin",
        "broadcast.pause",
        "broadcast.resume",
        "broadcast.cancel",
    ]


def test_every_move_is_between_known_statuses() -> None:
    assert set(Broadcast.MOVES) == set(Broadcast.Status.values)
    for status, moves in Broadcast.MOVES.items():
        assert bool(moves) == (status not in Broadcast.ENDED)


def test_ledger_misses_what_a_broadcast_has_lost() -> None:
    crowd(2)
    broadcast = sent(drafted())
    Broadcast.objects.filter(pk=broadcast.pk).update(queued=1)
    Message.objects.filter(pk=texts(broadcast)[0].pk).update(cause_key="99:99")

    found = {(v.code, v.subject.split()[0], v.detail) for v in ledger.violations(now=LATER)}

    assert ("I6", "broadcast", "its sums are not its decisions'") in found
    assert ("I2", "broadcast", "queued without a message") in found
    assert ("I6", "message", "sent without a broadcast's decision") in found
    assert found == {(v.code, v.subject.split()[0], v.detail) for v in row_by_row(LATER)}
    assert Enrolment.objects.count() == 2
