"""The product's Celery application with ticks short enough to wait for."""

from django.apps import apps

from config.celery import app

_TICK_SECONDS = 1.0

for entry in app.conf.beat_schedule.values():
    entry["schedule"] = min(entry["schedule"], _TICK_SECONDS)


@app.task(name="tests.chaos.app.fail")
def fail(inbound_id: int) -> None:
    """As a fault of ours might: with a person's words in its message."""
    words = apps.get_model("messaging", "InboundMessage").objects.get(pk=inbound_id).body
    raise ValueError(f"cannot bear {words}")


__all__ = ["app"]
