"""Two numbers join, are invited, say yes and no, leave in every way and come back, in any order.

Held beside a small model of what must be true: after a STOP nothing but its one confirmation and
answers of help leaves (I3), every text ends (I8), the ledger of consent only grows, and nobody is
sent anything planned whose last word on it was not a yes of her own.
"""

import os
from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from enrolment import consents, inviting, leaving, ledger, planner, reconsenting, replies
from enrolment.models import Consent, Enrolment
from messaging import dispatch, inbox, optout, outbox
from messaging import ledger as wire_ledger
from messaging.clock import calendar_now
from messaging.models import Attempt, CalendarOffset, InboundMessage, Message, Recipient
from tests import worlds
from tests.chaos import figures

pytestmark = pytest.mark.django_db

NUMBERS = ("+447700900001", "+447700900002")
STOPS = ("STOP", "Stopp takk!", "stoo", "please stop texting me", "STOP CRAVE", "unsubscribe")
NEEDS = ("i want to die", "STOP. i want to die")
BACK = ("START", "UNSTOP")
JOINS = ("JOIN",)
#: Answers, words that may be a stop, and what is neither.
OTHERS = (
    "yes", "no", "Amina", "in 5 days", "1", "2", "QUIT", "HELP", "CRAVE", "unheard of", "thanks",
    "I want to stop smoking",
)  # fmt: skip
HARD = frozenset({*STOPS, NEEDS[1]})


