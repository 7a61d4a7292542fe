"""A text of a draft written anew: what is saved, what is refused, who came first."""

import pytest

from campaigns import drafting, loading, publish, reviewing, text_editing
from campaigns.models import CampaignVersion, Text, TextEdit
from campaigns.unloading import as_pack
from tests import worlds
from tests.workbooks import starter
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

KEY = "system.help"


@pytest.fixture
def draft() -> CampaignVersion:
    return loading.load(pack=starter(), campaign=worlds.campaign(), author=writer())


def writer(name: str = "writer") -> User:
    return User.objects.get_or_create(
        email=f"{name}@clinic.example", defaults={"organisation": worlds.organisation()}
    )[0]


def body(version: CampaignVersion, language: str) -> str:
    found = Text.objects.filter(version=version, key=KEY, language=language).first()
    return found.body if found else ""


def save(
    version: CampaignVersion,
    bodies: dict[str, str],
    *,
    seen: dict[str, str] | None = None,
    actor: User | None = None,
    key: str = KEY,
) -> list[str]:
    stood = {language: as_pack(version).texts[language].get(key, "") for language in bodies}
    changes = text_editing.reword(
        version=version,
        key=key,
        bodies=bodies,
        seen={language: text_editing.stamp((seen or stood)[language]) for language in bodies},
        actor=actor or writer(),
        now=worlds.NOON,
    )
    return [change.headline for change in changes]


def test_words_are_saved_with_who_and_what_stood_before(draft: CampaignVersion) -> None:
    old = body(draft, "nb")

    said = save(draft, {"en": body(draft, "en"), "nb": " Skriv STOP for a slutte.\r\nHilsen oss "})

    assert said == ["text system.help is reworded (nb)"]
    assert body(draft, "nb") == "Skriv STOP for a slutte.\nHilsen oss"
    edit = TextEdit.objects.get()
    assert (edit.language, edit.before, edit.editor) == ("nb", old, writer())
    event = AuditEvent.objects.get(verb="version.reword")
    assert event.detail == {"key": KEY, "languages": ["nb"]}


def test_reader_the_content_names_has_not_read_the_new_words(draft: CampaignVersion) -> None:
    named = {"by": "Kim", "on": "2026-11-01"}
    draft.pack = {**draft.pack, "native_readers": {"en": named, "nb": named}}
    draft.save()

    save(draft, {"en": body(draft, "en"), "nb": "Andre ord. STOP for å slutte."})

    draft.refresh_from_db()
    assert draft.pack["native_readers"] == {"en": named}


def test_nothing_is_written_where_nothing_changed(draft: CampaignVersion) -> None:
    assert save(draft, {"en": f"  {body(draft, 'en')}\n"}) == []
    assert not TextEdit.objects.exists()
    assert not AuditEvent.objects.filter(verb="version.reword").exists()


def test_words_that_could_not_be_sent_are_refused_by_language(draft: CampaignVersion) -> None:
    before = as_pack(draft)

    with pytest.raises(text_editing.WordsRefused) as refused:
        save(draft, {"en": "Don\u2019t {{ frist_name }}", "nb": "x" * 200})

    assert [reason.partition(";")[0] for reason in refused.value.reasons["en"]] == [
        "no placeholder is called 'frist_name'",
        "\u2019 is not in GSM-7, which doubles the price",
    ]
    assert refused.value.reasons["nb"] == [
        "2 segments with every placeholder at its longest (200 units); shorten it"
    ]
    assert as_pack(draft) == before


def test_text_that_must_be_there_cannot_be_emptied(draft: CampaignVersion) -> None:
    with pytest.raises(text_editing.WordsRefused) as refused:
        save(draft, {"nb": " "})

    assert refused.value.reasons["nb"] == [f"text {KEY} is missing"]


def test_text_that_may_be_missing_comes_and_goes(draft: CampaignVersion) -> None:
    key = "system.plain_on"

    assert save(draft, {"en": "Plain texts."}, key=key) == [f"text {key} is new (en)"]
    assert save(draft, {"en": ""}, key=key) == [f"text {key} is gone (en)"]


def test_whoever_comes_second_is_told_who_came_first(draft: CampaignVersion) -> None:
    opened = {"en": body(draft, "en")}
    save(draft, {"en": "First."}, actor=writer("kari"))

    with pytest.raises(text_editing.Overtaken) as overtaken:
        save(draft, {"en": "Second."}, seen=opened)

    assert overtaken.value.edit is not None
    assert overtaken.value.edit.editor == writer("kari")
    assert body(draft, "en") == "First."
    # Having seen it, she may put hers in its place.
    assert save(draft, {"en": "Second."}, seen={"en": "First."})


@pytest.mark.parametrize("status", ["in_review", "published", "retired"])
def test_only_a_draft_is_written_on(draft: CampaignVersion, status: str) -> None:
    stamps = {} if status == "in_review" else {
        "approved_at": worlds.NOON, "published_at": worlds.NOON,
    }  # fmt: skip
    CampaignVersion.objects.filter(pk=draft.pk).update(status=status, **stamps)
    draft.refresh_from_db()

    with pytest.raises(drafting.DraftRefused, match="only a draft"):
        save(draft, {"en": "Anything."})


def test_faults_a_draft_had_before_stop_nobody() -> None:
    version = worlds.version(published=False)

    assert save(version, {"en": "Today, {{ first_name }}!"}, key="day.0")


def test_whoever_wrote_a_text_judges_nothing_of_the_version(draft: CampaignVersion) -> None:
    """An author's name is on the version; a colleague's is on the text."""
    kari, reader = writer("kari"), writer("reader")
    save(draft, {"en": "Kari's words."}, actor=kari)
    publish.submit(version=draft, actor=kari)

    with pytest.raises(reviewing.ReviewRefused, match="Nobody signs what they wrote"):
        reviewing.sign_language(version=draft, language="nb", actor=kari, now=worlds.NOON)
    with pytest.raises(publish.PublishRefused, match="can't record"):
        publish.record_clinical_approval(
            version=draft, reviewer="K", body="B", day=worlds.NOON.date(), actor=kari
        )
    for language in draft.languages:
        reviewing.sign_language(version=draft, language=language, actor=reader, now=worlds.NOON)
    with pytest.raises(publish.PublishRefused, match="can't approve"):
        publish.approve(version=draft, actor=kari, now=worlds.NOON)
    publish.approve(version=draft, actor=reader, now=worlds.NOON)
