"""What an ethics board reads of a version: all of its texts, and who stands by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns import linting, reviewing
from campaigns.lint_findings import Finding
from campaigns.models import CampaignVersion, LanguageReview, PretestRating, TextComment
from campaigns.reading_copy import ReadingCopy, reading_copy
from enrolment import rehearsed
from enrolment.models.rehearsal_transcript import RehearsalTranscript
from enrolment.transcript import from_json


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A persona's months, as somebody accepted them."""

    kept: RehearsalTranscript
    name: str
    sent: int
    unsent: int


@dataclass(frozen=True, slots=True)
class EthicsPack:
    version: CampaignVersion
    made_at: datetime
    copy: ReadingCopy
    reviews: Sequence[LanguageReview]
    unsigned: Sequence[str]
    native_readers: Mapping[str, str]
    ratings: Sequence[PretestRating]
    comments: Sequence[TextComment]
    findings: Sequence[Finding]
    rehearsals: Sequence[Rehearsal]
    waiting: Sequence[str]


def ethics_pack(version: CampaignVersion, *, now: datetime) -> EthicsPack:
    """Of a published version the linter's report is the one kept on that day."""
    looked, rehearsals = linting.look(version), _rehearsals(version)
    return EthicsPack(
        version=version,
        made_at=now,
        copy=reading_copy(looked.pack),
        reviews=list(looked.signed.values()),
        unsigned=[language for language in version.languages if language not in looked.signed],
        native_readers=reviewing.native_readers(version, looked.signed),
        ratings=list(version.pretest_ratings.all()),
        comments=list(version.comments.filter(settled_at=None).select_related("author")),
        findings=_findings(version, looked, now),
        rehearsals=rehearsals,
        waiting=rehearsed.shipped_but(version, {one.kept.persona for one in rehearsals}),
    )


def _findings(version: CampaignVersion, looked: linting.Looked, now: datetime) -> Sequence[Finding]:
    if version.status in version.FROZEN:
        kept = version.lint_reports.filter(occasion="published").first()
        if kept is not None:
            return linting.findings_of(kept)
    return linting.lint_looked(version, looked, now=now)


def _rehearsals(version: CampaignVersion) -> list[Rehearsal]:
    """The last of each persona."""
    rows = (
        RehearsalTranscript.objects.filter(version=version)
        .select_related("accepted_by")
        .order_by("persona", "-pk")
        .distinct("persona")
    )
    found = [(row, from_json(row.transcript)) for row in rows]
    return [Rehearsal(row, told.name, told.sent, sum(told.unsent.values())) for row, told in found]
