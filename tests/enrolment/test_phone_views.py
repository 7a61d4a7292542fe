import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Membership
from enrolment.models import Enrolment, Invitation
from messaging.models import InboundMessage, Recipient, Sender
from tests import worlds
from tests.signing_in import with_second_factor
from trust.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    version = worlds.version()
    user = User.objects.create(
        email="manager@clinic.example", organisation=worlds.organisation(), is_staff=True
    )
    Membership.objects.create(user=user, campaign=version.campaign, role="programme_manager")
    return with_second_factor(user)


def new_phone(client: Client) -> int:
    client.post(reverse("enrolment:phones"))
    return Recipient.objects.latest("pk").pk


def text(client: Client, phone: int, body: str) -> str:
    answer = client.post(reverse("enrolment:phone_text", args=[phone]), {"body": body}, follow=True)
    return answer.content.decode()


def test_new_phone_has_an_invented_number_nobody_has(client: Client) -> None:
    first, second = new_phone(client), new_phone(client)

    numbers = {Recipient.objects.get(pk=phone).number for phone in (first, second)}
    assert numbers == {"+447700900000", "+447700900001"}


def test_text_is_answered_on_the_page(client: Client) -> None:
    page = text(client, new_phone(client), "JOIN")

    assert "Do you smoke? YES or NO" in page
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("body", ["", "x" * 1531])
def test_text_of_impossible_length_is_refused_in_words(client: Client, body: str) -> None:
    page = text(client, new_phone(client), body)

    assert "Write something to text" in page
    assert not InboundMessage.objects.exists()


def test_markup_in_a_text_is_shown_as_text(client: Client) -> None:
    page = text(client, new_phone(client), "<script>alert(1)</script>")

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_clock_button_moves_calendar_time(client: Client) -> None:
    phone = new_phone(client)
    before = worlds.calendar_now()

    client.post(reverse("enrolment:phone_clock", args=[phone]), {"by": "60"})

    assert (worlds.calendar_now() - before).total_seconds() >= 3600


@pytest.mark.parametrize("by", ["", "-60", "99999", "soon"])
def test_clock_takes_only_its_own_buttons(client: Client, by: str) -> None:
    phone = new_phone(client)
    before = worlds.calendar_now()

    answer = client.post(reverse("enrolment:phone_clock", args=[phone]), {"by": by}, follow=True)

    assert "Press one of the clock" in answer.content.decode()
    assert (worlds.calendar_now() - before).total_seconds() < 60


def test_next_text_without_one_says_so(client: Client) -> None:
    answer = client.post(
        reverse("enrolment:phone_clock", args=[new_phone(client)]), {"by": "next"}, follow=True
    )

    assert "No text is planned" in answer.content.decode()


def test_phone_is_closed_once_a_sender_is_real(client: Client) -> None:
    phone = new_phone(client)
    Sender.objects.update(provider="other")

    assert client.get(reverse("enrolment:phone", args=[phone])).status_code == 404
    assert client.post(reverse("enrolment:phones")).status_code == 404


def test_phone_is_refused_to_a_role_that_may_not_act(client: Client) -> None:
    Membership.objects.update(role="researcher")

    assert client.get(reverse("enrolment:phones")).status_code == 403


def test_get_changes_nothing(client: Client) -> None:
    phone = new_phone(client)

    assert client.get(reverse("enrolment:phone_text", args=[phone])).status_code == 405
    assert client.get(reverse("enrolment:phone_clock", args=[phone])).status_code == 405


def test_handset_is_signed_up_by_others_and_asked(client: Client) -> None:
    phone = new_phone(client)
    worlds.at_noon()

    invite = reverse("enrolment:phone_invite", args=[phone])
    page = client.post(invite, {"how": "missed_call"}, follow=True).content.decode()

    assert "Do you want our texts? YES or NO" in page
    assert Invitation.objects.get().channel == "missed_call"
    assert "Do you smoke? YES or NO" in text(client, phone, "yes")
    again = client.post(invite, {"how": "web"}, follow=True).content.decode()
    assert "Not asked: already in the campaign" in again


def test_way_nobody_knows_invites_nobody(client: Client) -> None:
    page = client.post(
        reverse("enrolment:phone_invite", args=[new_phone(client)]), {"how": "sms"}, follow=True
    )

    assert "Choose how this number was signed up." in page.content.decode()
    assert not Invitation.objects.exists()


@pytest.fixture
def walk(client: Client) -> Campaign:
    """A second campaign of the same manager, on a number of its own."""
    number = Sender.objects.create(
        organisation=worlds.organisation(), name="Walks", address="60088", provider="fake",
        country="GB", stop_text="No more.", help_text="Text WALK.",
    )  # fmt: skip
    made = Campaign.objects.create(
        organisation=number.organisation, key="walk", name="Walk more", sender=number,
        country="GB", time_zone="Europe/London",
    )  # fmt: skip
    Membership.objects.create(user=User.objects.get(), campaign=made, role="programme_manager")
    return made


def test_handset_texts_to_the_campaign_that_was_chosen(client: Client, walk: Campaign) -> None:
    version = worlds.version(walk)
    listed = client.get(reverse("enrolment:phones"), {"campaign": walk.pk}).content.decode()
    assert "Walk more (60088)" in listed

    page = client.post(f"{reverse('enrolment:phones')}?campaign={walk.pk}", follow=True)
    phone = Recipient.objects.latest("pk").pk
    answered = client.post(
        f"{reverse('enrolment:phone_text', args=[phone])}?campaign={walk.pk}",
        {"body": "JOIN"},
        follow=True,
    )

    assert "What to text to Walk more" in page.content.decode()
    assert InboundMessage.objects.get().sender == walk.sender
    assert Enrolment.objects.get().version == version
    assert answered.redirect_chain[-1][0].endswith(f"?campaign={walk.pk}")


@pytest.mark.parametrize("asked", ["other", "999999", "x", "9" * 5000])
def test_campaign_that_is_not_the_users_is_no_choice(client: Client, asked: str) -> None:
    foreign = worlds.campaign("hospital")

    answer = client.get(
        reverse("enrolment:phones"), {"campaign": foreign.pk if asked == "other" else asked}
    )

    assert answer.status_code == 404


def test_words_to_text_are_the_campaigns_own(client: Client, walk: Campaign) -> None:
    phone = new_phone(client)

    page = client.get(reverse("enrolment:phone", args=[phone])).content.decode()
    unpublished = client.get(reverse("enrolment:phone", args=[phone]), {"campaign": walk.pk})

    assert "<dt>CRAVE</dt>" in page
    assert "<dt>CRAVE</dt>" not in unpublished.content.decode()
    assert "<dt>STOP</dt>" in unpublished.content.decode()
