"""The calendar's page and its words, at the size of the largest curriculum."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from campaigns import loading
from campaigns.models import CampaignVersion
from campaigns.pack import read_pack
from campaigns.unloading import as_pack
from tests import worlds
from tests.campaigns.test_admin import client_of

pytestmark = pytest.mark.django_db

MCESSATION = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"


@pytest.fixture(scope="module")
def pack() -> Any:
    return read_pack(MCESSATION)


@pytest.fixture
def version(pack: Any) -> CampaignVersion:
    return loading.load(pack=pack, campaign=worlds.campaign(), author=None)


def page(version: CampaignVersion, name: str = "journey", **query: str) -> str:
    url = reverse(f"campaigns:{name}", args=[version.pk])
    answer = client_of("author").get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_pages_are_quick_at_the_size_of_a_curriculum(
    version: CampaignVersion, django_assert_max_num_queries: Any
) -> None:
    client = client_of("programme_manager")
    steps = version.steps.count()
    assert steps > 350
    for name in ("journey", "journey_words", "texts"):
        url = reverse(f"campaigns:{name}", args=[version.pk])
        with django_assert_max_num_queries(12):
            answer = client.get(url, {"dose": "every", "show": "changed"})
        assert answer.status_code == 200
    # A tile is a few hundred signs; the words come when somebody asks for them.
    shown = page(version, dose="every")
    assert shown.count('class="tile') > steps
    assert len(shown) < 450 * (shown.count('class="tile') + 40)


def test_page_is_of_what_most_people_get_unless_another_dose_is_asked_for(
    version: CampaignVersion,
) -> None:
    assert "early.01" in page(version)
    assert "early.01" not in page(version, dose="light")
    assert 'data-key="early.02"' in page(version, dose="light")
    assert "early.01" in page(version, dose="nonsense")


def test_calendar_of_a_draft_marks_what_is_worded_anew(version: CampaignVersion) -> None:
    worlds.publish(version)
    draft = loading.load(pack=as_pack(version), campaign=version.campaign, author=None)
    assert "changed</i>" not in page(draft)
    draft.texts.filter(key="late.03", language="nn").update(body="Noko anna.")

    assert page(draft).count("changed</i>") == 1
    assert "changed</i>" not in page(version)


def test_page_speaks_the_language_asked_for(version: CampaignVersion) -> None:
    assert version.texts.get(key="early.01", language="nb").body[:20] in page(
        version, language="nb"
    )
    assert page(version, language="xx") == page(version)


def test_country_variable_without_a_value_stands_by_its_name(version: CampaignVersion) -> None:
    assert "[quitline]" in page(version, "journey_words")
    version.campaign.variables = {"quitline": "0800 1234"}
    version.campaign.save()
    shown = page(version, "journey_words")
    assert "0800 1234" in shown
    assert "[quitline]" not in shown


def test_words_are_there_by_step_in_every_language(version: CampaignVersion) -> None:
    client = client_of("author")

    words = client.get(reverse("campaigns:journey_words", args=[version.pk])).json()

    told = words["early.03"]
    assert told["stage"] == "Prepare early"
    only = [each["only"] for each in told["words"]]
    assert only[0] == ""
    assert {"product is vape", "product is smokeless"} <= set(only)
    assert set(told["words"][0]["said"]) == {"en", "nb", "nn"}
    assert told["link"] == reverse("campaigns:text", args=[version.pk, "early.03"])
    assert set(words) == set(version.steps.values_list("key", flat=True))


def test_wording_is_not_taken_for_markup(version: CampaignVersion) -> None:
    version.texts.filter(key="early.01").update(body="<script>alert(1)</script>")

    assert "<script>alert" not in page(version)
