"""People of an existing programme: where they are, with their consent, and never a flood."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.rules import LateRule
from enrolment import ledger, planner
from enrolment.models import Anchor, Consent, Decision, Enrolment, PeopleFile
from messaging.models import Message, OptOut
from tests import worlds
from tests.enrolment.people_lists import applied, csv_of, outcomes, sent
from tests.enrolment.test_replies import NUMBER, texted

pytestmark = pytest.mark.django_db

OTHER = "+447700900002"
HEADS = ("number", "how", "said_on", "reference", "enrolled_on", "quit_date")
GOOD = [NUMBER, "sms", "2026-10-01", "JOIN by text to 2250", "2026-10-02", "2026-12-01"]
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrolment.people_work.calendar_now", lambda: worlds.NOON)


def taken(rows: list[list[str]], heads: tuple[str, ...] = HEADS) -> PeopleFile:
    found = applied(sent(csv_of(rows, heads), "import"))
    assert found.status == PeopleFile.Status.APPLIED, (found.problems, found.refused)
    return found


def test_person_goes_on_where_she_is() -> None:
    worlds.version()

    taken([GOOD])

    enrolment = Enrolment.objects.get()
    assert enrolment.status == Enrolment.Status.ACTIVE
    assert enrolment.enrolled_at.astimezone(LONDON).date() == date(2026, 10, 2)
    assert (enrolment.planned_from, enrolment.heard_at) == (worlds.NOON, worlds.NOON)
    known = {anchor.kind: anchor.day for anchor in Anchor.objects.all()}
    assert known == {"enrolment": None, "quit_date": date(2026, 12, 1)}
    line = Consent.objects.get()
    assert (line.channel, line.exact_text) == ("sms", "JOIN by text to 2250")
    assert line.given_at.astimezone(LONDON).date() == date(2026, 10, 1)
    assert texted("CRAVE")[0].startswith("Tip")


def test_nothing_that_lay_before_comes_and_what_is_due_comes_once() -> None:
    worlds.version(extra_days=(2, 3, 4))
    taken([[*GOOD[:5], "2026-11-27"]])

    for hours in range(0, 96, 2):
        planner.tick(now=worlds.NOON + timedelta(hours=hours))

    assert [row.step_key for row in Decision.objects.order_by("due_at")] == []
    assert not Message.objects.exists()
    assert ledger.violations(now=worlds.NOON + timedelta(hours=96)) == []


def test_imported_today_gets_todays_evening_and_tomorrows_morning() -> None:
    worlds.version()
    taken([GOOD])

    for hours in range(0, 48, 2):
        planner.tick(now=worlds.NOON + timedelta(hours=hours))

    sent_steps = Decision.objects.filter(outcome="queued").order_by("due_at")
    assert [row.step_key for row in sent_steps] == ["ask.smoked", "day.1"]


def test_tick_that_comes_late_brings_at_most_one_late_text_a_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    early = datetime(2026, 12, 1, 8, 1, tzinfo=LONDON)
    monkeypatch.setattr("enrolment.people_work.calendar_now", lambda: early)
    edition = worlds.version(published=False, extra_days=(2, 3))
    edition.steps.update(late=LateRule.NEXT_WINDOW)
    worlds.publish(edition)
    taken([GOOD, [OTHER, *GOOD[1:]]])

    for hours in (36, 38, 60, 62):
        planner.tick(now=early + timedelta(hours=hours))

    late = Decision.objects.filter(outcome="queued", reason="late")
    days = [(row.enrolment_id, leaves(row).astimezone(LONDON).date()) for row in late]
    assert len(days) == len(set(days)) == 4
    assert Decision.objects.filter(outcome="suppressed", reason="catch_up").exists()


def leaves(row: Decision) -> datetime:
    return Message.objects.get(cause_kind="decision", cause_key=str(row.pk)).not_before


def test_preview_says_what_then_comes() -> None:
    worlds.version()
    rows = [GOOD, [OTHER, *GOOD[1:5], "2026-12-20"]]
    found = sent(csv_of(rows, HEADS), "import")
    planned = {row.row: (row.first_step, row.first_at) for row in found.rows.all()}
    assert [step for step, _ in planned.values()] == ["ask.smoked", "before.1"]

    applied(found)
    for _ in range(8):
        due = Enrolment.objects.exclude(next_due_at=None).order_by("next_due_at").first()
        if due is not None and due.next_due_at is not None:
            planner.tick(now=due.next_due_at)

    for row in found.rows.all():
        queued = Decision.objects.filter(enrolment=row.enrolment, outcome="queued")
        first = queued.order_by("due_at")[0]
        assert (first.step_key, leaves(first)) == planned[row.row]


def test_whoever_stopped_there_is_opted_out_and_never_texted() -> None:
    worlds.version()
    found = sent(
        csv_of([[NUMBER, "yes"], [OTHER, "2026-09-01"]], ("number", "opted_out")), "import"
    )
    assert {row.deed for row in found.rows.all()} == {"stop"}
    assert not OptOut.objects.exists()

    applied(found)

    assert [row.source for row in OptOut.objects.filter(lifted_at=None)] == ["import", "import"]
    assert not Enrolment.objects.exists()
    again = sent(csv_of([[NUMBER], [OTHER]], ("number",)))
    assert outcomes(again) == {2: ("passed", "opted_out"), 3: ("passed", "opted_out")}


@pytest.mark.parametrize(
    ("stopped", "leaves"), [("2026-10-01", False), ("2026-12-01", True), ("yes", True)]
)
def test_of_a_stop_there_and_a_yes_here_the_later_counts(stopped: str, leaves: bool) -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.version(), joined=worlds.NOON)

    found = taken([[NUMBER, stopped]], ("number", "opted_out"))

    enrolment.refresh_from_db()
    assert enrolment.status == ("withdrawn" if leaves else "active")
    assert OptOut.objects.filter(lifted_at=None).exists() is leaves
    assert outcomes(found) == {2: ("done", "") if leaves else ("passed", "came_since")}


def test_import_twice_takes_nobody_twice() -> None:
    worlds.version()
    taken([GOOD])

    again = sent(csv_of([GOOD], HEADS), "import")

    assert outcomes(again) == {2: ("passed", "already_in")}
    assert Enrolment.objects.count() == 1


def test_path_and_dose_are_taken_over() -> None:
    worlds.full_version()
    heads = (*HEADS, "stage", "stage_since", "dose", "language", "first_name", "test")
    taken([[*GOOD, "not_ready", "2026-11-30", "light", "nb", "Åse", "yes"]], heads)

    enrolment = Enrolment.objects.get()
    entered = Anchor.objects.get(kind="stage.not_ready")
    assert entered.instant is not None
    assert entered.instant.astimezone(LONDON).date() == date(2026, 11, 30)
    participant = enrolment.participant
    assert (enrolment.profile, participant.language, participant.first_name) == (
        "light",
        "nb",
        "Åse",
    )
    assert (enrolment.is_test, participant.is_test) == (True, True)


def test_without_evidence_nobody_is_taken_over() -> None:
    worlds.version()

    found = sent(csv_of([GOOD, [OTHER, "sms", "", "", "2026-10-02", ""]], HEADS), "import")

    assert found.status == PeopleFile.Status.WRONG
    assert [(line, column) for line, column, _ in found.problems] == [
        (3, "reference"),
        (3, "said_on"),
    ]
    assert not Consent.objects.exists()
