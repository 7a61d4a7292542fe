"""Books that were set back, brought up to the world by asking providers what has happened since.

Sending is held meanwhile. Each step may be done again, and one that broke off must be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from messaging import clock, doubtful, holding, inbox, past_texts
from messaging.addresses import is_number
from messaging.calling import history_of
from messaging.models.sender import Sender
from messaging.providers.base import PastText
from messaging.providers.registry import ProviderMissing, provider
from messaging.providers.webhook import InboundText

#: Before the books' last call: our clock against the providers'. What is known already is passed
#: over.
MARGIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Caught:
    """`settled`: open texts that had left. `given_up`: on the wire when the books ended, and found
    nowhere. `strange`: numbers that got a text the books do not know. `kept_back`: queued texts
    that may have left, and so never will. `silent`: providers that cannot tell what they sent."""

    settled: int
    given_up: int
    strange: int
    kept_back: int
    silent: Sequence[str]


def take_in_stops() -> int:
    """STOPs that came since the books ended, obeyed; how many were new. Nobody is answered: that
    was done then. Raises NotHeld, and what a provider raises."""
    since = holding.standing().lost_from - MARGIN
    taken = 0
    for alias in _tellers():
        senders = list(Sender.objects.filter(provider=alias).order_by("-is_active", "pk"))
        for text in _of_people(alias, since):
            for sender in _asked(senders, text):
                taken += _obey(sender, text)
    return taken


def ask_providers() -> Caught:
    """Every open text looked for in what the providers sent since the books ended. Whatever is to
    be planned for that time must be planned. Raises NotHeld, and what a provider raises."""
    hold = holding.standing()
    began, now = clock.both()
    tellers = _tellers()
    settled, strange = 0, set[int]()
    for alias in tellers:
        for page in history_of(provider(alias), hold.lost_from - MARGIN):
            found = past_texts.settle(alias=alias, texts=page, now=now)
            settled += found.settled
            strange |= found.strange
    given_up = doubtful.give_up(held_at=hold.held_at, now=now)
    kept_back = doubtful.keep_back(
        recipient_ids=strange,
        tellers=tellers,
        held_at=hold.held_at,
        until=hold.held_at + (now - began),
        now=now,
    )
    holding.note_history(at=began)
    silent = sorted(_in_use() - set(tellers))
    return Caught(settled, given_up, len(strange), kept_back, silent)


def _of_people(alias: str, since: datetime) -> Iterator[PastText]:
    for page in history_of(provider(alias), since):
        for text in page:
            if text.came_in and is_number(text.number):
                yield text


def _asked(senders: Sequence[Sender], text: PastText) -> list[Sender]:
    """Whose number it came to; where none of them is, a STOP counts for each organisation."""
    named = [sender for sender in senders if sender.address == text.our_address]
    return named[:1] or list({sender.organisation_id: sender for sender in senders}.values())


def _obey(sender: Sender, text: PastText) -> bool:
    inbound = InboundText(
        provider_message_id=text.provider_message_id,
        from_number=text.number,
        body=text.text,
        to_address=text.our_address,
        provider_answered=True,
    )
    return inbox.is_stop(inbound) and inbox.store(sender=sender, inbound=inbound) is not None


def _tellers() -> list[str]:
    return sorted(alias for alias in _in_use() if _tells(alias))


def _tells(alias: str) -> bool:
    try:
        return provider(alias).capabilities.can_list
    except ProviderMissing:
        return False


def _in_use() -> set[str]:
    return set(Sender.objects.order_by().values_list("provider", flat=True).distinct())
