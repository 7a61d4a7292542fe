"""A list of people sent in: kept sealed, read in a dry run, then carried out or thrown away.

Reading and carrying out are jobs (`people_work`).
"""

import base64
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import jobs
from campaigns.models import Campaign, CampaignVersion, Job
from campaigns.publish import published_version
from enrolment.models.people_file import PeopleFile
from enrolment.models.people_row import PeopleRow
from enrolment.people_table import PeopleFileRefused, refuse_at_once
from trust import audit
from trust.models import MachineNow, User

Status = PeopleFile.Status
#: Between the dry run and the button lies a talk with a colleague, not a week.
KEPT_FOR = timedelta(hours=24)
#: Lists of one person that wait at once.
MOST_KEPT = 10
READ, APPLY = "people_read", "people_apply"


@transaction.atomic
def receive(*, campaign: Campaign, kind: str, content: bytes, actor: User) -> PeopleFile:
    """Begins the dry run. Raises PeopleFileRefused for a file that nobody should open, for one too
    many, and where the campaign takes nobody in."""
    refuse_at_once(content)
    if published_version(campaign) is None:
        raise PeopleFileRefused(_("This campaign has no published version. Publish one first."))
    waiting = PeopleFile.objects.filter(uploaded_by=actor, status__in=PeopleFile.KEPT)
    if waiting.count() >= MOST_KEPT:
        raise PeopleFileRefused(
            _("%(count)s lists of yours wait to be decided. Carry some out, or throw them away.")
            % {"count": MOST_KEPT}
        )
    job = jobs.start(campaign=campaign, kind=READ, detail={}, actor=actor)
    found = PeopleFile.objects.create(
        campaign=campaign,
        kind=kind,
        content=base64.b64encode(content).decode(),
        job=job,
        uploaded_by=actor,
        expires_at=MachineNow() + KEPT_FOR,
    )
    audit.record(
        verb="people_file.receive",
        subject=found,
        actor=actor,
        detail={"kind": kind, "bytes": len(content)},
    )
    return found


@transaction.atomic
def apply(*, people_file: PeopleFile, actor: User) -> Job:
    """Begins to carry it out, or goes on where it was stopped. Raises PeopleFileRefused."""
    # One at a time: two clicks are one job.
    held = (
        PeopleFile.objects.select_for_update(of=("self",))
        .select_related("job", "campaign")
        .get(pk=people_file.pk)
    )
    if held.status not in (Status.READY, Status.APPLYING):
        raise PeopleFileRefused(_("This list can't be carried out any more. Send it in again."))
    if held.job.is_open:
        return held.job
    job = jobs.start(campaign=held.campaign, kind=APPLY, detail={}, actor=actor)
    PeopleFile.objects.filter(pk=held.pk).update(
        status=Status.APPLYING, job=job, expires_at=MachineNow() + KEPT_FOR
    )
    audit.record(verb="people_file.apply", subject=held, actor=actor)
    return job


@transaction.atomic
def discard(*, people_file: PeopleFile, actor: User | None) -> bool:
    """Whoever is still to come in it is forgotten; what was done stays. False when it is over."""
    if not people_file.move_to(Status.DISCARDED, content=None):
        return False
    jobs.stop(job=people_file.job, actor=actor)
    forgotten = PeopleRow.forget(people_file.rows.all(), PeopleRow.Reason.THROWN_AWAY)
    audit.record(
        verb="people_file.discard", subject=people_file, actor=actor, detail={"rows": forgotten}
    )
    return True


def forget_expired() -> int:
    """Throws away what nobody came back to; how many. What a job works on is left to it."""
    late = PeopleFile.objects.filter(status__in=PeopleFile.KEPT, expires_at__lt=MachineNow())
    found = list(late.exclude(job__status__in=Job.OPEN).select_related("job", "campaign"))
    return sum(discard(people_file=each, actor=None) for each in found)


def published(campaign: Campaign) -> CampaignVersion | None:
    version = published_version(campaign)
    if version is not None:
        version.campaign = campaign
    return version
