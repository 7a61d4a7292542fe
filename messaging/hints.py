"""A word to the workers that there is news, so that nobody waits for the next tick.

Sent by a thread of its own: whoever has news must not wait for a broker that is slow or gone. News
that comes while one hint is being sent, or soon after, shares the next. A hint that is lost costs a
tick.
"""

import os
import threading
import time

import structlog
from celery import current_app
from django.conf import settings

log = structlog.get_logger(__name__)

#: A hint this old has been overtaken by a tick.
_EXPIRES_SECONDS = 10

#: A rush of texts is answered many at a time, which is many times cheaper than one after another.
EVERY_SECONDS = 0.1

_news = threading.Event()
_starting = threading.Lock()
_threads: dict[int, threading.Thread] = {}


def inbound_came() -> None:
    """Returns at once. Nothing is sent where settings.INBOUND_HINT names no task."""
    if settings.INBOUND_HINT:
        _start()
        _news.set()


def _start() -> None:
    """A server that forked has none of its parent's threads."""
    if os.getpid() in _threads:
        return
    with _starting:
        if os.getpid() not in _threads:
            thread = threading.Thread(target=_tell, name="hints", daemon=True)
            _threads[os.getpid()] = thread
            thread.start()


def _tell() -> None:
    while True:
        _news.wait()
        _news.clear()
        try:
            current_app.send_task(
                settings.INBOUND_HINT, expires=_EXPIRES_SECONDS, retry=False, ignore_result=True
            )
        except Exception as error:
            # Whatever it is: nobody would start this thread again.
            log.warning("hint_lost", error=type(error).__name__)
        time.sleep(EVERY_SECONDS)
