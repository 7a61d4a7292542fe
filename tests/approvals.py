"""A version taken through its reviews, for tests that are about something else."""

from campaigns import linting, publish, reviewing
from campaigns.models import CampaignVersion
from tests import worlds
from trust.models import User


def approve(
    version: CampaignVersion, *, reviewer: User, author: User | None = None
) -> CampaignVersion:
    """Submitted, approved, and what the linter warns of seen: ready to publish."""
    publish.submit(version=version, actor=author)
    sign(version, reviewer)
    publish.approve(version=version, actor=reviewer, now=worlds.NOON)
    linting.see_warnings(version=version, actor=reviewer, now=worlds.NOON)
    return version


def sign(version: CampaignVersion, reviewer: User) -> None:
    for language in version.languages:
        reviewing.sign_language(
            version=version, language=language, actor=reviewer, now=worlds.NOON, native=True
        )
