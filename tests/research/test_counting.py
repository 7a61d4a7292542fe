"""The roll-ups against figures worked out by hand, and against the rows themselves."""

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from campaigns.models import Arm
from enrolment.models import Attribute, Decision, Enrolment, Participant
from messaging import receipts
from messaging.models import Message
from messaging.providers.base import DeliveryReport, ReportStatus
from research import counting, tallies
from research.counts import Counts, Measure
from research.indicators.time_in import person_days
from research.models import Counting, DayCount, StandingCount
from research.slice_sql import NAMES, WIDE
from tests import trials, worlds
from tests.research import crowd
from tests.research.crowd import NOW, at, settle

pytestmark = pytest.mark.django_db

FIRST, EIGHTH, TENTH = date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 10)


@pytest.fixture
def people() -> dict[str, Enrolment]:
    return crowd.people()


def counted(now: datetime = NOW) -> Counts:
    counting.count_all(now=now, anew=False)
    return read()


def read(slice_: tallies.Slice = tallies.EVERYBODY) -> Counts:
    until = date(2026, 12, 31)
    return tallies.counts(worlds.campaign(), since=None, until=until, slice_=slice_)


def rows() -> set[tuple[object, ...]]:
    fields = ("day", "measure", "key", "number", "by", "value", "count")
    return set(DayCount.objects.values_list("campaign_id", *fields))


def test_every_text_is_counted_once_by_its_fate(people: dict[str, Enrolment]) -> None:
    settle("welcome.1", "delivered", at(1, 12, 3), "amina", "tess")
    settle("welcome.1", "sent", at(1, 12, 3), "bo")
    settle("welcome.1", "failed", at(1, 12, 3), "cleo")
    settle("before.1", "expired", at(8, 20), "bo")

    found = counted()

    assert found.on(FIRST).by_key(Measure.TEXT) == {"delivered": 1, "sent": 1, "failed": 1}
    assert found.on(EIGHTH).by_key(Measure.TEXT) == {
        "waiting": 1,
        "suppressed:expired": 1,
        "suppressed:opted_out": 1,
    }
    # Amina's and Bo's day.0 and questions; day.1 is the eleventh's.
    assert found.on(TENTH).by_key(Measure.TEXT) == {"waiting": 2, "delivered": 2}


def test_roll_up_is_what_the_rows_say(people: dict[str, Enrolment]) -> None:
    """Each Decision of a real person has one place, by an own way of counting."""
    settle("day.0", "undelivered", at(10, 9, 40))

    found = counted()

    direct: Counter[date] = Counter()
    for decision in Decision.objects.filter(enrolment__is_test=False):
        direct[decision.decided_at.date()] += 1
    rolled: Counter[date] = Counter()
    for row in found.of(Measure.TEXT):
        assert row.day is not None
        rolled[row.day] += row.total
    assert rolled == direct
    statuses = Counter(
        Message.objects.filter(cause_kind="decision", is_test=False)
        .exclude(recipient__number_index=people["tess"].participant.recipient.number_index)
        .values_list("status", flat=True)
    )
    assert found.total(Measure.TEXT, "undelivered") == statuses["undelivered"] == 2


def test_question_is_answered_by_the_answer_to_that_asking(people: dict[str, Enrolment]) -> None:
    found = counted()

    assert found.by_key(Measure.ASKED) == {"ask.smoked": 2}
    assert found.by_key(Measure.ANSWERED) == {"ask.smoked": 1}
    # Ten minutes: within a quarter of an hour.
    assert found.by_number(Measure.LATENCY) == {900: 1}


def test_words_texts_in_and_leaving_by_day_and_hour(people: dict[str, Enrolment]) -> None:
    found = counted()

    assert found.by_key(Measure.KEYWORD) == {"crave": 1}
    assert found.by_number(Measure.KEYWORD) == {20: 1}
    assert found.total(Measure.USED, "any") == 1
    # Cleo's STOP and reason, Amina's NO and CRAVE.
    assert found.total(Measure.HEARD) == 4
    assert found.by_key(Measure.LEFT) == {"too_many": 1}


def test_hour_and_day_are_the_campaigns(people: dict[str, Enrolment]) -> None:
    campaign = worlds.campaign()
    campaign.time_zone = "Asia/Tokyo"
    campaign.save()

    found = counted()

    word = found.of(Measure.KEYWORD)[0]
    assert (word.day, word.number) == (date(2026, 12, 11), 5)


def test_everybody_stands_somewhere_in_the_funnel(people: dict[str, Enrolment]) -> None:
    found = counted()

    assert found.by_key(Measure.FUNNEL) == {
        "began": 3,
        "in_touch": 3,
        "answered": 3,
        "consented": 3,
        "eligible": 3,
        "enrolled": 3,
        "quit": 2,
        "completed": 2,
        "quit_completed": 2,
    }
    assert found.by_key(Measure.STATUS) == {"completed": 2, "withdrawn": 1}
    assert found.by_number(Measure.SEEN, "quit_date") == {2: 2}
    assert found.by_number(Measure.GONE, "quit_date:left") == {}
    # From joining on the 1st: Cleo left on the 9th.
    assert found.by_number(Measure.SEEN, "enrolment") == {11: 2}
    assert found.by_number(Measure.GONE, "enrolment:left") == {8: 1}


