"""A few people whose figures are worked out by hand, in `quit` of the clinic.

Amina, Bo and Cleo join at noon on Tuesday 1 December, with the 10th as their quit day; Tess is a
test participant. Everybody gets welcome.1 on the 1st and before.1 on the 8th. Cleo texts STOP on
the 9th, for too many texts. On the 10th Amina and Bo get day.0 and ask.smoked; Amina answers NO ten
minutes later and texts CRAVE at eight in the evening, and Tess does as Amina does.
"""

from datetime import UTC, datetime, timedelta

from campaigns.models import Arm
from enrolment import planner, replies
from enrolment.models import Allocation, Decision, Enrolment
from messaging.models import Attempt, CalendarOffset, Message
from tests import worlds

AMINA, BO, CLEO, TESS = (f"+44770090000{n}" for n in (1, 2, 3, 4))
NUMBERS = {"amina": AMINA, "bo": BO, "cleo": CLEO, "tess": TESS}
#: When the figures are asked for.
NOW = datetime(2026, 12, 12, 12, 0, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def move_calendar() -> None:
    """To NOW, unless it is later than that: for pages, which read the clock."""
    ahead = max(timedelta(0), NOW - datetime.now(UTC))
    CalendarOffset.objects.update_or_create(pk=1, defaults={"offset": ahead})


def people() -> dict[str, Enrolment]:
    """All that happened up to NOW; every text queued then waits until `settle` says otherwise."""
    edition = worlds.version()
    found = {name: worlds.person(number=number, of=edition) for name, number in NUMBERS.items()}
    found["tess"].is_test = True
    found["tess"].save(update_fields=["is_test"])
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    planner.tick(now=at(8, 9, 31))
    _texts(CLEO, "STOP", at(9, 12))
    _texts(CLEO, "2", at(9, 12, 1))
    planner.tick(now=at(10, 9, 31))
    planner.tick(now=at(10, 18, 31))
    settle("ask.smoked", "delivered", at(10, 18, 32))
    for number in (AMINA, TESS):
        _texts(number, "NO", at(10, 18, 42))
        _texts(number, "CRAVE", at(10, 20))
    planner.tick(now=at(11, 9, 31))
    return found


def settle(step: str, status: str, now: datetime, *names: str) -> None:
    """What became of that step's texts: of these people, or of everybody."""
    numbers = [NUMBERS[name] for name in names or NUMBERS]
    for message in _messages(step):
        if message.recipient.number not in numbers:
            continue
        if status not in ("expired", "cancelled", "blocked"):
            outcome = "rejected_permanent" if status == "failed" else "accepted"
            Attempt.objects.create(
                message=message,
                token=f"token-{message.pk}",
                provider="fake",
                outcome=outcome,
                calendar_at=now,
                settled_at=now,
            )
        reason = "" if status in ("accepted", "sent", "delivered") else "because"
        Message.objects.filter(pk=message.pk).update(
            status=status, status_reason=reason, settled_at=now
        )


def allocate(enrolment: Enrolment, arm: Arm) -> None:
    """As the ledger has it, whatever was drawn."""
    Allocation.objects.create(
        enrolment=enrolment,
        trial=arm.factor.trial,
        factor=arm.factor,
        arm=arm,
        method=arm.factor.trial.method,
        probabilities={arm.key: 1.0},
        draw=0.5,
        seed_hash=arm.factor.trial.seed_hash,
        generator="test",
        policy_version="1",
        allocated_at=worlds.NOON,
    )


def _messages(step: str) -> list[Message]:
    ids = Decision.objects.filter(step_key=step).values_list("pk", flat=True)
    keys = [str(pk) for pk in ids]
    planned = Message.objects.filter(cause_kind="decision", cause_key__in=keys)
    return list(planned.select_related("recipient"))


def _texts(number: str, body: str, now: datetime) -> None:
    worlds.text(number, body, at=now)
    replies.answer_pending(now=now)
