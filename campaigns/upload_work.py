"""What a worker does with an upload: reads it and says what it would change, or makes the draft."""

from collections.abc import Mapping

from django.db import transaction

from campaigns import jobs, loading, uploading
from campaigns.content_files import ContentFile, read_content
from campaigns.findings import Findings, would_change, wrong
from campaigns.jobs import Progress, Worker
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.job import Job
from campaigns.models.upload import Upload
from campaigns.pack import PackRefused
from campaigns.pack_values import Pack
from campaigns.unloading import as_pack
from campaigns.workbook_safety import WorkbookRefused
from trust.telling import tell

Status = Upload.Status


def read(job: Job, progress: Progress) -> None:
    """The dry run."""
    upload = _upload(job)
    before = _pack(upload.compared_with)
    file, findings = _read(upload, before, progress)
    if file is not None:
        findings = would_change(before, file)
    _settle(job, upload, Status.READY if file is not None else Status.WRONG, findings)


def apply(job: Job, progress: Progress) -> None:
    """The draft and the end of the job are one transaction: there are both, or neither."""
    upload = _upload(job)
    file, findings = _read(upload, _pack(upload.compared_with), progress)
    if file is None:
        _settle(job, upload, Status.WRONG, findings)
        return
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=upload.campaign_id)
        newest = uploading.newest(campaign)
        if newest != upload.compared_with:
            _settle(job, upload, Status.WRONG, Findings(refused=_overtaken(newest)))
            return
        version = loading.load(pack=file.pack, campaign=campaign, author=job.started_by)
        changed = Upload.objects.filter(pk=upload.pk, status=Status.READY).update(
            status=Status.APPLIED, version=version, content=b""
        )
        if not changed:
            raise jobs.JobOver
        jobs.finish(job=job)


WORKERS: Mapping[str, Worker] = {uploading.READ: read, uploading.APPLY: apply}


def _upload(job: Job) -> Upload:
    """Raises JobOver where it was thrown away meanwhile."""
    upload = (
        Upload.objects.select_related("compared_with", "campaign")
        .filter(job=job, status__in=Upload.KEPT)
        .first()
    )
    if upload is None:
        raise jobs.JobOver
    return upload


def _pack(version: CampaignVersion | None) -> Pack | None:
    return as_pack(version) if version is not None else None


def _read(
    upload: Upload, before: Pack | None, progress: Progress
) -> tuple[ContentFile | None, Findings]:
    """What it would make, or else why it can't."""
    try:
        return read_content(bytes(upload.content), before, progress), Findings()
    except WorkbookRefused as refused:
        return None, Findings(refused=str(refused))
    except PackRefused as refused:
        return None, wrong(refused.problems)


@transaction.atomic
def _settle(job: Job, upload: Upload, status: str, findings: Findings) -> None:
    allowed = [before for before, moves in Upload.MOVES.items() if status in moves]
    content = {} if status in Upload.KEPT else {"content": b""}
    changed = Upload.objects.filter(pk=upload.pk, status__in=allowed).update(
        status=status, findings=findings.as_json(), **content
    )
    if not changed:
        raise jobs.JobOver
    jobs.finish(job=job)


def _overtaken(newest: CampaignVersion | None) -> str:
    return tell(
        "Meanwhile %(newest)s was made, which you have not compared it with. Upload the file again "
        "to see what it would change now.",
        newest=str(newest),
    )
