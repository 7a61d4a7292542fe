from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import loading
from campaigns.models import Campaign, CampaignVersion, Membership
from campaigns.pack import read_pack
from enrolment.models import Enrolment, RehearsalTranscript
from messaging.models import Message
from tests import worlds
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

URL = "/rehearsal/"
MCESSATION = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"
PERSONA = """
format: 1
key: amina
name: Amina joins late
joins: "2026-12-01 12:00"
zone: Europe/London
days: 20
answers:
  uses: "yes"
  name: Amina
  date: in 3 days
  smoked: "no"
script:
  - {quit_day: 0, at: "19:30", text: SLIP}
"""


@pytest.fixture
def version() -> CampaignVersion:
    return worlds.version()


def client_as(role: str, version: CampaignVersion) -> Client:
    user = User.objects.create(
        email=f"{role}@clinic.example", organisation=worlds.organisation(), is_staff=True
    )
    Membership.objects.create(user=user, campaign=version.campaign, role=role)
    client = Client()
    client.force_login(user)
    return client


def posted(client: Client, version: CampaignVersion, **fields: object) -> str:
    answer = client.post(f"{URL}?version={version.pk}", fields)
    assert answer.status_code == 200
    return answer.content.decode()


def test_address_is_the_one_in_the_url_map() -> None:
    assert reverse("enrolment:rehearsal") == URL


def test_pasted_persona_is_told_day_by_day_with_reasons(version: CampaignVersion) -> None:
    page = posted(client_as("author", version), version, do="rehearse", pasted=PERSONA)

    assert "Amina joins late" in page
    assert "day.1 not sent: a slip was told" in page
    assert "<caption>December 2026</caption>" in page


def test_rehearsal_touches_nobody(version: CampaignVersion) -> None:
    posted(client_as("author", version), version, do="rehearse", pasted=PERSONA)

    assert not Enrolment.objects.exists()
    assert not Message.objects.exists()


def test_persona_with_problems_is_refused_in_words(version: CampaignVersion) -> None:
    broken = PERSONA.replace("Europe/London", "Europe/Londn")

    page = posted(client_as("author", version), version, do="rehearse", pasted=broken)

    assert "Line 6: no time zone is called &#x27;Europe/Londn&#x27;" in page
    assert "did you mean" in page


def test_reviewer_accepts_and_the_next_rehearsal_is_held_against_it(
    version: CampaignVersion,
) -> None:
    client = client_as("reviewer", version)

    accepted = posted(client, version, do="accept", pasted=PERSONA)
    later = posted(client, version, do="rehearse", pasted=PERSONA.replace("days: 20", "days: 2"))

    kept = RehearsalTranscript.objects.get()
    assert (kept.persona, kept.version) == ("amina", version)
    assert "The same as what was accepted with version 1" in accepted
    assert "things differ" in later
    assert "- step day.0: Fri 04 Dec 2026, queued" in later
    event = AuditEvent.objects.get(verb="rehearsal.accept")
    assert event.detail == {"version": 1, "persona": "amina"}


def test_author_may_not_accept(version: CampaignVersion) -> None:
    client = client_as("author", version)

    answer = client.post(f"{URL}?version={version.pk}", {"do": "accept", "pasted": PERSONA})

    assert answer.status_code == 403
    assert not RehearsalTranscript.objects.exists()


def test_crowd_is_drawn_as_a_curve_with_its_table(version: CampaignVersion) -> None:
    page = posted(
        client_as("researcher", version), version, do="simulate", people=40, days=40, seed=1
    )

    assert "40 people, 40 days each" in page
    assert '<polyline class="dose" points="' in page
    assert '<th scope="row">Q+0</th>' in page


@pytest.mark.parametrize("fields", [{"people": 20_001}, {"days": 0}, {"seed": "x"}])
def test_crowd_out_of_range_is_refused_in_words(
    version: CampaignVersion, fields: dict[str, object]
) -> None:
    crowd = {"people": 10, "days": 10, "seed": 1, **fields}

    page = posted(client_as("author", version), version, do="simulate", **crowd)

    assert 'class="wrong"' in page
    assert "people, 10 days each" not in page


def test_version_of_another_organisation_is_not_there(version: CampaignVersion) -> None:
    other = worlds.version(worlds.campaign("hospital"))
    client = client_as("programme_manager", version)

    assert client.get(f"{URL}?version={other.pk}").status_code == 404
    shown = client.get(URL).context["versions"]
    assert list(shown) == [version]


def test_user_without_a_role_is_turned_away(version: CampaignVersion) -> None:
    user = User.objects.create(
        email="new@clinic.example", organisation=worlds.organisation(), is_staff=True
    )
    client = Client()
    client.force_login(user)

    assert client.get(URL).status_code == 403


@pytest.mark.parametrize("key", ["nobody", "../../etc/passwd"])
def test_persona_that_is_not_shipped_is_not_found(version: CampaignVersion, key: str) -> None:
    client = client_as("author", version)

    answer = client.post(f"{URL}?version={version.pk}", {"do": "rehearse", "persona": key})

    assert answer.status_code == 404


def test_personas_that_fare_as_shipped_are_accepted_by_one_button() -> None:
    campaign = worlds.campaign()
    Campaign.objects.filter(pk=campaign.pk).update(
        variables={"programme": "Breathe", "quitline": "1", "emergency_number": "2"}
    )
    version = loading.load(pack=read_pack(MCESSATION), campaign=campaign, author=None)
    reviewer = client_as("reviewer", version)
    refused = client_as("author", version).post(
        f"{URL}?version={version.pk}", {"do": "accept_unchanged"}
    )

    page = posted(reviewer, version, do="accept_unchanged")

    assert refused.status_code == 403
    assert "fare as before and are accepted" in page
    assert "Before this version is published" not in page


def test_campaign_without_a_persona_is_rehearsed_by_somebody_who_answers_everything(
    version: CampaignVersion,
) -> None:
    client = client_as("reviewer", version)
    assert "Somebody who answers everything" in client.get(URL).content.decode()

    shown = posted(client, version, do="rehearse", persona="")

    assert "Somebody who answers everything" in shown
    assert "Accept this transcript" not in shown
    # What she fares like is another tomorrow, so it is nothing to be held against.
    posted(client, version, do="accept", persona="")
    assert not RehearsalTranscript.objects.exists()
