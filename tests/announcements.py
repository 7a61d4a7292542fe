"""Broadcasts for tests: drafted, counted and set going by hand, at a clock of the test's own."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models

from campaigns import jobs
from campaigns.models import Campaign, CampaignVersion
from enrolment import broadcast_work, broadcasts
from enrolment.models import Broadcast, Consent, Enrolment, Participant
from messaging.models import Message, Recipient
from tests import worlds
from trust.keys import sealer
from trust.models import User

#: People are in by then, and nothing of the journey is due for a while.
LATER = worlds.NOON + timedelta(hours=1)
TEXT = "{{ first_name }}, the clinic is closed on Friday."


def manager(name: str = "mia") -> User:
    return User.objects.get_or_create(
        email=f"{name}@clinic.example",
        defaults={"organisation": worlds.organisation(), "is_staff": True},
    )[0]


def crowd(count: int, of: CampaignVersion | None = None, **of_each: Any) -> list[Enrolment]:
    edition = of or worlds.version()
    return [
        worlds.person(number=f"+4477009{place:05}", of=edition, **of_each)
        for place in range(1, count + 1)
    ]


def drafted(
    campaign: Campaign | None = None, lines: list[str] | None = None, **values: Any
) -> Broadcast:
    columns = {
        "name": "Closed on Friday",
        "statuses": ["active"],
        "texts": {"en": TEXT},
        "default_language": "en",
        "by_list": lines is not None,
        **values,
    }
    return broadcasts.draft(
        campaign=campaign or worlds.campaign(),
        values=columns,
        lines=lines,
        actor=manager(),
        now=LATER,
    )


def work(now: datetime = LATER, batch: int = 500) -> bool:
    return jobs.run_next(workers=broadcast_work.workers(clock=lambda: now, batch=batch))


def counted(broadcast: Broadcast, now: datetime = LATER) -> Broadcast:
    assert work(now)
    broadcast.refresh_from_db()
    return broadcast


def scheduled(broadcast: Broadcast, now: datetime = LATER) -> Broadcast:
    if broadcast.counted is None:
        counted(broadcast, now)
    if broadcasts.submit(broadcast=broadcast, actor=manager(), now=now) == "awaiting":
        broadcasts.approve(broadcast=broadcast, actor=manager("ann"), now=now)
    broadcast.refresh_from_db()
    return broadcast


def sent(broadcast: Broadcast, now: datetime = LATER, batch: int = 500) -> Broadcast:
    """Planned and queued; nothing has left."""
    if broadcast.status == "draft":
        scheduled(broadcast, now)
    assert broadcast_work.begin_due(now=now) == 1
    while work(now, batch):
        pass
    broadcast.refresh_from_db()
    return broadcast


def texts(broadcast: Broadcast) -> list[Message]:
    found = Message.objects.filter(cause_kind="broadcast", cause_key__startswith=f"{broadcast.pk}:")
    return list(found.select_related("body").order_by("pk"))


def left_out(broadcast: Broadcast) -> list[str]:
    return sorted(broadcast.decisions.filter(outcome="left_out").values_list("reason", flat=True))


def multitude(like: Enrolment, count: int) -> None:
    """So many more people as this one, without a name, each behind a number of her own."""
    for model, changes in (
        (Recipient, {"number_index": "decode(lpad(to_hex(place + 9000000), 34, '0'), 'hex')"}),
        (Participant, {"recipient_id": _newest(Recipient), "first_name": "NULL"}),
        (Enrolment, {"participant_id": _newest(Participant)}),
        (Consent, {"enrolment_id": _newest(Enrolment), "exact_text": "NULL"}),
    ):
        row = {
            Recipient: like.participant.recipient_id,
            Participant: like.participant_id,
            Enrolment: like.pk,
            Consent: like.consents.order_by("pk")[0].pk,
        }[model]
        columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
        values = [changes.get(column, f"one.{column}") for column in columns]
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
                f" FROM {table} one, generate_series(1, %s) AS place WHERE one.id = %s",
                [count, row],
            )
            # Rows nobody else sees yet: where autovacuum has counted none of them, the planner
            # reads a table anew for each person, and that for minutes.
            cursor.execute(f"ANALYZE {table}")

    _seal_numbers(like, count)


def _seal_numbers(like: Enrolment, count: int) -> None:
    """A copied value is bound to the row it was copied from."""
    seal = sealer(like.campaign.organisation_id).seal
    ids = list(Recipient.objects.order_by("-pk").values_list("pk", flat=True)[:count])
    numbers = [seal("messaging_recipient.number", pk, f"+4479{pk:08}") for pk in ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_recipient r SET number = n.number"
            " FROM unnest(%s::bigint[], %s::bytea[]) AS n(id, number) WHERE r.id = n.id",
            [ids, numbers],
        )


def _newest(model: type[models.Model]) -> str:
    """The rows just made of the table before, one each."""
    return f"(SELECT max(id) FROM {model._meta.db_table}) - place + 1"
