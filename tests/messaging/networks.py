"""Providers for tests, named in SMS_PROVIDERS."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from messaging.providers.base import (
    Capabilities,
    LookUp,
    Outgoing,
    PastText,
    Provider,
    SendOutcome,
    SendResult,
)


class RealLooking(Provider):
    """Counts as real, reaches nothing."""

    async def send(self, outgoing: Outgoing) -> SendResult:
        return SendResult(SendOutcome.ACCEPTED, provider_message_id=f"real-{outgoing.token}")


class Undecided(Provider):
    """Never knows; its look-up is not final."""

    capabilities = Capabilities(is_fake=True)

    async def send(self, outgoing: Outgoing) -> SendResult:
        return SendResult(SendOutcome.UNKNOWN)


class UnreachableLookUp(Undecided):
    capabilities = Capabilities(is_fake=True, can_look_up=True, look_up_is_final=True)

    async def look_up(self, outgoing: Outgoing, started_at: datetime) -> LookUp:
        raise OSError


class Recalls(RealLooking):
    """Has in its books what a test puts there, one text a page."""

    capabilities = Capabilities(can_list=True)

    def __init__(self) -> None:
        self.books: list[PastText] = []

    async def history(self, since: datetime) -> AsyncIterator[Sequence[PastText]]:
        for text in self.books:
            yield [text] if text.made_at >= since else []
