"""A large installation to look at: invented people and their texts over the last 180 days, in
chunks that are each whole or not there. Run again it goes on after the last whole chunk.

The same seed, figures and moment on an empty database give the same rows, but for the sealed bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import connection, transaction

from campaigns.models import CampaignVersion
from campaigns.rules import QuestionKind
from enrolment.models import Answer, Case, Consent, Decision, Enrolment, Participant
from enrolment.seeded_people import number_of, seed_people
from enrolment.seeded_texts import Shares, seed_texts
from messaging import clock
from messaging.models import (
    Attempt,
    InboundMessage,
    Message,
    MessageBody,
    Receipt,
    Recipient,
)
from trust.blind_index import number_index

CHUNK = 5000
_TABLES = (
    Recipient, Participant, Enrolment, Decision, Message, MessageBody, Attempt, Receipt,
    InboundMessage, Answer, Case, Consent,
)  # fmt: skip


class SeedingRefused(Exception):
    """Invented people may not stand beside real ones; says why."""


@dataclass(frozen=True, slots=True)
class Amounts:
    participants: int
    messages: int
    inbound: int

    def share(self, first: int, count: int) -> Shares:
        """Of the people at `first` and after, so that all chunks together come out even."""
        return Shares(
            *(
                whole * (first + count) // self.participants - whole * first // self.participants
                for whole in (self.messages, self.inbound)
            )
        )


def seed(
    *,
    version: CampaignVersion,
    amounts: Amounts,
    seed_number: int,
    now: datetime,
    chunk: int = CHUNK,
) -> Iterator[int]:
    """How many people there are after each chunk. Raises SeedingRefused with a real sender
    anywhere, before anything is written."""
    require_fakes()
    steps = _sent_steps(version)
    question = _question(version)
    for first in range(0, amounts.participants, chunk):
        count = min(chunk, amounts.participants - first)
        if not _stands(version.campaign.organisation_id, first):
            dice = Random(f"{seed_number}:{first}")
            with transaction.atomic():
                people = seed_people(version=version, first=first, count=count, now=now, dice=dice)
                seed_texts(
                    version=version, people=people, steps=steps, question=question,
                    shares=amounts.share(first, count), dice=dice,
                )  # fmt: skip
        yield first + count
    analyze()


def require_fakes() -> None:
    if not clock.all_senders_fake():
        raise SeedingRefused("Every sender must be on a fake provider.")


def analyze() -> None:
    """The planner's figures, which the estimates on the pages are read from too."""
    with connection.cursor() as cursor:
        for model in _TABLES:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _stands(organisation_id: int, first: int) -> bool:
    index = number_index(organisation_id, number_of(first))
    return Recipient.objects.filter(organisation_id=organisation_id, number_index=index).exists()


def _sent_steps(version: CampaignVersion) -> list[str]:
    """Keys of texts that come on a day, in the order of the journey."""
    rows = version.steps.filter(day__isnull=False, question=None, bank=None)
    return list(rows.order_by("day", "position").values_list("key", flat=True))


def _question(version: CampaignVersion) -> str:
    kind = QuestionKind.YES_NO
    found = version.questions.filter(kind=kind).order_by("position").values_list("key", flat=True)
    return found.first() or "seeded"
