"""A day of the country's calendar moves, and the texts that count from it follow."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns import calendar_editing
from campaigns.models import CalendarDate, CampaignVersion, Stage, Step
from enrolment import batch_moves, calendar_moves, moving, planner
from enrolment.models import BatchMove, Decision, Enrolment
from messaging.clock import calendar_now
from tests import long_work, worlds

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 20)
EARLIER = date(2026, 12, 15)


@pytest.fixture
def holiday() -> CalendarDate:
    found = CalendarDate(
        organisation=worlds.organisation(), country="GB", key="smokefree", edition=2026, day=DAY,
        name="Smoke-free day",
    )  # fmt: skip
    calendar_editing.add_date(calendar_date=found, actor=None)
    return found


def version() -> CampaignVersion:
    edition = worlds.version(published=False)
    stage = Stage.objects.create(
        version=edition, key="holiday", name="Holiday", position=9, anchor="calendar.smokefree",
        track="core", late="skip", shelf_hours=4,
    )  # fmt: skip
    Step.objects.create(
        version=edition, stage=stage, key="holiday.1", position=0, day=0, slot="morning",
        late="skip", shelf_hours=4, priority="core",
    )  # fmt: skip
    edition.texts.create(key="holiday.1", language="en", body="Today is smoke-free day.")
    worlds.publish(edition)
    return edition


def bring_forward(holiday: CalendarDate) -> None:
    calendar_editing.change_date(
        calendar_date=holiday, day=EARLIER, name=holiday.name, is_expected=False, actor=None
    )


def follow() -> int:
    return calendar_moves.follow_calendars(now=calendar_now())


def test_texts_follow_a_day_that_moved(holiday: CalendarDate) -> None:
    worlds.person(of=version())
    planner.tick(now=datetime(2026, 12, 12, 12, tzinfo=UTC))
    bring_forward(holiday)

    begun = follow()
    batch_moves.run_some(now=datetime(2026, 12, 12, 13, tzinfo=UTC))
    planner.tick(now=datetime(2026, 12, 12, 14, tzinfo=UTC))
    planner.tick(now=datetime(2026, 12, 15, 9, 40, tzinfo=UTC))

    assert begun == 1
    decision = Decision.objects.get(step_key="holiday.1")
    assert (decision.local_date, decision.outcome) == (EARLIER, "queued")
    assert BatchMove.objects.get().status == "done"


def test_nothing_begins_until_a_day_moves_again(holiday: CalendarDate) -> None:
    worlds.person(of=version())
    follow()
    batch_moves.run_some(now=calendar_now())

    quiet = follow()
    bring_forward(holiday)

    assert (quiet, follow()) == (0, 1)


def test_days_of_another_country_or_key_move_nobody(holiday: CalendarDate) -> None:
    worlds.person(of=version())
    CalendarDate.objects.filter(pk=holiday.pk).update(country="NO")

    assert follow() == 0


def test_day_that_moves_again_meanwhile_begins_the_replan_again(holiday: CalendarDate) -> None:
    edition = version()
    for number in range(3):
        worlds.person(number=f"+44770090000{number}", of=edition)
    follow()
    batch_moves.run_some(now=calendar_now(), limit=2)
    bring_forward(holiday)

    follow()

    batch = BatchMove.objects.get()
    assert (batch.moved, batch.total, batch.last_enrolment_id) == (0, 3, 0)
    assert batch_moves.run_some(now=calendar_now()) == 3


def test_only_people_whose_version_counts_from_the_calendar_are_replanned(
    holiday: CalendarDate,
) -> None:
    worlds.person(number="+447700900001", of=worlds.version())
    by_calendar = worlds.person(number="+447700900002", of=version())
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    bring_forward(holiday)

    follow()
    batch_moves.run_some(now=worlds.NOON + timedelta(minutes=3))

    assert list(Enrolment.objects.filter(replanning=True)) == [by_calendar]


def test_process_that_dies_in_the_middle_replans_each_once(
    holiday: CalendarDate, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = version()
    for number in range(4):
        worlds.person(number=f"+44770090000{number}", of=edition)
    follow()

    with monkeypatch.context() as patch:
        patch.setattr(moving, "replan", long_work.at_its_second_call(moving.replan))
        with pytest.raises(KeyboardInterrupt):
            batch_moves.run_some(now=calendar_now())
    assert (BatchMove.objects.get().moved, replanned()) == (1, 1)
    batch_moves.run_some(now=calendar_now())

    batch = BatchMove.objects.get()
    assert (batch.moved, batch.passed_over, batch.status, replanned()) == (4, 0, "done", 4)


def replanned() -> int:
    return Enrolment.objects.filter(replanning=True).count()


def test_replan_and_move_to_a_version_run_beside_each_other(holiday: CalendarDate) -> None:
    first = version()
    worlds.person(of=first)
    batch_moves.start(version=version(), pace="now", now=worlds.NOON)

    begun = follow()
    batch_moves.run_some(now=worlds.NOON)

    assert begun == 1
    assert {batch.status for batch in BatchMove.objects.all()} == {"done"}
