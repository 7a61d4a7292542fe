"""People by the thousand: enrolled in the shipped mCessation, each with one text due at DUE.

For benchmarks and for the tests that kill processes in the middle of a send.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from campaigns.models import Campaign
from enrolment import demo
from enrolment.models import Anchor, Enrolment, Participant
from messaging.models import Recipient
from trust.blind_index import number_index
from trust.ids import draw_ids

#: Tomorrow, so that calendar time can be moved there: it never goes back.
QUIT_DAY = datetime.now(UTC).date() + timedelta(days=1)
#: Just after the slot of the quit day's first text.
DUE = datetime(QUIT_DAY.year, QUIT_DAY.month, QUIT_DAY.day, 8, 26, tzinfo=UTC)
BEFORE = DUE - timedelta(hours=8)
NAMES = ("Amina", "Bo", "Chidi", "Dag", "Eli", "Fatou", "Gro", "Hassan")
_CHUNK = 5000


def fresh_database() -> Campaign:
    """An empty, migrated database with the demo's campaign published in it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    return demo_campaign()


def demo_campaign() -> Campaign:
    """Published in a database that is migrated and empty."""
    demo.seed(curricula=settings.CURRICULA_DIR)
    return Campaign.objects.get(key="mcessation")


def enrol(campaign: Campaign, people: int) -> None:
    version = campaign.versions.get(status="published")
    for first in range(0, people, _CHUNK):
        recipients = _recipients(campaign, first, min(_CHUNK, people - first))
        participants = _participants(campaign, recipients)
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                campaign=campaign,
                participant=participant,
                version=version,
                status=Enrolment.Status.ACTIVE,
                seed=participant.pk,
                enrolled_at=BEFORE,
                started_at=BEFORE,
                planned_from=BEFORE,
                planned_through=BEFORE,
                heard_at=BEFORE,
                next_due_at=DUE - timedelta(minutes=1),
            )
            for participant in participants
        )
        Anchor.objects.bulk_create(
            Anchor(
                enrolment=enrolment,
                attempt=1,
                kind="quit_date",
                day=QUIT_DAY,
                source="benchmark",
                set_at=BEFORE,
            )
            for enrolment in enrolments
        )


def number_of(place: int) -> str:
    """Under +999, a country code that is nobody's."""
    return f"+999{place:011}"


def _recipients(campaign: Campaign, first: int, count: int) -> list[Recipient]:
    numbers = [number_of(first + place) for place in range(count)]
    return Recipient.objects.bulk_create(
        Recipient(
            id=row_id,
            organisation_id=campaign.organisation_id,
            number=number,
            number_index=number_index(campaign.organisation_id, number),
        )
        for row_id, number in zip(draw_ids(Recipient, count), numbers, strict=True)
    )


def _participants(campaign: Campaign, recipients: list[Recipient]) -> list[Participant]:
    return Participant.objects.bulk_create(
        Participant(
            id=row_id,
            organisation_id=campaign.organisation_id,
            recipient=recipient,
            first_name=NAMES[row_id % len(NAMES)],
            language="en",
            time_zone="UTC",
            created_at=BEFORE,
        )
        for row_id, recipient in zip(
            draw_ids(Participant, len(recipients)), recipients, strict=True
        )
    )


def rewind() -> None:
    """Everyone due again, nothing decided, and the tables as tidy as at the start."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE enrolment_decision, messaging_message CASCADE")
        cursor.execute(
            "UPDATE enrolment_enrolment SET status = 'active', planned_through = %s, "
            "next_due_at = %s, load_day = NULL, load = '{}', last_text_at = NULL",
            [BEFORE, DUE - timedelta(minutes=1)],
        )
        cursor.execute("VACUUM ANALYZE enrolment_enrolment")
