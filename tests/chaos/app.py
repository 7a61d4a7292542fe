"""The product's Celery application with ticks short enough to wait for."""

from config.celery import app

_TICK_SECONDS = 1.0

for entry in app.conf.beat_schedule.values():
    entry["schedule"] = min(entry["schedule"], _TICK_SECONDS)

__all__ = ["app"]
