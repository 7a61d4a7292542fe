"""Texts out and in for seeded people, as the wire would have left them: each planned text with its
Decision, each call with its attempt, each report with its receipt, each text in with its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from campaigns.models import CampaignVersion
from enrolment.models import Answer, Case, Decision
from enrolment.seeded_people import Seeded
from messaging.models import Attempt, InboundMessage, Message, MessageBody, Receipt
from trust.bulk import copy_rows
from trust.ids import draw_ids
from trust.keys import sealer

_OUT = {
    "en": "Day by day it gets easier. Write down what helped today.",
    "nb": "Det blir lettere dag for dag. Skriv ned hva som hjalp i dag.",
    "nn": "Det blir lettare dag for dag. Skriv ned kva som hjelpte i dag.",
}
_IN = {"answered": "CRAVE", "matched": "YES", "inbox": "My brother starts tomorrow as well"}
_FATES = {"delivered": 92, "sent": 2, "undelivered": 2, "failed": 2, "expired": 2}
_ENDS = {"answered": 70, "matched": 25, "inbox": 5}
_HOUR = timedelta(hours=1)
#: One Decision in so many is not sent.
_SILENT = 12


@dataclass(frozen=True, slots=True)
class Shares:
    """How many texts a chunk gets. Replies to texts in are among `messages`."""

    messages: int
    inbound: int


@dataclass(slots=True)
class _Out:
    """A Message to be written."""

    person: Seeded
    cause: tuple[str, str]
    at: datetime
    fate: str
    id: int = field(default=0)


def seed_texts(
    *,
    version: CampaignVersion,
    people: Sequence[Seeded],
    steps: Sequence[str],
    question: str,
    shares: Shares,
    dice: Random,
) -> None:
    """Only to those who began. No person gets a step twice, so `shares.messages` may not be more
    than people times steps: what is above that is left out."""
    begun = [one for one in people if one.status != "invited"]
    if not begun:
        return
    replies = _write_inbound(version, begun, question, shares.inbound, dice)
    replies = replies[: shares.messages]
    planned = list(islice(_planned(begun, steps, dice), max(shares.messages - len(replies), 0)))
    _write_decisions(version, planned, dice)
    _write_messages(version, [*replies, *(out for _, out in planned)])


def _planned(
    begun: Sequence[Seeded], steps: Sequence[str], dice: Random
) -> Iterator[tuple[str, _Out]]:
    """Round after round, one step each, at a time of day within everybody's hours."""
    for step in steps:
        for one in begun:
            fate = dice.choices(list(_FATES), list(_FATES.values()))[0]
            yield step, _Out(one, ("decision", ""), _moment(one, dice), fate)


def _moment(one: Seeded, dice: Random) -> datetime:
    """Before the last six hours, so that nothing is still under way."""
    last = max(one.until - 8 * _HOUR - one.began, timedelta(minutes=1))
    return one.began + last * dice.random()


def _write_inbound(
    version: CampaignVersion, begun: Sequence[Seeded], question: str, count: int, dice: Random
) -> list[_Out]:
    """The replies they are answered with."""
    organisation, sender = version.campaign.organisation_id, version.campaign.sender_id
    seal, place = sealer(organisation).seal, f"{InboundMessage._meta.db_table}.body"
    texts = [
        (row_id, one, _moment(one, dice), end)
        for row_id, one, end in zip(
            draw_ids(InboundMessage, count),
            dice.choices(begun, k=count),
            dice.choices(list(_ENDS), list(_ENDS.values()), k=count),
            strict=True,
        )
    ]
    copy_rows(
        InboundMessage,
        (
            "id", "organisation", "sender", "recipient", "provider_message_id", "body",
            "received_at", "stored_at", "end", "ended_at",
        ),
        (
            (
                row_id, organisation, sender, one.recipient, f"seed-in-{row_id}",
                seal(place, row_id, _IN[end]), at, at, end, at + timedelta(seconds=1),
            )
            for row_id, one, at, end in texts
        ),
    )  # fmt: skip
    _write_answers(version, [text for text in texts if text[3] == "matched"], question)
    _write_cases(version, [text for text in texts if text[3] == "inbox"], dice)
    return [
        _Out(one, ("inbound", str(row_id)), at + timedelta(seconds=1), "delivered")
        for row_id, one, at, end in texts
        if end == "answered"
    ]


def _write_answers(
    version: CampaignVersion, texts: Sequence[tuple[int, Seeded, datetime, str]], question: str
) -> None:
    ids = draw_ids(Answer, len(texts))
    seal = sealer(version.campaign.organisation_id).seal
    place = f"{Answer._meta.db_table}.raw"
    copy_rows(
        Answer,
        (
            "id", "enrolment", "attempt", "question_key", "wording_version", "source", "inbound",
            "raw", "value", "is_valid", "asked_at", "answered_at",
        ),
        (
            (
                row_id, one.enrolment, 1, question, version.pk, "sms", inbound,
                seal(place, row_id, _IN["matched"]), "yes", True, max(at - _HOUR, one.began), at,
            )
            for row_id, (inbound, one, at, _) in zip(ids, texts, strict=True)
        ),
    )  # fmt: skip


