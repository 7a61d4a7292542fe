"""Everyone of a campaign moved: killed, stopped, run twice at once and in the middle of a send."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns import publish
from campaigns.models import CampaignVersion
from enrolment import batch_moves, ledger, moving, planner
from enrolment.models import BatchMove, Decision, Enrolment
from messaging import dispatch
from messaging import ledger as wire_ledger
from messaging.clock import calendar_now
from messaging.models import Attempt, Message, Sender
from tests import approvals, worlds
from tests.chaos import figures
from tests.messaging.texts import at_once
from trust.models import AuditEvent, User

NOW, NEXT_STEP = BatchMove.Pace.NOW, BatchMove.Pace.NEXT_STEP
#: Of the proof in many processes, R14.
MANY = figures.sized(small=40, ci=5_000, full=50_000)
OLD, NEW = "Welcome Amina. STOP ends the texts.", "A warm welcome. STOP ends it."


def crowd(people: int) -> CampaignVersion:
    """People whose first text comes due within a minute, on the first version."""
    now = worlds.at_noon()
    edition = worlds.version()
    for number in range(people):
        worlds.person(
            number=f"+9990{number:010}",
            of=edition,
            joined=now - timedelta(minutes=2),
            quit_day=now.date() + timedelta(days=9),
        )
    return edition


def second(of: CampaignVersion, *, published: bool = True, without: str = "") -> CampaignVersion:
    version = worlds.version(of.campaign, published=False)
    version.texts.filter(key="welcome.1").update(body=NEW)
    version.steps.filter(key=without).delete()
    if published:
        worlds.publish(version)
    return version


def begin(version: CampaignVersion, pace: str = NOW) -> BatchMove:
    return batch_moves.start(version=version, pace=pace, now=worlds.NOON)


def on(version: CampaignVersion) -> int:
    return Enrolment.objects.filter(version=version).count()


def welcomes() -> Counter[tuple[int, str]]:
    """(number, words) of every text that left."""
    sent = Message.objects.filter(attempts__outcome="accepted").select_related("body")
    return Counter((message.recipient_id, message.body.text or "") for message in sent)


@pytest.mark.django_db
def test_everyone_is_moved_and_counted() -> None:
    version = second(crowd(3))
    batch = begin(version)

    looked_at = batch_moves.run_some(now=worlds.NOON)

    batch.refresh_from_db()
    assert (looked_at, on(version)) == (3, 3)
    assert (batch.total, batch.moved, batch.passed_over, batch.status) == (3, 3, 0, "done")
    assert batch.ended_at == worlds.NOON
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"batch_move.start", "batch_move.done", "enrolment.move"} <= verbs


@pytest.mark.django_db
def test_few_at_a_time_it_goes_on_where_it_was() -> None:
    version = second(crowd(5))
    batch = begin(version)

    counts = [batch_moves.run_some(now=worlds.NOON, limit=2) for _ in range(4)]

    batch.refresh_from_db()
    assert counts == [2, 2, 1, 0]
    assert (batch.moved, on(version)) == (5, 5)
    assert AuditEvent.objects.filter(verb="enrolment.move").count() == 5


@pytest.mark.django_db
def test_stopped_and_resumed_batch_moves_everyone_once() -> None:
    version = second(crowd(4))
    batch = begin(version)
    batch_moves.run_some(now=worlds.NOON, limit=2)

    assert batch_moves.stop(batch=batch)
    assert batch_moves.run_some(now=worlds.NOON) == 0
    assert on(version) == 2
    assert batch_moves.resume(batch=batch)
    batch_moves.run_some(now=worlds.NOON)

    batch.refresh_from_db()
    assert (batch.moved, batch.status, on(version)) == (4, "done", 4)
    assert not batch_moves.stop(batch=batch)
    assert not batch_moves.resume(batch=batch)


@pytest.mark.django_db
def test_process_that_dies_in_the_middle_loses_and_doubles_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version = second(crowd(5))
    batch = begin(version)
    planner.tick(now=calendar_now())

    class Killed(BaseException):
        pass

    def dies_on_the_third(**person: object) -> bool:
        """After the third person's rows are written, before they are committed."""
        moved = whole(**person)  # type: ignore[arg-type]
        if on(version) == 3:
            raise Killed
        return moved

    whole: Callable[..., bool] = moving.move
    monkeypatch.setattr(moving, "move", dies_on_the_third)
    with pytest.raises(Killed):
        batch_moves.run_some(now=worlds.NOON)
    monkeypatch.setattr(moving, "move", whole)
    batch.refresh_from_db()
    after_death = (batch.moved, on(version))
    batch_moves.run_some(now=worlds.NOON)
    dispatch.send_due()

    batch.refresh_from_db()
    assert after_death == (2, 2)
    assert (batch.moved, on(version), batch.status) == (5, 5, "done")
    assert AuditEvent.objects.filter(verb="enrolment.move").count() == 5
    assert sorted(words for _, words in welcomes().elements()) == [NEW] * 5


