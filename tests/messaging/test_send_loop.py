"""The command an operator starts when the broker or Celery is gone."""

import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from config import places
from messaging.models import CalendarOffset, Message
from messaging.providers.fake import Fake
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text


def queue_one() -> Message:
    sender = SenderFactory()
    return queue_text(sender, RecipientFactory(organisation=sender.organisation))


@pytest.mark.django_db
def test_send_loop_once_sends_and_ends(fake: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    queue_one()

    call_command("send_loop", "--once")

    assert len(fake.entries()) == 1
    assert capsys.readouterr().out == "1 messages handled.\n"


@pytest.mark.django_db
def test_send_loop_says_why_it_does_not_start() -> None:
    CalendarOffset.objects.create(pk=1, offset=timedelta(minutes=15))
    SenderFactory(provider="real")

    with pytest.raises(CommandError, match="calendar was moved"):
        call_command("send_loop", "--once")


@pytest.mark.usefixtures("committed")
def test_send_loop_sends_what_comes_until_it_is_interrupted(
    process_environment: dict[str, str],
) -> None:
    """A process of its own, with no broker to be found."""
    loop = subprocess.Popen(
        [sys.executable, "manage.py", "send_loop", "--every", "0.05"],
        cwd=places.CHECKOUT,
        env={**process_environment, "REDIS_URL": "redis://127.0.0.1:1/0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Whoever runs the tests in the background hands on that interrupts be ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        for _ in range(2):
            message = queue_one()
            assert _goes_out(message)
        loop.send_signal(signal.SIGINT)
        output, _ = loop.communicate(timeout=20)
    finally:
        loop.kill()
        loop.wait()

    assert loop.returncode == 0
    assert "Traceback" not in output


def _goes_out(message: Message) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        message.refresh_from_db()
        if message.status == Message.Status.DELIVERED:
            return True
        time.sleep(0.05)
    return False
