"""One person moved to another version, with texts queued, on the wire and gone."""

from datetime import UTC, datetime

import pytest

from campaigns.models import CampaignVersion
from enrolment import anchors, leaving, moving, planner, replies
from enrolment.models import BatchMove, Decision, Enrolment
from messaging.models import Message
from tests import worlds
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW, NEXT_STEP = BatchMove.Pace.NOW, BatchMove.Pace.NEXT_STEP
#: Both texts of the quit day's morning and evening are due on the 10th.
MORNING = datetime(2026, 12, 10, 9, 40, tzinfo=UTC)
EVENING = datetime(2026, 12, 10, 18, 40, tzinfo=UTC)


def second(
    of: Enrolment, *, texts: dict[str, str] | None = None, without: str = ""
) -> CampaignVersion:
    """The next version, with other words or without a step."""
    version = worlds.version(of.campaign, published=False)
    for key, body in (texts or {}).items():
        version.texts.filter(key=key).update(body=body)
    version.steps.filter(key=without).delete()
    worlds.publish(version)
    return version


def queued(enrolment: Enrolment, step: str) -> Message:
    decision = Decision.objects.get(enrolment=enrolment, step_key=step)
    return Message.objects.select_related("body").get(cause_key=str(decision.pk))


def test_now_rewords_what_is_queued() -> None:
    enrolment = worlds.person()
    planner.tick(now=MORNING)
    new = second(enrolment, texts={"day.0": "It begins, {{ first_name }} \N{GRINNING FACE}"})

    assert moving.move(enrolment_id=enrolment.pk, version=new, pace=NOW, now=MORNING)

    message = queued(enrolment, "day.0")
    assert message.body.text == "It begins, Amina \N{GRINNING FACE}"
    assert message.encoding == "ucs2"
    assert Decision.objects.get(step_key="day.0").version == new


def test_now_cancels_what_the_new_version_has_not() -> None:
    enrolment = worlds.person()
    planner.tick(now=MORNING)
    new = second(enrolment, without="day.0")

    moving.move(enrolment_id=enrolment.pk, version=new, pace=NOW, now=MORNING)

    message = queued(enrolment, "day.0")
    assert (message.status, message.status_reason) == ("cancelled", "moved")


def test_next_step_lets_what_is_queued_go_as_it_is() -> None:
    enrolment = worlds.person()
    planner.tick(now=MORNING)
    new = second(enrolment, texts={"day.1": "New day one"}, without="day.0")

    moving.move(enrolment_id=enrolment.pk, version=new, pace=NEXT_STEP, now=MORNING)
    planner.tick(now=datetime(2026, 12, 11, 9, 40, tzinfo=UTC))

    assert queued(enrolment, "day.0").status == Message.Status.QUEUED
    assert queued(enrolment, "day.0").body.text == "Today is the day, Amina."
    assert queued(enrolment, "day.1").body.text == "New day one"


def test_text_on_the_wire_keeps_its_words_and_is_not_queued_again_once_gone() -> None:
    enrolment = worlds.person()
    planner.tick(now=MORNING)
    Message.objects.update(status=Message.Status.SENDING)
    new = second(enrolment, without="day.0")

    moving.move(enrolment_id=enrolment.pk, version=new, pace=NOW, now=MORNING)

    message = queued(enrolment, "day.0")
    assert (message.status, message.cancel_reason) == ("sending", "moved")


def test_words_that_need_an_unknown_value_are_cancelled() -> None:
    enrolment = worlds.person()
    planner.tick(now=MORNING)
    new = second(enrolment, texts={"day.0": "You said: {{ own_reason }}"})

    moving.move(enrolment_id=enrolment.pk, version=new, pace=NOW, now=MORNING)

    assert queued(enrolment, "day.0").status_reason == "moved"


def test_question_that_is_cancelled_before_it_went_out_is_closed() -> None:
    enrolment = worlds.person()
    planner.tick(now=EVENING)
    new = second(enrolment, without="ask.smoked")

    moving.move(enrolment_id=enrolment.pk, version=new, pace=NOW, now=EVENING)

    enrolment.refresh_from_db()
    assert (enrolment.question, enrolment.asked_at) == ("", None)


def test_question_already_asked_stays_open() -> None:
    enrolment = worlds.person()
    planner.tick(now=EVENING)
    new = second(enrolment, without="ask.smoked")

    moving.move(enrolment_id=enrolment.pk, version=new, pace=NEXT_STEP, now=EVENING)

    enrolment.refresh_from_db()
    assert enrolment.question == "smoked"


def test_step_decided_before_never_comes_again() -> None:
    enrolment = worlds.person()
    planner.tick(now=MORNING)
    new = second(enrolment)
    new_day = datetime(2026, 12, 12, tzinfo=UTC).date()

    moving.move(enrolment_id=enrolment.pk, version=new, pace=NOW, now=MORNING)
    enrolment.refresh_from_db()
    anchors.set_day(enrolment=enrolment, kind="quit_date", day=new_day, source="test", now=MORNING)
    planner.tick(now=datetime(2026, 12, 12, 9, 40, tzinfo=UTC))

    assert Decision.objects.filter(step_key="day.0").count() == 1
    assert Message.objects.filter(status=Message.Status.QUEUED).count() == 1


def test_someone_joining_is_moved_unless_her_question_is_gone() -> None:
    edition = worlds.version()
    worlds.text("+447700900001", "JOIN")
    worlds.text("+447700900002", "JOIN")
    replies.answer_pending(now=worlds.calendar_now())
    first, other = Enrolment.objects.order_by("pk")
    Enrolment.objects.filter(pk=other.pk).update(question="name")
    new = worlds.version(edition.campaign, published=False)
    CampaignVersion.objects.filter(pk=new.pk).update(onboarding=["name", "date"])
    worlds.publish(new)

    assert not moving.move(enrolment_id=first.pk, version=new, now=worlds.NOON)
    assert moving.move(enrolment_id=other.pk, version=new, now=worlds.NOON)


def test_move_to_a_version_of_another_campaign_or_not_published_is_refused() -> None:
    enrolment = worlds.person()
    draft = worlds.version(enrolment.campaign, published=False)
    elsewhere = worlds.version(worlds.campaign(key="other"))

    assert not moving.move(enrolment_id=enrolment.pk, version=draft, now=worlds.NOON)
    assert not moving.move(enrolment_id=enrolment.pk, version=elsewhere, now=worlds.NOON)


def test_move_leaves_its_audit_row() -> None:
    enrolment = worlds.person()
    new = second(enrolment)

    moving.move(enrolment_id=enrolment.pk, version=new, now=worlds.NOON)

    assert AuditEvent.objects.get(verb="enrolment.move").detail == {"version": new.number}


def test_replan_leaves_those_alone_who_have_left() -> None:
    enrolment = worlds.person()
    leaving.withdraw(enrolment=enrolment, source="staff", now=worlds.NOON)

    assert not moving.replan(enrolment_id=enrolment.pk, now=worlds.NOON)