@pytest.mark.django_db
def test_one_person_who_cannot_be_moved_harms_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    version = second(crowd(3))
    batch = begin(version)
    broken = Enrolment.objects.order_by("pk")[1].pk
    whole = moving.move

    def breaks(**person: object) -> bool:
        if person["enrolment_id"] == broken:
            raise KeyError("a fault of this person's own")
        return whole(**person)  # type: ignore[arg-type]

    monkeypatch.setattr(moving, "move", breaks)
    batch_moves.run_some(now=worlds.NOON)

    batch.refresh_from_db()
    assert (batch.moved, batch.passed_over, on(version)) == (2, 1, 2)


@pytest.mark.django_db
def test_second_batch_of_a_campaign_is_refused_while_one_runs() -> None:
    version = second(crowd(1))
    begin(version)

    with pytest.raises(batch_moves.MoveRefused, match="still being moved"):
        begin(version)
    with pytest.raises(batch_moves.MoveRefused, match="still being moved"):
        batch_moves.publish_version(version=version, pace=None, now=worlds.NOON, actor=None)


@pytest.mark.django_db
def test_move_to_a_version_that_is_not_published_is_refused() -> None:
    with pytest.raises(batch_moves.MoveRefused, match="published"):
        begin(second(crowd(1), published=False))


@pytest.mark.django_db
def test_batch_whose_version_was_overtaken_ends_and_cannot_be_resumed() -> None:
    first = crowd(2)
    version = second(first)
    batch, stopped = begin(version), begin(second(worlds.version(worlds.campaign(key="other"))))
    batch_moves.stop(batch=batch)
    worlds.publish(second(first, published=False))

    batch.refresh_from_db()
    with pytest.raises(batch_moves.MoveRefused, match="no longer published"):
        batch_moves.resume(batch=batch)
    BatchMove.objects.filter(pk=batch.pk).update(status="running")
    batch_moves.run_some(now=worlds.NOON)

    batch.refresh_from_db()
    stopped.refresh_from_db()
    assert (batch.status, batch.moved) == ("done", 0)
    assert stopped.status == "done"


def approved(version: CampaignVersion) -> CampaignVersion:
    reviewer = User.objects.create(
        email="reviewer@clinic.example", organisation=worlds.organisation()
    )
    return approvals.approve(version, reviewer=reviewer)


@pytest.mark.django_db
@pytest.mark.parametrize(("pace", "begun"), [(None, 0), (NOW, 1), (NEXT_STEP, 1)])
def test_publishing_begins_the_move_that_was_chosen(pace: str | None, begun: int) -> None:
    version = approved(second(crowd(2), published=False))

    batch_moves.publish_version(version=version, pace=pace, now=worlds.NOON, actor=None)
    batch_moves.run_some(now=worlds.NOON)

    assert version.status == "published"
    assert (BatchMove.objects.count(), on(version)) == (begun, 2 * begun)


@pytest.mark.django_db
def test_publishing_that_is_refused_changes_nothing() -> None:
    version = second(crowd(1), published=False)

    with pytest.raises(publish.PublishRefused):
        batch_moves.publish_version(version=version, pace=NOW, now=worlds.NOON, actor=None)

    assert not BatchMove.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_publishing_during_a_send_sends_old_xor_new(seed: int) -> None:
    """Ticks, sends, stops and a few moves in any order: one text for each step, of one version."""
    draw = random.Random(seed)
    old = crowd(6)
    version = second(old)
    batch = begin(version, draw.choice((NOW, NEXT_STEP)))
    deeds: list[Callable[[], object]] = [
        lambda: planner.tick(now=calendar_now(), batch=2, limit=2),
        lambda: dispatch.send_due(),
        lambda: batch_moves.run_some(now=calendar_now(), limit=1),
        lambda: batch_moves.stop(batch=batch),
        lambda: batch_moves.resume(batch=batch),
    ]

    for _ in range(30):
        draw.choice(deeds)()
    batch_moves.resume(batch=batch)
    batch_moves.run_some(now=calendar_now())
    planner.tick(now=calendar_now())
    dispatch.send_due()

    assert on(version) == 6
    assert_old_xor_new(6)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("without", ["", "welcome.1"])
