"""The workbook pages: who may, what is shown, what comes down."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import jobs, loading
from campaigns.content_files import read_content
from campaigns.models import Campaign, CampaignVersion, Membership, Upload
from campaigns.unloading import as_pack
from campaigns.upload_work import WORKERS
from campaigns.workbook import read_workbook
from tests import worlds
from tests.workbooks import opened, row_of, starter, workbook
from trust.models import User

pytestmark = pytest.mark.django_db


def client_of(role: str) -> Client:
    user, _ = User.objects.get_or_create(
        email=f"{role}@clinic.example",
        defaults={"organisation": worlds.organisation(), "is_staff": True},
    )
    Membership.objects.get_or_create(user=user, campaign=worlds.campaign(), role=role)
    client = Client()
    client.force_login(user)
    return client


def page_of(campaign: Campaign) -> str:
    return reverse("campaigns:workbook", args=[campaign.pk])


def send(client: Client, content: bytes) -> str:
    """Sent in and read; the address of its page."""
    answer = client.post(page_of(worlds.campaign()), {"file": BytesIO(content)})
    assert answer.status_code == 302, answer.content
    jobs.run_next(workers=WORKERS)
    return str(answer["Location"])


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_new_campaign_offers_a_workbook_to_begin_with() -> None:
    campaign = worlds.campaign()

    address = reverse("campaigns:workbook_new", args=[campaign.pk])
    answer = client_of("author").get(address, {"languages": ["nb", "en"]})

    pack = read_workbook(answer.content)
    assert (pack.key, pack.name) == ("quit", "Quit")
    assert pack.texts == starter().texts
    assert 'filename="quit-new.xlsx"' in answer["Content-Disposition"]


def test_new_workbook_begins_in_the_languages_of_the_country() -> None:
    campaign = worlds.campaign()
    campaign.country = "NO"
    campaign.save()
    author = client_of("author")

    answer = author.get(reverse("campaigns:workbook_new", args=[campaign.pk]))

    assert read_workbook(answer.content).languages == ("en", "nb", "nn")
    page = text(author, page_of(campaign))
    assert page.count(" checked>") == 3
    assert "Hindi, unreviewed" in page


def test_new_workbook_in_an_unknown_language_is_refused() -> None:
    campaign = worlds.campaign()
    address = reverse("campaigns:workbook_new", args=[campaign.pk])

    answer = client_of("author").get(address, {"languages": "tlh"}, follow=True)

    assert "Choose among the languages" in answer.content.decode()


def test_version_comes_down_as_a_workbook_and_for_a_translator() -> None:
    version = loading.load(pack=starter(), campaign=worlds.campaign(), author=None)
    client = client_of("reviewer")

    whole = client.get(reverse("campaigns:version_workbook", args=[version.pk]))
    url = reverse("campaigns:version_translation", args=[version.pk])
    sheet = client.get(url, {"language": "nb", "form": "xlsx"})
    po = client.get(url, {"language": "nn", "form": "po"})

    assert read_workbook(whole.content) == as_pack(version)
    assert read_content(sheet.content, starter()).language == "nb"
    assert b'"Language: nn' in po.content
    assert 'filename="quit-v1-nn.po"' in po["Content-Disposition"]


@pytest.mark.parametrize("language", ["en", "", "../x", "NB", "a b"])
def test_language_that_is_none_goes_back_to_the_page(language: str) -> None:
    version = loading.load(pack=starter(), campaign=worlds.campaign(), author=None)
    url = reverse("campaigns:version_translation", args=[version.pk])

    answer = client_of("author").get(url, {"language": language, "form": "po"})

    assert answer.status_code == 302
    assert answer["Location"] == page_of(version.campaign)


def test_mistakes_are_listed_and_the_mended_file_becomes_a_draft() -> None:
    client = client_of("programme_manager")
    loading.load(pack=starter(), campaign=worlds.campaign(), author=None)
    number = row_of(opened(workbook())["Texts"], "welcome.1")

    wrong = text(client, send(client, workbook({("Texts", f"C{number}"): None})))
    assert "1 thing to put right" in wrong
    assert "text welcome.1 is missing" in wrong
    assert f'<td data-head="Row">{number}</td>' in wrong
    assert "Apply" not in wrong

    url = send(client, workbook({("Texts", f"B{number}"): "Hello & <b>welcome</b>."}))
    right = text(client, url)
    assert "1 change" in right
    assert "en: 1 text reworded" in right
    assert "Hello &amp; &lt;b&gt;welcome&lt;/b&gt;." in right
    client.post(url, {"do": "apply"})
    assert "Making the draft" in text(client, url)
    jobs.run_next(workers=WORKERS)

    assert "Quit v2 is a draft now" in text(client, url)
    draft = CampaignVersion.objects.get(number=2)
    assert draft.author is not None
    assert draft.author.email == "programme_manager@clinic.example"


def test_unreadable_file_is_refused_on_the_page() -> None:
    client = client_of("author")

    for content, said in ((b"x", "neither an .xlsx workbook"), (b"", "The file is empty.")):
        answer = client.post(page_of(worlds.campaign()), {"file": BytesIO(content)})
        assert answer.status_code == 400
        assert said in answer.content.decode()
    assert "Choose a file first." in client.post(page_of(worlds.campaign())).content.decode()
    assert not Upload.objects.exists()


def test_whoever_may_only_read_can_not_send_in() -> None:
    client = client_of("reviewer")

    assert "Send one in" not in text(client, page_of(worlds.campaign()))
    answer = client.post(page_of(worlds.campaign()), {"file": BytesIO(workbook())})
    assert answer.status_code == 403
    assert not Upload.objects.exists()


def test_author_who_lost_the_role_can_not_apply() -> None:
    client = client_of("author")
    url = send(client, workbook())
    Membership.objects.update(role="researcher")

    assert client.post(url, {"do": "apply"}).status_code == 404


def test_file_without_a_change_has_nothing_to_apply() -> None:
    client = client_of("author")
    loading.load(pack=starter(), campaign=worlds.campaign(), author=None)

    found = text(client, send(client, workbook()))

    assert "Nothing would change" in found
    assert 'value="apply"' not in found


def test_waiting_upload_is_stopped_and_thrown_away() -> None:
    client = client_of("author")
    answer = client.post(page_of(worlds.campaign()), {"file": BytesIO(workbook())})
    url = answer["Location"]

    assert "It waits for its turn" in text(client, url)
    client.post(url, {"do": "discard"})

    assert "Thrown away" in text(client, url)
    assert not jobs.run_next(workers=WORKERS)
