from datetime import UTC, datetime, timedelta

import pytest

from enrolment import cases, overdue, replies
from enrolment.models import Case, CaseTarget, Page, PagerContact
from tests import worlds
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
NIGHT = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def case(body: str, at: datetime = NIGHT, number: str = NUMBER) -> Case:
    worlds.text(number, body, at=at)
    replies.answer_pending(now=at)
    return Case.objects.order_by("-pk")[0]


@pytest.fixture(autouse=True)
def nurse() -> PagerContact:
    worlds.person(number=NUMBER)
    return PagerContact.objects.create(
        organisation=worlds.organisation(), name="Nurse", email="nurse@clinic.example"
    )


def alarms() -> int:
    return Page.objects.filter(occasion=Page.Occasion.OVERDUE).count()


def test_urgent_case_nobody_took_is_told_of_again_once() -> None:
    urgent = case("i want to die")

    assert overdue.alarm(now=urgent.due_at) == 0
    assert overdue.alarm(now=urgent.due_at + MINUTE) == 1
    assert overdue.alarm(now=urgent.due_at + 2 * MINUTE) == 0
    assert alarms() == 1
    assert AuditEvent.objects.filter(verb="case.overdue").count() == 1


@pytest.mark.parametrize("taken", ["assigned", "resolved"])
def test_assigned_case_still_has_its_clock_and_a_resolved_one_none(taken: str) -> None:
    urgent = case("i want to die")
    if taken == "resolved":
        cases.resolve(case=urgent, resolution="spoken", actor=None, now=NIGHT)

    assert overdue.alarm(now=urgent.due_at + MINUTE) == (taken == "assigned")


def test_ordinary_cases_share_a_page_and_urgent_ones_do_not() -> None:
    late = NIGHT + timedelta(days=2)
    for turn in range(3):
        case("my cat ate my patches", number=f"+44770090001{turn}")

    assert overdue.alarm(now=late) == 3
    assert alarms() == 1
    case("i want to die")
    case("my chest hurts and my arm is numb")
    overdue.alarm(now=late)
    assert alarms() == 3


def test_targets_are_the_campaigns_else_the_organisations() -> None:
    theirs = {"organisation": worlds.organisation(), "urgency": Case.Urgency.ORDINARY}
    CaseTarget.objects.create(minutes=600, **theirs)

    assert case("first unheard of").due_at == NIGHT + timedelta(hours=10)
    CaseTarget.objects.create(minutes=30, campaign=worlds.campaign(), **theirs)
    assert case("second unheard of").due_at == NIGHT + timedelta(minutes=30)
    assert case("i want to die").due_at == NIGHT + timedelta(minutes=15)


def test_case_opened_again_has_a_new_clock_and_alarm() -> None:
    urgent = case("i want to die")
    overdue.alarm(now=urgent.due_at + MINUTE)
    Page.objects.update(status="sent", next_at=None, settled_at=NIGHT)
    cases.resolve(case=urgent, resolution="nothing", actor=None, now=NIGHT)
    cases.reopen(case=urgent, actor=None, now=NIGHT + timedelta(hours=5))

    assert urgent.due_at == NIGHT + timedelta(hours=5, minutes=15)
    assert overdue.alarm(now=urgent.due_at + MINUTE) == 1
    assert alarms() == 2
