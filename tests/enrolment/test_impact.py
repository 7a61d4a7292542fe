"""Who would lose, gain or get a text today, and what it costs, before anybody is moved."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from campaigns.models import CampaignVersion
from enrolment import impact, moving, planner, replies
from enrolment.impact_figures import Figure, Impact
from enrolment.impact_words import impact_notes, impact_sentences
from enrolment.models import Attribute, BatchMove, Enrolment
from messaging.models import Message, Sender
from tests import worlds
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

#: The morning of the quit day, its text already decided.
MORNING = datetime(2026, 12, 10, 9, 40, tzinfo=UTC)
EXACT_ONE = Figure(1, 1, 1)
NONE = Figure(0, 0, 0)


def draft(**changes: object) -> CampaignVersion:
    """The next version of the first campaign, approved by nobody yet."""
    return worlds.version(worlds.campaign(), published=False, **changes)  # type: ignore[arg-type]


def previewed(version: CampaignVersion, now: datetime = MORNING, **options: int) -> Impact:
    return impact.preview(version=version, now=now, **options)


def test_same_content_changes_nothing() -> None:
    worlds.person()
    planner.tick(now=MORNING)

    found = previewed(draft())

    assert (found.people, found.begun, found.joining) == (1, 1, 0)
    assert [found.loses, found.gains, found.today, found.texts, found.segments] == [NONE] * 5


def test_new_step_is_gained() -> None:
    worlds.person()
    planner.tick(now=MORNING)

    found = previewed(draft(extra_days=(3, 200)))

    assert (found.gains, found.loses, found.today) == (EXACT_ONE, NONE, NONE)
    # Day 200 lies beyond the ninety days that are looked at.
    assert (found.texts, found.segments) == (EXACT_ONE, EXACT_ONE)


def test_step_that_is_gone_is_lost_unless_it_was_decided_before() -> None:
    worlds.person()
    planner.tick(now=MORNING)
    version = draft()
    version.steps.filter(key__in=("day.0", "day.1")).delete()

    found = previewed(version)

    assert (found.loses, found.texts) == (EXACT_ONE, Figure(-1, -1, -1))


def test_step_moved_to_today_comes_today_and_is_neither_lost_nor_gained() -> None:
    worlds.person()
    planner.tick(now=MORNING)
    version = draft()
    version.steps.filter(key="day.1").update(day=0, slot="evening")

    found = previewed(version)

    assert (found.today, found.other_day) == (EXACT_ONE, EXACT_ONE)
    assert (found.loses, found.gains, found.texts) == (NONE, NONE, NONE)


def test_late_step_that_may_wait_comes_today() -> None:
    worlds.person()
    planner.tick(now=MORNING)
    version = draft(extra_days=(-1,))
    version.steps.filter(key="day.-1").update(late="next_window")

    found = previewed(version)

    assert found.today == EXACT_ONE


def test_late_step_that_may_not_wait_is_no_gain() -> None:
    worlds.person()
    planner.tick(now=MORNING)

    found = previewed(draft(extra_days=(-1,)))

    assert (found.gains, found.today) == (NONE, NONE)


def test_preview_is_what_a_move_then_does() -> None:
    """The promise of the page: what it says is what the next ticks write."""
    worlds.person()
    planner.tick(now=MORNING)
    version = draft(extra_days=(-1, 2, 3))
    version.steps.filter(key="day.-1").update(late="next_window")
    version.steps.filter(key="day.1").delete()
    found = previewed(version)
    before = Message.objects.count()
    worlds.publish(version)
    moving.move(enrolment_id=Enrolment.objects.get().pk, version=version, now=MORNING)

    for day in range(10, 16):
        for hour in (9, 18):
            now = datetime(2026, 12, day, hour, 41, tzinfo=UTC)
            Enrolment.objects.filter(next_due_at=None).update(status="active", next_due_at=now)
            planner.tick(now=max(now, MORNING + timedelta(minutes=1)))

    # The question of the evening comes in both.
    came = Message.objects.count() - before
    assert came == found.texts.value + 2


def test_reworded_step_changes_segments_and_cost_only() -> None:
    worlds.person()
    planner.tick(now=MORNING)
    Sender.objects.update(segment_price=Decimal("0.04"), currency="GBP")
    version = draft()
    version.texts.filter(key="day.1").update(body="n" * 161)

    found = previewed(version)

    assert (found.texts, found.segments) == (NONE, EXACT_ONE)
    assert "cost: +0.04 GBP (at 0.04 GBP a segment)" in impact_sentences(found)


def test_without_a_price_only_segments_are_told() -> None:
    worlds.person()

    sentences = impact_sentences(previewed(draft(extra_days=(3,)), worlds.NOON))

    assert not [sentence for sentence in sentences if "cost" in sentence]
    assert "segments: +1 (each text at its longest)" in sentences


def test_paused_person_gets_nothing_today() -> None:
    enrolment = worlds.person()
    planner.tick(now=MORNING)
    Enrolment.objects.filter(pk=enrolment.pk).update(
        status="paused", paused_at=MORNING, pause_reason="asked", next_due_at=None
    )
    version = draft()
    version.steps.filter(key="day.1").update(day=0, slot="evening")

    assert previewed(version, MORNING + timedelta(minutes=1)).today == NONE


def test_completed_person_is_woken_by_a_later_step() -> None:
    worlds.person()
    late = datetime(2026, 12, 12, 12, tzinfo=UTC)
    planner.tick(now=late)

    assert previewed(draft(extra_days=(5,)), late).gains == EXACT_ONE


def test_people_who_left_or_are_joining_are_told_apart() -> None:
    edition = worlds.version()
    worlds.text("+447700900002", "JOIN")
    replies.answer_pending(now=worlds.calendar_now())
    worlds.person(of=edition)
    gone = worlds.person(number="+447700900003", of=edition)
    Enrolment.objects.filter(pk=gone.pk).update(
        status="withdrawn", ended_at=worlds.NOON, next_due_at=None
    )

    found = previewed(draft(), worlds.NOON)

    assert (found.people, found.joining, found.begun) == (2, 1, 1)


@pytest.mark.parametrize(("per_day", "today"), [("20", EXACT_ONE), ("5", NONE)])
def test_condition_new_in_the_version_is_asked_of_what_is_known(
    per_day: str, today: Figure
) -> None:
    """Facts are loaded for the new version, though the old one asks for none."""
    enrolment = worlds.person()
    Attribute.objects.create(
        participant=enrolment.participant, name="per_day", value=per_day, set_at=worlds.NOON
    )
    planner.tick(now=MORNING)
    version = draft(extra_days=(-1,))
    version.steps.filter(key="day.-1").update(late="next_window", when="per_day > 10")

    assert previewed(version).today == today


def test_queued_texts_are_counted_by_what_becomes_of_them() -> None:
    edition = worlds.version()
    for number in range(1, 4):
        worlds.person(number=f"+44770090000{number}", of=edition)
    planner.tick(now=MORNING)
    planner.tick(now=datetime(2026, 12, 10, 18, 41, tzinfo=UTC))
    version = draft()
    version.steps.filter(key="day.0").delete()

    found = previewed(version, datetime(2026, 12, 10, 18, 42, tzinfo=UTC))

    assert (found.queued_kept, found.queued_gone) == (3, 3)
    assert any("3 would be worded anew and 3 cancelled" in note for note in impact_notes(found))


def test_open_question_the_version_lacks_is_told() -> None:
    worlds.person()
    planner.tick(now=datetime(2026, 12, 10, 18, 41, tzinfo=UTC))
    version = draft()
    version.steps.filter(key="ask.smoked").delete()
    version.questions.filter(key="smoked").delete()

    assert previewed(version, datetime(2026, 12, 10, 18, 42, tzinfo=UTC)).open_questions == 1


def test_sample_is_the_same_each_time_and_says_so() -> None:
    edition = worlds.version()
    for number in range(12):
        worlds.person(number=f"+4477009000{number:02}", of=edition)
    version = draft(extra_days=(3,))

    first = previewed(version, worlds.NOON, exact_up_to=10, sample=5)
    again = previewed(version, worlds.NOON, exact_up_to=10, sample=5)

    assert first == again
    assert (first.asked, first.is_sample, first.gains.value) == (5, True, 12)
    assert first.gains.low < 12 == first.gains.high
    assert any("from 5 of them" in note for note in impact_notes(first))


def test_preview_writes_nothing() -> None:
    worlds.person()
    version = draft(extra_days=(3,))
    audits = AuditEvent.objects.count()

    previewed(version, worlds.NOON)

    assert AuditEvent.objects.count() == audits
    assert not BatchMove.objects.exists()


@pytest.mark.parametrize("people", [1, 12])
def test_preview_takes_the_same_queries_for_one_or_many(
    people: int, django_assert_max_num_queries: object
) -> None:
    edition = worlds.version()
    for number in range(people):
        worlds.person(number=f"+4477009000{number:02}", of=edition)
    version = draft(extra_days=(3,))

    with django_assert_max_num_queries(34):  # type: ignore[operator]
        previewed(version, worlds.NOON)