def test_who_leaves_or_is_lost_is_gone_from_the_quit_day_on(people: dict[str, Enrolment]) -> None:
    Enrolment.objects.filter(pk=people["amina"].pk).update(
        status="withdrawn", ended_at=at(11, 23, 30), next_due_at=None
    )
    Enrolment.objects.filter(pk=people["bo"].pk).update(
        status="paused", paused_at=at(12, 9), pause_reason="unreachable", next_due_at=None
    )

    found = counted()

    assert found.by_number(Measure.GONE, "quit_date:left") == {1: 1}
    assert found.by_number(Measure.GONE, "quit_date:unreachable") == {2: 1}
    assert found.by_number(Measure.SEEN, "quit_date") == {}


def test_segments_are_what_a_provider_took_of_plans_and_replies(
    people: dict[str, Enrolment],
) -> None:
    Message.objects.filter(cause_kind="inbound").update(status="sent", settled_at=at(10, 21))

    found = counted()

    # Two questions. Replies to Cleo's STOP and reason, Amina's NO and CRAVE.
    sent = Message.objects.filter(cause_kind="inbound")
    ours = sent.exclude(recipient=people["tess"].participant.recipient)
    kinds = Counter(ours.values_list("kind", flat=True))
    assert found.by_key(Measure.SEGMENTS) == {"due": 2, **kinds}


def test_question_asked_out_of_turn_is_counted_with_the_texts_that_were_due(
    people: dict[str, Enrolment],
) -> None:
    participant = people["amina"].participant
    Message.objects.filter(cause_kind="inbound", recipient=participant.recipient).update(
        kind="due", cause_kind="staff", status="sent", settled_at=at(10, 21)
    )

    asked = Message.objects.filter(kind="due", cause_kind="staff").count()

    assert asked
    assert counted().by_key(Measure.SEGMENTS)["due"] == 2 + asked


def test_counting_twice_or_in_pieces_comes_to_the_same(people: dict[str, Enrolment]) -> None:
    counting.count_all(now=NOW, anew=False)
    whole = rows()
    counting.count_all(now=NOW, anew=False)
    assert rows() == whole

    DayCount.objects.all().delete()
    Counting.objects.all().delete()
    counting.note_days(now=NOW)
    pieces = 0
    while counting.count_some():
        pieces += 1

    assert pieces > 1
    assert rows() == whole
    assert whole


def test_late_receipt_mends_a_day_long_counted(people: dict[str, Enrolment]) -> None:
    for step in ("welcome.1", "before.1", "day.0", "day.1"):
        settle(step, "sent", at(11, 10))
    assert counted().on(FIRST).by_key(Measure.TEXT) == {"sent": 3}
    later = NOW + timedelta(days=20)
    counting.count_all(now=later, anew=False)
    token = Message.objects.order_by("pk")[0].attempts.get().token

    receipts.append(
        provider="fake",
        report=DeliveryReport(ReportStatus.DELIVERED, token),
        now=later,
    )
    counting.count_all(now=later, anew=False)

    assert read().on(FIRST).by_key(Measure.TEXT) == {"sent": 2, "delivered": 1}


def test_day_with_a_waiting_text_is_counted_until_it_waits_no_more(
    people: dict[str, Enrolment],
) -> None:
    counting.count_all(now=NOW, anew=False)
    later = NOW + timedelta(days=30)

    settle("welcome.1", "expired", later)
    counting.count_all(now=later, anew=False)

    assert read().on(FIRST).by_key(Measure.TEXT) == {"suppressed:expired": 3}


def test_slices_sum_to_everybody(people: dict[str, Enrolment]) -> None:
    Participant.objects.filter(pk=people["bo"].participant_id).update(language="nb")
    Attribute.objects.create(
        participant=people["bo"].participant, name="region", value="north", source="t", set_at=NOW
    )
    counting.count_all(now=NOW, anew=False)

    for by in NAMES:
        values = tallies.people_by_slice(worlds.campaign())[by]
        assert values
        parts = [read(tallies.Slice(by, value)) for value in values]
        for measure in Measure:
            # What is counted step by step is not sliced but by arm.
            whole = 0 if measure in WIDE else read().total(measure)
            assert sum(part.total(measure) for part in parts) == whole, (by, measure)
    assert read(tallies.Slice("region", "north")).total(Measure.STATUS) == 1
    assert tallies.people_by_slice(worlds.campaign())["language"] == {"en": 2, "nb": 1}
    compared = tallies.counts_by_value(worlds.campaign(), "region", since=None, until=NOW.date())
    assert compared["north"].by_key(Measure.TEXT) == {"waiting": 4, "delivered": 1}


