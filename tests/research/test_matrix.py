"""Role x URL x other organisation, of trials, bundles and the API; the map is in enrolment's."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from enrolment import api_tokens, planner
from enrolment.models import ApiToken, Enrolment
from research.models import Export, ExportKey
from tests import trials, worlds
from tests.enrolment.test_matrix import (
    BUNDLE,
    REFUSED,
    ROLE_SHAPES,
    TOKENS,
    TRIAL_REPORT,
    client_of,
    hospital,
    user_with,
)
from trust.models import User

pytestmark = pytest.mark.django_db

__all__ = ["hospital"]


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_opens_another_organisations_trial(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    theirs = trials.trial(hospital.campaign, key="theirs")

    url = reverse("enrolment:trial", args=[theirs.pk])
    assert client.get(url).status_code == 404
    for do in ("start", "stop", "amend", "take_away"):
        assert client.post(url, {"do": do, "reason": "mine"}).status_code == 404
    person = reverse("enrolment:unblind", args=[theirs.pk, hospital.pk])
    assert client.get(person).status_code == 404
    assert client.post(person, {"reason": "mine"}).status_code == 404
    for name in sorted(TRIAL_REPORT):
        assert client.get(reverse(name, args=[theirs.pk])).status_code in REFUSED, name
    assert b"Theirs" not in client.get(reverse("enrolment:trials")).content
    theirs.refresh_from_db()
    assert theirs.state == "running"


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_gets_another_organisations_bundle(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    author = User.objects.create(email="ria@hospital.example")
    shared = {"campaign": hospital.campaign, "made_by": author}
    foreign = Export.objects.create(
        key=ExportKey.objects.create(secret="00", **shared), reason="Theirs", **shared
    )

    for name in sorted(BUNDLE):
        url = reverse(name, args=[foreign.pk])
        assert client.get(url).status_code == 404, name
        assert client.post(url).status_code in {404, 405}, name
    url = reverse("research:bundles", args=[hospital.campaign_id])
    posted = client.post(url, {"reason": "Mine", "key": "own", "do": "make", "go_on": "yes"})
    assert posted.status_code == 404
    assert Export.objects.count() == 1


@pytest.mark.parametrize("may", ApiToken.May.values)
def test_token_reaches_no_other_campaign(may: str, hospital: Enrolment) -> None:
    """And opens no door but its own."""
    own = worlds.person(of=worlds.version(worlds.campaign("clinic")))
    planner.tick(now=worlds.NOON + timedelta(days=1))
    campaign = own.campaign
    _, secret = api_tokens.create(campaign=campaign, name="App", may={may}, now=worlds.NOON)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"}
    foreign = {"participant": hospital.participant_id, "value": "no", "event": "visit"}
    read = 0

    for name in sorted(TOKENS):
        got = Client().get(reverse(name), headers=headers)
        assert got.status_code in {200, 403, 405}, name
        if got.status_code == 200:
            read += 1
            told = {row.get("pid") for row in got.json().get("rows", [])}
            assert len(told) <= 1, name
        posted = Client().post(
            reverse(name), foreign, headers=headers, content_type="application/json"
        )
        assert posted.status_code in {403, 404, 405, 422}, name
    assert bool(read) is (may in {"research", "fhir"})
