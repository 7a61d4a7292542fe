from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment import joining, leaving
from enrolment.models import Enrolment
from tests import worlds

pytestmark = pytest.mark.django_db

Status = Enrolment.Status


def test_move_to_follows_the_legal_moves_only() -> None:
    enrolment = worlds.person()

    assert not enrolment.move_to(Status.INVITED)
    assert enrolment.move_to(
        Status.PAUSED, next_due_at=None, paused_at=worlds.NOON, pause_reason="asked"
    )
    assert enrolment.status == Status.PAUSED


def test_move_to_asks_the_row_not_the_instance() -> None:
    enrolment = worlds.person()
    stale = Enrolment.objects.get(pk=enrolment.pk)
    leaving.withdraw(enrolment=enrolment, source="sms", now=worlds.NOON)

    assert not stale.move_to(Status.PAUSED)
    assert Enrolment.objects.get(pk=enrolment.pk).status == Status.WITHDRAWN


def test_withdraw_twice_leaves_one_withdrawal() -> None:
    enrolment = worlds.person()

    assert leaving.withdraw(enrolment=enrolment, source="sms", now=worlds.NOON)
    assert not leaving.withdraw(enrolment=enrolment, source="sms", now=worlds.NOON)
    assert enrolment.withdrawals.count() == 1


def test_one_person_is_in_a_campaign_once_at_a_time() -> None:
    enrolment = worlds.person()

    with pytest.raises(IntegrityError, match="one_open_enrolment"), transaction.atomic():
        joining.join(
            version=enrolment.version,
            recipient=enrolment.participant.recipient,
            language="en",
            channel="sms",
            exact_text="JOIN",
            now=worlds.NOON,
        )


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"status": Status.WITHDRAWN}, "ended_enrolment_has_its_time"),
        ({"ended_at": worlds.NOON}, "ended_enrolment_has_its_time"),
        ({"started_at": None}, "journey_has_its_start"),
        ({"status": Status.PAUSED}, "pause_has_its_time_and_reason"),
        ({"status": Status.COMPLETED}, "only_running_is_due"),
        ({"question": "smoked"}, "open_question_has_its_time"),
        ({"next_due_at": worlds.NOON - timedelta(days=1)}, "due_lies_ahead"),
        ({"attempt": 0}, "attempt_from_one"),
    ],
)
def test_the_database_keeps_the_promise(columns: dict[str, object], constraint: str) -> None:
    enrolment = worlds.person()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Enrolment.objects.filter(pk=enrolment.pk).update(**columns)
