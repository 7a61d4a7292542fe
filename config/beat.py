"""Celery's beat, which says in a row of its own that it is there.

A task that a worker runs could not say so: with no worker, a beat at work would look silent.
"""

import time
from typing import Any

import structlog
from celery.beat import Scheduler
from django.db import Error, connection

from messaging import heartbeats

log = structlog.get_logger(__name__)

SEEN_EVERY = 10.0


class SeenScheduler(Scheduler):
    """Fixed-interval ticks need no memory of the last run, so no schedule file to spoil."""

    _seen_at = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        wait = super().tick(*args, **kwargs)
        if time.monotonic() - self._seen_at >= SEEN_EVERY:
            self._seen_at = time.monotonic()
            _say()
        return wait


def _say() -> None:
    """A database that is away must not end the beat: it goes on when that is back."""
    try:
        heartbeats.seen(name=heartbeats.BEAT)
    except Error:
        log.warning("heartbeat_unwritten", reason="database")
        connection.close()
