"""What `seeded_trial` leaves out, beside it and by a seed of its own: texts with every fate, what
was known of people, answers before the draw, numbers out of reach, dates moved or taken away,
people who never came to the draw. In bulk.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from campaigns.models import Trial
from enrolment import anchors, joining, leaving
from enrolment.models import Allocation, Anchor, Answer, Attribute, Decision, Enrolment
from messaging import inbox
from messaging.models import Attempt, InboundMessage, Message
from trust.ids import draw_ids

SEED = 80
_STEPS = ("welcome.1", "before.1", "day.0", "ask.smoked")
#: Of a text: how far it came, and whether a provider had taken it.
_FATES = {
    ("delivered", True): 70, ("sent", True): 5, ("undelivered", True): 5, ("failed", True): 4,
    ("failed", False): 6, ("expired", False): 5, ("", False): 5,
}  # fmt: skip
_AGES = ("19", "30", "40", "50", "60", "70", "80")
_texted = count(1)


@dataclass
class Rows:
    """To be written at once, parents first."""

    kept: dict[type, list[Any]] = field(default_factory=dict)

    def add(self, model: type, **values: Any) -> Any:
        row = model(**values)
        self.kept.setdefault(model, []).append(row)
        return row

    def write(self, *models: type) -> None:
        for model in models:
            model.objects.bulk_create(self.kept[model])  # type: ignore[attr-defined]


def add(trial: Trial, cut: datetime) -> None:
    dice, rows = Random(SEED), Rows()
    drawn = Allocation.objects.filter(trial=trial).order_by("pk")
    people = list(drawn.select_related("enrolment__participant", "enrolment__campaign"))
    ids = iter(draw_ids(Message, len(_STEPS) * len(people)))
    for place, line in enumerate(people):
        at, enrolment = line.allocated_at, line.enrolment
        _known(rows, dice, enrolment, at)
        _said(rows, enrolment, "uses", dice.choice(("yes", "no")), at - timedelta(minutes=1))
        _said(rows, enrolment, "per_day", str(dice.randrange(1, 40)), at - timedelta(minutes=1))
        for number in range(dice.randrange(len(_STEPS) + 1)):
            _text(rows, dice, enrolment, number, at + timedelta(days=number), next(ids))
        if enrolment.status != "active":
            continue
        if place % 50 == 9:
            Anchor.objects.filter(enrolment=enrolment, kind="quit_date").update(replaced_at=at)
        elif place % 25 == 3:
            late = (cut - timedelta(days=20)).date()
            anchors.set_day(enrolment=enrolment, kind="quit_date", day=late, source="test", now=at)
        if place % 40 == 5:
            Enrolment.objects.filter(pk=enrolment.pk).update(
                status="paused", pause_reason="unreachable", next_due_at=None,
                paused_at=at + timedelta(days=dice.randrange(1, 60)),
            )  # fmt: skip
    _thirty(rows, dice, people)
    keys = iter(draw_ids(Decision, len(rows.kept[Decision])))
    _tie(rows, keys)
    rows.write(Attribute, InboundMessage, Answer, Decision, Message, Attempt)
    _never_drawn(trial, people[0].enrolment, people[0].allocated_at)
    Enrolment.objects.filter(campaign=trial.campaign).update(next_due_at=None)


def _known(rows: Rows, dice: Random, enrolment: Enrolment, at: datetime) -> None:
    for name, values in (
        ("age", _AGES), ("sex", ("female", "male")), ("region", ("north", "south", "")),
    ):  # fmt: skip
        value = dice.choice(values)
        if value:
            rows.add(Attribute, participant_id=enrolment.participant_id, name=name, value=value,
                     source="test", set_at=at)  # fmt: skip


def _said(rows: Rows, enrolment: Enrolment, question: str, value: str, at: datetime) -> None:
    inbound = draw_ids(InboundMessage, 1)[0]
    rows.add(
        InboundMessage, id=inbound, organisation_id=enrolment.campaign.organisation_id,
        sender_id=enrolment.campaign.sender_id,
        recipient_id=enrolment.participant.recipient_id,
        provider_message_id=f"beside-{next(_texted)}", received_at=at, end="answered", ended_at=at,
    )  # fmt: skip
    rows.add(
        Answer, enrolment=enrolment, attempt=1, question_key=question, inbound_id=inbound,
        wording_version_id=enrolment.version_id, value=value, is_valid=True, asked_at=at,
        answered_at=at,
    )  # fmt: skip


def _text(
    rows: Rows, dice: Random, enrolment: Enrolment, number: int, at: datetime, message: int
) -> None:
    fate, was_taken = dice.choices(list(_FATES), list(_FATES.values()))[0]
    rows.add(
        Decision, enrolment=enrolment, attempt=1, step_key=_STEPS[number], occurrence=1,
        version_id=enrolment.version_id, due_at=at, local_date=at.date(), decided_at=at,
        outcome="queued" if fate else "suppressed", reason="" if fate else "day_cap",
        text_key=_STEPS[number] if fate else "",
    )  # fmt: skip
    if not fate:
        rows.kept.setdefault(Message, []).append(None)
        return
    rows.add(
        Message, id=message, organisation_id=enrolment.campaign.organisation_id,
        sender_id=enrolment.campaign.sender_id,
        recipient_id=enrolment.participant.recipient_id, kind="due", cause_kind="decision",
        priority=20, status=fate, status_reason="" if fate in ("delivered", "sent") else "because",
        not_before=at, valid_until=at + timedelta(hours=4), segments=1, encoding="gsm7",
        zone="UTC", created_at=at, settled_at=at,
    )  # fmt: skip
    if fate != "expired":
        rows.add(
            Attempt, message_id=message, token=f"beside-{message}", provider="fake",
            outcome="accepted" if was_taken else "rejected_permanent", calendar_at=at,
            settled_at=at,
        )  # fmt: skip


def _tie(rows: Rows, keys: Iterable[int]) -> None:
    """Each text to the decision it came of."""
    for decision, message, key in zip(
        rows.kept[Decision], rows.kept[Message], keys, strict=True
    ):  # fmt: skip
        decision.pk = key
        if message is not None:
            message.cause_key = str(key)
    rows.kept[Message] = [message for message in rows.kept[Message] if message is not None]


def _thirty(rows: Rows, dice: Random, people: list[Allocation]) -> None:
    """Of those who told seven days without, most tell of thirty, a quarter hour later."""
    told = Answer.objects.filter(question_key="use7", value="no").order_by("pk")
    by_person = {answer.enrolment_id: answer.answered_at for answer in told}
    for line in people:
        if (at := by_person.get(line.enrolment_id)) and dice.random() < 0.7:
            value = dice.choice(("no", "no", "yes"))
            _said(rows, line.enrolment, "use30", value, at + timedelta(minutes=15))


def _never_drawn(trial: Trial, like: Enrolment, at: datetime) -> None:
    """Four who are still in the questions of joining, and three who left in them."""
    for number in range(7):
        recipient = inbox.recipient_for(
            organisation_id=trial.campaign.organisation_id, number=f"+44770090{1000 + number}"
        )
        enrolment = joining.join(
            version=like.version, recipient=recipient, language="en", channel="sms",
            exact_text="JOIN", now=at,
        )  # fmt: skip
        if number > 3:
            leaving.withdraw(enrolment=enrolment, source="sms", now=at + timedelta(hours=1))
