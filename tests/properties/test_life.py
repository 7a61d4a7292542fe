"""Lives lived at random against the real database: texts, ticks, sends, new versions, STOP, JOIN.

After every step the whole ledger is audited, and no step has come twice in an attempt.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from enrolment import ledger, moving, planner, replies
from enrolment.models import Decision, Enrolment
from messaging import dispatch
from messaging import ledger as wire_ledger
from messaging.clock import calendar_now
from messaging.models import Attempt, CalendarOffset, InboundMessage, Message, OptOut
from tests import worlds

pytestmark = pytest.mark.django_db

NUMBERS = ("+447700900001", "+447700900002")
WORDS = (
    "JOIN", "yes", "no", "Amina", "today", "tomorrow", "in 3 days", "soon", "CRAVE", "SLIP", "HELP",
    "STOP", "hello there", "7", "",
)  # fmt: skip


class Life(RuleBasedStateMachine):
    @initialize()
    def open_the_campaign(self) -> None:
        self.undo = transaction.atomic()
        # As Django's own TestCase marks its transaction, so that durable blocks may run inside.
        self.undo._from_testcase = True  # type: ignore[attr-defined]
        self.undo.__enter__()
        self.version = worlds.version()
        worlds.at_noon()
        self.days = 3

    @rule(number=st.sampled_from(NUMBERS), word=st.sampled_from(WORDS))
    def text(self, number: str, word: str) -> None:
        worlds.text(number, word)
        replies.answer_pending(now=calendar_now())

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        """An outage of that long: nothing is planned meanwhile."""
        offset = CalendarOffset.objects.get(pk=1).offset
        CalendarOffset.objects.update(offset=offset + timedelta(hours=hours))

    @rule()
    def tick(self) -> None:
        planner.tick(now=calendar_now())

    @rule()
    def send(self) -> None:
        dispatch.send_due()

    @precondition(lambda self: self.days < 8)
    @rule()
    def publish_and_move(self) -> None:
        self.days += 1
        self.version = worlds.version(self.version.campaign, extra_days=tuple(range(3, self.days)))
        for enrolment_id in Enrolment.objects.values_list("pk", flat=True):
            moving.move(enrolment_id=enrolment_id, version=self.version, now=calendar_now())

    @invariant()
    def ledger_is_in_order(self) -> None:
        if hasattr(self, "version"):
            # The tick's own lateness is time_passes, not a fault: plan before the books are read.
            planner.tick(now=calendar_now())
            found = [*wire_ledger.violations(), *ledger.violations(now=calendar_now())]
            late = "queued though its time has passed"
            assert [violation for violation in found if violation.detail != late] == []

    @invariant()
    def no_step_comes_twice(self) -> None:
        if hasattr(self, "version"):
            steps = Counter(
                Decision.objects.values_list("enrolment", "attempt", "step_key", "occurrence")
            )
            assert not steps or max(steps.values()) == 1

    @invariant()
    def nothing_waits_for_a_number_that_opted_out(self) -> None:
        if hasattr(self, "version"):
            out = OptOut.objects.filter(lifted_at=None).values_list("number_index", flat=True)
            waiting = Message.objects.filter(
                status=Message.Status.QUEUED, recipient__number_index__in=[bytes(i) for i in out]
            ).exclude(kind__in=Message.PAST_OPT_OUT)
            assert not waiting.exists()
            assert not InboundMessage.objects.filter(end="pending").exists()

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            attempts = Counter(
                Attempt.objects.filter(outcome="accepted").values_list("message", flat=True)
            )
            assert not attempts or max(attempts.values()) == 1
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


def test_any_life_keeps_the_ledger_in_order() -> None:
    run_state_machine_as_test(
        Life, settings=hypothesis_settings(max_examples=25, stateful_step_count=25, deadline=None)
    )
