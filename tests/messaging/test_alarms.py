"""What keeps a sender's texts from leaving: raised by what calls come to, and over when it is."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.db.models import F
from pytest_django import Settings

from messaging import alarms, claiming, clock, dispatch, senders
from messaging.alarms import IN_A_ROW, OF_THE_LAST, Called, Watch
from messaging.models import Alarm, Attempt, Message, Sender, SenderGroup
from messaging.providers.base import (
    Advice,
    Capabilities,
    Outgoing,
    Provider,
    SendOutcome,
    SendResult,
)
from messaging.providers.fake import Fake
from tests.factories import UserFactory
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

ACCEPTED = SendResult(SendOutcome.ACCEPTED, "p1")
WRONG_SECRET = SendResult(
    SendOutcome.REJECTED_RETRYABLE, error_code="20003", advice=Advice.STOP_SENDER
)
NOBODY = SendResult(
    SendOutcome.REJECTED_RETRYABLE, error_code="unreachable", advice=Advice.UNREACHABLE
)
UNKNOWN = SendResult(SendOutcome.UNKNOWN, error_code="http_503")
BAD_NUMBER = SendResult(SendOutcome.REJECTED_PERMANENT, advice=Advice.BAD_NUMBER)
REFUSED, UNREACHABLE, MISCONFIGURED = Alarm.Kind
_attempts = count(1)


class Moody(Provider):
    """Answers as it is told to, and counts its calls."""

    capabilities = Capabilities(is_fake=True)
    answer: ClassVar[SendResult] = ACCEPTED
    calls: ClassVar[list[str]] = []

    async def send(self, outgoing: Outgoing) -> SendResult:
        self.calls.append(outgoing.token)
        return self.answer


class Picky(Fake):
    """Cannot be made without a key that is long enough."""

    def __init__(self, key: str, **options: Any) -> None:
        if len(key) < 5:
            raise ValueError("The key is too short.")
        super().__init__(**options)


@pytest.fixture
def moody(settings: Settings) -> Iterator[type[Moody]]:
    settings.SMS_PROVIDERS = {
        "fake": {"BACKEND": f"{__name__}.Moody"},
        "other": {"BACKEND": f"{__name__}.Moody"},
    }
    Moody.answer, Moody.calls = ACCEPTED, []
    yield Moody
    Moody.answer, Moody.calls = ACCEPTED, []


def queue_to(sender: Sender, count: int) -> list[Message]:
    numbers = RecipientFactory.create_batch(count, organisation=sender.organisation)
    return [queue_text(sender, number) for number in numbers]


def called(sender: Sender, *results: SendResult, probing: bool = False) -> list[Called]:
    """Calls one after the other, by when they started."""
    return [Called(sender.pk, next(_attempts), result, probing) for result in results]


def open_alarms() -> list[tuple[int, str]]:
    found = Alarm.objects.filter(cleared_at=None).order_by("sender_id", "kind")
    return list(found.values_list("sender_id", "kind"))


def probe_time_comes() -> None:
    Alarm.objects.filter(cleared_at=None).update(probe_at=clock.calendar_now())
    Message.objects.update(retry_at=None)


# --- A refusal that holds for every text


def test_a_wrong_secret_raises_an_alarm_and_the_texts_wait(moody: type[Moody]) -> None:
    sender = SenderFactory()
    queue_to(sender, 30)
    moody.answer = WRONG_SECRET

    dispatch.send_due(limit=5)
    dispatch.send_due()

    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.code, alarm.sender_id) == (REFUSED, "20003", sender.pk)
    assert alarm.probe_at is not None
    assert alarm.probe_at - alarm.raised_at >= timedelta(minutes=4)
    assert len(moody.calls) == 5
    assert set(Message.objects.values_list("status", flat=True)) == {"queued"}


def test_a_wrong_secret_of_one_sender_does_not_hold_another(moody: type[Moody]) -> None:
    ill, well = SenderFactory(), SenderFactory()
    alarms.sound(kind=REFUSED, sender_ids=[ill.pk])
    queue_to(ill, 2)
    queue_to(well, 2)

    assert dispatch.send_due() == 2
    assert {message.sender_id for message in Message.objects.filter(status="accepted")} == {well.pk}


def test_an_alarm_is_raised_once_while_it_lasts(moody: type[Moody]) -> None:
    sender = SenderFactory()
    watch = Watch()

    watch.note(called(sender, WRONG_SECRET, WRONG_SECRET))
    watch.note(called(sender, WRONG_SECRET))

    assert Alarm.objects.count() == 1
    assert alarms.sound(kind=REFUSED, sender_ids=[sender.pk], code="another") == 0
    assert Alarm.objects.get().code == "20003"


def test_an_alarm_can_come_again_after_its_end() -> None:
    sender = SenderFactory()
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])
    alarms.clear(sender_ids=[sender.pk], kinds=[REFUSED])

    assert alarms.sound(kind=REFUSED, sender_ids=[sender.pk]) == 1
    assert Alarm.objects.count() == 2


def test_an_alarm_keeps_no_more_of_a_code_than_there_is_room_for() -> None:
    sender = SenderFactory()

    alarms.sound(kind=MISCONFIGURED, sender_ids=[sender.pk], code="c" * 200, detail="d" * 900)

    alarm = Alarm.objects.get()
    assert (len(alarm.code), len(alarm.detail)) == (40, 300)


# --- Probes


def test_before_its_time_nothing_probes(moody: type[Moody]) -> None:
    sender = SenderFactory()
    queue_to(sender, 3)
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])

    assert dispatch.send_due() == 0
    assert moody.calls == []


def test_a_probe_is_one_text_and_its_success_frees_the_rest(moody: type[Moody]) -> None:
    sender = SenderFactory()
    queue_to(sender, 10)
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])
    probe_time_comes()

    claimed = claiming.claim(limit=10)

    assert [call.probing for call in claimed.calls] == [True]
    assert claiming.claim(limit=10).calls == ()
    Attempt.objects.all().delete()
    Message.objects.update(status="queued")
    probe_time_comes()
    assert dispatch.send_due() == 10
    assert len(moody.calls) == 10
    assert Alarm.objects.get().cleared_at is not None


def test_a_probe_in_vain_is_followed_by_another_later(moody: type[Moody]) -> None:
    sender = SenderFactory()
    queue_to(sender, 10)
    moody.answer = WRONG_SECRET
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])
    waits = []

    for probes in range(1, 4):
        probe_time_comes()
        dispatch.send_due()
        dispatch.send_due()
        alarm = Alarm.objects.get()
        assert alarm.probe_at is not None
        assert len(moody.calls) == alarm.probes == probes
        waits.append((alarm.probe_at - clock.calendar_now()).total_seconds())

    assert waits == pytest.approx([30, 60, 120], abs=5)
    assert Alarm.objects.get().cleared_at is None


def test_probes_are_never_more_than_ten_minutes_apart() -> None:
    sender = SenderFactory()
    queue_to(sender, 1)
    alarms.sound(kind=UNREACHABLE, sender_ids=[sender.pk])
    Alarm.objects.update(probes=1000)
    probe_time_comes()

    senders.due(now_sql=clock.CALENDAR_NOW)

    alarm = Alarm.objects.get()
    assert alarm.probe_at is not None
    assert alarm.probes == 1000
    assert alarm.probe_at <= clock.calendar_now() + timedelta(minutes=10)


@pytest.mark.parametrize("answer", [UNKNOWN, NOBODY, BAD_NUMBER, WRONG_SECRET])
def test_only_an_accepted_probe_ends_an_alarm(answer: SendResult, moody: type[Moody]) -> None:
    sender = SenderFactory()
    queue_to(sender, 2)
    moody.answer = answer
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])
    probe_time_comes()

    assert dispatch.send_due() == 1
    assert open_alarms() == [(sender.pk, REFUSED)]


def test_an_answer_to_a_call_begun_before_the_alarm_does_not_end_it() -> None:
    sender = SenderFactory()
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])

    Watch().note(called(sender, ACCEPTED))

    assert open_alarms() == [(sender.pk, REFUSED)]


def test_two_alarms_of_a_sender_are_probed_when_both_may_and_end_together(
    moody: type[Moody],
) -> None:
    sender = SenderFactory()
    queue_to(sender, 2)
    for kind in (REFUSED, UNREACHABLE):
        alarms.sound(kind=kind, sender_ids=[sender.pk])
    Alarm.objects.filter(kind=UNREACHABLE).update(probe_at=clock.calendar_now())

    assert dispatch.send_due() == 0
    probe_time_comes()
    assert dispatch.send_due() == 2
    assert open_alarms() == []


def test_the_others_of_a_group_send_while_one_probes(moody: type[Moody]) -> None:
    ill = SenderFactory()
    group = SenderGroup.objects.create(organisation=ill.organisation, name="Both")
    well = SenderFactory(organisation=ill.organisation, group=group)
    Sender.objects.filter(pk=ill.pk).update(group=group)
    queue_to(ill, 30)
    alarms.sound(kind=REFUSED, sender_ids=[ill.pk])
    probe_time_comes()
    moody.answer = UNKNOWN

    dispatch.send_due()

    by_sender = Message.objects.filter(status="unknown").values_list("sender_id", flat=True)
    assert list(by_sender).count(ill.pk) == 1
    assert list(by_sender).count(well.pk) == 29


@pytest.mark.usefixtures("committed")
def test_two_workers_send_one_probe_between_them() -> None:
    sender = SenderFactory()
    queue_to(sender, 8)
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])
    probe_time_comes()
    claims: list[claiming.Claim] = []

    errors = at_once(*[lambda: claims.append(claiming.claim(limit=5))] * 4)

    assert errors == []
    assert sum(len(claim.calls) for claim in claims) == 1
    assert Alarm.objects.get().probes == 1


# --- A provider that is not there


def test_failures_in_a_row_raise_an_alarm_for_every_sender_of_the_provider() -> None:
    one, same, off = SenderFactory(), SenderFactory(), SenderFactory(is_active=False)
    other = SenderFactory(provider="other")
    watch = Watch()

    watch.note(called(one, *[NOBODY, UNKNOWN] * (IN_A_ROW // 2 - 1)))
    watch.note(called(one, NOBODY))
    assert open_alarms() == []
    watch.note(called(one, UNKNOWN))

    assert open_alarms() == [(one.pk, UNREACHABLE), (same.pk, UNREACHABLE)]
    assert not Alarm.objects.filter(sender__in=[off, other]).exists()


@pytest.mark.parametrize("between", [ACCEPTED, BAD_NUMBER, WRONG_SECRET])
def test_a_provider_that_answers_more_than_half_is_not_down(between: SendResult) -> None:
    sender = SenderFactory()

    last = [NOBODY] * (IN_A_ROW - 1) + [between] * (OF_THE_LAST - IN_A_ROW + 1)
    Watch().note(called(sender, *last * 3))

    assert not Alarm.objects.filter(kind=UNREACHABLE).exists()


def test_a_provider_that_answers_now_and_then_is_down() -> None:
    sender = SenderFactory()

    Watch().note(called(sender, *[NOBODY, ACCEPTED] * IN_A_ROW))

    assert open_alarms() == [(sender.pk, UNREACHABLE)]


def test_failures_of_long_ago_are_forgotten() -> None:
    sender = SenderFactory()
    watch = Watch()

    for _ in range(4):
        watch.note(called(sender, *[UNKNOWN] * (IN_A_ROW - 1)))
        watch.note(called(sender, *[ACCEPTED] * OF_THE_LAST))

    assert open_alarms() == []


def test_calls_that_hung_long_count_by_when_they_started() -> None:
    """Their time-outs come in after the answers of many that started later."""
    sender = SenderFactory()
    hung = called(sender, *[UNKNOWN] * IN_A_ROW)
    watch = Watch()

    watch.note(called(sender, *[ACCEPTED] * OF_THE_LAST))
    watch.note(hung)

    assert open_alarms() == []


def test_two_senders_failures_are_counted_apart() -> None:
    one, two = SenderFactory(), SenderFactory()

    Watch().note([*called(one, *[NOBODY] * 6), *called(two, *[NOBODY] * 6)])

    assert open_alarms() == []


def test_an_alarm_that_was_ended_is_not_raised_again_by_old_failures() -> None:
    """Staff, or another process's probe, have ended it; this process still remembers."""
    sender, other = SenderFactory(), SenderFactory()
    watch = Watch()
    watch.note(called(sender, *[NOBODY] * IN_A_ROW))
    alarms.clear(sender_ids=[sender.pk, other.pk], kinds=[UNREACHABLE])

    watch.note(called(other, ACCEPTED))
    watch.note(called(sender, NOBODY))

    assert open_alarms() == []