def test_each_person_has_her_place_in_every_slice(people: dict[str, Enrolment]) -> None:
    amina, bo = people["amina"].participant, people["bo"].participant
    told = (amina, "age", "34"), (amina, "sex", "female"), (bo, "age", "17"), (bo, "sex", "male")
    for participant, name, value in told:
        Attribute.objects.create(
            participant=participant, name=name, value=value, source="t", set_at=NOW
        )
    counting.count_all(now=NOW, anew=False)

    values = tallies.people_by_slice(worlds.campaign())

    assert values["age"] == {"": 1, "25-34": 1, "under 18": 1}
    assert values["sex"] == {"": 1, "female": 1, "male": 1}
    assert values["channel"] == {"sms": 3}
    # The 1st is a Tuesday.
    assert values["cohort"] == {"2026-11-30": 3}
    assert values["arm"] == {}
    women = read(tallies.Slice("sex", "female"))
    assert women.by_key(Measure.KEYWORD) == {"crave": 1}
    assert women.total(Measure.LEFT) == 0


def test_who_is_in_two_arms_counts_for_both(people: dict[str, Enrolment]) -> None:
    trial = trials.trial(key="help", arms={"more": {}, "usual": {}}, running=False)
    trials.factor(trial, "time", {"am": {}})
    trials.start(trial)
    for name, arms in {"amina": ("more", "am"), "bo": ("usual", "am")}.items():
        for arm in arms:
            crowd.allocate(people[name], Arm.objects.get(key=arm))
    counting.count_all(now=NOW, anew=False)

    assert tallies.people_by_slice(worlds.campaign())["arm"] == {
        "help:time:am": 2,
        "help:help:more": 1,
        "help:help:usual": 1,
    }
    more = read(tallies.Slice("arm", "help:help:more"))
    assert more.by_key(Measure.ASKED) == {"ask.smoked": 1}
    assert more.by_key(Measure.SENT_STEP) == {"ask.smoked": 1}


def test_leaving_is_counted_after_the_last_text_that_was_sent(
    people: dict[str, Enrolment],
) -> None:
    settle("welcome.1", "delivered", at(1, 12, 3), "amina", "bo", "cleo", "tess")

    found = counted()

    # Cleo's second text had not left when she did.
    assert found.by_key(Measure.LEFT_AFTER) == {"welcome.1": 1}
    assert found.by_key(Measure.SENT_STEP) == {"welcome.1": 3, "ask.smoked": 2}


def test_first_word_is_counted_in_hours_from_the_quit_date(people: dict[str, Enrolment]) -> None:
    found = counted()

    # Amina's CRAVE at eight in the evening of the quit day.
    assert found.by_number(Measure.FIRST_WORD, "crave") == {20: 1}


def test_days_in_the_programme_end_with_leaving_or_the_last_text(
    people: dict[str, Enrolment],
) -> None:
    found = counted()

    # Amina and Bo: the 1st to the 11th, whose text was their last. Cleo: to the 9th.
    assert person_days(found, None, date(2026, 12, 12)) == 11 + 11 + 9
    assert person_days(found, date(2026, 12, 8), date(2026, 12, 9)) == 3 * 2


def test_another_campaign_is_counted_apart(people: dict[str, Enrolment]) -> None:
    other = worlds.campaign(key="other")
    worlds.person(number="+447700900009", of=worlds.version(other), joined=NOW, quit_day=None)

    counting.count_all(now=NOW, anew=False)

    assert read().total(Measure.STATUS) == 3
    found = tallies.counts_of_days({worlds.campaign().pk: TENTH, other.pk: TENTH}, back=0)
    assert found[worlds.campaign().pk].total(Measure.TEXT) == 4
    assert found[other.pk].by_key(Measure.STATUS) == {"active": 1}


def test_people_are_counted_less_often_the_longer_it_takes(people: dict[str, Enrolment]) -> None:
    counting.count_all(now=NOW, anew=False)
    Counting.objects.update(people_ms=4000)
    StandingCount.objects.all().delete()

    assert not counting.count_everybody(now=NOW + timedelta(seconds=199))
    assert counting.count_everybody(now=NOW + timedelta(seconds=200))
    assert StandingCount.objects.exists()


def test_command_counts_at_once_and_anew(people: dict[str, Enrolment]) -> None:
    counting.count_all(now=NOW, anew=False)
    whole = rows()
    DayCount.objects.filter(day=FIRST).delete()

    crowd.move_calendar()
    call_command("count_figures", stdout=io.StringIO())
    Counting.objects.update(counted_at=NOW + timedelta(days=40))
    call_command("count_figures", "--anew", stdout=(told := io.StringIO()))

    assert rows() == whole
    assert "everybody" in told.getvalue()


def test_nothing_at_all_counts_as_nothing() -> None:
    assert counting.count_all(now=datetime(2026, 12, 1, tzinfo=UTC), anew=False) > 0
    assert not DayCount.objects.exists()
