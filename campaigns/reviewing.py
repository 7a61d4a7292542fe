"""What reviewers do with a version: sign its languages, rate its texts, remark on them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.language_review import LanguageReview
from campaigns.models.pretest_rating import PretestRating
from campaigns.models.text_comment import TextComment
from campaigns.models.text_edit import TextEdit
from trust import audit
from trust.models import User


class ReviewRefused(Exception):
    """The message says why and what to do, in plain words."""


def held(version: CampaignVersion) -> CampaignVersion:
    """The row, locked: what is signed, approved or sent back happens one after the other."""
    return CampaignVersion.objects.select_for_update().get(pk=version.pk)


def wrote(version: CampaignVersion, user: User) -> bool:
    """As its author, or a text of it: such a person judges none of it."""
    own_text = TextEdit.objects.filter(version=version, editor=user)
    return version.author_id == user.pk or own_text.exists()


@transaction.atomic
def sign_language(
    *,
    version: CampaignVersion,
    language: str,
    actor: User,
    now: datetime,
    native: bool = False,
    note: str = "",
) -> LanguageReview:
    """`native`: the actor says that the language is their own, which real networks ask for.

    Raises ReviewRefused: for whoever wrote in it, a language the version does not speak, one that
    is signed already, and outside review."""
    standing = held(version)
    if wrote(standing, actor):
        raise ReviewRefused(gettext("Nobody signs what they wrote themselves. Ask another reader."))
    if standing.status != CampaignVersion.Status.IN_REVIEW:
        raise ReviewRefused(gettext("Languages are signed while the version is in review."))
    if language not in standing.languages:
        raise ReviewRefused(
            gettext("The version has no texts in %(language)s.") % {"language": language}
        )
    try:
        with transaction.atomic():
            review = LanguageReview.objects.create(
                version=version,
                language=language,
                reviewer=actor,
                native=native,
                note=note,
                signed_at=now,
            )
    except IntegrityError:
        raise ReviewRefused(
            gettext("%(language)s is signed already.") % {"language": language}
        ) from None
    audit.record(
        verb="version.sign_language",
        subject=version,
        actor=actor,
        detail={"language": language, "native": native},
    )
    return review


def signatures(version: CampaignVersion) -> dict[str, LanguageReview]:
    """Those that hold, by language."""
    reviews = version.language_reviews.filter(voided_at=None).select_related("reviewer")
    return {review.language: review for review in reviews}


def unsigned_languages(version: CampaignVersion) -> list[str]:
    signed = signatures(version)
    return [language for language in version.languages if language not in signed]


def natively_signed(version: CampaignVersion) -> frozenset[str]:
    found = version.language_reviews.filter(voided_at=None, native=True)
    return frozenset(found.values_list("language", flat=True))


def native_readers(
    version: CampaignVersion, signatures_held: Mapping[str, LanguageReview] | None = None
) -> dict[str, str]:
    """Who has read each language as a native, and when: a reviewer who signed so, else whoever the
    content names. Empty where nobody has. `signatures_held`: where they were read before."""
    held_by = signatures(version) if signatures_held is None else signatures_held
    told = {
        language: f"{read['by']}, {date.fromisoformat(read['on']):%-d %b %Y}"
        for language, read in version.pack.get("native_readers", {}).items()
    }
    signed = {
        language: f"{review.reviewer}, {review.signed_at:%-d %b %Y}"
        for language, review in held_by.items()
        if review.native
    }
    return {code: signed.get(code) or told.get(code, "") for code in version.languages}


def unread_languages(version: CampaignVersion) -> list[str]:
    """Those that no native reader has read. Real networks carry none of them."""
    return [language for language, reader in native_readers(version).items() if not reader]


@transaction.atomic
def void_signatures(*, version: CampaignVersion, now: datetime) -> None:
    version.language_reviews.filter(voided_at=None).update(voided_at=now)


@transaction.atomic
def comment(
    *,
    version: CampaignVersion,
    key: str,
    language: str,
    body: str,
    actor: User,
    now: datetime,
) -> TextComment:
    written = TextComment.objects.create(
        version=version, key=key, language=language, body=body, author=actor, written_at=now
    )
    audit.record(verb="version.comment", subject=written, actor=actor)
    return written


@transaction.atomic
def settle(*, comment: TextComment, actor: User, now: datetime) -> bool:
    """Somebody has seen to it. False when it was settled before."""
    changed = TextComment.objects.filter(pk=comment.pk, settled_at=None).update(
        settled_by=actor, settled_at=now
    )
    if changed:
        audit.record(verb="version.settle_comment", subject=comment, actor=actor)
    return bool(changed)


@transaction.atomic
def record_pretest(
    *,
    version: CampaignVersion,
    key: str,
    language: str,
    rating: int,
    people: int,
    held_on: date,
    note: str,
    actor: User,
    now: datetime,
) -> PretestRating:
    """Raises ReviewRefused for a text that the version does not have."""
    if not version.texts.filter(key=key, language=language).exists():
        raise ReviewRefused(
            gettext("The version has no text %(key)s in %(language)s.")
            % {"key": key, "language": language}
        )
    rated = PretestRating.objects.create(
        version=version,
        key=key,
        language=language,
        rating=rating,
        people=people,
        held_on=held_on,
        note=note,
        recorded_by=actor,
        recorded_at=now,
    )
    audit.record(verb="version.pretest", subject=rated, actor=actor, detail={"rating": rating})
    return rated
