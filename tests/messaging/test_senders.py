import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from pytest_django import Settings

from messaging import alarms, senders
from messaging.clock import CALENDAR_NOW
from messaging.models import Alarm, CalendarOffset, Message, Sender, SenderGroup
from messaging.routing import Route
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text

pytestmark = pytest.mark.django_db


def with_text(sender: Sender, **changes: Any) -> Sender:
    queue_text(sender, RecipientFactory(organisation=sender.organisation), **changes)
    return sender


def grouped(count: int) -> list[Sender]:
    first: Sender = SenderFactory()
    group = SenderGroup.objects.create(organisation=first.organisation, name="All")
    rest = SenderFactory.create_batch(count - 1, organisation=first.organisation, group=group)
    Sender.objects.filter(pk=first.pk).update(group=group)
    first.refresh_from_db()
    return [first, *rest]


def due() -> tuple[dict[int, int | None], dict[int, Route]]:
    return senders.due(now_sql=CALENDAR_NOW)


def test_due_names_a_sender_whose_text_may_leave() -> None:
    sender = with_text(SenderFactory(weight=40))
    SenderFactory()

    waiting, routes = due()

    assert waiting == {sender.pk: None}
    assert routes == {sender.pk: Route(sender.pk, "fake", None, 40)}


def test_due_brings_those_that_stand_in_though_nothing_is_queued_on_them() -> None:
    first, second, third = grouped(3)
    with_text(second)

    waiting, routes = due()

    assert waiting == {second.pk: first.group_id}
    assert set(routes) == {first.pk, second.pk, third.pk}


def test_due_leaves_out_what_is_switched_off() -> None:
    first, second = grouped(2)
    with_text(first)
    with_text(second)
    Sender.objects.filter(pk=first.pk).update(is_active=False)

    waiting, routes = due()

    assert (set(waiting), set(routes)) == ({second.pk}, {second.pk})


def test_due_leaves_a_sender_whose_texts_are_for_later_or_gone() -> None:
    sender = with_text(SenderFactory())
    Message.objects.update(not_before=F("not_before") + timedelta(hours=1))
    assert due() == ({}, {})

    Message.objects.update(
        not_before=F("not_before") - timedelta(hours=1), status="sent", settled_at=F("created_at")
    )
    assert due() == ({}, {})
    assert sender.is_active


def test_due_goes_by_the_calendar() -> None:
    sender = with_text(SenderFactory())
    Message.objects.update(not_before=F("not_before") + timedelta(hours=1))
    CalendarOffset.objects.create(pk=1, offset=timedelta(hours=2))

    assert set(due()[0]) == {sender.pk}


def test_due_keeps_a_sender_with_an_open_alarm_waiting_without_a_route() -> None:
    sender = with_text(SenderFactory())
    alarms.sound(kind=Alarm.Kind.REFUSED, sender_ids=[sender.pk])

    assert due() == ({sender.pk: None}, {})

    alarms.clear(sender_ids=[sender.pk], kinds=[Alarm.Kind.REFUSED])
    assert not due()[1][sender.pk].probing


def test_due_does_not_probe_a_sender_that_has_nothing_to_send() -> None:
    sender = SenderFactory()
    alarms.sound(kind=Alarm.Kind.UNREACHABLE, sender_ids=[sender.pk])
    Alarm.objects.update(probe_at=F("raised_at"))

    due()

    assert Alarm.objects.get().probes == 0


def test_due_probes_once_at_a_time() -> None:
    sender = with_text(SenderFactory())
    alarms.sound(kind=Alarm.Kind.UNREACHABLE, sender_ids=[sender.pk])
    Alarm.objects.update(probe_at=F("raised_at"))

    assert due()[1] == {sender.pk: Route(sender.pk, "fake", None, 100, probing=True)}
    assert due()[1] == {}


def test_due_says_whose_budget_is_spent() -> None:
    first, second = grouped(2)
    with_text(first)
    Sender.objects.filter(pk=second.pk).update(budget_state=Sender.BudgetState.STOPPED)

    routes = due()[1]

    assert (routes[first.pk].spent, routes[second.pk].spent) == (False, True)


def test_fakes_are_those_on_a_fake_provider(settings: Settings) -> None:
    real = {"BACKEND": "tests.messaging.networks.RealLooking"}
    settings.SMS_PROVIDERS = {**settings.SMS_PROVIDERS, "real": real}

    assert senders.fakes([Route(1, "real", None, 1), Route(2, "fake", None, 1)]) == [2]


def test_is_usable_only_with_a_provider_that_can_be_made(settings: Settings) -> None:
    settings.SMS_PROVIDERS = {
        **settings.SMS_PROVIDERS,
        "wrong": {"BACKEND": "messaging.providers.fake.Fake", "OPTIONS": {"colour": "red"}},
        "lost": {"BACKEND": "messaging.providers.nobody.Nobody"},
    }

    usable = {alias: senders.is_usable(alias) for alias in ("fake", "wrong", "lost", "unknown")}

    assert usable == {"fake": True, "wrong": False, "lost": False, "unknown": False}


def test_due_probes_once_also_when_two_ask_at_the_same_moment(committed: None) -> None:
    """Both see the alarm due, and wait for its row."""
    sender = with_text(SenderFactory())
    alarms.sound(kind=Alarm.Kind.UNREACHABLE, sender_ids=[sender.pk])
    Alarm.objects.update(probe_at=F("raised_at"))
    held = threading.Event()
    found: list[int] = []

    def hold() -> None:
        with transaction.atomic():
            Alarm.objects.select_for_update(of=("self",)).get()
            held.set()
            time.sleep(0.2)

    def ask() -> None:
        assert held.wait(timeout=5)
        found.append(len(due()[1]))

    assert at_once(hold, ask, ask) == []
    assert sorted(found) == [0, 1]
