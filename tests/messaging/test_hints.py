"""A word to the workers: never waited for, never needed."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from pytest_django import Settings
from redis import Redis

from config.celery import app
from messaging import hints

WAIT = 5.0


class Post(Celery):
    """Takes down what it is asked to send; as slow, or as broken, as it is told to be."""

    def __init__(self, act: Callable[[], None] = lambda: None, **options: Any) -> None:
        super().__init__("post", set_as_current=False, **options)
        self.act = act
        self.sent: list[str] = []

    def send_task(self, name: str, *args: Any, **options: Any) -> None:  # type: ignore[override]
        self.sent.append(name)
        self.act()


@pytest.fixture
def use(settings: Settings) -> Iterator[Callable[[Celery], None]]:
    """Puts another app in the place of the default one, as the hinting thread sees it."""
    settings.INBOUND_HINT = "enrolment.tasks.answer_inbound"
    yield lambda other: other.set_default()
    app.set_default()


def eventually(true: Callable[[], object]) -> bool:
    until = time.monotonic() + WAIT
    while not true() and time.monotonic() < until:
        time.sleep(0.005)
    return bool(true())


def took(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def test_inbound_came_sends_the_task_that_is_named(
    broker: "Redis", use: Callable[[Celery], None]
) -> None:
    hints.inbound_came()

    assert eventually(lambda: [key for key in broker.scan_iter() if broker.type(key) == b"list"])


def test_nothing_is_sent_where_no_task_is_named(
    use: Callable[[Celery], None], settings: Settings
) -> None:
    post = Post()
    use(post)
    settings.INBOUND_HINT = ""

    hints.inbound_came()

    time.sleep(0.05)
    assert post.sent == []


def test_inbound_came_returns_at_once_while_the_broker_does_not_answer(
    use: Callable[[Celery], None],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        gone = Post()
        use(gone)
        held = threading.Event()
        gone.act = lambda: _ask(port, held)

        assert took(hints.inbound_came) < 0.5
        assert eventually(lambda: gone.sent)
        assert max(took(hints.inbound_came) for _ in range(50)) < 0.5
        held.set()
    assert eventually(lambda: len(gone.sent) == 2)


def _ask(port: int, held: threading.Event) -> None:
    """A broker that takes the connection and is silent."""
    with socket.create_connection(("127.0.0.1", port)):
        held.wait(timeout=WAIT)


def test_a_dead_broker_costs_nothing_and_is_tried_again(use: Callable[[Celery], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    tried = threading.Event()

    class Dead(Celery):
        def send_task(self, *args: Any, **options: Any) -> Any:
            try:
                return super().send_task(*args, **options)
            finally:
                tried.set()

    dead = Dead("dead", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    # By itself kombu would try for as long as the broker is gone.
    dead.conf.broker_transport_options = {"max_retries": 1, "interval_start": 0}
    use(dead)

    assert took(hints.inbound_came) < 0.5
    assert tried.wait(timeout=WAIT)
    post = Post()
    use(post)
    hints.inbound_came()
    assert eventually(lambda: post.sent)


def test_news_that_comes_while_a_hint_is_sent_shares_the_next(
    use: Callable[[Celery], None],
) -> None:
    going = threading.Event()
    post = Post(lambda: going.wait(timeout=WAIT) and None)
    use(post)
    hints.inbound_came()
    assert eventually(lambda: len(post.sent) == 1)

    for _ in range(100):
        hints.inbound_came()
    going.set()

    assert eventually(lambda: len(post.sent) == 2)
    time.sleep(0.05)
    assert len(post.sent) == 2


def test_an_error_nobody_thought_of_does_not_end_the_hints(use: Callable[[Celery], None]) -> None:
    def fail() -> None:
        raise KeyError("routing")

    broken, well = Post(fail), Post()
    use(broken)
    hints.inbound_came()
    assert eventually(lambda: broken.sent)

    use(well)
    hints.inbound_came()

    assert eventually(lambda: well.sent)


def test_one_thread_does_it_all(use: Callable[[Celery], None]) -> None:
    use(Post())
    for _ in range(20):
        hints.inbound_came()

    names = [thread.name for thread in threading.enumerate()]
    assert names.count("hints") == 1
