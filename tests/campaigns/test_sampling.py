"""One text to one's own telephone: filled in, few, refused in plain words, counted nowhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from campaigns import loading, sampling
from campaigns.models import CampaignVersion
from messaging import inbox, optout
from messaging.models import Message, Recipient, Sender
from tests import worlds
from tests.campaigns.test_admin import client_of
from tests.workbooks import starter
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

KEY, NUMBER = "system.joined", "+447700900042"


@pytest.fixture
def version() -> CampaignVersion:
    campaign = worlds.campaign()
    campaign.variables = {"programme": "Walk more", "emergency_number": "999"}
    campaign.save()
    return loading.load(pack=starter(), campaign=campaign, author=None)


def writer(name: str = "writer") -> User:
    return User.objects.get_or_create(
        email=f"{name}@clinic.example", defaults={"organisation": worlds.organisation()}
    )[0]


def send(version: CampaignVersion, **changes: Any) -> Message:
    asked = {
        "key": KEY, "language": "en", "number": NUMBER, "actor": writer(), "now": worlds.NOON,
        **changes,
    }  # fmt: skip
    return Message.objects.get(pk=sampling.send(version=version, **asked))


def test_text_goes_filled_in_as_a_test_at_any_hour(version: CampaignVersion) -> None:
    version.texts.filter(key=KEY, language="en").update(body="Hi {{ first_name }}, {{ programme }}")

    message = send(version, number="07700 900042", now=worlds.NOON + timedelta(hours=13))

    assert message.body.text == "Hi Sam, Walk more"
    assert (message.is_test, message.kind, message.status) == (True, "staff", "queued")
    assert message.hours_start is None
    assert message.recipient.number == NUMBER
    event = AuditEvent.objects.get(verb="version.send_sample")
    assert event.detail == {"key": KEY, "language": "en", "message": message.pk}


def test_few_go_in_an_hour_and_each_person_has_her_own(version: CampaignVersion) -> None:
    for _ in range(sampling.MOST_AN_HOUR):
        send(version)

    with pytest.raises(sampling.SampleRefused, match="which is the most"):
        send(version)
    assert Message.objects.count() == sampling.MOST_AN_HOUR
    send(version, actor=writer("other"))
    send(version, now=worlds.NOON + timedelta(hours=1))


@pytest.mark.parametrize("number", ["12345", "Sam", "+44", "sam@example.org"])
def test_number_that_is_none_is_refused_without_being_repeated(
    version: CampaignVersion, number: str
) -> None:
    with pytest.raises(sampling.SampleRefused, match="whole number") as refused:
        send(version, number=number)

    assert number not in str(refused.value).replace("+44 7700", "")
    assert not Recipient.objects.exists()


def test_number_that_opted_out_gets_nothing(version: CampaignVersion) -> None:
    inbox.recipient_for(organisation_id=version.campaign.organisation_id, number=NUMBER)
    worlds.text(NUMBER, "STOP")
    before = Message.objects.count()

    with pytest.raises(sampling.SampleRefused, match="no more texts"):
        send(version)

    assert Message.objects.count() == before
    assert optout.opted_out_among({Recipient.objects.get().pk})


def test_unapproved_text_leaves_on_no_real_network(version: CampaignVersion) -> None:
    Sender.objects.update(provider="twilio")

    with pytest.raises(sampling.SampleRefused, match="named clinical approval"):
        send(version)

    assert not Message.objects.exists()
    assert not AuditEvent.objects.filter(verb="version.send_sample").exists()


def test_text_without_a_value_says_which(version: CampaignVersion) -> None:
    version.campaign.variables = {}
    version.texts.filter(key=KEY, language="en").update(body="Ring {{ emergency_number }}")

    with pytest.raises(sampling.SampleRefused, match="emergency_number"):
        send(version)
    with pytest.raises(sampling.SampleRefused, match="no text of that name"):
        send(version, key="no.such")


@pytest.mark.parametrize("role", ["author", "reviewer", "programme_manager"])
def test_whoever_works_on_the_words_may_send_one(version: CampaignVersion, role: str) -> None:
    url = reverse("campaigns:send_sample", args=[version.pk, KEY])

    answer = client_of(role).post(url, {"language": "nb", "number": NUMBER}, follow=True)

    assert "On its way" in answer.content.decode()
    assert Message.objects.get().is_test


@pytest.mark.parametrize("role", ["researcher", "counsellor", "auditor"])
def test_nobody_else_may(version: CampaignVersion, role: str) -> None:
    url = reverse("campaigns:send_sample", args=[version.pk, KEY])

    answer = client_of(role).post(url, {"language": "en", "number": NUMBER})

    assert answer.status_code == 403
    assert not Message.objects.exists()


def test_empty_number_is_told(version: CampaignVersion) -> None:
    url = reverse("campaigns:send_sample", args=[version.pk, KEY])

    answer = client_of("author").post(url, {"language": "en", "editing": "1"}, follow=True)

    assert "Write the number of your telephone first" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("campaigns:edit", args=[version.pk, KEY])