class Consenting(RuleBasedStateMachine):
    @initialize()
    def open_the_campaign(self) -> None:
        self.undo = transaction.atomic()
        # As Django's own TestCase marks its transaction, so that durable blocks may run inside.
        self.undo._from_testcase = True  # type: ignore[attr-defined]
        self.undo.__enter__()
        self.version = worlds.version(published=False)
        self.version.silent_days = 2
        self.version.save()
        worlds.publish(self.version)
        worlds.at_noon()
        #: By number: whether its last word on it was a STOP, and how many there were.
        self.out: dict[str, bool] = defaultdict(bool)
        self.stops: dict[str, int] = defaultdict(int)
        self.lines: list[tuple[int, str, bool]] = []
        #: Enrolments whose number itself has said yes.
        self.agreed: set[int] = set()

    @rule(number=st.sampled_from(NUMBERS), word=st.sampled_from(OTHERS))
    def text(self, number: str, word: str) -> None:
        self._texted(number, word)

    @rule(number=st.sampled_from(NUMBERS), word=st.sampled_from(JOINS))
    def join(self, number: str, word: str) -> None:
        self._texted(number, word)
        self.out[number] = False

    @rule(number=st.sampled_from(NUMBERS), word=st.sampled_from(BACK))
    def come_back(self, number: str, word: str) -> None:
        before = self._scopes_ever()
        open_before = set(self._open().values_list("pk", flat=True))
        self._texted(number, word)
        for enrolment in self._open().exclude(pk__in=open_before):
            # Taken up is only what had a yes before, and no scope is given that was not.
            assert before[enrolment.pk]
            assert consents.standing(enrolment) <= before[enrolment.pk]
        if optout_lifted(number):
            self.out[number] = False

    @rule(number=st.sampled_from(NUMBERS), word=st.sampled_from(STOPS))
    def stop(self, number: str, word: str) -> None:
        self.stops[number] += not self.out[number]
        self._texted(number, word)
        self.out[number] = True

    @rule(number=st.sampled_from(NUMBERS), word=st.sampled_from(NEEDS))
    def cry_for_help(self, number: str, word: str) -> None:
        before = Message.objects.filter(kind=Message.Kind.CRISIS).count()
        if word in HARD:
            self.stops[number] += not self.out[number]
            self.out[number] = True
        self._texted(number, word)
        assert Message.objects.filter(kind=Message.Kind.CRISIS).count() == before + 1

    @rule(number=st.sampled_from(NUMBERS))
    def invite(self, number: str) -> None:
        try:
            found = inviting.invite(
                version=self.version, number=number, language="en", channel="web",
                now=calendar_now(),
            )  # fmt: skip
        except inviting.InviteRefused:
            return
        assert not self.out[number]
        assert not consents.standing(found)

    @rule(number=st.sampled_from(NUMBERS))
    def provider_opts_out(self, number: str) -> None:
        """It heard a STOP that never came to us, and says so at the next send."""
        recipient = Recipient.objects.get(number_index=_index(number))
        optout.opt_out(recipient=recipient, source="provider", now=calendar_now())
        outbox.cancel_recipient(recipient_id=recipient.pk, reason="opted_out", now=calendar_now())
        leaving.follow_providers(now=calendar_now())
        self.out[number] = True

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        offset = CalendarOffset.objects.get(pk=1).offset
        CalendarOffset.objects.update(offset=offset + timedelta(hours=hours))
        now = calendar_now()
        reconsenting.ask_the_silent(now=now)
        gone = set(self._open().values_list("pk", flat=True))
        leaving.take_silence_as_leaving(now=now)
        gone -= set(self._open().values_list("pk", flat=True))
        for enrolment in Enrolment.objects.filter(pk__in=gone):
            self.out[enrolment.participant.recipient.number or ""] = optout.is_opted_out(
                recipient=enrolment.participant.recipient
            )

    @rule()
    def plan_and_send(self) -> None:
        planner.tick(now=calendar_now())
        dispatch.send_due()
        self._audit()

    def _audit(self) -> None:
        # The tick's own lateness is time_passes, not a fault: plan before the books are read.
        planner.tick(now=calendar_now())
        found = [*wire_ledger.violations(), *ledger.violations(now=calendar_now())]
        late = "queued though its time has passed"
        assert [row for row in found if row.detail != late] == []

    def _texted(self, number: str, word: str) -> None:
        worlds.text(number, word)
        replies.answer_pending(now=calendar_now())
        recipient = Recipient.objects.get(number_index=_index(number))
        if word not in HARD and optout.is_opted_out(recipient=recipient):
            # QUIT to the question whether it meant STOP.
            self.out[number] = True

    def _open(self):  # type: ignore[no-untyped-def]
        return Enrolment.objects.filter(status__in=Enrolment.OPEN)

    def _scopes_ever(self) -> dict[int, frozenset[str]]:
        given: dict[int, set[str]] = defaultdict(set)
        for line in Consent.objects.filter(is_given=True):
            given[line.enrolment_id].add(line.scope)
        return defaultdict(frozenset, {pk: frozenset(found) for pk, found in given.items()})

    @invariant()
    def every_text_ends_and_nothing_leaves_after_a_stop(self) -> None:
        if not hasattr(self, "version"):
            return
        assert not InboundMessage.objects.filter(end="pending").exists()
        for number, is_out in self.out.items():
            recipient = Recipient.objects.filter(number_index=_index(number)).first()
            if recipient is None or not is_out:
                continue
            assert optout.is_opted_out(recipient=recipient)
            waiting = Message.objects.filter(recipient=recipient, status=Message.Status.QUEUED)
            assert not waiting.exclude(kind__in=Message.PAST_OPT_OUT).exists()
            theirs = self._open().filter(participant__recipient=recipient)
            assert not theirs.exists()

    @invariant()
    def one_stop_has_one_confirmation(self) -> None:
        if hasattr(self, "version"):
            for number, stops in self.stops.items():
                said = Message.objects.filter(
                    recipient__number_index=_index(number), kind=Message.Kind.STOP_CONFIRMATION
                )
                assert said.count() <= stops + self._unsure(number)

    def _unsure(self, number: str) -> int:
        """Ends that were no STOP by its word: asked about, or silence."""
        ended = Enrolment.objects.filter(participant__recipient__number_index=_index(number))
        return ended.filter(status=Enrolment.Status.WITHDRAWN).count()

    @invariant()
    def ledger_of_consent_only_grows(self) -> None:
        if hasattr(self, "version"):
            rows = Consent.objects.order_by("pk").values_list("pk", "scope", "is_given")
            lines = list(rows)
            assert lines[: len(self.lines)] == self.lines
            self.lines = lines

    @invariant()
    def nothing_is_planned_for_whom_has_not_agreed(self) -> None:
        if hasattr(self, "version"):
            for enrolment in self._open().exclude(status=Enrolment.Status.INVITED):
                assert Consent.Scope.SERVICE in consents.standing(enrolment)

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            try:
                self._audit()
                sent = Attempt.objects.filter(outcome="accepted").values_list("message", flat=True)
                assert len(sent) == len(set(sent))
            finally:
                transaction.set_rollback(True)
                self.undo.__exit__(None, None, None)


def _index(number: str) -> bytes:
    found = inbox.recipient_for(organisation_id=worlds.organisation().pk, number=number)
    return bytes(found.number_index)


def optout_lifted(number: str) -> bool:
    return not optout.is_opted_out(recipient=Recipient.objects.get(number_index=_index(number)))


def test_consent_and_stop_hold_in_any_order() -> None:
    lives, steps = (300, 50) if os.environ.get("HYPOTHESIS_PROFILE") == "long" else (15, 20)
    run_state_machine_as_test(
        Consenting,
        settings=hypothesis_settings(max_examples=lives, stateful_step_count=steps, deadline=None),
    )
    figures.tell("R8", lives_of_consent=lives, steps_of_those=steps)
