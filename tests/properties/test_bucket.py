"""Any pattern of claims and pauses: never above the rate, nothing lost, a tenth for replies."""

from datetime import timedelta
from itertools import accumulate

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging import bucket
from messaging.models import Pace
from tests.factories.sender import SenderFactory

pytestmark = pytest.mark.django_db

#: A worker claims at most so many texts at once, and none is longer than this.
MOST, LONGEST = 40, 10
#: Seconds that an example itself may take, in which the bucket fills too.
REAL = 1.0

claims = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.02, 0.3, 1.0, 5.0]),
        st.integers(1, MOST),
        st.lists(st.integers(1, LONGEST), max_size=MOST),
        st.booleans(),
    ),
    min_size=1,
    max_size=10,
)


def pass_seconds(sender_id: int, seconds: float) -> None:
    """As if so much time had gone by since the bucket was filled."""
    Pace.objects.filter(pk=sender_id).update(filled_at=F("filled_at") - timedelta(seconds=seconds))


def claim(sender_id: int, want: int, texts: list[int], urgent: bool) -> int:
    """The segments a claim uses of texts that wait in this order."""
    taken = bucket.take(sender_ids=[sender_id], want=want)
    left = taken[sender_id].urgent if urgent else taken[sender_id].ordinary
    used = 0
    for segments in texts[:want]:
        if left <= 0:
            break
        used += segments
        left -= segments
    bucket.give_back(taken=taken, used={sender_id: used})
    return used


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rate=st.sampled_from([1, 3, 10, 100]), pattern=claims)
def test_no_window_holds_more_than_the_rate_one_bucket_and_one_text(
    rate: int, pattern: list[tuple[float, int, list[int], bool]]
) -> None:
    sender = SenderFactory(segments_per_second=rate)
    depth = max(1.0, rate * bucket.DEPTH)
    used: list[int] = []
    pauses: list[float] = []

    for pause, want, texts, urgent in pattern:
        pass_seconds(sender.pk, pause)
        pauses.append(pause)
        used.append(claim(sender.pk, want, texts, urgent))

    until = [0, *accumulate(used)]
    at = list(accumulate(pauses))
    for first in range(len(used)):
        for last in range(first, len(used)):
            seconds = at[last] - at[first] + REAL
            assert until[last + 1] - until[first] <= rate * seconds + depth + LONGEST


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.sampled_from([1, 10, 5000]),
    wants=st.lists(st.integers(1, 400), min_size=1, max_size=6),
)
def test_what_is_given_back_is_there_again(rate: int, wants: list[int]) -> None:
    sender = SenderFactory(segments_per_second=rate)
    depth = max(1.0, rate * bucket.DEPTH)

    for want in wants:
        taken = bucket.take(sender_ids=[sender.pk], want=want)
        bucket.give_back(taken=taken, used={})
        assert taken[sender.pk].urgent == pytest.approx(min(want, depth))
        assert taken[sender.pk].ordinary <= depth * (1 - bucket.KEPT) + 1e-6
