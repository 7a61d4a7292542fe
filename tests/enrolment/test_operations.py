"""The operations page: who may open it, what it tells, and what it costs."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config import queues
from enrolment import auditing, operations, standing_work, tasks
from enrolment.models import AuditRun, OperatorContact, Trouble
from messaging import alarms, clock, heartbeats, holding
from messaging.models import Alarm, Attempt, Message, Recipient
from tests import worlds
from tests.audits import hour, long_ago
from tests.enrolment.test_matrix import client_of, user_with
from tests.factories.recipient import RecipientFactory
from tests.messaging.texts import queue_text
from tests.signing_in import with_second_factor

pytestmark = pytest.mark.django_db

PAGES = [
    f"enrolment:{name}" for name in ("operations", "dead_numbers", "unknown_texts", "database_size")
]
MANY = 10_000


def admin() -> Client:
    return with_second_factor(user_with("organisation_admin", organisation_wide=True))


def shown(client: Client, name: str = "operations") -> str:
    answer = client.get(reverse(f"enrolment:{name}"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("role", "wide", "status"),
    [
        ("organisation_admin", True, 200),
        ("programme_manager", True, 200),
        ("auditor", True, 200),
        ("programme_manager", False, 403),
        ("counsellor", True, 403),
        ("author", True, 403),
        ("researcher", True, 403),
    ],
)
def test_page_opens_to_whoever_sees_the_whole_organisation(
    name: str, role: str, wide: bool, status: int
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))

    assert client.get(reverse(name)).status_code == status


def test_queues_shown_are_the_ones_there_are() -> None:
    assert set(operations.QUEUES) == set(queues.QUEUES)
    now, calendar = clock.both()
    waits = standing_work.waiting(now=now, calendar=calendar)
    assert {each.queue for each in waits} <= set(queues.QUEUES)


def test_beat_that_is_silent_is_said_in_words_and_red() -> None:
    now, _ = clock.both()
    heartbeats.seen(name=heartbeats.BEAT, at=now - timedelta(minutes=10))
    heartbeats.seen(name=heartbeats.WATCH, at=now)

    page = shown(admin())

    assert "The beat has not been seen for 2 minutes" in page
    assert 'class="state stuck"><span aria-hidden="true">✕</span> The beat has not' in page
    assert "Seen 0 seconds ago" in page or "Seen 1 second ago" in page


def test_queue_without_a_worker_is_stuck_and_says_what_waits() -> None:
    now, _ = clock.both()
    heartbeats.seen(name=heartbeats.BEAT, at=now)
    heartbeats.seen(name="queue:due", at=now - timedelta(minutes=10))
    worlds.person(joined=clock.calendar_now() - timedelta(minutes=1))

    page = shown(admin())

    assert "No worker takes from it" in page
    assert "1 people whose next step is due" in page.casefold()


def test_senders_of_one_s_own_organisation_are_shown_with_their_pace() -> None:
    mine, other = worlds.sender(), worlds.sender("hospital")
    type(other).objects.filter(pk=other.pk).update(name="Foreign line")
    for minutes in (0, 30):
        text = queue_text(mine, RecipientFactory(organisation=mine.organisation))
        Attempt.objects.create(
            message=text,
            token=f"token-{minutes}",
            provider="fake",
            outcome="not_made",
            started_at=clock.both()[0] - timedelta(minutes=minutes),
            calendar_at=clock.calendar_now(),
            settled_at=clock.calendar_now(),
        )
    alarms.sound(kind=Alarm.Kind.UNREACHABLE, sender_ids=[mine.pk])

    page = shown(admin())

    assert "<td>5000 a second</td><td>1</td><td>2</td><td>100 %</td><td>2</td>" in page
    assert "Alarm: the provider cannot be reached" in page
    assert "Foreign line" not in page


def test_trouble_of_another_organisation_is_on_no_page_of_ours() -> None:
    now, _ = clock.both()
    Trouble.objects.create(kind="audit", detail="2 findings, I1 2", began_at=now)
    Trouble.objects.create(
        kind="sender", subject="77:1", began_at=now, organisation=worlds.organisation("hospital")
    )

    page = shown(admin())

    assert "The audit of the books found something: 2 findings, I1 2." in page
    assert "sender 77" not in page


def test_audit_keeps_what_it_found_and_when() -> None:
    client = admin()
    sound, found = auditing.run()
    assert (sound.findings, found) == (0, [])
    assert "In order" in shown(client)

    text = queue_text(worlds.sender(), RecipientFactory(organisation=worlds.organisation()))
    Message.objects.filter(pk=text.pk).update(
        valid_until=clock.calendar_now() - timedelta(hours=1),
        not_before=clock.calendar_now() - timedelta(hours=2),
    )
    broken, found = auditing.run()

    assert broken.found["I2"] == 1
    assert len(found) == broken.findings
    assert broken.ended_at is not None
    assert f"{broken.findings} findings" in shown(client)
    assert AuditRun.objects.count() == 2


def test_audit_left_behind_by_a_killed_worker_is_not_begun_beside_itself() -> None:
    now, _ = clock.both()
    left = AuditRun.objects.create(started_at=now - timedelta(seconds=100))

    tasks.audit_books()
    assert list(AuditRun.objects.all()) == [left]

    AuditRun.objects.update(started_at=now - timedelta(seconds=200))
    tasks.audit_books()
    assert AuditRun.objects.filter(ended_at__isnull=False).count() == 1


def test_page_says_when_everything_was_last_looked_at() -> None:
    client = admin()
    now, _ = clock.both()
    run = AuditRun.objects.create(
        started_at=now, ended_at=now, round_began_at=now, is_behind=True, found={}
    )
    page = shown(client)
    assert "Not everything has been looked at yet: the round through all the books began" in page
    assert "More was new than there was time for" in page
    assert "but not everything" not in page

    long_ago(run, timedelta(days=3))
    AuditRun.objects.filter(pk=run.pk).update(ended_at=now, is_behind=False)
    page = shown(client)
    assert "but not everything was looked at" in page
    assert "More was new than there was time for" not in page

    hour()
    page = shown(client)
    assert "Everything was last looked at between" in page
    assert "not everything was looked at" not in page


def test_audit_that_runs_long_or_was_killed_is_said() -> None:
    client = admin()
    hour()
    killed = AuditRun.objects.create(started_at=clock.both()[0])
    assert "A later one has not come to its end." not in shown(client)

    long_ago(killed, timedelta(minutes=6))
    assert "A later one has not come to its end." in shown(client)


def test_command_names_what_stands_without_looking_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(CommandError, match="No audit has come to its end yet"):
        call_command("audit_ledger", found=True)
    text = queue_text(
        worlds.sender(), RecipientFactory(organisation=worlds.organisation()), cause_kind="staff"
    )
    text.body.delete()
    hour()

    with pytest.raises(CommandError, match="1 broken promises"):
        call_command("audit_ledger", found=True)

    assert capsys.readouterr().out == f"I6 message {text.pk}: has no words beside it\n"
    assert AuditRun.objects.count() == 1


def test_dead_numbers_and_unknown_texts_are_shown_by_id_alone() -> None:
    sender = worlds.sender()
    dead = RecipientFactory(organisation=sender.organisation)
    now, calendar = clock.both()
    Recipient.objects.filter(pk=dead.pk).update(bad_since=calendar, strikes=3)
    lost = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    Message.objects.filter(pk=lost.pk).update(status="unknown")
    Attempt.objects.create(
        message=lost,
        token="lost",
        provider="fake",
        outcome="unknown",
        started_at=now - timedelta(hours=40),
        calendar_at=calendar,
    )
    client = admin()

    page = shown(client)
    numbers, texts = shown(client, "dead_numbers"), shown(client, "unknown_texts")

    assert "1 dead number:" in page
    assert "1 text has gone to a provider that did not answer" in page
    assert f'<th scope="row">{dead.pk}</th>' in numbers
    assert "<td>3</td>" in numbers
    assert f'<th scope="row">{lost.pk}</th><td>7 hours</td>' in texts
    for number in (dead.number, lost.recipient.number):
        assert str(number) not in page + numbers + texts


def test_table_in_parts_is_one_table_on_the_page() -> None:
    with connection.cursor() as cursor:
        cursor.execute(operations._SIZES.replace("LIMIT 8", "LIMIT 1000"))
        names = [each["name"] for each in cursor.fetchone()[1]]

    assert names.count("trust_auditevent") == 1
    assert not [name for name in names if name.startswith("trust_auditevent_")]


def test_nobody_to_tell_is_said() -> None:
    client = admin()
    assert "Nobody is told of troubles" in shown(client)

    OperatorContact.objects.create(
        organisation=worlds.organisation(), name="Night", email="night@clinic.example"
    )
    assert "1 contact is told of a trouble once" in shown(client)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_page_costs_twelve_queries_however_many_rows(name: str) -> None:
    sender, calendar = worlds.sender(), clock.calendar_now()
    organisation_id = sender.organisation_id
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_recipient (organisation_id, number_index, strikes, bad_since,"
            " created_at) SELECT %s, int4send(g), 3, %s, %s FROM generate_series(1, %s) g",
            [organisation_id, calendar, calendar, MANY],
        )
    client = admin()
    with CaptureQueriesContext(connection) as queries:
        page = shown(client, name.removeprefix("enrolment:"))

    assert len(queries) <= 12, [query["sql"][:80] for query in queries]
    if name == "enrolment:operations":
        assert "1000 and more dead numbers" in page


def test_held_house_says_so_and_what_goes_on() -> None:
    client = admin()
    assert "Texts may leave" in shown(client)

    holding.hold()

    page = shown(client)
    assert "nothing leaves. Texts that come in are kept, and STOP is carried out" in page
    assert "manage.py after_restore" in page
