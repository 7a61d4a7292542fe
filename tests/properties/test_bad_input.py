"""Anything a handset can send, through the database: every text ends, none is lost, and no reply
says "Dear None" or shows a placeholder or a fault."""

import os
import re
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrolment import planner, replies
from enrolment.models import Case
from messaging.clock import calendar_now
from messaging.models import InboundMessage, Message
from tests import worlds
from tests.properties.test_life import WORDS

pytestmark = pytest.mark.django_db

EXAMPLES = 500 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 30
NUMBERS = ("+447700900001", "+447700900002")
#: What no reply may ever say.
WRONG = re.compile(r"None|\bnan\b|\{\{|\}\}|\{\w+\}|%\(|Traceback|undefined|null", re.IGNORECASE)
NASTY = (
    "{{ first_name }}", "{0}", "{first_name.__class__}", "%(name)s", "%s%s%n", "'; DROP TABLE x;--",
    "<script>alert(1)</script>", "None", "null", "NaN", "-0", "1e999", "٧", "१२", "\u202e7",
    "\ufeff",
    "\u200b\u200d", "👨‍👩‍👧‍👦" * 30, "a" * 1600, "\n\n-- \nSent from my phone", "STOP" * 200,
    "12.13.14.15", "31/2/99999", "in 99999999999 days", "tomorrow tomorrow", "TIME 99-99",
    "PAUSE -1", "BP 0/0", "LANGUAGE \u202b", "DATE 0.0.0", "\t\r\n", "İ", "ß", "\u0344", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙",
)  # fmt: skip
#: As a network delivers it; PostgreSQL has no NUL, and the inbox must not have one either.
ANYTHING = st.text(max_size=160) | st.text(st.characters(categories=["L", "M", "N", "Cf", "So"]))
TEXTS = st.one_of(
    ANYTHING,
    st.sampled_from(NASTY),
    st.sampled_from([word for word in WORDS if word]),
    st.builds("{} {}".format, st.sampled_from([word for word in WORDS if word]), ANYTHING),
)


@given(
    st.lists(st.tuples(st.sampled_from(NUMBERS), TEXTS), min_size=1, max_size=12),
    st.booleans(),
)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_texted_comes_to_an_end_and_is_answered_sensibly(
    texted: list[tuple[str, str]], named: bool
) -> None:
    with transaction.atomic():
        now = worlds.at_noon()
        version = worlds.full_version()
        enrolment = worlds.person(number=NUMBERS[0], of=version, joined=now, quit_day=None)
        if not named:
            enrolment.participant.first_name = None
            enrolment.participant.save()
        for place, (number, body) in enumerate(texted):
            worlds.text(number, body)
            if place % 3:
                replies.answer_pending(now=calendar_now())
        replies.answer_pending(now=calendar_now())
        planner.tick(now=now + timedelta(minutes=5))

        _judge(now, len(texted))
        transaction.set_rollback(True)


def _judge(now: datetime, texts: int) -> None:
    ended = InboundMessage.objects.order_by("pk")
    assert ended.count() == texts
    assert not ended.filter(end=InboundMessage.End.PENDING).exists()
    assert not ended.filter(end_reason="").exists()
    # Never by a fault of ours, and whatever no rule understood waits for a person.
    assert not ended.filter(end_reason="fault").exists()
    inbox = set(ended.filter(end=InboundMessage.End.INBOX).values_list("pk", flat=True))
    assert inbox <= set(Case.objects.values_list("inbound_id", flat=True))
    heard = " ".join(inbound.body or "" for inbound in ended).casefold()
    for message in Message.objects.select_related("body"):
        words = message.body.text or ""
        assert words.strip()
        for wrong in WRONG.findall(words):
            # A person's own name or reason is told back as she wrote it.
            assert wrong.casefold() in heard, words
