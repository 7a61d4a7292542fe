"""Whatever somebody was called and has texted: once erased, nothing in the database tells of it."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrolment import finishing, replies
from enrolment.models import Enrolment, Erasure
from messaging.models import Message
from tests import worlds
from tests.enrolment.everywhere import columns_with, found_anywhere
from trust.blind_index import number_index

pytestmark = pytest.mark.django_db

#: Letters no text of ours is made of, so that a find is a find.
SECRET = st.text("qxzjwßñøжλ", min_size=6, max_size=14)
NUMBERS = (f"+4477009003{place:02}" for place in count())


@st.composite
def lives(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A number, and what comes from it before it asks to be erased."""
    words = draw(st.lists(SECRET, min_size=1, max_size=3))
    said = draw(
        st.lists(
            st.sampled_from(
                ["CRAVE", "ask reason", "ask glucose", "6.5", "PAUSE 3", "WEB", "STOP", "START"]
            )
            | st.sampled_from(words),
            max_size=8,
        )
    )
    name = draw(SECRET)
    joins = ["JOIN", "yes I do", name, "10 december", *said]
    return "".join([next(NUMBERS)]), joins


@given(lives())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_left_of_whoever_was_erased(life: tuple[str, list[str]]) -> None:
    number, said = life
    if not Enrolment.objects.exists():
        worlds.full_version()
    for minute, body in enumerate(said):
        _text(number, body, minute)
    _text(number, "DELETE", 100)
    asked = Message.objects.order_by("-pk")[0].body.text or ""
    _text(number, f"DELETE {asked[-4:]}", 101)
    erasure = Erasure.objects.order_by("-pk")[0]
    Message.objects.filter(pk=erasure.last_message_id).update(
        status=Message.Status.FAILED, status_reason="test", settled_at=worlds.NOON
    )

    finishing.finish(now=worlds.NOON + timedelta(minutes=102))

    secrets = [body for body in said if set(body) <= set("qxzjwßñøжλ")]
    assert found_anywhere(number, number[1:], *secrets) == []
    index = number_index(worlds.organisation().pk, number)
    assert columns_with(index) == ["messaging_optout.number_index"]


def _text(number: str, body: str, minutes: int) -> None:
    worlds.text(number, body)
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=minutes))
