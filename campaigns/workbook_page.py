"""What the workbook pages show: what can be downloaded, what was uploaded, what it would change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.db.models import QuerySet
from django.utils.translation import gettext

from campaigns.change_groups import Group, grouped, told_by_language
from campaigns.curricula import STARTER
from campaigns.findings import Findings, findings_of
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.job import Job
from campaigns.models.upload import Upload
from campaigns.pack import read_pack
from campaigns.pack_languages import STARTER_LANGUAGES, in_languages, spoken_in
from campaigns.pack_values import Pack
from campaigns.uploading import APPLY
from trust.models import User
from trust.scope import Reach, scope

#: May read a campaign's wording; may send in new wording.
VIEW, WRITE, EDIT = "campaign.view", "content.author", "campaign.edit"
_SHOWN = 5


def uploads_of(user: User, reach: Reach) -> QuerySet[Upload]:
    """An upload is seen by whoever sent it, as long as they may still write there."""
    own = Upload.objects.filter(uploaded_by=user).select_related(
        "campaign", "compared_with", "job", "version"
    )
    return scope(own, reach, WRITE)


def starter(campaign: Campaign, curricula: Path, languages: Collection[str] = ()) -> Pack:
    """What every campaign needs, to begin a new one with; in the country's languages, where none
    are named."""
    pack = read_pack(curricula / STARTER)
    chosen = in_languages(pack, languages or begins_in(campaign))
    return replace(chosen, key=campaign.key, name=campaign.name)


def begins_in(campaign: Campaign) -> tuple[str, ...]:
    """The languages ticked for a new workbook."""
    return spoken_in(campaign.country, STARTER_LANGUAGES)


@dataclass(frozen=True, slots=True)
class WorkbookPage:
    campaign: Campaign
    versions: Sequence[CampaignVersion]
    uploads: Sequence[Upload]
    may_write: bool
    may_take_away: bool


def workbook_page(
    campaign: Campaign, *, uploads: QuerySet[Upload], may_write: bool, may_edit: bool
) -> WorkbookPage:
    return WorkbookPage(
        campaign=campaign,
        versions=list(campaign.versions.order_by("-number")[:_SHOWN]),
        uploads=list(uploads.filter(campaign=campaign).defer("content")[:_SHOWN]),
        may_write=may_write,
        may_take_away=may_edit and not campaign.was_published,
    )


@dataclass(frozen=True, slots=True)
class UploadPage:
    """`lines`: how much changes in each language. `trouble`: why its job ended too early."""

    upload: Upload
    findings: Findings
    groups: Sequence[Group]
    lines: Sequence[str]
    trouble: str

    @property
    def is_working(self) -> bool:
        return self.upload.job.is_open

    @property
    def is_applying(self) -> bool:
        return self.upload.job.kind == APPLY

    @property
    def may_apply(self) -> bool:
        nothing_to_do = self.upload.compared_with is not None and not self.findings.count
        ready = self.upload.status == Upload.Status.READY
        return ready and not self.is_working and not nothing_to_do


def upload_page(upload: Upload) -> UploadPage:
    findings = findings_of(upload.findings)
    before = upload.compared_with
    stages = before.stages.order_by("position") if before is not None else ()
    # In English in the row, which no viewer has.
    trouble = gettext(upload.job.trouble) if upload.job.trouble else ""
    if upload.job.status == Job.Status.STOPPED and upload.status in Upload.KEPT:
        trouble = gettext("It was stopped. Nothing was changed.")
    return UploadPage(
        upload=upload,
        findings=findings,
        groups=grouped(findings.changes, {stage.key: stage.name for stage in stages}),
        lines=told_by_language(findings.changes),
        trouble=trouble,
    )
