"""Who hears by email that a version is theirs to go on with."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from campaigns import jobs, publish, review_mail
from campaigns.models import CampaignVersion, Job, Membership
from tests import approvals, long_work, worlds
from trust.models import User

pytestmark = pytest.mark.django_db


def staff(name: str, role: str = "", **fields: Any) -> User:
    return User.objects.create(
        email=f"{name}@clinic.example",
        name=name,
        organisation=fields.pop("organisation", worlds.organisation()),
        organisation_role=role,
        **fields,
    )


@pytest.fixture
def author() -> User:
    return staff("author", "author")


@pytest.fixture
def reader() -> User:
    return staff("reader", "reviewer")


@pytest.fixture
def version(author: User) -> CampaignVersion:
    found = worlds.version(published=False)
    CampaignVersion.objects.filter(pk=found.pk).update(author=author)
    found.refresh_from_db()
    return found


def sent() -> list[str]:
    """Who got something since the last look."""
    while jobs.run_next(workers=review_mail.WORKERS):
        pass
    found = [to for message in mail.outbox for to in message.to]
    mail.outbox.clear()
    return found


def test_reviewers_hear_of_a_version_in_review(
    version: CampaignVersion, author: User, reader: User
) -> None:
    here = staff("here")
    Membership.objects.create(user=here, campaign=version.campaign, role="reviewer")
    elsewhere = staff("elsewhere")
    other = worlds.campaign("hospital")
    Membership.objects.create(user=elsewhere, campaign=other, role="reviewer")
    staff("gone", "reviewer", is_active=False)
    staff("theirs", "reviewer", organisation=other.organisation)
    staff("researcher", "researcher")

    publish.submit(version=version, actor=author)

    assert sent() == [reader.email, here.email]


def test_author_who_may_review_is_not_asked_to(version: CampaignVersion, reader: User) -> None:
    CampaignVersion.objects.filter(pk=version.pk).update(author=reader)

    publish.submit(version=CampaignVersion.objects.get(pk=version.pk), actor=None)

    assert sent() == []


def test_author_hears_that_it_came_back(
    version: CampaignVersion, author: User, reader: User
) -> None:
    staff("second", "author")
    publish.submit(version=version, actor=author)
    sent()

    publish.send_back(version=version, actor=reader, now=worlds.NOON, reason="Day 3 is harsh.")

    assert sent() == [author.email]


def test_where_no_author_is_named_all_who_may_write_hear_of_it(
    version: CampaignVersion, author: User, reader: User
) -> None:
    CampaignVersion.objects.filter(pk=version.pk).update(author=None)
    version.refresh_from_db()
    second = staff("second", "programme_manager")
    publish.submit(version=version, actor=second)
    sent()

    publish.send_back(version=version, actor=second, now=worlds.NOON, reason="Not yet.")

    assert sent() == [author.email], "whoever sent it back knows"


def test_those_who_publish_hear_of_the_approval(
    version: CampaignVersion, author: User, reader: User
) -> None:
    manager = staff("manager", "programme_manager")
    publish.submit(version=version, actor=author)
    sent()
    approvals.sign(version, reader)

    publish.approve(version=version, actor=reader, now=worlds.NOON)

    assert sent() == [manager.email]


def test_email_says_where_and_nothing_of_what_is_written(
    version: CampaignVersion, author: User, reader: User, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = "https://texts.example"
    publish.submit(version=version, actor=author)
    publish.send_back(version=version, actor=reader, now=worlds.NOON, reason="Day 3 is harsh.")

    while jobs.run_next(workers=review_mail.WORKERS):
        pass

    (message,) = mail.outbox
    assert message.subject == f"Back to draft: {version}"
    assert f"https://texts.example/versions/{version.pk}/review/" in message.body
    assert "harsh" not in message.body
    bodies = version.texts.values_list("body", flat=True)
    assert not any(body in message.body for body in bodies)
    assert all("@" not in str(job.detail) for job in Job.objects.all())


def test_version_that_went_on_meanwhile_sends_nobody(
    version: CampaignVersion, author: User, reader: User
) -> None:
    publish.submit(version=version, actor=author)
    publish.send_back(version=version, actor=author, now=worlds.NOON, reason="Too early.")

    assert sent() == []
    assert {job.status for job in Job.objects.all()} == {"done"}


def test_version_thrown_away_meanwhile_sends_nobody(
    version: CampaignVersion, author: User, reader: User
) -> None:
    publish.submit(version=version, actor=author)
    Job.objects.update(detail={"version": 0, "status": "in_review", "user": reader.pk})

    assert sent() == []
    assert Job.objects.get().status == "done"


class Unreachable(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[Any]) -> int:
        raise ConnectionRefusedError


def test_email_waits_for_a_server_that_is_away(
    version: CampaignVersion, author: User, reader: User, settings: Any
) -> None:
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Unreachable"
    publish.submit(version=version, actor=author)

    assert sent() == []
    assert Job.objects.get().status == "waiting"

    settings.EMAIL_BACKEND = usual
    assert sent() == [], "not before its time"
    Job.objects.update(not_before=None)
    assert sent() == [reader.email]


def test_email_of_a_killed_worker_goes_by_the_next(
    version: CampaignVersion, author: User, reader: User
) -> None:
    def dies(*given: object) -> None:
        raise KeyboardInterrupt

    publish.submit(version=version, actor=author)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(review_mail, "_send", dies)
        long_work.kill(review_mail.WORKERS)

    assert sent() == [reader.email]
