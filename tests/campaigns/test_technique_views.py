import pytest
from django.urls import reverse

from campaigns import coding
from campaigns.models import CampaignVersion
from campaigns.reviewing import ReviewRefused
from tests import worlds
from tests.campaigns.test_admin import client_of
from tests.campaigns.test_reviewing import staff
from trust.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> CampaignVersion:
    found = worlds.version(published=False)
    found.steps.filter(key="day.0").update(tags=["1.9", "15.1"])
    return found


def code(version: CampaignVersion, coder: User, *codes: str, key: str = "day.0") -> None:
    coding.code_text(version=version, key=key, codes=codes, actor=coder, now=worlds.NOON)


def test_coder_replaces_what_they_found_before(version: CampaignVersion) -> None:
    coder = staff("coder")

    code(version, coder, "1.9", "8.2")
    code(version, coder, "12.4", "8.2")

    found = version.technique_codes.values_list("code", "is_main", "vocabulary_version")
    assert list(found) == [("12.4", True, "1"), ("8.2", False, "1")]


def test_two_coders_stand_beside_each_other(version: CampaignVersion) -> None:
    one, other = staff("one"), staff("other")

    code(version, one, "1.9")
    code(version, other, "15.1")

    assert coding.codes_of(version, one) == {"day.0": frozenset({"1.9"})}
    assert coding.coders(version) == [one, other]


@pytest.mark.parametrize(
    ("key", "given", "said"),
    [("day.0", "99.1", "no code of BCTTv1"), ("system.help", "1.1", "planned texts")],
)
def test_what_cannot_be_coded_is_refused(
    version: CampaignVersion, key: str, given: str, said: str
) -> None:
    with pytest.raises(ReviewRefused, match=said):
        code(version, staff("coder"), given, key=key)


def test_page_shows_the_packs_own_coding_and_agreement(version: CampaignVersion) -> None:
    coder = staff("second")
    code(version, coder, "1.9")
    url = reverse("campaigns:techniques", args=[version.pk])

    shown = client_of("author").get(url).content.decode()
    theirs = client_of("author").get(f"{url}?coder={coder.pk}").content.decode()

    assert "1.9 Commitment" in shown
    assert "The pack, second" in shown
    assert "15.1 Verbal persuasion" in shown
    assert "15.1 Verbal persuasion" not in theirs


def test_text_is_coded_on_its_own_page(version: CampaignVersion) -> None:
    url = reverse("campaigns:text", args=[version.pk, "crave.1"])
    client = client_of("author")

    client.post(url, {"do": "codes", "codes": "8.2, 12.4"})
    refused = client.post(url, {"do": "codes", "codes": "banana"}).content.decode()

    assert [each.code for each in version.technique_codes.all()] == ["8.2", "12.4"]
    assert "no code of BCTTv1" in refused
