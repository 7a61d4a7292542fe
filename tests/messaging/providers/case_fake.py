"""The fake provider as the contract test needs it: it speaks to a file, and nobody calls us."""

from pathlib import Path

from messaging.providers.fake import Fake
from messaging.providers.webhook import WebhookRequest
from tests.messaging.providers.case import PUBLIC, Case
from tests.messaging.providers.scripted import Reply


def nobody_calls() -> WebhookRequest:
    return WebhookRequest(method="POST", url=f"{PUBLIC}/hooks/fake/inbound/secret/", headers={})


CASE = Case(
    name="fake",
    make=lambda path: Fake(path=Path(path)),
    accepted=Reply(),
    provider_id="",
    inbound=nobody_calls,
    inbound_id="",
    receipt=nobody_calls,
    forged=lambda: [nobody_calls()],
    calls_http=False,
)
