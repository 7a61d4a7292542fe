"""A draft thrown away, and every version that is not."""

import pytest
from django.db.models import Q
from django.urls import reverse

from campaigns import discarding, jobs, linting, loading, publish, reviewing, uploading
from campaigns.models import Campaign, CampaignVersion, Membership, Text, Trial, Upload
from campaigns.upload_work import WORKERS
from tests import worlds
from tests.campaigns.test_admin import client_of
from tests.workbooks import starter, workbook
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> User:
    return User.objects.create(email="author@x.example", organisation=worlds.organisation())


def draft(author: User) -> CampaignVersion:
    return loading.load(pack=starter(), campaign=worlds.campaign(), author=author)


def throw_away(version: CampaignVersion, author: User) -> None:
    discarding.throw_away(version=version, actor=author)


def test_draft_goes_with_all_its_texts(author: User) -> None:
    version = draft(author)
    texts = version.texts.count()

    throw_away(version, author)

    assert not CampaignVersion.objects.exists()
    assert not Text.objects.exists()
    row = AuditEvent.objects.get(verb="version.throw_away")
    assert (row.subject_id, row.actor_id) == (str(version.pk), author.pk)
    assert row.detail == {"number": 1, "texts": texts}


def test_file_it_was_made_of_says_thrown_away(author: User) -> None:
    campaign = worlds.campaign()
    applied = uploading.receive(campaign=campaign, content=workbook(), actor=author)
    jobs.run_next(workers=WORKERS)
    uploading.apply(upload=applied, actor=author)
    jobs.run_next(workers=WORKERS)
    version = CampaignVersion.objects.get()
    compared = uploading.receive(campaign=campaign, content=workbook(), actor=author)
    jobs.run_next(workers=WORKERS)

    throw_away(version, author)

    for upload in (applied, compared):
        upload.refresh_from_db()
        assert (upload.status, upload.version, upload.compared_with) == ("discarded", None, None)
        assert not upload.content


def test_version_in_review_is_kept(author: User) -> None:
    version = draft(author)
    publish.submit(version=version, actor=author)

    with pytest.raises(discarding.DiscardRefused, match="in review"):
        throw_away(version, author)


def test_version_that_was_sent_back_is_kept(author: User) -> None:
    version = draft(author)
    publish.submit(version=version, actor=author)
    publish.send_back(version=version, actor=author, now=worlds.NOON, reason="Too long")

    with pytest.raises(discarding.DiscardRefused, match="is kept: it was in review"):
        throw_away(version, author)
    assert version.texts.exists()
    assert not AuditEvent.objects.filter(verb="version.throw_away").exists()


@pytest.mark.parametrize("said", ["comment", "warnings"])
def test_draft_somebody_judged_is_kept(author: User, said: str) -> None:
    version, now = draft(author), worlds.NOON
    if said == "comment":
        reviewing.comment(version=version, key="", language="", body="?", actor=author, now=now)
    else:
        linting.see_warnings(version=version, actor=author, now=now)

    with pytest.raises(discarding.DiscardRefused, match="is kept"):
        throw_away(version, author)


def test_published_version_is_kept(author: User) -> None:
    version = worlds.version()

    with pytest.raises(discarding.DiscardRefused, match="published"):
        throw_away(version, author)


def test_button_is_the_authors_and_leads_to_the_workbook(author: User) -> None:
    version = draft(author)
    url = reverse("campaigns:review", args=[version.pk])

    assert "Throw this draft away" not in client_of("reviewer").get(url).content.decode()
    assert client_of("reviewer").post(url, {"do": "throw_away"}).status_code == 403
    answer = client_of("author").post(url, {"do": "throw_away"}, follow=True)

    assert "is thrown away" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("campaigns:workbook", args=[version.campaign_id])
    assert not Upload.objects.filter(~Q(version=None)).exists()


def test_campaign_made_by_mistake_goes_with_its_drafts_and_what_was_sent_in(author: User) -> None:
    version = draft(author)
    campaign = version.campaign
    Membership.objects.create(user=author, campaign=campaign, role="author")
    uploading.receive(campaign=campaign, content=workbook(), actor=author)

    discarding.take_away(campaign=campaign, actor=author)

    assert not Campaign.objects.exists()
    assert not Upload.objects.exists()
    row = AuditEvent.objects.get(verb="campaign.take_away")
    assert row.detail == {"key": "quit"}


def test_campaign_that_was_published_stays(author: User) -> None:
    version = worlds.version()
    CampaignVersion.objects.filter(pk=version.pk).update(status="retired")

    with pytest.raises(discarding.DiscardRefused, match="was published"):
        discarding.take_away(campaign=version.campaign, actor=author)


def test_campaign_whose_version_is_in_review_stays_whole(author: User) -> None:
    kept, other = draft(author), draft(author)
    publish.submit(version=other, actor=author)

    with pytest.raises(discarding.DiscardRefused, match="in review"):
        discarding.take_away(campaign=kept.campaign, actor=author)

    assert CampaignVersion.objects.count() == 2


def test_campaign_that_something_hangs_on_stays_whole(author: User) -> None:
    version = draft(author)
    Trial.objects.create(campaign=version.campaign, name="half of them")

    with pytest.raises(discarding.DiscardRefused, match="hangs on it"):
        discarding.take_away(campaign=version.campaign, actor=author)

    assert CampaignVersion.objects.filter(pk=version.pk).exists()


@pytest.mark.parametrize("role", ["author", "reviewer", "programme_manager", "organisation_admin"])
def test_button_is_theirs_who_manage_the_campaign(author: User, role: str) -> None:
    campaign = draft(author).campaign
    client, may = client_of(role), role in ("programme_manager", "organisation_admin")
    url = reverse("campaigns:workbook", args=[campaign.pk])
    assert ("Take this campaign away" in client.get(url).content.decode()) == may

    answer = client.post(url, {"do": "take_away"})

    assert answer.status_code == (302 if may else 403)
    assert Campaign.objects.exists() == (not may)


def test_published_campaign_shows_no_button(author: User) -> None:
    url = reverse("campaigns:workbook", args=[worlds.version().campaign_id])

    client = client_of("programme_manager")
    assert "Take this campaign away" not in client.get(url).content.decode()
    assert "was published" in client.post(url, {"do": "take_away"}, follow=True).content.decode()