def test_an_outage_of_a_provider_is_seen_by_send_due_and_ends_with_it(moody: type[Moody]) -> None:
    sender, same = SenderFactory(), SenderFactory()
    queue_to(sender, IN_A_ROW)
    waiting = queue_to(same, 3)
    Message.objects.filter(sender=same).update(not_before=F("not_before") + timedelta(hours=1))
    moody.answer = NOBODY

    dispatch.send_due()

    assert open_alarms() == [(sender.pk, UNREACHABLE), (same.pk, UNREACHABLE)]
    Message.objects.update(not_before=F("not_before") - timedelta(hours=1))
    assert dispatch.send_due() == 0
    moody.answer = ACCEPTED
    probe_time_comes()
    assert dispatch.send_due() == IN_A_ROW + len(waiting)
    assert open_alarms() == []


# --- Staff


def test_try_again_ends_an_alarm_and_says_who_did() -> None:
    sender = SenderFactory()
    actor = UserFactory(organisation=sender.organisation)
    queue_to(sender, 2)
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])
    alarm = Alarm.objects.get()

    assert alarms.try_again(alarm=alarm, actor=actor)

    alarm.refresh_from_db()
    assert alarm.cleared_at is not None
    assert alarm.cleared_by == actor
    event = AuditEvent.objects.get(verb="alarm.try_again")
    assert (event.actor, event.detail) == (actor, {"kind": "refused"})
    assert dispatch.send_due() == 2


