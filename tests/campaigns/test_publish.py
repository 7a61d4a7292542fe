from datetime import date

import pytest
from django.db import DatabaseError, transaction

from campaigns import linting, publish, reviewing
from campaigns.models import CampaignVersion, Text
from messaging.models import Sender
from tests import approvals, worlds
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db


def staff(name: str) -> User:
    return User.objects.create(
        email=f"{name}@clinic.example", name=name, organisation=worlds.organisation()
    )


def approved(author: User | None = None) -> CampaignVersion:
    version = worlds.version(published=False)
    if author is not None:
        CampaignVersion.objects.filter(pk=version.pk).update(author=author)
        version.refresh_from_db()
    return approvals.approve(version, reviewer=staff("reviewer"), author=author)


def test_version_goes_from_draft_to_published() -> None:
    version = approved(staff("author"))

    publish.publish(version=version, actor=None, now=worlds.NOON)

    assert version.status == "published"
    assert version.published_at == worlds.NOON
    verbs = AuditEvent.objects.values_list("verb", flat=True)
    assert {"version.submit", "version.approve", "version.publish"} <= set(verbs)


def test_author_cannot_approve() -> None:
    author = staff("author")
    version = worlds.version(published=False)
    CampaignVersion.objects.filter(pk=version.pk).update(author=author)
    version.refresh_from_db()
    publish.submit(version=version, actor=author)

    with pytest.raises(publish.PublishRefused, match="reviewer"):
        publish.approve(version=version, actor=author, now=worlds.NOON)


def test_draft_cannot_be_published() -> None:
    version = worlds.version(published=False)

    with pytest.raises(publish.PublishRefused, match="draft"):
        publish.publish(version=version, actor=None, now=worlds.NOON)


def test_sender_that_nobody_can_answer_is_refused() -> None:
    version = approved()
    Sender.objects.update(address="QuitNow")

    with pytest.raises(publish.PublishRefused, match="nobody can text"):
        publish.publish(version=version, actor=None, now=worlds.NOON)


def test_real_sender_carries_no_language_that_no_native_reader_has_read() -> None:
    version = worlds.version(published=False)
    reviewer = staff("reviewer")
    publish.submit(version=version, actor=None)
    reviewing.sign_language(version=version, language="en", actor=reviewer, now=worlds.NOON)
    publish.approve(version=version, actor=reviewer, now=worlds.NOON)
    linting.see_warnings(version=version, actor=reviewer, now=worlds.NOON)
    fake = Sender.objects.get().provider
    Sender.objects.update(provider="twilio")

    with pytest.raises(publish.PublishRefused, match="only a fake sender"):
        publish.publish(version=version, actor=None, now=worlds.NOON)

    Sender.objects.update(provider=fake)
    publish.publish(version=version, actor=None, now=worlds.NOON)
    assert version.status == "published"


def test_publishing_retires_the_version_before() -> None:
    first = worlds.version()
    second = approved()

    publish.publish(version=second, actor=None, now=worlds.NOON)

    first.refresh_from_db()
    assert first.status == "retired"
    assert publish.published_version(second.campaign) == second


def test_country_variable_without_a_value_stops_publishing() -> None:
    version = worlds.version(published=False)
    version.texts.filter(key="system.help").update(body="Ring {{ quitline }}")
    CampaignVersion.objects.filter(pk=version.pk).update(pack={"variables": {"quitline": "line"}})
    version.refresh_from_db()
    approvals.approve(version, reviewer=staff("reviewer"))

    with pytest.raises(publish.PublishRefused, match="quitline"):
        publish.publish(version=version, actor=None, now=worlds.NOON)


def test_warnings_that_nobody_has_seen_stop_publishing() -> None:
    version = approved()
    version.texts.filter(key="system.joined").update(body="You are in.")

    with pytest.raises(publish.PublishRefused, match="nobody has seen"):
        publish.publish(version=version, actor=None, now=worlds.NOON)

    linting.see_warnings(version=version, actor=staff("manager"), now=worlds.NOON)
    publish.publish(version=version, actor=None, now=worlds.NOON)
    assert AuditEvent.objects.filter(verb="version.see_warnings").exists()


def test_warning_that_has_gone_asks_nobody_to_look_again_and_a_new_one_does() -> None:
    version = approved()
    joined = version.texts.filter(key="system.joined")
    words = joined.get().body
    joined.update(body="You are in.")
    linting.see_warnings(version=version, actor=staff("manager"), now=worlds.NOON)
    seen = linting.lint_version(version, now=worlds.NOON)

    joined.update(body=words)
    fewer = linting.lint_version(version, now=worlds.NOON)
    assert len(linting.warnings(fewer)) < len(linting.warnings(seen))
    assert linting.report_seen(version, fewer) is not None

    version.texts.filter(key="system.help").update(body="Text JOIN to come back. ???")
    joined.update(body="You are in!")
    version.texts.filter(key="day.0").update(body="Hello, it is " + "a very long text " * 20)
    others = linting.lint_version(version, now=worlds.NOON)
    assert not set(linting.warnings(others)) <= set(linting.warnings(seen))
    assert linting.report_seen(version, others) is None


def test_what_was_read_before_the_approval_skips_no_question() -> None:
    stale = worlds.version(published=False)
    version = CampaignVersion.objects.get(pk=stale.pk)
    reviewer = staff("reviewer")
    publish.submit(version=version, actor=None)
    approvals.sign(version, reviewer)
    publish.approve(version=version, actor=reviewer, now=worlds.NOON)

    with pytest.raises(publish.PublishRefused, match="nobody has seen"):
        publish.publish(version=stale, actor=None, now=worlds.NOON)


def test_word_that_joins_another_campaign_on_the_sender_is_warned_of() -> None:
    other = worlds.version(worlds.campaign(key="sleep"))
    version = approved()

    told = linting.lint_version(version, now=worlds.NOON)

    assert [each.wrong for each in told if each.rule == "join_word"] == [
        "on this sender people join Sleep by JOIN"
    ]
    CampaignVersion.objects.filter(pk=other.pk).update(status="retired")
    again = linting.lint_version(version, now=worlds.NOON)
    assert [each for each in again if each.rule == "join_word"] == []


def test_what_the_linter_said_is_kept_with_a_published_version() -> None:
    version = approved()

    publish.publish(version=version, actor=None, now=worlds.NOON)

    report = version.lint_reports.get(occasion="published")
    assert linting.findings_of(report) == linting.lint_version(version, now=worlds.NOON)


def test_clinical_approval_is_recorded_before_publishing_only() -> None:
    version = approved()
    reviewer = staff("clinician")

    publish.record_clinical_approval(
        version=version, reviewer="Dr Example", body="Board", day=date(2026, 11, 1), actor=reviewer
    )
    publish.publish(version=version, actor=None, now=worlds.NOON)

    assert version.clinically_approved
    with pytest.raises(publish.PublishRefused):
        publish.record_clinical_approval(
            version=version, reviewer="B", body="B", day=date(2026, 11, 1), actor=reviewer
        )


def test_published_content_cannot_change_even_by_hand() -> None:
    version = worlds.version()

    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        version.texts.update(body="changed")
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        Text.objects.create(version=version, key="new", language="en", body="new")
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        version.steps.all().delete()
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        CampaignVersion.objects.filter(pk=version.pk).update(default_slot="evening")