def _write_cases(
    version: CampaignVersion, texts: Sequence[tuple[int, Seeded, datetime, str]], dice: Random
) -> None:
    """Nine of ten ended: an inbox that nobody reads is not what is measured."""
    campaign = version.campaign

    def case(inbound: int, one: Seeded, at: datetime) -> tuple[Any, ...]:
        ended = at + _HOUR if dice.random() < 0.9 else None
        return (
            campaign.organisation_id, campaign.pk, one.recipient, one.participant, one.enrolment,
            inbound, "unknown_word", 3, "resolved" if ended else "open", at, at + 24 * _HOUR,
            ended, "nothing" if ended else "",
        )  # fmt: skip

    copy_rows(
        Case,
        (
            "organisation", "campaign", "recipient", "participant", "enrolment", "inbound",
            "reason", "urgency", "status", "opened_at", "due_at", "resolved_at", "resolution",
        ),
        (case(inbound, one, at) for inbound, one, at, _ in texts),
    )  # fmt: skip


def _write_decisions(
    version: CampaignVersion, planned: Sequence[tuple[str, _Out]], dice: Random
) -> None:
    """Each queued one names its message's cause; a few more were suppressed."""
    rows = []
    for row_id, (step, out) in zip(draw_ids(Decision, len(planned)), planned, strict=True):
        out.cause = ("decision", str(row_id))
        rows.append((row_id, out, step, 1, "queued", "", step))
    few = planned[::_SILENT]
    for row_id, (step, out) in zip(draw_ids(Decision, len(few)), few, strict=True):
        rows.append((row_id, out, step, 2, "suppressed", dice.choice(("day_cap", "late")), ""))
    copy_rows(
        Decision,
        (
            "id", "enrolment", "attempt", "step_key", "occurrence", "version", "due_at",
            "local_date", "outcome", "reason", "text_key", "decided_at",
        ),
        (
            (
                row_id, out.person.enrolment, 1, step, occurrence, version.pk, out.at,
                out.at.date(), outcome, reason, text, out.at,
            )
            for row_id, out, step, occurrence, outcome, reason, text in rows
        ),
    )  # fmt: skip


def _write_messages(version: CampaignVersion, texts: Sequence[_Out]) -> None:
    organisation, sender = version.campaign.organisation_id, version.campaign.sender_id
    for row_id, text in zip(draw_ids(Message, len(texts)), texts, strict=True):
        text.id = row_id
    copy_rows(
        Message,
        (
            "id", "organisation", "sender", "recipient", "kind", "cause_kind", "cause_key",
            "priority", "status", "status_reason", "not_before", "valid_until", "zone",
            "segments", "encoding", "created_at", "settled_at",
        ),
        (
            (
                text.id, organisation, sender, text.person.recipient,
                "due" if text.cause[0] == "decision" else "reply", *text.cause, 20, text.fate,
                _REASONS.get(text.fate, ""), text.at, text.at + 4 * _HOUR, text.person.zone, 1,
                "gsm7", text.at, text.at + timedelta(seconds=2),
            )
            for text in texts
        ),
    )  # fmt: skip
    seal, place = sealer(organisation).seal, f"{MessageBody._meta.db_table}.text"
    copy_rows(
        MessageBody,
        ("message", "text"),
        ((t.id, seal(place, t.id, _OUT.get(t.person.language, _OUT["en"]))) for t in texts),
    )
    _write_calls([text for text in texts if text.fate != "expired"])


_REASONS = {"failed": "rejected", "expired": "expired", "undelivered": "reported"}


def _write_calls(texts: Sequence[_Out]) -> None:
    ids = draw_ids(Attempt, len(texts))
    copy_rows(
        Attempt,
        (
            "id", "message", "token", "provider", "outcome", "started_at", "calendar_at",
            "settled_at", "provider_message_id",
        ),
        (
            (
                row_id, text.id, f"seed{row_id:028}", "fake",
                "rejected_permanent" if text.fate == "failed" else "accepted",
                text.at + timedelta(seconds=1), text.at + timedelta(seconds=1),
                text.at + timedelta(seconds=2), f"seed-out-{text.id}",
            )
            for row_id, text in zip(ids, texts, strict=True)
        ),
    )  # fmt: skip
    copy_rows(
        Receipt,
        ("attempt", "status", "received_at"),
        (
            (row_id, text.fate, text.at + timedelta(seconds=2))
            for row_id, text in zip(ids, texts, strict=True)
            if text.fate != "failed"
        ),
    )
