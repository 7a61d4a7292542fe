"""Samples for follow-up calls: drawn by a seed from a frame that is kept, and what may be done."""

import csv
import io
from collections import Counter
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Membership
from enrolment import call_lists, calls, erasing, samples
from enrolment.call_lists import CallListRefused, Wanted
from enrolment.handles import handle_of
from enrolment.models import CallList, Enrolment, FollowUpSample
from enrolment.sampling import drawn_by_stratum, fingerprint
from tests import worlds
from tests.enrolment.people_lists import manager
from tests.enrolment.test_calls import NOW, agreed, caller
from tests.enrolment.test_matrix import client_of, user_with
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

WANTED = Wanted("ask.smoked", date(2026, 12, 1), date(2026, 12, 31), sample=4, seed=11)
frames = st.dictionaries(st.integers(1, 500), st.sampled_from(["", "en", "nb"]), max_size=40)


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrolment.sample_views.calendar_now", lambda: NOW)


def drawn(wanted: Wanted = WANTED, stratum: str = "") -> FollowUpSample:
    return samples.draw(
        campaign=worlds.campaign(), wanted=wanted, stratum=stratum, actor=manager(), now=NOW
    )


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@given(frames, st.integers(0, 2**31 - 1), st.integers(0, 50))
def test_stratum_gets_its_share_to_within_one(strata: dict[int, str], seed: int, most: int) -> None:
    chosen = drawn_by_stratum(strata, seed, most)

    assert len(chosen) == len(set(chosen)) == min(most, len(strata))
    assert set(chosen) <= strata.keys()
    assert chosen == drawn_by_stratum(dict(reversed(strata.items())), seed, most)
    got, have = Counter(strata[each] for each in chosen), Counter(strata.values())
    for name, size in have.items():
        assert abs(got[name] - len(chosen) * size / len(strata)) < 1


def test_fingerprint_tells_any_change_of_the_frame() -> None:
    day = date(2026, 12, 10)
    frame = [(1, day, "en"), (2, day, "nb")]

    assert fingerprint(frame) == fingerprint(reversed(frame))
    assert fingerprint(frame) != fingerprint([(1, day, "en"), (2, day, "en")])
    assert fingerprint(frame) != fingerprint(frame[:1])


def test_sample_keeps_its_frame_and_is_drawn_again_from_it() -> None:
    people = [agreed(place) for place in range(10)]
    agreed(11, is_given=False)
    for enrolment in people[:4]:
        enrolment.participant.language = "nb"
        enrolment.participant.save()

    sample = drawn(Wanted(**{**vars_of(WANTED), "sample": 5}), "language")

    assert sample.frame == sorted(enrolment.pk for enrolment in people)
    languages = dict(zip(sample.frame, sample.strata, strict=True))
    assert Counter(languages[each] for each in sample.chosen) == {"nb": 2, "en": 3}
    assert samples.is_drawn_again(sample)
    event = AuditEvent.objects.get(verb="sample.draw")
    assert event.detail == {"step": "ask.smoked", "frame": 10, "chosen": 5, "seed": 11}
    sample.chosen = sample.chosen[::-1]
    assert not samples.is_drawn_again(sample)


def vars_of(wanted: Wanted) -> dict[str, object]:
    return {name: getattr(wanted, name) for name in wanted.__slots__}


def test_file_has_handles_and_no_number_and_nobody_who_was_erased() -> None:
    people = [agreed(place) for place in range(4)]
    sample = drawn()
    gone = Enrolment.objects.get(pk=sample.chosen[0])
    erasing.erase(participant=gone.participant, source="sms", cause_key="1:0", now=NOW)

    rows = lines(samples.written(sample=sample, actor=manager()))

    assert rows[0] == ["place", "person", "stratum", "survey", "due_on"]
    by_id = {enrolment.pk: enrolment.participant_id for enrolment in people}
    assert [row[:2] for row in rows[1:]] == [
        [str(place), handle_of(by_id[each])]
        for place, each in enumerate(sample.chosen[1:], start=2)
    ]
    assert all("+44" not in cell for row in rows for cell in row)
    assert AuditEvent.objects.filter(verb="sample.export").count() == 1


def test_call_list_of_a_sample_has_its_people_in_its_order_once() -> None:
    for place in range(6):
        agreed(place)
    sample = drawn()

    made = call_lists.make_of(sample=sample, actor=manager(), now=NOW)

    order = made.calls.order_by("place").values_list("enrolment_id", flat=True)
    assert list(order) == sample.chosen
    assert (made.eligible, made.sample, made.seed) == (6, 4, 11)
    assert calls.take_next(call_list=made, caller=caller(), now=NOW) is not None
    with pytest.raises(CallListRefused, match="already"):
        call_lists.make_of(sample=sample, actor=manager(), now=NOW)


def test_whoever_is_on_a_list_already_is_not_called_twice() -> None:
    for place in range(4):
        agreed(place)
    sample = drawn()
    everybody = Wanted(**{**vars_of(WANTED), "sample": None})
    call_lists.make(campaign=worlds.campaign(), wanted=everybody, actor=manager(), now=NOW)

    with pytest.raises(CallListRefused, match="Nobody of this sample"):
        call_lists.make_of(sample=sample, actor=manager(), now=NOW)


def test_nobody_due_draws_nothing() -> None:
    worlds.version()

    with pytest.raises(CallListRefused, match="Nobody is to be called"):
        drawn()


def researcher() -> Client:
    user = user_with("researcher", organisation_wide=False)
    Membership.objects.filter(user=user).update(campaign=worlds.campaign())
    return client_of(user)


def test_researcher_draws_and_exports_but_neither_calls_nor_sees_numbers(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for place in range(5):
        agreed(place)
    client = researcher()
    typed = {
        "step_key": "ask.smoked", "due_from": "2026-12-01", "due_to": "2026-12-31",
        "only_silent": "on", "silent_hours": "72", "sample": "3", "seed": "5",
        "stratum": "language",
    }  # fmt: skip

    url = reverse("enrolment:samples", args=[worlds.campaign().pk])
    assert client.post(url, {**typed, "sample": ""}).status_code == 200
    assert client.post(url, typed).status_code == 302

    sample = FollowUpSample.objects.get()
    with django_assert_max_num_queries(12):
        page = client.get(reverse("enrolment:sample", args=[sample.pk])).content.decode()
    assert "3 people, drawn from 5" in page
    assert "the same people" in page
    assert "Make a call list" not in page
    file = client.get(reverse("enrolment:sample_file", args=[sample.pk]))
    assert len(lines(file.content.decode())) == 4
    assert client.post(reverse("enrolment:sample_file", args=[sample.pk])).status_code == 403
    assert client.post(reverse("enrolment:sample", args=[sample.pk])).status_code == 403
    assert not CallList.objects.exists()


def test_manager_makes_the_call_list_and_sees_numbers_on_record() -> None:
    for place in range(4):
        agreed(place)
    sample = drawn()
    client = client_of(manager())

    file = client.post(reverse("enrolment:sample_file", args=[sample.pk]))
    assert "'+4477009001" in file.content.decode()
    assert AuditEvent.objects.filter(verb="number.reveal").count() == 1
    answer = client.post(reverse("enrolment:sample", args=[sample.pk]))
    assert answer["Location"] == reverse("enrolment:call_list", args=[CallList.objects.get().pk])
