"""The Celery application, set up by config.queues when its configuration is first asked for."""

import logging
import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sendwell")
app.config_from_object("config.queues")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Answering this signal stops Celery from putting its own handlers beside ours, which redact.

    A line for each tick would hide everything else.
    """
    for name in ("celery.worker.strategy", "celery.app.trace", "celery.beat"):
        logging.getLogger(name).setLevel(logging.WARNING)