def test_try_again_of_what_is_over_changes_nothing() -> None:
    sender = SenderFactory()
    actor = UserFactory(organisation=sender.organisation)
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])
    alarms.clear(sender_ids=[sender.pk], kinds=[REFUSED])
    alarm = Alarm.objects.get()

    assert not alarms.try_again(alarm=alarm, actor=actor)

    alarm.refresh_from_db()
    assert alarm.cleared_by is None
    assert not AuditEvent.objects.filter(verb="alarm.try_again").exists()


# --- Settings


def picky(settings: Settings, tmp_path: Any, **options: Any) -> None:
    entry = {"BACKEND": f"{__name__}.Picky", "OPTIONS": {"path": tmp_path / "l", **options}}
    settings.SMS_PROVIDERS = {**settings.SMS_PROVIDERS, "picky": entry}


def test_watch_settings_tells_what_is_wrong_until_it_is_mended(
    settings: Settings, tmp_path: Any
) -> None:
    sender, well = SenderFactory(provider="picky"), SenderFactory()
    queue_to(sender, 2)
    picky(settings, tmp_path, key="abc")

    assert alarms.watch_settings() == 1
    assert alarms.watch_settings() == 0

    alarm = Alarm.objects.get()
    assert (alarm.sender_id, alarm.kind, alarm.probe_at) == (sender.pk, MISCONFIGURED, None)
    assert alarm.detail == "SMS_PROVIDERS['picky'] cannot be made: The key is too short."
    assert not Alarm.objects.filter(sender=well).exists()
    assert dispatch.send_due() == 0

    picky(settings, tmp_path, key="abcdef")
    assert dispatch.send_due() == 0
    assert alarms.watch_settings() == 0
    assert open_alarms() == []
    assert dispatch.send_due() == 2


