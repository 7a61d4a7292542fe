"""A file of content sent in: kept, read in a dry run, then applied or thrown away.

Reading and applying are jobs (`upload_work`): a workbook of thousands of texts takes seconds.
"""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext

from campaigns import jobs
from campaigns.content_files import refuse_at_once
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.job import Job
from campaigns.models.upload import Upload
from trust import audit
from trust.models import User
from trust.models.machine_time import MachineNow

Status = Upload.Status
#: Between the dry run and Apply lies a talk with a colleague, not a week.
KEPT_FOR = timedelta(hours=24)
#: Files of one person that wait at once: ten megabytes each are kept in the database.
MOST_KEPT = 10
READ, APPLY = "content_read", "content_apply"


class UploadRefused(Exception):
    """The upload can't be taken or applied; the message says why and what to do."""


@transaction.atomic
def receive(*, campaign: Campaign, content: bytes, actor: User) -> Upload:
    """Begins the dry run against the campaign's newest version. Raises WorkbookRefused for a file
    that nobody should open, and UploadRefused for one too many."""
    refuse_at_once(content)
    if Upload.objects.filter(uploaded_by=actor, status__in=Upload.KEPT).count() >= MOST_KEPT:
        raise UploadRefused(
            gettext(
                "%(most_kept)s files of yours wait to be decided. Apply some, or throw them away."
            )
            % {"most_kept": MOST_KEPT}
        )
    job = jobs.start(campaign=campaign, kind=READ, detail={}, actor=actor)
    upload = Upload.objects.create(
        campaign=campaign,
        content=content,
        compared_with=newest(campaign),
        job=job,
        uploaded_by=actor,
        expires_at=MachineNow() + KEPT_FOR,
    )
    audit.record(verb="upload.receive", subject=upload, actor=actor, detail={"bytes": len(content)})
    return upload


@transaction.atomic
def apply(*, upload: Upload, actor: User) -> Job:
    """Begins to make the draft. Raises UploadRefused."""
    # One Apply at a time: two clicks are one draft.
    held = Upload.objects.select_for_update(of=("self",)).select_related("job").get(pk=upload.pk)
    if held.status == Status.APPLIED:
        raise UploadRefused(gettext("This file was applied before: its draft is there."))
    if held.status != Status.READY:
        raise UploadRefused(gettext("The file can't be applied any more. Upload it again."))
    if held.job.is_open:
        return held.job
    job = jobs.start(campaign=held.campaign, kind=APPLY, detail={}, actor=actor)
    Upload.objects.filter(pk=held.pk).update(job=job)
    audit.record(verb="upload.apply", subject=held, actor=actor)
    return job


@transaction.atomic
def discard(*, upload: Upload, actor: User | None) -> bool:
    """Throws the file away and stops what is being done with it. False when that was too late."""
    jobs.stop(job=upload.job, actor=actor)
    changed = Upload.objects.filter(pk=upload.pk, status__in=Upload.KEPT).update(
        status=Status.DISCARDED, content=b""
    )
    if changed:
        audit.record(verb="upload.discard", subject=upload, actor=actor)
    return bool(changed)


def forget_expired() -> int:
    """Throws away what nobody came back to; how many."""
    late = Upload.objects.filter(status__in=Upload.KEPT, expires_at__lt=MachineNow())
    found = list(late.select_related("job", "campaign"))
    return sum(discard(upload=upload, actor=None) for upload in found)


def newest(campaign: Campaign) -> CampaignVersion | None:
    return campaign.versions.order_by("-number").first()
