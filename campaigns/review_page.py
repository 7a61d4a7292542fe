"""What a version's review page shows: where it stands, who has signed, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Avg, Count, Min
from django.utils.translation import gettext

from campaigns import reviewing
from campaigns.lint_findings import Severity
from campaigns.linting import Looked
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.language_review import LanguageReview
from campaigns.models.text_comment import TextComment

Status = CampaignVersion.Status


@dataclass(frozen=True, slots=True)
class Language:
    """`native` is empty while no native reader has read it; `rated` of `texts` were shown to
    people, `mean` and `lowest` are of what they said."""

    code: str
    review: LanguageReview | None
    native: str
    texts: int
    rated: int
    mean: float | None
    lowest: int | None


@dataclass(frozen=True, slots=True)
class Powers:
    """What the reader may do here. An author neither signs nor approves."""

    submit: bool
    throw_away: bool
    sign: bool
    clinical: bool
    approve: bool
    send_back: bool
    remark: bool
    publish: bool


@dataclass(frozen=True, slots=True)
class ReviewPage:
    version: CampaignVersion
    steps: Sequence[tuple[str, bool]]
    languages: Sequence[Language]
    comments: Sequence[TextComment]
    counts: dict[Severity, int]
    powers: Powers

    @property
    def unread(self) -> list[str]:
        return [language.code for language in self.languages if not language.native]

    @property
    def unsigned(self) -> list[str]:
        return [language.code for language in self.languages if language.review is None]


def powers(
    version: CampaignVersion, *, author: bool, approver: bool, publisher: bool, is_author: bool
) -> Powers:
    """The permissions held, against where the version stands."""
    status = version.status
    judges = approver and not is_author
    return Powers(
        submit=author and status == Status.DRAFT,
        throw_away=author and status == Status.DRAFT,
        sign=judges and status == Status.IN_REVIEW,
        clinical=judges and status in (Status.IN_REVIEW, Status.APPROVED),
        approve=judges and status == Status.IN_REVIEW,
        send_back=(author or approver) and status in (Status.IN_REVIEW, Status.APPROVED),
        remark=author or approver or publisher,
        publish=publisher and status == Status.APPROVED,
    )


def review_page(
    version: CampaignVersion, looked: Looked, *, counts: dict[Severity, int], powers: Powers
) -> ReviewPage:
    way = (Status.DRAFT, Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED, Status.RETIRED)
    return ReviewPage(
        version=version,
        steps=[(gettext(str(status.label)), status == version.status) for status in way],
        languages=languages(version, looked),
        comments=list(
            version.comments.select_related("author", "settled_by").order_by("settled_at", "pk")
        ),
        counts=counts,
        powers=powers,
    )


def languages(version: CampaignVersion, looked: Looked) -> list[Language]:
    native = reviewing.native_readers(version, looked.signed)
    rated = {
        row["language"]: row
        for row in version.pretest_ratings.order_by()
        .values("language")
        .annotate(count=Count("key", distinct=True), mean=Avg("rating"), lowest=Min("rating"))
    }
    return [
        Language(
            code=code,
            review=looked.signed.get(code),
            native=native[code],
            texts=len(looked.pack.texts[code]),
            rated=rated[code]["count"] if code in rated else 0,
            mean=rated[code]["mean"] if code in rated else None,
            lowest=rated[code]["lowest"] if code in rated else None,
        )
        for code in version.languages
    ]
