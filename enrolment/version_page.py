"""What the publish page shows: what changed, whom it touches, how far a move has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from campaigns.change_groups import Group, grouped
from campaigns.diff import diff
from campaigns.models import CampaignVersion
from campaigns.unloading import as_pack
from campaigns.wording import MissingValue
from enrolment import impact, rehearsed
from enrolment.batch_people import people_elsewhere
from enrolment.impact_words import Line, impact_lines, impact_notes
from enrolment.models.batch_move import BatchMove
from trust.telling import tell

#: Up to here everyone is counted while the page is waited for; of more, a sample first.
AT_A_GLANCE = 2_000


@dataclass(frozen=True, slots=True)
class VersionPage:
    """`groups` is None where one of the two was not loaded from a pack. `batch`: the newest move
    onto this version. `percent`: how far it has come."""

    version: CampaignVersion
    before: CampaignVersion | None
    groups: tuple[Group, ...] | None
    people: int
    notes: Sequence[str]
    lines: Sequence[Line]
    is_sample: bool
    trouble: str
    batch: BatchMove | None
    may_publish: bool
    #: Shipped personas nobody has accepted in it; publishing asks for them.
    waiting: Sequence[str]

    @property
    def is_published(self) -> bool:
        return self.version.status == CampaignVersion.Status.PUBLISHED

    @property
    def is_running(self) -> bool:
        return self.batch is not None and self.batch.status == BatchMove.Status.RUNNING

    @property
    def can_choose(self) -> bool:
        """Approved, or published with people still elsewhere and nobody being moved."""
        ready = self.version.status == CampaignVersion.Status.APPROVED
        left = self.is_published and self.people > 0 and not self.is_running
        return self.may_publish and (ready or left)


def version_page(
    *, version: CampaignVersion, may_publish: bool, count_all: bool, now: datetime
) -> VersionPage:
    before = version_before(version)
    batch = BatchMove.objects.filter(version=version).first()
    running = batch is not None and batch.status == BatchMove.Status.RUNNING
    elsewhere = people_elsewhere(version)
    people: int | None = None if elsewhere.exists() else 0
    notes: Sequence[str] = ()
    lines: Sequence[Line] = ()
    is_sample, trouble = False, ""
    # While people are moved the figures change under the reader; the progress tells more.
    if people is None and not running:
        limit = impact.EXACT_UP_TO if count_all else AT_A_GLANCE
        try:
            found = impact.preview(version=version, now=now, exact_up_to=limit)
        except MissingValue as missing:
            trouble = tell(
                "A text uses {{ %(name)s }}, which has no value in this campaign yet.",
                name=str(missing),
            )
        else:
            people = found.people
            notes, is_sample = impact_notes(found), found.is_sample
            lines = impact_lines(found) if found.begun else ()
    return VersionPage(
        version=version,
        before=before,
        groups=_compared(before, version),
        people=elsewhere.count() if people is None else people,
        notes=notes,
        lines=lines,
        is_sample=is_sample,
        trouble=trouble,
        batch=batch,
        may_publish=may_publish,
        waiting=() if version.status in version.FROZEN else rehearsed.unaccepted(version),
    )


def version_before(version: CampaignVersion) -> CampaignVersion | None:
    """The published one; of a version that is published itself, the one most people are still on;
    else the one before it."""
    others = version.campaign.versions.exclude(pk=version.pk)
    published = others.filter(status=CampaignVersion.Status.PUBLISHED).first()
    if published is not None:
        return published
    most = (
        people_elsewhere(version)
        .order_by()
        .values("version")
        .annotate(people=Count("pk"))
        .order_by("-people", "-version")
        .first()
    )
    if most is not None:
        return others.get(pk=most["version"])
    return others.filter(number__lt=version.number).order_by("-number").first()


def _compared(before: CampaignVersion | None, version: CampaignVersion) -> tuple[Group, ...] | None:
    if before is None or not before.pack or not version.pack:
        return None
    old, new = as_pack(before), as_pack(version)
    names = {stage.key: stage.name for stage in (*old.stages, *new.stages)}
    return grouped(diff(old, new), names)
