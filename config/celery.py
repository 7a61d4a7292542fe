"""The Celery application, set up by config.queues when its configuration is first asked for."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sendwell")
app.config_from_object("config.queues")
app.autodiscover_tasks()
