"""The staff call list: who is on it, one caller at a time, and what each end does."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from enrolment import call_lists, calls, consents, erasing, histories, leaving, own_data
from enrolment.call_lists import CallListRefused, Wanted
from enrolment.calls import CallRefused, Said
from enrolment.models import Answer, Call, CallAttempt, CallList, Enrolment
from enrolment.sampling import drawn
from messaging.models import Message, OptOut
from tests import worlds
from tests.enrolment.people_lists import manager
from tests.enrolment.test_matrix import client_of, user_with
from trust.ids import draw_ids
from trust.models import AuditEvent, User
from trust.models.machine_time import MachineNow
from trust.roles import ROLES

pytestmark = pytest.mark.django_db

#: A week after the quit day, whose evening asks "Did you smoke?".
NOW = worlds.NOON + timedelta(days=16)
QUIT = date(2026, 12, 10)
WANTED = Wanted("ask.smoked", date(2026, 12, 1), date(2026, 12, 31), seed=7)


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrolment.call_views.calendar_now", lambda: NOW)


def agreed(place: int = 1, *, is_given: bool = True, **who: object) -> Enrolment:
    """Somebody who said yes to a call, or no."""
    version = worlds.campaign().versions.first() or worlds.version()
    enrolment = worlds.person(number=f"+4477009001{place:02}", of=version, **who)
    consents.record(
        enrolment=enrolment,
        scope="follow_up_call",
        is_given=is_given,
        channel="sms",
        exact_text="yes",
        now=worlds.NOON,
    )
    return enrolment


def made(wanted: Wanted = WANTED) -> CallList:
    return call_lists.make(campaign=worlds.campaign(), wanted=wanted, actor=manager(), now=NOW)


def caller(name: str = "cora") -> User:
    return User.objects.get_or_create(
        email=f"{name}@clinic.example",
        defaults={
            "name": name,
            "organisation": worlds.organisation(),
            "organisation_role": "counsellor",
            "is_staff": True,
        },
    )[0]


def taken(by: User | None = None) -> Call:
    call = calls.take_next(call_list=CallList.objects.get(), caller=by or caller(), now=NOW)
    assert call is not None
    return call


def ended(outcome: str, **more: object) -> Call:
    call = taken()
    calls.end(call=call, caller=caller(), outcome=outcome, now=NOW, **more)
    call.refresh_from_db()
    return call


def test_who_agreed_and_was_silent_is_on_the_list_also_after_leaving() -> None:
    silent, left = agreed(1), agreed(2)
    agreed(3, is_given=False)
    worlds.person(number="+447700900199", of=silent.version)
    agreed(4, quit_day=date(2027, 1, 10))
    testing = agreed(5)
    Enrolment.objects.filter(pk=testing.pk).update(is_test=True)
    leaving.withdraw(enrolment=left, source="sms", reason="stop", now=worlds.NOON)

    found = made()

    assert {call.enrolment_id for call in found.calls.all()} == {silent.pk, left.pk}
    assert {call.due_on for call in found.calls.all()} == {QUIT}
    assert found.eligible == 2


def test_whoever_answered_by_text_is_called_only_where_all_are_wanted() -> None:
    answered = agreed(1)
    agreed(2)
    texted_answer(answered)

    assert made().calls.count() == 1
    Call.objects.all().delete()
    everybody = Wanted("ask.smoked", WANTED.due_from, WANTED.due_to, only_silent=False, seed=1)
    assert made(everybody).calls.count() == 2


def texted_answer(enrolment: Enrolment, at: datetime = NOW - timedelta(days=5)) -> None:
    inbound = worlds.text(enrolment.participant.recipient.number or "", "no", at=at)
    Answer.objects.create(
        enrolment=enrolment,
        attempt=1,
        question_key="smoked",
        wording_version=enrolment.version,
        inbound=inbound,
        value="no",
        is_valid=True,
        asked_at=at,
        answered_at=at,
    )


def test_nobody_is_called_before_the_time_to_answer_by_text_is_over() -> None:
    agreed(1)

    with pytest.raises(CallListRefused, match="Nobody is to be called"):
        call_lists.make(
            campaign=worlds.campaign(),
            wanted=WANTED,
            actor=manager(),
            now=datetime.combine(QUIT, worlds.NOON.timetz()) + timedelta(hours=70),
        )


def test_second_list_calls_nobody_twice_for_one_survey() -> None:
    agreed(1)
    made()

    with pytest.raises(CallListRefused):
        made()


def test_sample_is_drawn_again_by_its_seed() -> None:
    everybody = [agreed(place).pk for place in range(12)]
    wanted = Wanted("ask.smoked", WANTED.due_from, WANTED.due_to, sample=5, seed=99)

    found = made(wanted)

    chosen = list(found.calls.order_by("place").values_list("enrolment_id", flat=True))
    assert chosen == drawn(everybody, 99, 5)
    assert (found.eligible, found.sample, found.seed) == (12, 5, 99)


@given(st.sets(st.integers(1, 10**9), max_size=40), st.integers(0, 2**31 - 1), st.integers(1, 50))
def test_draw_is_a_sample_and_its_own_beginning(ids: set[int], seed: int, most: int) -> None:
    some, every = drawn(ids, seed, most), drawn(sorted(ids, reverse=True), seed, None)

    assert set(every) == ids
    assert some == every[:most]


def test_draw_takes_everybody_as_often() -> None:
    times = [0] * 10
    for seed in range(2000):
        for each in drawn(range(10), seed, 3):
            times[each] += 1

    assert all(500 < count < 700 for count in times)


@pytest.mark.django_db(transaction=True)
def test_two_callers_at_once_never_get_the_same_person() -> None:
    worlds.version()
    for place in range(6):
        agreed(place)
    found = made()
    names = [caller(f"caller{place}") for place in range(6)]
    got, together = list[int](), threading.Barrier(6)

    def take(user: User) -> None:
        try:
            together.wait()
            call = calls.take_next(call_list=found, caller=user, now=NOW)
            if call is not None:
                got.append(call.pk)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=take, args=(user,)) for user in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(got) == len(set(got))
    assert len(got) >= 5


def test_call_is_one_callers_until_the_time_is_up() -> None:
    agreed(1)
    found = made()
    first = taken()

    assert taken() == first, "the same caller keeps it"
    assert calls.take_next(call_list=found, caller=caller("dan"), now=NOW) is None
    Call.objects.update(claimed_until=MachineNow() - timedelta(seconds=1))
    assert taken(caller("dan")) == first
    with pytest.raises(CallRefused):
        calls.end(call=first, caller=caller(), outcome="no_answer", now=NOW)
    assert not CallAttempt.objects.exists()
    assert not calls.let_go(call=first, caller=caller())
    assert calls.let_go(call=first, caller=caller("dan"))


def test_answers_stand_beside_those_by_text_with_their_source() -> None:
    enrolment = agreed(1)
    Enrolment.objects.filter(pk=enrolment.pk).update(question="smoked", asked_at=NOW)
    made()

    call = ended("reached", answers={"smoked": Said("no")})

    answer = Answer.objects.get()
    assert (answer.source, answer.call, answer.inbound, answer.value) == ("call", call, None, "no")
    assert histories.answers([enrolment.pk]) == {enrolment.pk: {"answer.smoked": "no"}}
    assert (call.status, call.claimed_by, call.tries) == ("reached", None, 1)
    enrolment.refresh_from_db()
    assert enrolment.question == "", "no reminder of what was told"
    attempt = CallAttempt.objects.get()
    assert (attempt.caller, attempt.outcome) == (caller(), "reached")
    kept = own_data.own_data(participant=enrolment.participant, now=NOW)
    assert [(told["said"], told["by"]) for told in kept["answers"]] == [("no", "call")]
    assert [told["ended"] for told in kept["calls"]] == ["reached"]
    assert not Message.objects.exists()


def test_nobody_is_rung_at_once_again_nor_for_ever() -> None:
    agreed(1)
    found = made()

    now = NOW
    for tries in range(1, calls.MOST_TRIES + 1):
        call = calls.take_next(call_list=found, caller=caller(), now=now)
        assert call is not None
        calls.end(call=call, caller=caller(), outcome="no_answer", now=now)
        assert calls.take_next(call_list=found, caller=caller(), now=now) is None
        now += calls.AGAIN_AFTER
        call.refresh_from_db()
        assert call.tries == tries

    assert Call.objects.get().status == "not_reached"


def test_whoever_asked_to_be_called_back_comes_first_then() -> None:
    for place in range(3):
        agreed(place)
    found = made()
    again = NOW + timedelta(hours=20)
    later_one = ended("call_back", call_back_at=again)

    assert taken() != later_one
    calls.let_go(call=taken(), caller=caller())
    call = calls.take_next(call_list=found, caller=caller(), now=again)
    assert call == later_one


def test_refusal_takes_the_consent_to_calls_back_and_no_more() -> None:
    enrolment = agreed(1)
    made()

    assert ended("refused").status == "refused"

    enrolment.refresh_from_db()
    assert enrolment.status == "active"
    assert consents.standing(enrolment) == {"service"}
    assert not OptOut.objects.exists()


def test_whoever_wants_no_more_texts_gets_none() -> None:
    enrolment = agreed(1)
    made()

    assert ended("withdrew").status == "withdrew"

    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.exit_reason) == ("withdrawn", "told_by_call")
    assert consents.standing(enrolment) == frozenset()
    assert OptOut.objects.get(lifted_at=None).source == "staff"


def test_wrong_number_opts_out_and_is_nobodys_of_us() -> None:
    enrolment = agreed(1)
    made()

    assert ended("wrong_number").status == "wrong_number"

    enrolment.participant.refresh_from_db()
    assert enrolment.participant.number_lost_at is not None
    assert OptOut.objects.filter(lifted_at=None).exists()


@pytest.mark.parametrize("why", ["consent", "answered", "erased"])
def test_call_that_is_not_needed_any_more_is_not_made(why: str) -> None:
    enrolment = agreed(1)
    found = made()
    match why:
        case "consent":
            consents.record(
                enrolment=enrolment,
                scope="follow_up_call",
                is_given=False,
                channel="sms",
                exact_text="no",
                now=NOW,
            )
        case "answered":
            texted_answer(enrolment, NOW + timedelta(minutes=1))
        case "erased":
            erasing.erase(participant=enrolment.participant, source="sms", cause_key="1:0", now=NOW)

    assert calls.take_next(call_list=found, caller=caller(), now=NOW) is None
    assert Call.objects.get().status == "lapsed"


def test_nothing_is_kept_of_somebody_erased_during_the_call() -> None:
    enrolment = agreed(1)
    made()
    call = taken()
    erasing.erase(participant=enrolment.participant, source="sms", cause_key="1:0", now=NOW)

    with pytest.raises(CallRefused, match="erased"):
        calls.end(
            call=call, caller=caller(), outcome="reached", answers={"smoked": Said("no")}, now=NOW
        )
    assert not Answer.objects.exists()


def page_of(call: Call) -> str:
    return f"/calls/{call.pk}/"


def test_number_is_shown_after_a_click_that_is_written_down() -> None:
    agreed(1)
    found = made()
    client = client_of(caller())
    answer = client.post(f"/calls/lists/{found.pk}/", {"do": "next"})
    call = Call.objects.get()
    assert answer["Location"] == page_of(call)

    before = client.get(page_of(call)).content.decode()
    shown = client.post(page_of(call), {"do": "reveal"}).content.decode()

    assert "+447700900101" not in before
    assert "Did you smoke?" in before
    assert "+447700900101" in shown
    assert AuditEvent.objects.filter(verb="number.reveal", actor=caller()).count() == 1
    other = client_of(caller("dan"))
    assert other.post(page_of(call), {"do": "reveal"}).status_code == 403
    assert "+447700900101" not in other.get(page_of(call)).content.decode()


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({}, "Choose how the call ended."),
        ({"outcome": "reached"}, "Enter the answer, or choose another end"),
        ({"outcome": "call_back"}, "Write when, as 2026-12-02 17:30."),
        ({"outcome": "call_back", "call_back_at": "tomorrow"}, "Write day and time"),
        ({"outcome": "call_back", "call_back_at": "2026-12-01 10:00"}, "This time has passed"),
        ({"outcome": "reached", "answer-smoked": "maybe"}, "Choose one of the answers."),
    ],
)
def test_wrong_end_is_kept_and_says_what_to_do(posted: dict[str, str], said: str) -> None:
    agreed(1)
    made()
    call = taken()

    answer = client_of(caller()).post(page_of(call), {"do": "end", **posted})

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert said in shown
    if "call_back_at" in posted:
        assert posted["call_back_at"] in shown
    assert not CallAttempt.objects.exists()


def test_call_ends_on_its_page() -> None:
    agreed(1)
    made()
    call = taken()

    client_of(caller()).post(
        page_of(call), {"do": "end", "outcome": "reached", "answer-smoked": "yes"}
    )

    assert Answer.objects.get().value == "yes"
    assert Call.objects.get().status == "reached"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"step_key": "day.0"}, "Choose one of the surveys"),
        ({"due_from": "soon"}, "Write the day as 2026-11-30."),
        ({"due_to": "2026-11-01"}, "This day lies before the first"),
        ({"sample": "few"}, "Write how many, or leave it empty."),
        ({"due_to": "2026-12-02"}, "Nobody is to be called"),
    ],
)
def test_wrong_list_is_kept_and_says_what_to_do(changes: dict[str, str], said: str) -> None:
    agreed(1)
    fields = {
        "step_key": "ask.smoked",
        "due_from": "2026-12-01",
        "due_to": "2026-12-31",
        "only_silent": "on",
        "silent_hours": "72",
        "sample": "",
        "seed": "",
        **changes,
    }

    answer = client_of(manager()).post(f"/calls/campaigns/{worlds.campaign().pk}/", fields)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not CallList.objects.exists()


@pytest.mark.parametrize("role", ROLES)
def test_only_who_acts_for_people_calls(role: str) -> None:
    agreed(1)
    found = made()
    client = client_of(user_with(role, organisation_wide=False))
    may = "person.act" in ROLES[role].permissions
    pages = [f"/calls/campaigns/{found.campaign_id}/", f"/calls/lists/{found.pk}/"]
    pages.append(page_of(Call.objects.get()))

    for url in pages:
        assert client.get(url).status_code == (200 if may else 404), url


def test_long_list_takes_few_queries(
    django_assert_max_num_queries: Callable[[int], DjangoAssertNumQueries],
) -> None:
    first = agreed(1)
    found = made()
    ids = draw_ids(Enrolment, 10_000)
    copies = Enrolment.objects.filter(pk=first.pk).values()[0]
    Enrolment.objects.bulk_create(
        Enrolment(
            **{**copies, "id": each, "status": "withdrawn", "ended_at": NOW, "next_due_at": None}
        )
        for each in ids
    )
    Call.objects.bulk_create(
        Call(call_list=found, enrolment_id=each, due_on=QUIT, place=place)
        for place, each in enumerate(ids, start=2)
    )
    client: Client = client_of(manager())

    for url in (f"/calls/lists/{found.pk}/?page=100", f"/calls/campaigns/{found.campaign_id}/"):
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200
