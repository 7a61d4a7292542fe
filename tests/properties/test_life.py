"""Lives lived at random against the real database: texts of every sort, ticks, sends, outages, new
versions, two campaigns and several people on a number, moves to another zone and to another number,
numbers that fail, change owners, STOP and JOIN.

After every step the whole ledger is audited; no step has come twice in an attempt, gap and caps are
kept on the number, and nobody reads what was somebody else's.
"""

import os
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

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

from campaigns.models import Campaign, CampaignVersion
from campaigns.rules import Priority
from enrolment import (
    anchors,
    batch_moves,
    belonging,
    ledger,
    pausing,
    planner,
    renumbering,
    replies,
)
from enrolment.models import BatchMove, Decision, Enrolment, Participant
from messaging import dispatch
from messaging import ledger as wire_ledger
from messaging.clock import calendar_now
from messaging.models import Attempt, CalendarOffset, InboundMessage, Message, OptOut
from tests import worlds
from tests.chaos import figures

pytestmark = pytest.mark.django_db

NUMBERS = ("+447700900001", "+447700900002")
WORDS = (
    "JOIN", "yes", "no", "Amina", "today", "tomorrow", "in 3 days", "soon", "CRAVE", "SLIP", "HELP",
    "STOP", "hello there", "7", "", "LESS", "MORE", "PAUSE", "PAUSE 2", "RESUME", "LATER",
    "TIME 10-18", "TIME 20-8", "DATE in 4 days", "DATE today", "DATE never", "LANGUAGE nb",
    "NOT READY", "ASK PER DAY", "12", "ASK DUE", "MOVE", "BACK", "1", "2", "Per", "Per CRAVE",
    "WRONG NUMBER", "DISCREET", "PLAIN", "NEWNUMBER +447700900002", "MYDATA", "START",
)  # fmt: skip
ZONES = ("Europe/London", "Asia/Kathmandu", "America/New_York", "Pacific/Apia")
CAP, GAP = 3, timedelta(minutes=45)


class Life(RuleBasedStateMachine):
    @initialize()
    def open_the_campaign(self) -> None:
        self.undo = transaction.atomic()
        # As Django's own TestCase marks its transaction, so that durable blocks may run inside.
        self.undo._from_testcase = True  # type: ignore[attr-defined]
        self.undo.__enter__()
        self.version = self.edition()
        self.other = worlds.version(worlds.campaign(key="move"), published=False)
        self.other.keywords.filter(action="join").update(word="MOVE", folded="move")
        self.live(self.other)
        worlds.at_noon()
        self.days = 3
        self.moved: set[int] = set()

    def edition(self, *, of: Campaign | None = None) -> CampaignVersion:
        found = worlds.full_version(of, published=False)
        return self.live(found)

    def live(self, found: CampaignVersion) -> CampaignVersion:
        found.cap_day, found.min_gap_minutes, found.silent_days = CAP, GAP.seconds // 60, 2
        found.save()
        worlds.publish(found)
        return found

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
    @rule(pace=st.sampled_from(["now", "next_step"]))
    def publish_and_move(self, pace: str) -> None:
        self.days += 1
        self.version = self.edition(of=self.version.campaign)
        batch = batch_moves.start(version=self.version, pace=pace, actor=None, now=calendar_now())
        while BatchMove.objects.filter(pk=batch.pk, status="running").exists():
            batch_moves.run_some(now=calendar_now(), limit=1)

    @rule(number=st.sampled_from(NUMBERS), zone=st.sampled_from(ZONES))
    def moves_house(self, number: str, zone: str) -> None:
        for enrolment in Enrolment.objects.filter(status__in=Enrolment.OPEN):
            if enrolment.participant.recipient.number == number:
                self.moved.add(enrolment.participant.recipient_id)
                Participant.objects.filter(pk=enrolment.participant_id).update(time_zone=zone)
                anchors.replan_from(enrolment=enrolment, now=calendar_now())

    @rule(number=st.sampled_from(NUMBERS))
    def somebody_else_comes(self, number: str) -> None:
        """Through onboarding at once, so that two journeys run behind one number."""
        for body in ("JOIN", "2", "yes", "Per", "tomorrow"):
            self.text(number, body)

    @rule(number=st.sampled_from(NUMBERS), to=st.sampled_from(NUMBERS))
    def changes_number(self, number: str, to: str) -> None:
        theirs = Enrolment.objects.filter(status__in=Enrolment.OPEN).select_related("participant")
        for enrolment in theirs.select_related("campaign__sender").order_by("pk"):
            if enrolment.participant.recipient.number == number:
                asked = renumbering.ask(
                    enrolment=enrolment, number=to, source="sms", now=calendar_now()
                )
                self.text(to, asked.code)
                return

    @rule()
    def numbers_fail(self) -> None:
        Message.objects.filter(status="delivered", kind="due").update(
            status="undelivered", status_reason="30003"
        )
        pausing.pause_unreachable(now=calendar_now())

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
    def gap_and_cap_are_kept_on_the_number(self) -> None:
        """Over both campaigns, and over leaving and coming back. Someone who moved to another zone
        has other days, so only the gap is asked there."""
        if not hasattr(self, "version"):
            return
        planned = Message.objects.filter(kind="due", priority__gt=Priority.REPLY.rank)
        times: dict[int, list[tuple[datetime, int]]] = {}
        for number, before, made, rank in planned.values_list(
            "recipient", "not_before", "created_at", "priority"
        ):
            times.setdefault(number, []).append((max(before, made), rank))
        for number, found in times.items():
            leaves = sorted(found)
            for (earlier, _), (later, _) in pairwise(leaves):
                assert later - earlier >= GAP
            days = Counter(
                at.astimezone(ZoneInfo("Europe/London")).date()
                for at, rank in leaves
                if rank > Priority.ASSESSMENT.rank
            )
            assert number in self.moved or not days or max(days.values()) <= CAP

    @invariant()
    def everything_said_is_one_persons(self) -> None:
        """Of all that was texted both ways no two people see the same."""
        if not hasattr(self, "version"):
            return
        seen: Counter[tuple[str, int]] = Counter()
        for participant in Participant.objects.all():
            came, sent = belonging.texts_from(participant), belonging.texts_to(participant)
            seen.update(("in", pk) for pk in came.values_list("pk", flat=True))
            seen.update(("out", pk) for pk in sent.values_list("pk", flat=True))
        assert not seen or max(seen.values()) == 1

    @invariant()
    def number_that_was_lost_leads_to_nobody(self) -> None:
        if hasattr(self, "version"):
            lost = Participant.objects.filter(number_lost_at__isnull=False)
            assert all(row.recipient.number is None for row in lost)
            assert not Enrolment.objects.filter(
                participant__in=lost, status__in=Enrolment.OPEN
            ).exists()

    @invariant()
    def company_is_known(self) -> None:
        if hasattr(self, "version"):
            behind = Counter(Participant.objects.values_list("recipient", flat=True))
            for row in Participant.objects.all():
                assert row.has_company == (behind[row.recipient_id] > 1)
                assert row.is_shared or not row.has_company

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
    lives, steps = (300, 50) if os.environ.get("HYPOTHESIS_PROFILE") == "long" else (25, 25)
    run_state_machine_as_test(
        Life,
        settings=hypothesis_settings(max_examples=lives, stateful_step_count=steps, deadline=None),
    )
    figures.tell("R8", lives=lives, steps_of_each=steps)
