"""Invented people by the chunk: numbers under +999, a country code that is nobody's, sealed names,
enrolments in every state, a quit date, consents. `enrolment.seeding` puts texts to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from campaigns.models import CampaignVersion
from enrolment.models import Anchor, Consent, Enrolment, Participant, Withdrawal
from messaging.models import Recipient
from trust.blind_index import number_index
from trust.bulk import copy_rows
from trust.ids import draw_ids
from trust.keys import sealer

DAYS = 180
NAMES = ("Amina", "Bo", "Chidi", "Dag", "Eli", "Fatou", "Gro", "Hassan", "Ines", "Jonas")
_ZONES = {"nb": "Europe/Oslo", "nn": "Europe/Oslo"}
_STATES = {"active": 68, "completed": 14, "withdrawn": 10, "paused": 3, "invited": 5}
#: A text that comes due later than this without its tick is a broken promise of the ledger's.
_DUE_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Seeded:
    """One enrolment and whose it is; texts may lie between `began` and `until`."""

    enrolment: int
    participant: int
    recipient: int
    language: str
    zone: str
    status: str
    began: datetime
    until: datetime


def number_of(place: int) -> str:
    return f"+999{place:011}"


def seed_people(
    *, version: CampaignVersion, first: int, count: int, now: datetime, dice: Random
) -> list[Seeded]:
    """The people at `first` and after, written; the caller's transaction holds them together."""
    people = _drawn(version, count, now, dice)
    organisation = version.campaign.organisation_id
    _write_recipients(organisation, first, people)
    _write_participants(organisation, people, dice)
    _write_enrolments(version, people, now, dice)
    _write_beside(version, people, dice)
    return people


def _drawn(version: CampaignVersion, count: int, now: datetime, dice: Random) -> list[Seeded]:
    statuses = dice.choices(list(_STATES), list(_STATES.values()), k=count)
    ids = zip(
        draw_ids(Enrolment, count), draw_ids(Participant, count), draw_ids(Recipient, count),
        strict=True,
    )  # fmt: skip
    found = []
    for status, (enrolment, participant, recipient) in zip(statuses, ids, strict=True):
        age = timedelta(days=1 + dice.random() * (DAYS - 1))
        language = dice.choice(version.languages)
        whole = status in (Enrolment.Status.ACTIVE, Enrolment.Status.INVITED)
        found.append(
            Seeded(
                enrolment=enrolment,
                participant=participant,
                recipient=recipient,
                language=language,
                zone=_ZONES.get(language, "Europe/London"),
                status=status,
                began=now - age,
                until=now if whole else now - age * (0.05 + dice.random() * 0.5),
            )
        )
    return found


def _write_recipients(organisation: int, first: int, people: Sequence[Seeded]) -> None:
    seal, place = sealer(organisation).seal, f"{Recipient._meta.db_table}.number"
    copy_rows(
        Recipient,
        ("id", "organisation", "number", "number_index", "created_at"),
        (
            (
                one.recipient,
                organisation,
                seal(place, one.recipient, number_of(at)),
                number_index(organisation, number_of(at)),
                one.began,
            )
            for at, one in enumerate(people, start=first)
        ),
    )


def _write_participants(organisation: int, people: Sequence[Seeded], dice: Random) -> None:
    seal, place = sealer(organisation).seal, f"{Participant._meta.db_table}.first_name"
    copy_rows(
        Participant,
        (
            "id", "organisation", "recipient", "first_name", "language", "time_zone", "created_at",
        ),
        (
            (
                one.participant,
                organisation,
                one.recipient,
                seal(place, one.participant, dice.choice(NAMES)),
                one.language,
                one.zone,
                one.began,
            )
            for one in people
        ),
    )  # fmt: skip


def _write_enrolments(
    version: CampaignVersion, people: Sequence[Seeded], now: datetime, dice: Random
) -> None:
    copy_rows(
        Enrolment,
        (
            "id", "campaign", "participant", "version", "status", "seed", "profile", "enrolled_at",
            "started_at", "ended_at", "exit_reason", "planned_from", "planned_through",
            "next_due_at", "heard_at", "heard", "paused_at", "pause_reason",
        ),
        (_enrolment(version, one, now, dice) for one in people),
    )  # fmt: skip


def _enrolment(
    version: CampaignVersion, one: Seeded, now: datetime, dice: Random
) -> tuple[Any, ...]:
    """As if the dose had been chosen anew at the end of the texts: the journey's past is the
    seeded texts, and what comes due from there on is the tick's."""
    status = one.status
    started = None if status == "invited" else one.began
    planned = started and one.until
    ended = one.until if status == "withdrawn" else None
    paused = one.until if status == "paused" else None
    soon = now + timedelta(seconds=1) + _DUE_WITHIN * dice.random()
    return (
        one.enrolment, version.campaign_id, one.participant, version.pk, status, one.participant,
        version.default_profile, one.began, started, ended, "stop" if ended else "", planned,
        planned, soon if status == "active" else None, one.began, dice.randrange(6), paused,
        "asked" if paused else "",
    )  # fmt: skip


def _write_beside(version: CampaignVersion, people: Sequence[Seeded], dice: Random) -> None:
    begun = [one for one in people if one.status != "invited"]
    copy_rows(
        Anchor,
        ("enrolment", "attempt", "kind", "day", "source", "set_at"),
        (
            (
                one.enrolment,
                1,
                "quit_date",
                (one.began + timedelta(days=dice.randrange(3, 15))).date(),
                "seed",
                one.began,
            )
            for one in begun
        ),
    )
    copy_rows(
        Consent,
        ("enrolment", "scope", "is_given", "wording_version", "language", "channel", "given_at"),
        (
            (one.enrolment, scope, given, version.pk, one.language, "sms", one.began)
            for one in begun
            for scope, given in (("service", True), ("research", dice.random() < 0.7))
        ),
    )
    copy_rows(
        Withdrawal,
        ("enrolment", "source", "withdrawn_at"),
        ((one.enrolment, "sms", one.until) for one in people if one.status == "withdrawn"),
    )
