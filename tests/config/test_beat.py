"""The beat says that it is there, and goes on while the database is away."""

from typing import Any

import pytest
from celery.beat import Scheduler
from django.db import OperationalError

from config import beat, queues
from config.celery import app
from messaging import heartbeats
from messaging.models import Heartbeat


def test_beat_is_the_one_that_says_so() -> None:
    assert app.conf.beat_scheduler == "config.beat:SeenScheduler"
    assert heartbeats.SILENT_AFTER.total_seconds() > beat.SEEN_EVERY
    assert heartbeats.SILENT_AFTER.total_seconds() > queues.SEEN_EVERY


def test_every_queue_is_asked_for_a_sign_of_life() -> None:
    asked = {
        (entry["options"]["queue"], *entry["args"])
        for entry in queues.beat_schedule.values()
        if entry["task"] == "messaging.tasks.be_seen"
    }

    assert asked == {(queue, queue) for queue in queues.QUEUES}


@pytest.mark.django_db
def test_tick_of_the_beat_leaves_its_row() -> None:
    scheduler = beat.SeenScheduler(app, schedule={}, lazy=True)

    scheduler.tick()

    assert [row.name for row in Heartbeat.objects.all()] == [heartbeats.BEAT]


def test_database_that_is_away_does_not_end_the_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(heartbeats, "seen", away)
    monkeypatch.setattr(beat.connection, "close", lambda: None)
    monkeypatch.setattr(Scheduler, "tick", lambda *_: 1.0)

    assert beat.SeenScheduler(app, schedule={}, lazy=True).tick() == 1.0
