import pytest
from django.urls import reverse

from campaigns import publish, reviewing
from campaigns.models import CampaignVersion
from campaigns.reading_copy import reading_copy
from campaigns.unloading import as_pack
from tests import worlds
from tests.campaigns.test_admin import client_of
from tests.campaigns.test_reviewing import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> CampaignVersion:
    return worlds.full_version(published=False)


def page(version: CampaignVersion, query: str = "") -> str:
    url = reverse("enrolment:ethics_pack", args=[version.pk])
    return client_of("reviewer").get(url + query).content.decode()


def test_every_text_stands_in_it_once(version: CampaignVersion) -> None:
    pack = as_pack(version)
    copy = reading_copy(pack)

    parts = [*copy.planned, copy.questions, *copy.banks, copy.consent, copy.other]
    shown = {(said.key, said.language) for part in parts for row in part.rows for said in row.said}

    assert shown == {(key, lang) for lang, texts in pack.texts.items() for key in texts}


def test_page_holds_texts_conditions_and_signatures(version: CampaignVersion) -> None:
    reader = staff("reader")
    publish.submit(version=version, actor=None)
    reviewing.sign_language(version=version, language="en", actor=reader, now=worlds.NOON)

    shown = page(version)

    assert "Two days to {{ quit_date }}." in shown
    assert "at dose light" in shown
    assert "reader, 1 December 2026" in shown
    assert "nobody yet" in shown
    assert "Not clinically reviewed" in shown


def test_file_carries_its_own_style_and_loads_nothing(version: CampaignVersion) -> None:
    url = reverse("enrolment:ethics_pack", args=[version.pk]) + "?file=1"
    answer = client_of("reviewer").get(url)
    shown = answer.content.decode()

    assert "quit-v1-ethics.html" in answer["Content-Disposition"]
    assert "@media print" in shown
    assert "<link" not in shown
    assert "src=" not in shown
