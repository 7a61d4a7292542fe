from datetime import timedelta

import pytest

from campaigns.compiling import content_of
from campaigns.models import Stage, Step
from enrolment import anchors, planner
from enrolment.models import Anchor, Decision, Enrolment
from tests import worlds

pytestmark = pytest.mark.django_db


def person_with_paths() -> Enrolment:
    """Relapse hands over to not ready after two days; each has one text."""
    edition = worlds.version(published=False)
    for place, (key, then) in enumerate([("relapse", "not_ready"), ("not_ready", "")], start=3):
        stage = Stage.objects.create(
            version=edition,
            key=key,
            name=key,
            position=place,
            anchor="entry",
            track="path",
            late="next_window",
            shelf_hours=24,
            then_after_days=2 if then else None,
            then_enter=then,
        )
        Step.objects.create(
            version=edition,
            stage=stage,
            key=f"{key}.1",
            position=0,
            after_minutes=60,
            late="next_window",
            shelf_hours=24,
            priority="core",
        )
        edition.texts.create(key=f"{key}.1", language="en", body=f"About {key}.")
    worlds.publish(edition)
    return worlds.person(of=edition)


def standing(enrolment: Enrolment) -> list[str]:
    return list(
        Anchor.objects.filter(enrolment=enrolment, replaced_at=None, kind__startswith="stage.")
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def test_a_stage_entered_gives_its_text_and_hands_over_in_time() -> None:
    enrolment = person_with_paths()
    anchors.enter_stage(
        enrolment=enrolment,
        stage="relapse",
        content=content_of(enrolment.version_id),
        source="test",
        now=worlds.NOON,
    )

    planner.tick(now=worlds.NOON + timedelta(hours=2))
    assert standing(enrolment) == ["stage.relapse"]
    planner.tick(now=worlds.NOON + timedelta(days=2, minutes=1))
    assert standing(enrolment) == ["stage.not_ready"]
    planner.tick(now=worlds.NOON + timedelta(days=2, hours=2))

    sent = Decision.objects.filter(enrolment=enrolment, outcome="queued").order_by("due_at")
    assert [found.step_key for found in sent] == ["relapse.1", "not_ready.1"]


def test_entering_a_stage_twice_is_one_entry() -> None:
    enrolment = person_with_paths()
    content = content_of(enrolment.version_id)

    for expected in (True, False):
        entered = anchors.enter_stage(
            enrolment=enrolment, stage="relapse", content=content, source="test", now=worlds.NOON
        )
        assert entered is expected


def test_a_path_takes_the_place_of_another() -> None:
    enrolment = person_with_paths()
    content = content_of(enrolment.version_id)
    for stage in ("relapse", "not_ready"):
        anchors.enter_stage(
            enrolment=enrolment, stage=stage, content=content, source="test", now=worlds.NOON
        )

    assert standing(enrolment) == ["stage.not_ready"]
    anchors.leave_paths(enrolment=enrolment, content=content, now=worlds.NOON)
    assert standing(enrolment) == []