def test_watch_settings_tells_of_what_is_wrong_now(settings: Settings, tmp_path: Any) -> None:
    SenderFactory(provider="picky")
    alarms.watch_settings()
    first = Alarm.objects.get().detail
    picky(settings, tmp_path, key="abc")

    alarms.watch_settings()

    assert "BACKEND" in first
    assert Alarm.objects.get().detail.endswith("The key is too short.")


def test_watch_settings_leaves_senders_that_are_switched_off() -> None:
    SenderFactory(provider="gone", is_active=False)

    assert alarms.watch_settings() == 0


def test_watch_settings_ends_no_alarm_of_another_kind() -> None:
    sender = SenderFactory()
    alarms.sound(kind=REFUSED, sender_ids=[sender.pk])

    alarms.watch_settings()

    assert open_alarms() == [(sender.pk, REFUSED)]


def test_a_sender_has_one_open_alarm_of_a_kind_also_when_two_raise_it_at_once(
    committed: None,
) -> None:
    sender = SenderFactory()
    raised: list[int] = []

    def raise_it() -> None:
        raised.append(alarms.sound(kind=REFUSED, sender_ids=[sender.pk]))

    assert at_once(raise_it, raise_it, raise_it) == []
    assert sum(raised) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM messaging_alarm")
        assert cursor.fetchone() == (1,)
