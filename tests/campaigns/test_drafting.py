"""The next version begun from the live one."""

import pytest

from campaigns import drafting, loading
from campaigns.models import CampaignVersion
from campaigns.unloading import as_pack
from tests import worlds
from tests.workbooks import starter
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db


def writer() -> User:
    return User.objects.get_or_create(
        email="writer@clinic.example", defaults={"organisation": worlds.organisation()}
    )[0]


@pytest.fixture
def live() -> CampaignVersion:
    version = loading.load(pack=starter(), campaign=worlds.campaign(), author=None)
    worlds.publish(version)
    return version


def test_draft_says_all_that_the_live_version_says(live: CampaignVersion) -> None:
    draft = drafting.begin(campaign=live.campaign, actor=writer())

    assert (draft.status, draft.number, draft.author) == ("draft", 2, writer())
    assert as_pack(draft) == as_pack(live)
    assert AuditEvent.objects.get(verb="version.begin_draft").detail == {"from": 1}


def test_two_clicks_are_one_draft(live: CampaignVersion) -> None:
    first = drafting.begin(campaign=live.campaign, actor=writer())

    assert drafting.begin(campaign=live.campaign, actor=writer()) == first


def test_version_on_its_way_comes_first(live: CampaignVersion) -> None:
    draft = drafting.begin(campaign=live.campaign, actor=writer())
    CampaignVersion.objects.filter(pk=draft.pk).update(status="in_review")

    with pytest.raises(drafting.DraftRefused, match="is in review and comes next"):
        drafting.begin(campaign=live.campaign, actor=writer())


def test_campaign_without_a_version_has_nothing_to_begin_from() -> None:
    with pytest.raises(drafting.DraftRefused, match="workbook"):
        drafting.begin(campaign=worlds.campaign(), actor=writer())
