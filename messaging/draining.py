"""All of messaging's ticks by one process, for when the broker or Celery is gone.

It may run beside the workers: every step is safe twice at once.
"""

import time
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection

from messaging import (
    alarms,
    balance,
    budget,
    clock,
    expiry,
    inbound_parts,
    reconcile,
    reports,
)
from messaging.dispatch import send_due

log = structlog.get_logger(__name__)

#: Between two rounds of what need not be done at once.
_HOUSEKEEPING = 30.0
_A_ROUND = 2000


def drain(*, once: bool, pause: timedelta) -> int:
    """How many messages were handled; without `once` it ends by being stopped.

    Raises messaging.clock.ClockRefused when a moved calendar meets a real sender."""
    handled, housekeeping_at = 0, 0.0
    while True:
        try:
            if time.monotonic() >= housekeeping_at:
                _housekeep()
                housekeeping_at = time.monotonic() + _HOUSEKEEPING
            sent = send_due(limit=_A_ROUND)
            handled += sent
            busy = sent + reports.fold(now=clock.calendar_now())
        except (OperationalError, InterfaceError) as error:
            if once:
                raise
            # The last resort must outlive a restart of the database.
            log.warning("database_lost", error=type(error).__name__)
            connection.close()
            busy = 0
        if not busy:
            if once:
                return handled
            time.sleep(pause.total_seconds())


def _housekeep() -> None:
    budget.refresh(now=clock.calendar_now())
    alarms.watch_settings()
    balance.rebalance(now=clock.calendar_now())
    reconcile.settle_lost()
    expiry.expire(now=clock.calendar_now())
    inbound_parts.join_late()
