"""What a rehearsal is run on: a version's content, its country, its personas, what was accepted.

The hearts need no database; these read what they are given, and keep what an approver accepts.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from campaigns import loading
from campaigns.calendars import calendar_of
from campaigns.compiling import compile_version, content_of
from campaigns.content import Content
from campaigns.models import Campaign, CampaignVersion
from campaigns.pack import read_pack
from campaigns.pack_values import Pack
from enrolment.fields import currency_of
from enrolment.models.rehearsal_transcript import RehearsalTranscript
from enrolment.persona import read_persona
from enrolment.rehearsal import rehearse
from enrolment.rehearsed import shipped_folder, shipped_personas, unaccepted
from enrolment.stand_in import Country
from enrolment.state import AnchorAt
from enrolment.transcript import Transcript, differences, from_json, to_json
from messaging.models import Sender
from trust import audit
from trust.models import Organisation, User

TRANSCRIPTS = "transcripts"
_HELP = "HELP"


@dataclass(frozen=True, slots=True)
class Stage:
    """All that a rehearsal is played on. zone: the campaign's own, for simulated people."""

    content: Content
    country: Country
    zone: str
    title: str


def stage_of(version: CampaignVersion, *, today: date) -> Stage:
    """Raises campaigns.wording.MissingValue when a country variable has no value."""
    campaign = version.campaign
    return Stage(
        content=content_of(version.pk),
        country=_country(campaign, today),
        zone=campaign.time_zone,
        title=f"{campaign.name}, version {version.number}",
    )


def stage_of_pack(folder: Path) -> Stage:
    """A content pack on disk, rehearsed before it is anybody's version: it is loaded as a draft
    and taken back. Raises PackRefused."""
    pack = read_pack(folder)
    with transaction.atomic():
        content = compile_version(loading.load(pack=pack, campaign=_passing(pack), author=None))
        transaction.set_rollback(True)
    return Stage(content, Country(), "UTC", f"{pack.name}, the pack")


def _passing(pack: Pack) -> Campaign:
    """Rows a draft needs around it; nobody ever sees them."""
    organisation = Organisation.objects.create(
        name="Rehearsal",
        slug="rehearsal-of-a-pack",
        country="GB",
        time_zone="UTC",
        default_language=pack.default_language,
    )
    sender = Sender.objects.create(
        organisation=organisation,
        name="Rehearsal",
        address="60099",
        provider="fake",
        country="GB",
        stop_text="STOP",
        help_text=_HELP,
    )
    return Campaign.objects.create(
        organisation=organisation,
        key="rehearsal",
        name=pack.name,
        sender=sender,
        country="GB",
        time_zone="UTC",
        variables={name: name.replace("_", " ")[:20] for name in pack.variables},
    )


def version_of(campaign: Campaign, number: int | None = None) -> CampaignVersion | None:
    """The one numbered so; else the published one, else the newest."""
    versions = campaign.versions.select_related("campaign")
    if number is not None:
        return versions.filter(number=number).first()
    published = versions.filter(status=CampaignVersion.Status.PUBLISHED).first()
    return published or versions.order_by("-number").first()


def shipped_transcript(version: CampaignVersion, persona: str) -> Transcript | None:
    folder = shipped_folder(version)
    return None if folder is None else kept_transcript(folder / TRANSCRIPTS, persona)


def kept_transcript(folder: Path, persona: str) -> Transcript | None:
    """The one kept as a file; None when there is none. Raises ValueError when it can't be read."""
    path = folder / f"{persona}.json"
    return from_json(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def keep_transcript(folder: Path, transcript: Transcript) -> Path:
    """Written so that one entry is one line: a changed day is a changed line."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{transcript.persona}.json"
    path.write_text(as_lines(to_json(transcript)), encoding="utf-8")
    return path


def as_lines(kept: dict[str, Any]) -> str:
    head = {name: value for name, value in kept.items() if name != "entries"}
    entries = ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in kept["entries"])
    opening = json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}")
    return f'{opening},\n  "entries": [\n    {entries}\n  ]\n}}\n'


def accepted_transcript(version: CampaignVersion, persona: str) -> RehearsalTranscript | None:
    """The last one accepted for this version, else for the nearest version before it."""
    return (
        RehearsalTranscript.objects.filter(
            version__campaign=version.campaign,
            version__number__lte=version.number,
            persona=persona,
        )
        .select_related("version", "accepted_by")
        .order_by("-version__number", "-pk")
        .first()
    )


@transaction.atomic
def accept_transcript(
    *, version: CampaignVersion, transcript: Transcript, actor: User, now: datetime
) -> RehearsalTranscript:
    """From here on this is how the persona is expected to fare in the version."""
    kept = RehearsalTranscript.objects.create(
        version=version,
        persona=transcript.persona,
        transcript=to_json(transcript),
        accepted_by=actor,
        accepted_at=now,
    )
    audit.record(
        verb="rehearsal.accept",
        subject=kept,
        actor=actor,
        detail={"version": version.number, "persona": transcript.persona},
    )
    return kept


@transaction.atomic
def accept_unchanged(
    *, version: CampaignVersion, actor: User, now: datetime
) -> tuple[list[str], list[str]]:
    """Accepts each shipped persona that fares as in what was accepted before, else as shipped; the
    second list names those that don't, for somebody to look at. Raises MissingValue."""
    stage = stage_of(version, today=now.date())
    waiting = set(unaccepted(version))
    same: list[str] = []
    other: list[str] = []
    for path in shipped_personas(version):
        if path.stem not in waiting:
            continue
        found = rehearse(stage.content, read_persona(path), country=stage.country)
        known = known_transcript(version, path.stem)
        if known is None or differences(known, found):
            other.append(path.stem)
        else:
            accept_transcript(version=version, transcript=found, actor=actor, now=now)
            same.append(path.stem)
    return same, other


def known_transcript(version: CampaignVersion, persona: str) -> Transcript | None:
    kept = accepted_transcript(version, persona)
    return shipped_transcript(version, persona) if kept is None else from_json(kept.transcript)


def _country(campaign: Campaign, today: date) -> Country:
    calendar = calendar_of(campaign.organisation_id, campaign.country, today=today)
    return Country(
        days_off=calendar.days_off,
        dates=tuple(AnchorAt(day.kind, day.edition, day=day.day) for day in calendar.dates),
        currency=currency_of(campaign.country),
    )