def test_publishing_during_a_send_in_many_processes_sends_old_xor_new(without: str) -> None:
    old = crowd(MANY)
    version = second(old, without=without)
    begin(version)
    Sender.objects.update(segments_per_second=MANY)

    def send_beside() -> None:
        while BatchMove.objects.get().status == "running":
            dispatch.send_due()

    # In turns of twenty people. Now the plan is a batch ahead of the moves and they go through
    # whom it has planned; now it waits, and comes to people who were moved before.
    def move_all() -> None:
        # One of the two finds the batch in the other's hands, and asks again.
        while (batch := BatchMove.objects.get()).status == "running":
            if is_moves_turn(batch) or planned_ahead(batch, old):
                batch_moves.run_some(now=calendar_now(), limit=5)

    def plan_beside() -> None:
        while (batch := BatchMove.objects.get()).status == "running":
            if not (is_moves_turn(batch) or planned_ahead(batch, old)):
                planner.tick(now=calendar_now(), batch=7, limit=3)

    # Five people at a time: 5,000 take some minutes.
    errors = at_once(plan_beside, send_beside, move_all, move_all, seconds=60 + MANY / 5)
    batch_moves.run_some(now=calendar_now(), limit=MANY)
    planner.tick(now=calendar_now(), limit=MANY)
    dispatch.send_due(limit=MANY, seconds=600)

    texts = Counter(words for _, words in welcomes())
    figures.tell("R14", people=MANY, texts_of_old=texts[OLD], texts_of_new=texts[NEW])
    assert errors == []
    if MANY > 1_000 and not without:
        assert min(texts[OLD], texts[NEW]) > MANY // 10, "they did not meet"
    assert on(version) == MANY
    assert BatchMove.objects.get().moved == MANY
    assert AuditEvent.objects.filter(verb="enrolment.move").count() == MANY
    assert_old_xor_new(MANY, at_least=0 if without else MANY)


def is_moves_turn(batch: BatchMove) -> bool:
    return batch.moved // 20 % 2 == 1


def planned_ahead(batch: BatchMove, old: CampaignVersion) -> bool:
    """Whether the plan has come to people whom the moves have yet to come to."""
    ahead = Decision.objects.filter(version=old, enrolment_id__gt=batch.last_enrolment_id)
    return ahead.exists()


def assert_old_xor_new(people: int, at_least: int | None = None) -> None:
    texts = welcomes()
    assert set(texts.values()) <= {1}
    assert {words for _, words in texts} <= {OLD, NEW}
    assert len({number for number, _ in texts}) == len(texts)
    assert (people if at_least is None else at_least) <= len(texts) <= people
    steps = Counter(Decision.objects.values_list("enrolment", "attempt", "step_key", "occurrence"))
    assert set(steps.values()) == {1}
    accepted = Counter(Attempt.objects.filter(outcome="accepted").values_list("message", flat=True))
    assert set(accepted.values()) <= {1}
    assert [*wire_ledger.violations(), *ledger.violations(now=calendar_now())] == []


@pytest.mark.django_db
def test_command_previews_then_moves() -> None:
    version = second(crowd(2))
    said = StringIO()

    call_command("move_people", "quit", preview=True, stdout=said)
    assert "2 people are on other versions." in said.getvalue()
    assert on(version) == 0

    call_command("move_people", "quit", pace="now", stdout=said)
    assert "2 moved to Quit v2, 0 passed over; done" in said.getvalue()


@pytest.mark.django_db
def test_command_goes_on_with_a_batch_that_was_stopped() -> None:
    version = second(crowd(3))
    batch = begin(version)
    batch_moves.run_some(now=worlds.NOON, limit=1)
    batch_moves.stop(batch=batch)

    call_command("move_people", "quit", pace="now", stdout=StringIO())

    assert (BatchMove.objects.count(), on(version)) == (1, 3)


@pytest.mark.django_db
def test_command_says_what_it_misses() -> None:
    version = crowd(1)

    with pytest.raises(CommandError, match="Known: quit"):
        call_command("move_people", "quitt")
    with pytest.raises(CommandError, match="--pace"):
        call_command("move_people", "quit")
    CampaignVersion.objects.filter(pk=version.pk).update(status="retired")
    with pytest.raises(CommandError, match="No version"):
        call_command("move_people", "quit")


@pytest.mark.django_db
def test_publishing_asks_for_the_personas_of_the_curriculum() -> None:
    version = approved(second(crowd(1), published=False))
    version.pack = {"key": "mcessation"}
    version.save()

    with pytest.raises(publish.PublishRefused, match=r"not accepted yet: already_quit, "):
        batch_moves.publish_version(version=version, pace=None, now=worlds.NOON, actor=None)

    assert version.status == "approved"
