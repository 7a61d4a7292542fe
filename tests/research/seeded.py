"""A campaign that five hundred invented people have been through, drawn from one seed and written
in bulk: texts with every fate, questions answered or not, surveys, leaving, quasi-identifiers.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from campaigns.models import CampaignVersion, Question, Stage, Step, Trial
from campaigns.rules import LateRule, Priority, QuestionKind
from enrolment.models import (
    Allocation,
    Anchor,
    Answer,
    Attribute,
    Consent,
    Decision,
    Enrolment,
    Participant,
    Withdrawal,
)
from messaging.models import Attempt, InboundMessage, Message, Recipient
from tests import trials, worlds
from trust.blind_index import number_index
from trust.ids import draw_ids

PEOPLE = 500
FIRST_DAY = date(2026, 12, 1)
#: When the figures are asked for: the surveys of 30 and 91 days are over for most.
NOW = datetime(2027, 5, 1, 12, 0, tzinfo=UTC)
_SURVEYS = (30, 91)
_FATES = {"delivered": 88, "sent": 3, "undelivered": 3, "failed": 3, "expired": 2, "queued": 1}
_KEPT_BACK = {"day_cap": 3, "paused": 2, "condition": 3, "newer_step_due": 2}


@dataclass
class Written:
    """Rows to be written, and the dice they are drawn with."""

    version: CampaignVersion
    trial: Trial
    dice: Random
    rows: dict[type, list[Any]] = field(default_factory=dict)

    def add(self, model: type, **values: Any) -> Any:
        row = model(**values)
        self.rows.setdefault(model, []).append(row)
        return row

    def write(self) -> None:
        """Ids rise with time, as the roll-ups take them to."""
        decisions = self._in_order_of_time(Decision, "decided_at")
        messages = self._in_order_of_time(Message, "created_at")
        texts = self._in_order_of_time(InboundMessage, "received_at")
        self._in_order_of_time(Answer, "answered_at")
        self.rows[Withdrawal].sort(key=lambda row: row.withdrawn_at)
        for row in self.rows[Message]:
            row.cause_key = str(decisions[int(row.cause_key)])
        for row in self.rows[Attempt]:
            row.message_id = messages[row.message_id]
        for row in self.rows[Answer]:
            row.inbound_id = texts[row.inbound_id]
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows, batch_size=2000)  # type: ignore[attr-defined]

    def _in_order_of_time(self, model: type, column: str) -> dict[int, int]:
        """{the id it was made with: the one it has now}"""
        rows = sorted(self.rows[model], key=lambda row: getattr(row, column))
        ids = dict(zip((row.pk for row in rows), sorted(row.pk for row in rows), strict=True))
        for row in rows:
            row.pk = ids[row.pk]
        self.rows[model] = rows
        return ids


@dataclass
class Person:
    enrolment: Enrolment
    number: Recipient
    quit_day: date
    left: datetime | None


def edition() -> CampaignVersion:
    made = worlds.version(published=False)
    questions = [
        Question.objects.create(
            version=made, key=key, kind=QuestionKind.YES_NO, position=place, outcomes={}
        )
        for place, key in enumerate(("use7", "use30"), start=8)
    ]
    stage = Stage.objects.get(version=made, key="core")
    for place, question in enumerate(questions):
        for time in _SURVEYS:
            Step.objects.create(
                version=made, stage=stage, key=f"{question.key}.{time}", position=20 + place,
                day=time, slot="evening", question=question, late=LateRule.SKIP, shelf_hours=4,
                priority=Priority.ASSESSMENT,
            )  # fmt: skip
    worlds.publish(made)
    return made


def live(seed: int = 1, people: int = PEOPLE) -> CampaignVersion:
    version = edition()
    trial = trials.trial(version.campaign, method="stratified", strata=["language"], blinded=False)
    made = Written(version, trial, Random(seed))
    recipients, participants, enrolments = (
        draw_ids(model, people) for model in (Recipient, Participant, Enrolment)
    )
    for place, ids in enumerate(zip(recipients, participants, enrolments, strict=True)):
        _life(made, _person(made, place, *ids))
    made.write()
    return made.version


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def _person(made: Written, place: int, recipient: int, participant: int, enrolment: int) -> Person:
    dice, version = made.dice, made.version
    organisation = version.campaign.organisation_id
    joined = _at(FIRST_DAY + timedelta(days=dice.randrange(60)), dice.randrange(8, 20))
    # The last twenty are a test: they do as the others do, and are in no figure.
    is_test, number = place >= PEOPLE - 20, f"+4477009{place:05}"
    quit_day = (joined + timedelta(days=dice.randrange(3, 15))).date()
    status = dice.choices(("active", "completed", "withdrawn", "invited"), (40, 35, 20, 5))[0]
    until = joined + timedelta(days=dice.randrange(1, 120))
    left = until if status == "withdrawn" and until < NOW else None
    status = "active" if status == "withdrawn" and left is None else status
    begun = status != "invited"
    numbered = made.add(
        Recipient, id=recipient, organisation_id=organisation, number=number,
        number_index=number_index(organisation, number),
    )  # fmt: skip
    made.add(
        Participant, id=participant, organisation_id=organisation, recipient_id=recipient,
        first_name="Amina", language=dice.choices(("en", "nb", "nn"), (70, 29, 1))[0],
        time_zone="Europe/London", created_at=joined,
    )  # fmt: skip
    row = made.add(
        Enrolment, id=enrolment, campaign=version.campaign, participant_id=participant,
        version=version, status=status, seed=place, enrolled_at=joined,
        started_at=joined if begun else None, planned_from=joined if begun else None,
        planned_through=joined if begun else None, ended_at=left, is_test=is_test,
        exit_reason="stop" if left else "", heard_at=joined,
    )  # fmt: skip
    for name, values in (
        ("age", ("17", "22", "34", "51", "91")), ("sex", ("female", "male")),
        ("region", ("north", "south", "isle")),
    ):  # fmt: skip
        weights = (1, *(30 for _ in values[1:]))
        value = dice.choices(values, weights)[0]
        made.add(Attribute, participant_id=participant, name=name, value=value, source="test",
                 set_at=joined, id=draw_ids(Attribute, 1)[0])  # fmt: skip
    return Person(row, numbered, quit_day, left)


def _life(made: Written, person: Person) -> None:
    dice, enrolment = made.dice, person.enrolment
    shared = {"enrolment_id": enrolment.pk}
    began = enrolment.enrolled_at
    made.add(
        Consent, id=draw_ids(Consent, 1)[0], scope="service", wording_version=made.version,
        language="en", channel=dice.choices(("sms", "web"), (80, 20))[0], given_at=began,
        is_given=enrolment.status != "invited", **shared,
    )  # fmt: skip
    if enrolment.status == "invited":
        return
    made.add(Anchor, attempt=1, kind="quit_date", day=person.quit_day, source="sms", set_at=began,
             **shared)  # fmt: skip
    if person.left:
        told = dice.choice(("", "quit"))
        made.add(Withdrawal, source="sms", withdrawn_at=person.left, reason="stop", told=told,
                 told_at=person.left if told else None, **shared)  # fmt: skip
    arm = _draw(made, person)
    stays = dice.random() < {"usual": 0.3, "new": 0.55}[arm]
    for day, key in enumerate(("before.1", "day.0", "ask.smoked", "day.1", "day.1"), start=-2):
        _text(made, person, f"{key}", day, day + 3, {"ask.smoked": "smoked"}.get(key, ""), stays)
    for day in (2, 3, 4):
        _nudge(made, person, day)
    for time in _SURVEYS:
        said = _text(made, person, f"use7.{time}", time, 1, "use7", stays)
        if said != "yes":
            _text(made, person, f"use30.{time}", time, 1, "use30", stays)


def _draw(made: Written, person: Person) -> str:
    """Of two arms, and whether each day-one text comes is drawn anew with odds of 6 to 4."""
    factor = made.trial.factors.get()
    draw = made.dice.random()
    arm = "usual" if draw < 0.5 else "new"
    made.add(
        Allocation, enrolment_id=person.enrolment.pk, trial=made.trial, factor=factor,
        arm=factor.arms.get(key=arm), stratum="language=en", method="stratified",
        probabilities={"usual": 0.5, "new": 0.5}, draw=draw, seed_hash=made.trial.seed_hash,
        generator="test", policy_version="1", allocated_at=person.enrolment.enrolled_at,
        is_test=person.enrolment.is_test,
    )  # fmt: skip
    return arm


def _nudge(made: Written, person: Person, day: int) -> None:
    """A step that draws anew each time whether a text comes; more people write within a day if it
    does. Whoever is not available draws nothing."""
    dice = made.dice
    at = _at(person.quit_day + timedelta(days=day), 10, dice.randrange(60))
    if at > NOW or (person.left is not None and at > person.left):
        return
    available, draw = dice.random() < 0.9, dice.random()
    comes = available and draw < 0.6
    decision = draw_ids(Decision, 1)[0]
    made.add(
        Decision, id=decision, enrolment_id=person.enrolment.pk, attempt=1, step_key="nudge",
        occurrence=day, version=made.version, due_at=at, local_date=at.date(),
        outcome="queued" if comes else "suppressed", reason="" if comes else "condition",
        text_key="day.1" if comes else "", decided_at=at, available=available,
        unavailable_reason="" if available else "paused",
        options=["text", "nothing"] if available else None,
        probabilities=[0.6, 0.4] if available else None,
        draw=draw if available else None, policy_version="1" if available else "",
    )  # fmt: skip
    if comes:
        _message(made, person, decision, at, "delivered")
    if dice.random() < (0.5 if comes else 0.3):
        came = at + timedelta(minutes=dice.randrange(5, 300))
        made.add(
            InboundMessage, id=draw_ids(InboundMessage, 1)[0], end="inbox", end_reason="unknown",
            organisation_id=made.version.campaign.organisation_id, received_at=came,
            sender=made.version.campaign.sender, recipient_id=person.number.pk, body="hello",
            provider_message_id=f"nudged-{decision}", ended_at=came,
        )  # fmt: skip


def _text(
    made: Written, person: Person, step: str, day: int, occurrence: int, question: str, free: bool
) -> str:
    """A planned text, what became of it, and an answer if it asks and gets one, which is told."""
    dice = made.dice
    at = _at(person.quit_day + timedelta(days=day), 18, dice.randrange(60))
    if (
        at > NOW
        or (person.left is not None and at > person.left)
        or at < (person.enrolment.enrolled_at)
    ):
        return ""
    kept = dice.random() < 0.1
    reason = dice.choices(list(_KEPT_BACK), list(_KEPT_BACK.values()))[0] if kept else ""
    decision = draw_ids(Decision, 1)[0]
    made.add(
        Decision, id=decision, enrolment_id=person.enrolment.pk, attempt=1, step_key=step,
        occurrence=occurrence, version=made.version, due_at=at, local_date=at.date(),
        outcome="suppressed" if kept else "queued", reason=reason,
        text_key="" if kept else step, decided_at=at,
    )  # fmt: skip
    if kept:
        return ""
    fate = dice.choices(list(_FATES), list(_FATES.values()))[0]
    _message(made, person, decision, at, fate)
    taken = fate in ("delivered", "sent", "undelivered")
    if not question or not taken or dice.random() < 0.3:
        return ""
    return _answer(made, person, question, at, "no" if free else dice.choice(("yes", "no")))


def _message(made: Written, person: Person, decision: int, at: datetime, fate: str) -> None:
    message = draw_ids(Message, 1)[0]
    silent = fate in ("failed", "expired")
    made.add(
        Message, id=message, organisation_id=made.version.campaign.organisation_id,
        sender=made.version.campaign.sender, recipient_id=person.number.pk, kind="due",
        cause_kind="decision", cause_key=str(decision), priority=20, status=fate,
        status_reason="because" if silent else "", not_before=at, segments=1, encoding="gsm7",
        valid_until=at + timedelta(hours=4), zone="UTC", created_at=at,
        settled_at=None if fate == "queued" else at + timedelta(seconds=20),
        is_test=person.enrolment.is_test,
    )  # fmt: skip
    if fate not in ("expired", "queued"):
        made.add(
            Attempt, message_id=message, token=f"token-{message}", provider="fake",
            outcome="rejected_permanent" if fate == "failed" else "accepted", calendar_at=at,
            settled_at=at + timedelta(seconds=20),
        )  # fmt: skip


def _answer(made: Written, person: Person, question: str, at: datetime, value: str) -> str:
    readable = made.dice.random() < 0.9
    came = at + timedelta(minutes=made.dice.randrange(1, 600))
    inbound = draw_ids(InboundMessage, 1)[0]
    made.add(
        InboundMessage, id=inbound, organisation_id=made.version.campaign.organisation_id,
        sender=made.version.campaign.sender, recipient_id=person.number.pk, body=value,
        provider_message_id=f"seeded-{inbound}", received_at=came, end="answered",
        end_reason="answer", ended_at=came,
    )  # fmt: skip
    made.add(
        Answer, id=draw_ids(Answer, 1)[0], enrolment_id=person.enrolment.pk, attempt=1,
        question_key=question, wording_version=made.version, inbound_id=inbound, raw=value,
        value=value if readable else "", is_valid=readable, asked_at=at, answered_at=came,
    )  # fmt: skip
    return value if readable else ""
