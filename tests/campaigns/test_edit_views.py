"""The editor's pages: what is typed stays, what is wrong is said, who was there first is told."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from campaigns import loading
from campaigns.models import CampaignVersion, Text
from campaigns.wording import worst_case
from tests import worlds
from tests.campaigns.test_admin import client_of
from tests.workbooks import starter

pytestmark = pytest.mark.django_db

KEY = "system.help"


@pytest.fixture
def draft() -> CampaignVersion:
    campaign = worlds.campaign()
    campaign.variables = {"programme": "Walk more", "emergency_number": "999"}
    campaign.save()
    return loading.load(pack=starter(), campaign=campaign, author=None)


@pytest.fixture
def author() -> Client:
    return client_of("author")


def url(version: CampaignVersion, key: str = KEY) -> str:
    return reverse("campaigns:edit", args=[version.pk, key])


def body(version: CampaignVersion, language: str = "en") -> str:
    return Text.objects.get(version=version, key=KEY, language=language).body


def form(client: Client, version: CampaignVersion, **typed: str) -> dict[str, str]:
    """As the page gives it, with other words in some languages."""
    boxes = client.get(url(version)).context["page"].boxes
    fields = {f"body_{box.language}": typed.get(box.language, box.body) for box in boxes}
    return fields | {f"seen_{box.language}": box.stamp for box in boxes}


def send(client: Client, version: CampaignVersion, fields: dict[str, str]) -> HttpResponse:
    return client.post(url(version), fields, follow=True)


def test_editor_shows_each_language_beside_its_source_and_on_a_phone(
    draft: CampaignVersion, author: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        answer = author.get(url(draft))

    boxes = answer.context["page"].boxes
    assert [(box.name, box.is_reference) for box in boxes] == [
        ("English", True), ("Norwegian Bokmål", False),
    ]  # fmt: skip
    assert answer.content.decode().count('class="source"') == 1
    assert "Walk more" in boxes[0].usual


def test_longest_look_is_as_long_as_the_linter_counts(
    draft: CampaignVersion, author: Client
) -> None:
    for key in draft.texts.filter(language="en").values_list("key", flat=True):
        box = author.get(url(draft, key)).context["page"].boxes[0]
        assert worst_case(box.longest) == box.size, key


def test_saved_words_are_told_and_the_next_text_opens(
    draft: CampaignVersion, author: Client
) -> None:
    fields = form(author, draft, en="Walk more. Text STOP to leave.")
    then = author.get(url(draft)).context["page"].after

    answer = send(author, draft, {**fields, "then": then})

    assert body(draft) == "Walk more. Text STOP to leave."
    assert "en: 1 text reworded" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == url(draft, then)
    assert send(author, draft, {**fields, "then": "../x"}).redirect_chain == []


def test_translation_older_than_its_source_is_marked(
    draft: CampaignVersion, author: Client
) -> None:
    def asked() -> list[str]:
        boxes = author.get(url(draft)).context["page"].boxes
        return [box.language for box in boxes if box.older_than]

    assert asked() == []
    send(author, draft, form(author, draft, en="A new source. Text STOP to leave."))
    assert asked() == ["nb"]
    assert "still say the same?" in author.get(url(draft)).content.decode()
    send(author, draft, form(author, draft, nb="Ny tekst. Send STOP for å slutte."))
    assert asked() == []


def test_mistake_keeps_what_was_typed_and_says_what_to_do(
    draft: CampaignVersion, author: Client
) -> None:
    old = body(draft)

    answer = send(author, draft, form(author, draft, en="Don’t stop " + "x" * 170))

    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "Don’t stop xxx" in shown
    assert "Not saved yet" in shown
    assert "write &#x27;" in shown
    assert "shorten it" in shown
    assert body(draft) == old


def test_second_writer_is_told_and_keeps_her_words(draft: CampaignVersion, author: Client) -> None:
    other = client_of("programme_manager")
    mine, theirs = form(author, draft, en="Mine."), form(other, draft, en="Theirs.")
    send(other, draft, theirs)

    answer = send(author, draft, mine)

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "has saved this text since you opened it" in shown
    assert "Mine." in shown
    assert "Theirs." in shown
    assert body(draft) == "Theirs."
    again = {f"body_{box.language}": box.body for box in answer.context["page"].boxes}
    again |= {f"seen_{box.language}": box.stamp for box in answer.context["page"].boxes}
    assert send(author, draft, again).status_code == 200
    assert body(draft) == "Mine."


def test_version_that_left_draft_meanwhile_takes_no_words(
    draft: CampaignVersion, author: Client
) -> None:
    fields = form(author, draft, en="Too late.")
    CampaignVersion.objects.filter(pk=draft.pk).update(status="in_review")

    answer = send(author, draft, fields)

    assert answer.status_code == 409
    assert "Too late." in answer.content.decode()
    assert "only a draft is written on" in answer.content.decode()


def test_published_text_is_written_anew_in_the_next_version(
    draft: CampaignVersion, author: Client
) -> None:
    worlds.publish(draft)
    text = author.get(reverse("campaigns:text", args=[draft.pk, KEY])).content.decode()
    assert "in the next version" in text
    assert author.get(url(draft)).status_code == 302

    begin = reverse("campaigns:begin_draft", args=[draft.campaign_id])
    answer = author.post(begin, {"key": KEY}, follow=True)

    newest = draft.campaign.versions.order_by("-number").first()
    assert (newest.number, newest.status) == (2, "draft")
    assert answer.redirect_chain[-1][0] == url(newest)


@pytest.mark.parametrize("role", ["reviewer", "researcher", "counsellor", "auditor"])
def test_who_may_not_write_reads(draft: CampaignVersion, role: str) -> None:
    client = client_of(role)
    begin = reverse("campaigns:begin_draft", args=[draft.campaign_id])

    assert client.get(url(draft)).status_code == 403
    assert client.post(url(draft), {"body_en": "x"}).status_code == 403
    assert client.post(begin).status_code == 403
    listed = client.get(reverse("campaigns:texts", args=[draft.pk]))
    assert listed.status_code == 200
    assert url(draft) not in listed.content.decode()


def test_list_finds_by_word_by_change_and_by_finding(
    draft: CampaignVersion, author: Client
) -> None:
    worlds.publish(draft)
    author.post(reverse("campaigns:begin_draft", args=[draft.campaign_id]))
    newest = draft.campaign.versions.order_by("-number").first()
    send(author, newest, form(author, newest, en="A word nobody else has: giraffe."))

    def keys(**query: str) -> set[str]:
        found = author.get(reverse("campaigns:texts", args=[newest.pk]), query).context["shown"]
        return {line.key for section in found for line in section.lines}

    assert keys(q="Giraffe") == {KEY}
    assert keys(q="system.he") == {KEY}
    assert keys(show="changed") == {KEY}
    assert keys(show="changed", q="hippopotamus") == set()
    assert keys(show="found") < set(newest.texts.values_list("key", flat=True))
    first = keys()
    assert first
    assert keys(part="1").isdisjoint(first)
    assert keys(part="9999")
    assert keys(part="-1") == first


def test_text_nobody_has_is_not_found(draft: CampaignVersion, author: Client) -> None:
    assert author.get(url(draft, "no.such")).status_code == 404
