"""Run by the chaos tests in a process of its own: people and texts that are due now.

python -m tests.chaos.crowd ground ALIAS      in a migrated database, its sender on that provider
python -m tests.chaos.crowd people COUNT      enrolled, each with one text for the planner
python -m tests.chaos.crowd idle COUNT        enrolled behind those, with nothing due for days
python -m tests.chaos.crowd texts COUNT       queued, asleep until a proof wakes them
python -m tests.chaos.crowd erase COUNT       of the people, at their own word
"""

import argparse
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import F  # noqa: E402

from benchmarks import crowd as copying  # noqa: E402
from benchmarks import people  # noqa: E402
from campaigns import linting, loading, publish, reviewing  # noqa: E402
from campaigns.models import Campaign  # noqa: E402
from campaigns.pack import read_pack  # noqa: E402
from enrolment import erasing  # noqa: E402
from enrolment.holding import hold  # noqa: E402
from enrolment.models import Anchor, Enrolment, Participant  # noqa: E402
from messaging import outbox  # noqa: E402
from messaging.models import Message, Recipient, Sender  # noqa: E402
from messaging.outgoing import Outline  # noqa: E402
from trust.blind_index import number_index  # noqa: E402
from trust.ids import draw_ids  # noqa: E402
from trust.models import User  # noqa: E402

_TEXT = "Day one is behind you. What helped when it was hardest? Write it down for tomorrow."
#: Numbers of `texts` begin behind those of `people`.
_BEHIND = 1_000_000
_SLEEP = timedelta(hours=6)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("ground", "people", "idle", "texts", "erase"))
    parser.add_argument("value")
    parser.add_argument("--address", default="")
    asked = parser.parse_args()
    match asked.what:
        case "ground":
            ground(asked.value, asked.address)
        case "people":
            enrol(int(asked.value))
        case "idle":
            idle(int(asked.value))
        case "texts":
            queue(int(asked.value))
        case "erase":
            erase(int(asked.value))


def ground(alias: str, address: str) -> None:
    """A real provider carries only what a clinician approved, so a version with that is live."""
    campaign = people.demo_campaign()
    actor = User.objects.get()
    pack = read_pack(settings.CURRICULA_DIR / campaign.key)
    version = loading.load(pack=pack, campaign=campaign, author=None)
    publish.submit(version=version, actor=actor)
    now = datetime.now(UTC)
    for language in version.languages:
        reviewing.sign_language(
            version=version, language=language, actor=actor, now=now, native=True
        )
    publish.record_clinical_approval(
        version=version,
        reviewer="Dr Invented",
        body="Nobody's board",
        day=people.QUIT_DAY,
        actor=actor,
    )
    publish.approve(version=version, actor=actor, now=now)
    linting.see_warnings(version=version, actor=actor, now=now)
    publish.publish(version=version, actor=actor, now=now)
    Sender.objects.update(provider=alias, address=address)


def enrol(count: int) -> None:
    """Into the zone where it is the hour after the slot of the quit day's first text: with a real
    provider the calendar cannot be moved to it."""
    people.enrol(Campaign.objects.get(), count)
    zone, shift = _zone_and_shift(datetime.now(UTC))
    Participant.objects.update(time_zone=zone)
    Anchor.objects.update(day=(people.DUE + shift).astimezone(ZoneInfo(zone)).date())
    times = ("enrolled_at", "started_at", "planned_from", "planned_through", "heard_at")
    Enrolment.objects.update(**{name: F(name) + shift for name in (*times, "next_due_at")})


def idle(count: int) -> None:
    """Copies of the last who was enrolled, under the ids behind hers, which nobody may draw after:
    people first, and no newcomers."""
    pattern = Enrolment.objects.order_by("id").last()
    assert pattern is not None
    with copying.foreign_keys_unasked():
        person, _ = copying.persons(pattern, count, named=False)
        copying.copies(
            Enrolment, pattern.pk, count, participant_id=f"{person} + n", seed="n",
            next_due_at="now() + interval '2 days' + random() * interval '180 days'",
        )  # fmt: skip
    for model in (Enrolment, Participant, Recipient):
        copying.execute(f"VACUUM ANALYZE {model._meta.db_table}")


def _zone_and_shift(now: datetime) -> tuple[str, timedelta]:
    """`shift` takes people.DUE, which is meant for UTC, to that zone's."""
    for hours in range(-12, 15):
        local = (now + timedelta(hours=hours)).replace(tzinfo=None)
        due = local.replace(hour=people.DUE.hour, minute=people.DUE.minute, second=0, microsecond=0)
        if timedelta(0) <= local - due < timedelta(hours=1):
            # These names count west of Greenwich.
            name = f"Etc/GMT{-hours:+d}" if hours else "UTC"
            return name, (due - timedelta(hours=hours)).replace(tzinfo=UTC) - people.DUE
    raise AssertionError("27 hours hold every time of day")


def queue(count: int) -> None:
    sender = Sender.objects.get()
    recipients = _recipients(sender.organisation_id, count)
    now = datetime.now(UTC)
    ids = draw_ids(Message, count)
    outlines = [
        Outline(
            message_id=message_id,
            organisation_id=sender.organisation_id,
            sender_id=sender.pk,
            recipient_id=recipient.pk,
            kind=Message.Kind.BROADCAST,
            # Of no broadcast: the audit would ask for its decisions.
            cause_kind=Message.CauseKind.STAFF,
            cause_key=uuid.uuid4().hex,
            text=_TEXT,
            not_before=now + _SLEEP,
            valid_until=now + 2 * _SLEEP,
            hours=None,
            zone="UTC",
            priority=20,
            is_test=False,
            approved=True,
        )
        for message_id, recipient in zip(ids, recipients, strict=True)
    ]
    outbox.queue_many(outlines=outlines, now=now)


def erase(count: int) -> None:
    for participant_id in Participant.objects.order_by("pk").values_list("pk", flat=True)[:count]:
        with transaction.atomic():
            held = hold(participant_id)
            erasing.erase(
                participant=held.participant,
                source="sms",
                cause_key=f"0:crowd{participant_id}",
                now=datetime.now(UTC),
            )


def number_of(recipient_id: int) -> str:
    """Under +999, a country code that is nobody's."""
    return f"+999{_BEHIND + recipient_id:011}"


def _recipients(organisation_id: int, count: int) -> list[Recipient]:
    """Each number once."""
    ids = draw_ids(Recipient, count)
    numbers = list(map(number_of, ids))
    return Recipient.objects.bulk_create(
        Recipient(
            id=row_id,
            organisation_id=organisation_id,
            number=number,
            number_index=number_index(organisation_id, number),
        )
        for row_id, number in zip(ids, numbers, strict=True)
    )


if __name__ == "__main__":
    main()
