import pytest

from campaigns import publish, reviewing
from campaigns.models import CampaignVersion
from tests import approvals, worlds
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db


def staff(name: str) -> User:
    return User.objects.create(
        email=f"{name}@clinic.example", name=name, organisation=worlds.organisation()
    )


@pytest.fixture
def author() -> User:
    return staff("author")


@pytest.fixture
def reader() -> User:
    return staff("reader")


@pytest.fixture
def version(author: User) -> CampaignVersion:
    """In review, in two languages."""
    found = worlds.full_version(published=False)
    CampaignVersion.objects.filter(pk=found.pk).update(author=author)
    found.refresh_from_db()
    publish.submit(version=found, actor=author)
    return found


def sign(version: CampaignVersion, language: str, actor: User) -> None:
    reviewing.sign_language(version=version, language=language, actor=actor, now=worlds.NOON)


def test_every_language_is_signed_before_approval(version: CampaignVersion, reader: User) -> None:
    sign(version, "en", reader)
    with pytest.raises(publish.PublishRefused, match="in nb yet"):
        publish.approve(version=version, actor=reader, now=worlds.NOON)

    sign(version, "nb", reader)
    publish.approve(version=version, actor=reader, now=worlds.NOON)

    assert version.status == "approved"
    verbs = AuditEvent.objects.filter(verb="version.sign_language")
    assert [event.detail for event in verbs.order_by("pk")] == [
        {"language": "en", "native": False},
        {"language": "nb", "native": False},
    ]


def test_author_signs_nothing(version: CampaignVersion, author: User) -> None:
    with pytest.raises(reviewing.ReviewRefused, match="wrote themselves"):
        sign(version, "en", author)
    with pytest.raises(publish.PublishRefused, match="reviewer"):
        publish.record_clinical_approval(
            version=version, reviewer="A", body="B", day=worlds.NOON.date(), actor=author
        )


def test_language_is_signed_once(version: CampaignVersion, reader: User) -> None:
    sign(version, "en", reader)

    with pytest.raises(reviewing.ReviewRefused, match="signed already"):
        sign(version, "en", reader)


def test_language_the_version_does_not_speak_is_refused(
    version: CampaignVersion, reader: User
) -> None:
    with pytest.raises(reviewing.ReviewRefused, match="no texts in fr"):
        sign(version, "fr", reader)


def test_draft_is_not_signed(reader: User) -> None:
    with pytest.raises(reviewing.ReviewRefused, match="in review"):
        sign(worlds.version(published=False), "en", reader)


def test_clinical_approval_waits_for_a_native_reader_of_every_language(
    version: CampaignVersion, reader: User
) -> None:
    def approval() -> None:
        publish.record_clinical_approval(
            version=version, reviewer="Dr A", body="B", day=worlds.NOON.date(), actor=reader
        )

    named = {"nb": {"by": "Kari Eksempel", "on": "2026-11-02"}}
    CampaignVersion.objects.filter(pk=version.pk).update(pack={"native_readers": named})
    version.refresh_from_db()
    sign(version, "nb", reader)
    with pytest.raises(publish.PublishRefused, match="has read the texts in en"):
        approval()
    reviewing.sign_language(
        version=version, language="en", actor=reader, now=worlds.NOON, native=True
    )

    approval()

    assert reviewing.native_readers(version) == {
        "en": "reader, 1 Dec 2026",
        "nb": "Kari Eksempel, 2 Nov 2026",
    }


def test_sent_back_version_loses_what_was_signed(version: CampaignVersion, reader: User) -> None:
    approvals.sign(version, reader)
    publish.record_clinical_approval(
        version=version,
        reviewer="Dr Example",
        body="Board",
        day=worlds.NOON.date(),
        reference="2026/17",
        actor=reader,
    )
    publish.approve(version=version, actor=reader, now=worlds.NOON)

    publish.send_back(version=version, actor=reader, now=worlds.NOON, reason="Day 3 is harsh.")

    assert version.status == "draft"
    assert not version.clinically_approved
    assert reviewing.unsigned_languages(version) == ["en", "nb"]
    assert reviewing.unread_languages(version) == ["en", "nb"]
    assert version.language_reviews.count() == 2
    assert version.comments.get().body == "Day 3 is harsh."
    publish.submit(version=version, actor=None)
    sign(version, "en", reader)
    assert reviewing.unsigned_languages(version) == ["nb"]


def test_sending_back_needs_a_reason(version: CampaignVersion, reader: User) -> None:
    with pytest.raises(publish.PublishRefused, match="Say why"):
        publish.send_back(version=version, actor=reader, now=worlds.NOON, reason=" ")


def test_published_version_is_not_sent_back(reader: User) -> None:
    with pytest.raises(publish.PublishRefused, match="published"):
        publish.send_back(
            version=worlds.version(), actor=reader, now=worlds.NOON, reason="Too late"
        )


def test_comment_is_settled_once(version: CampaignVersion, reader: User) -> None:
    comment = reviewing.comment(
        version=version, key="day.0", language="en", body="Kinder?", actor=reader, now=worlds.NOON
    )

    assert reviewing.settle(comment=comment, actor=reader, now=worlds.NOON)
    assert not reviewing.settle(comment=comment, actor=reader, now=worlds.NOON)


def test_pretest_is_of_a_text_that_is_there(version: CampaignVersion, reader: User) -> None:
    rating = {
        "version": version,
        "language": "en",
        "rating": 4,
        "people": 6,
        "held_on": worlds.NOON.date(),
        "note": "Short and clear",
        "actor": reader,
        "now": worlds.NOON,
    }

    reviewing.record_pretest(key="day.0", **rating)
    with pytest.raises(reviewing.ReviewRefused, match=r"no text day\.99"):
        reviewing.record_pretest(key="day.99", **rating)

    assert version.pretest_ratings.get().rating == 4
