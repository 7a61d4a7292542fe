"""What one would build to send: a Celery task for each message, Twilio's SDK, the ORM.

The other side of benchmarks.dispatch, and meant to be a fair one: the SDK's own client with its
pooled connections and a time-out, one read with all that is needed, one save. It takes no lock,
asks no opt-out, writes no attempt, and has no answer to a time-out or a kill.

    python -m celery -A benchmarks.naive_send worker --concurrency 2
"""

import os

import django

django.setup()

from celery import Celery  # noqa: E402
from django.conf import settings  # noqa: E402
from twilio.http.http_client import TwilioHttpClient  # noqa: E402
from twilio.rest import Client  # noqa: E402

from config import queues  # noqa: E402
from messaging.clock import calendar_now  # noqa: E402
from messaging.models import Message  # noqa: E402

QUEUE = "naive_send"

app = Celery("naive_send", broker=queues.broker_url, set_as_current=False)
app.conf.update(
    broker_transport_options=queues.broker_transport_options,
    broker_connection_retry_on_startup=True,
    result_backend=None,
    task_ignore_result=True,
    task_default_queue=QUEUE,
    CELERY_DB_REUSE_MAX=1_000_000_000 if os.environ.get("KEEP_CONNECTIONS") else None,
)
_clients: dict[str, Client] = {}


@app.task
def send(message_id: int) -> None:
    message = Message.objects.select_related("sender", "recipient", "body").get(pk=message_id)
    sent = _client(message.sender.provider).messages.create(
        to=message.recipient.number or "", from_=message.sender.address, body=message.body.text
    )
    message.status = Message.Status.ACCEPTED
    message.provider_message_id = sent.sid or ""
    message.settled_at = calendar_now()
    message.save(update_fields=["status", "provider_message_id", "settled_at"])


def _client(alias: str) -> Client:
    if alias not in _clients:
        options = settings.SMS_PROVIDERS[alias]["OPTIONS"]
        client = Client(
            options["account_sid"],
            options["auth_token"],
            http_client=TwilioHttpClient(pool_connections=True, timeout=10),
        )
        client.api.base_url = options["base_url"]
        _clients[alias] = client
    return _clients[alias]
