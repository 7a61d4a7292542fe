"""Bundles asked for, made, kept for a time and taken away; each of it in the audit.

Nothing here asks who may: doors do, and `refused` writes down who tried.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes, token_hex

from django.db import connection, transaction
from django.db.models import Q

from campaigns import jobs
from campaigns.models import Campaign, Job
from enrolment.blinding import UNBLIND, closed_trials
from research import export_files
from research.bundle.alone import crowding_of
from research.bundle.crowding import Crowding
from research.bundle.people import Scope, gather
from research.bundle.writing import Made
from research.models.export import Export
from research.models.export_key import ExportKey
from trust import audit
from trust.models import MachineNow, User
from trust.redaction import looks_personal
from trust.scope import Reach

EXPORT = "export_bundle"
#: Who may have a bundle, and whose bundle may hold words of texts in besides.
MAY, MAY_READ_TEXTS, MAY_UNBLIND = "research.export", "message.view", UNBLIND
#: Then the file goes; what was exported, and why, stays known.
KEPT = timedelta(days=7)


class ExportRefused(Exception):
    """Says what is wrong with what was asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`key_name`: empty for a key of this export's own."""

    reason: str
    key_name: str = ""
    with_texts: bool = False
    with_arms: bool = False


def lacking(reach: Reach, campaign: Campaign, asked: Asked) -> str:
    """The right that this would need besides those held in the campaign; empty when it may be."""
    wanted = [MAY]
    wanted += [MAY_READ_TEXTS] if asked.with_texts else []
    wanted += [MAY_UNBLIND] if asked.with_arms else []
    return next((right for right in wanted if not holds(reach, right, campaign)), "")


def holds(reach: Reach, right: str, campaign: Campaign) -> bool:
    return reach.may(right, campaign.pk)


def is_blinded(campaign: Campaign) -> bool:
    """Whether a trial keeps its arms to itself: only then is there anything to unblind."""
    return closed_trials(campaign).exists()


def refused(*, campaign: Campaign | None, actor: User, what: str) -> None:
    """Somebody without the right tried it; None: in another organisation, which is not told."""
    audit.record(
        verb="research.refuse",
        subject=campaign,
        actor=actor,
        organisation_id=actor.organisation_id,
        detail={"what": what},
    )


def look(*, campaign: Campaign, now: datetime) -> Crowding:
    """How alone people would stand, before anything is written."""
    with transaction.atomic(), connection.cursor() as cursor:
        gather(cursor, Scope(campaign.pk, token_bytes(32), now), texts=False)
        return crowding_of(cursor)


@transaction.atomic
def ask(
    *, campaign: Campaign, asked: Asked, crowding: Crowding, actor: User, in_worker: bool = True
) -> Export:
    """Made by a worker, unless the caller writes it itself. Raises ExportRefused."""
    if not asked.reason.strip() or looks_personal(asked.reason):
        raise ExportRefused("Say why, in a sentence without a number or an address.")
    export = Export(
        campaign=campaign,
        key=_key(campaign, asked.key_name, actor),
        reason=asked.reason,
        with_texts=asked.with_texts,
        with_arms=asked.with_arms,
        anonymity=crowding.as_json(),
        made_by=actor,
    )
    if in_worker:
        export.job = jobs.start(campaign=campaign, kind=EXPORT, detail={}, actor=actor)
    export.save()
    audit.record(
        verb="research.ask_export",
        subject=export,
        actor=actor,
        detail={
            "reason": asked.reason,
            "texts": asked.with_texts,
            "arms": asked.with_arms,
            "key": asked.key_name or "own",
            "k": crowding.k,
            "unique": crowding.unique,
        },
    )
    return export


@transaction.atomic
def book(*, export: Export, as_of: datetime, made: Made, file: str = "", size: int = 0) -> None:
    """It is written: what is in it, and how alone people stand in it, which may have changed since
    it was asked for. `file`: kept by us, for a time."""
    rows, sha256, crowding = dict(made.rows), made.sha256, made.crowding
    Export.objects.filter(pk=export.pk).update(
        as_of=as_of,
        anonymity=crowding.as_json(),
        rows=rows,
        sha256=sha256,
        file=file,
        size=size,
        expires_at=MachineNow() + KEPT if file else None,
    )
    audit.record(
        verb="research.export",
        subject=export,
        actor=export.made_by,
        detail={
            "rows": rows,
            "sha256": _spoken(sha256),
            "reason": export.reason,
            "k": crowding.k,
            "unique": crowding.unique,
        },
    )


@transaction.atomic
def downloaded(*, export: Export, actor: User) -> None:
    audit.record(
        verb="research.download", subject=export, actor=actor,
        detail={"sha256": _spoken(export.sha256)},
    )  # fmt: skip


def are_waiting() -> bool:
    """Whether a worker should look: one waits, or was left by a worker that died."""
    left = Q(status=Job.Status.RUNNING, leased_until__lt=MachineNow())
    return Job.objects.filter(Q(status=Job.Status.WAITING) | left, kind=EXPORT).exists()


def purge() -> int:
    """Files whose time is over, and what a killed worker left; how many."""
    gone = 0
    for export in Export.objects.filter(purged_at=None, expires_at__lt=MachineNow())[:100]:
        export_files.remove(export.file)
        with transaction.atomic():
            gone += Export.objects.filter(pk=export.pk, purged_at=None).update(
                purged_at=MachineNow()
            )
            audit.record(verb="research.purge", subject=export)
    kept = Export.objects.filter(purged_at=None).exclude(file="").values_list("file", flat=True)
    open_ones = Export.objects.filter(job__status__in=("waiting", "running"))
    export_files.sweep(keep=set(kept), working=set(open_ones.values_list("pk", flat=True)))
    return gone


def secret_of(key: ExportKey) -> bytes:
    return bytes.fromhex(key.secret or "")


def _key(campaign: Campaign, name: str, actor: User) -> ExportKey:
    if name:
        found = ExportKey.objects.filter(campaign=campaign, name=name).first()
        if found is not None:
            return found
    return ExportKey.objects.create(
        campaign=campaign, name=name, secret=token_hex(32), made_by=actor
    )


def _spoken(digest: str) -> str:
    """In twos, or the audit could take a run of its digits for a number."""
    return ":".join(digest[place : place + 2] for place in range(0, len(digest), 2))
