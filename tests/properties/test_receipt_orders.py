"""R7: whatever order reports come in, however often, and before the answer to the call they are
about, a text ends where it would have ended had they come one by one in theirs."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from messaging import clock, ledger, reports
from messaging.models import Attempt, Message, Receipt, Report, Sender
from messaging.providers.base import DeliveryReport, ReportStatus
from messaging.receipts import RANK
from messaging.settling import Answer, settle
from tests.factories.message import MessageFactory
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory

pytestmark = pytest.mark.django_db

#: Of the profile's number; each takes a tenth of a second.
EXAMPLES = settings.default.max_examples * 6 // 10
_FAILURES = (ReportStatus.FAILED, ReportStatus.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class Told:
    """A report of the text at `place`, found by its token, by the provider's id, or either."""

    place: int
    status: ReportStatus
    with_token: bool
    with_id: bool

    @property
    def report(self) -> DeliveryReport:
        return DeliveryReport(
            self.status,
            token=f"token-{self.place}" if self.with_token else "",
            provider_message_id=f"id-{self.place}" if self.with_id else "",
            error_code=f"e-{self.status}" if self.status in _FAILURES else "",
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """The call of the text at `place` is settled; `status` where its answer told the fate too."""

    place: int
    accepted: bool
    status: ReportStatus | None = None

    @property
    def answer(self) -> Answer:
        if not self.accepted:
            return Answer(self.place, Attempt.Outcome.UNKNOWN, error_code="no_answer")
        known = Told(self.place, self.status, True, True).report if self.status else None
        return Answer(
            self.place, Attempt.Outcome.ACCEPTED, provider_message_id=f"id-{self.place}",
            report=known,
        )  # fmt: skip


Event = Told | Answered


@st.composite
def stories(draw: st.DrawFn) -> list[list[Event]]:
    """Events of one to three texts in any order, in batches, doubles among them. Every text is
    answered at least once; an answer that was lost may be found by asking."""
    events: list[Event] = []
    for place in range(draw(st.integers(1, 3))):
        told = st.builds(
            Told, st.just(place), st.sampled_from(ReportStatus), st.booleans(), st.booleans()
        ).filter(lambda each: each.with_token or each.with_id)
        events += draw(st.lists(told, max_size=5))
        answered = st.builds(
            Answered, st.just(place), st.booleans(), st.none() | st.sampled_from(ReportStatus)
        )
        events += draw(st.lists(answered, min_size=1, max_size=2))
    again = draw(st.lists(st.sampled_from(events), max_size=4))
    mixed = draw(st.permutations([*events, *again]))
    batches, first = [], 0
    while first < len(mixed):
        size = draw(st.integers(1, 6))
        batches.append(mixed[first : first + size])
        first += size
    return batches


@settings(max_examples=EXAMPLES)
@given(stories())
# The provider's id comes after the proof, by which a third report is then found.
@example(
    [
        [Told(0, ReportStatus.SENT, with_token=True, with_id=False)],
        [Told(0, ReportStatus.SENT, with_token=True, with_id=True)],
        [Told(0, ReportStatus.DELIVERED, with_token=False, with_id=True), Answered(0, False)],
    ]
)
def test_every_order_of_reports_ends_in_the_same_place(batches: list[list[Event]]) -> None:
    events = [event for batch in batches for event in batch]
    with transaction.atomic():
        sender = SenderFactory()
        places = range(1 + max(event.place for event in events))
        attempts = [_on_the_wire(sender, place) for place in places]
        highest = [0] * len(attempts)
        for batch in batches:
            for happen in _happenings(batch, attempts):
                happen()
                ranks = [RANK.index(_status(attempt)) for attempt in attempts]
                assert all(new >= old for new, old in zip(ranks, highest, strict=True))
                highest = ranks
        while _fold(limit=1000):
            pass

        for place, attempt in enumerate(attempts):
            assert _state(attempt) == _expected([e for e in events if e.place == place])
        assert ledger.violations() == []
        transaction.set_rollback(True)


def _on_the_wire(sender: Sender, place: int) -> Attempt:
    message = MessageFactory(
        sender=sender,
        recipient=RecipientFactory(organisation=sender.organisation),
        status=Message.Status.SENDING,
    )
    return Attempt.objects.create(
        message=message, token=f"token-{place}", provider="fake", calendar_at=clock.calendar_now()
    )


def _happenings(batch: list[Event], attempts: list[Attempt]) -> list[Callable[[], object]]:
    """Reports of a batch are written down together, then folded; answers are settled between."""
    told = [event.report for event in batch if isinstance(event, Told)]
    answered = [event for event in batch if isinstance(event, Answered)]
    found: list[Callable[[], object]] = [lambda: reports.receive(provider="fake", reports=told)]
    for event in answered:
        found.append(lambda event=event: _settle(event, attempts[event.place]))
    middle = len(batch) % (len(found) + 1)
    found.insert(max(1, middle), _fold)
    return found


def _settle(event: Answered, attempt: Attempt) -> None:
    answer = event.answer
    settle(
        answers=[
            Answer(
                attempt.pk, answer.outcome, answer.provider_message_id, answer.error_code,
                report=answer.report,
            )
        ]
    )  # fmt: skip


def _fold(limit: int = 3) -> int:
    """As if the wait of those that found nobody were over. As few as three are looked at in the
    middle of a story; at its end all, or the strange would keep the others out for ever."""
    Report.objects.update(try_at=datetime(2026, 1, 1, tzinfo=UTC))
    return reports.fold(now=clock.calendar_now(), limit=limit)


def _status(attempt: Attempt) -> str:
    return Message.objects.values_list("status", flat=True).get(pk=attempt.message_id)


def _state(attempt: Attempt) -> dict[str, object]:
    message = Message.objects.get(pk=attempt.message_id)
    attempt.refresh_from_db()
    receipts = Receipt.objects.filter(attempt=attempt).values_list("status", flat=True)
    return {
        "status": message.status,
        "reason": message.status_reason,
        "outcome": attempt.outcome,
        "id": attempt.provider_message_id,
        "message's id": message.provider_message_id,
        "receipts": Counter(receipts),
    }


def _expected(events: list[Event]) -> dict[str, object]:
    """Reckoned from the set of events alone."""
    told = [event for event in events if isinstance(event, Told)]
    answered = [event for event in events if isinstance(event, Answered)]
    taken = [event for event in answered if event.accepted]
    known_id = bool(taken) or any(each.with_token and each.with_id for each in told)
    statuses = {each.status for each in told if each.with_token or known_id}
    statuses |= {each.status for each in taken if each.status is not None}
    accepted = bool(taken) or bool(statuses)
    status = max(
        [each.value for each in statuses] + ["accepted" if accepted else "unknown"], key=RANK.index
    )
    provider_id = f"id-{events[0].place}" if known_id else ""
    return {
        "status": status,
        "reason": f"e-{status}" if status in _FAILURES else "",
        "outcome": "accepted" if accepted else "unknown",
        "id": provider_id,
        "message's id": provider_id,
        "receipts": Counter(each.value for each in statuses),
    }
