"""The pages of the transport: who may open them, and that no number or word slips out."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from messaging.models import Attempt, CalendarOffset, Message, OptOut, Recipient, Sender
from tests.factories.message import MessageFactory
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.factories.user import UserFactory
from tests.messaging.texts import queue_text, text_in
from trust.models import AuditEvent, Organisation

pytestmark = pytest.mark.django_db

WORDS = "Day one is behind you."


@pytest.fixture(autouse=True)
def no_links_to_higher_floors(settings: Settings) -> None:
    """The side navigation belongs to the whole site."""
    settings.UNFOLD = {}


@pytest.fixture
def sender() -> Sender:
    return SenderFactory()


@pytest.fixture
def message(sender: Sender) -> Message:
    return queue_text(sender, RecipientFactory(organisation=sender.organisation), text=WORDS)


def login(organisation: Organisation, role: str) -> Client:
    client = Client()
    client.force_login(UserFactory(organisation=organisation, organisation_role=role))
    return client


def url(page: str, *args: object) -> str:
    return reverse(f"admin:messaging_{page}", args=args)


def search(client: Client, page: str, number: str | None) -> Any:
    return client.post(url(f"{page}_number"), {"number": number or ""})


@pytest.mark.parametrize("listed", ["message", "inboundmessage", "optout"])
@pytest.mark.parametrize(
    ("role", "status"), [("programme_manager", 200), ("organisation_admin", 403), ("author", 403)]
)
def test_list_opens_to_those_who_may_see_people(
    listed: str, role: str, status: int, sender: Sender
) -> None:
    client = login(sender.organisation, role)

    assert client.get(url(f"{listed}_changelist")).status_code == status


def test_message_list_masks_the_number(message: Message) -> None:
    client = login(message.organisation, "programme_manager")

    page = client.get(url("message_changelist")).content.decode()

    number = message.recipient.number
    assert number is not None
    assert number not in page
    assert f"+44 ••• {number[-2:]}" in page
    assert WORDS not in page
    assert url("message_number") in page


def test_message_page_shows_its_words_to_those_who_may_read(message: Message) -> None:
    client = login(message.organisation, "counsellor")

    page = client.get(url("message_change", message.pk)).content.decode()

    assert WORDS in page
    assert str(message.recipient.number) not in page


def test_message_page_hides_its_words_from_the_others(message: Message) -> None:
    client = login(message.organisation, "programme_manager")

    page = client.get(url("message_change", message.pk)).content.decode()

    assert "Europe/London" in page
    assert WORDS not in page


def test_inbound_page_shows_what_was_texted(sender: Sender) -> None:
    inbound = text_in(sender, "+447700900123", "I could not sleep")
    assert inbound is not None
    client = login(sender.organisation, "counsellor")

    page = client.get(url("inboundmessage_change", inbound.pk)).content.decode()

    assert "I could not sleep" in page


@pytest.mark.parametrize("listed", ["message", "inboundmessage", "optout"])
def test_pages_of_the_wire_cannot_be_added_to(listed: str, sender: Sender) -> None:
    client = login(sender.organisation, "programme_manager")

    assert client.get(url(f"{listed}_add")).status_code == 403


def test_message_is_deleted_by_nobody(message: Message) -> None:
    client = login(message.organisation, "programme_manager")
    chosen = {"action": "delete_selected", "_selected_action": [message.pk], "post": "yes"}

    client.post(url("message_changelist"), chosen)

    assert client.post(url("message_delete", message.pk), {"post": "yes"}).status_code == 403
    assert Message.objects.filter(pk=message.pk).exists()


def test_message_of_another_organisation_is_not_found(message: Message) -> None:
    client = login(SenderFactory().organisation, "programme_manager")

    assert client.get(url("message_change", message.pk)).status_code == 404


def test_number_search_narrows_the_list_without_the_number_in_the_address(
    message: Message,
) -> None:
    other = queue_text(message.sender, RecipientFactory(organisation=message.organisation))
    client = login(message.organisation, "programme_manager")
    number = str(message.recipient.number)

    answer = search(client, "message", number.replace("+44", "0"))

    assert number[-9:] not in answer.url
    page = client.get(answer.url).content.decode()
    assert url("message_change", message.pk) in page
    assert url("message_change", other.pk) not in page
    event = AuditEvent.objects.get(verb="number.search")
    assert event.subject_id == str(message.recipient_id)


def test_number_search_of_opt_outs_needs_no_recipient(sender: Sender) -> None:
    text_in(sender, "+447700900123", "STOP")
    optout = OptOut.objects.get()
    Recipient.objects.update(number=None, number_index=b"erased")
    client = login(sender.organisation, "programme_manager")

    answer = search(client, "optout", "+44 7700 900123")

    assert answer.url == f"{url('optout_changelist')}?number_row={optout.pk}"


@pytest.mark.parametrize("number", ["+447700900999", "nonsense", "", "2250"])
def test_number_search_finds_nothing_quietly(number: str, message: Message) -> None:
    client = login(message.organisation, "programme_manager")

    answer = search(client, "message", number)

    assert answer.url == url("message_changelist")


def test_number_search_does_not_cross_organisations(message: Message) -> None:
    client = login(SenderFactory().organisation, "programme_manager")

    answer = search(client, "message", message.recipient.number)

    assert answer.url == url("message_changelist")


@pytest.mark.parametrize("role", ["organisation_admin", "researcher", "auditor"])
def test_number_search_needs_the_right_to_a_number(role: str, message: Message) -> None:
    client = login(message.organisation, role)

    assert search(client, "message", message.recipient.number).status_code == 403


def test_number_search_is_never_asked_by_address(message: Message) -> None:
    client = login(message.organisation, "programme_manager")

    assert client.get(url("message_number")).status_code == 405


def sender_form(sender: Sender, **changes: Any) -> dict[str, Any]:
    return {
        "organisation": sender.organisation_id,
        "name": sender.name,
        "address": sender.address,
        "provider": sender.provider,
        "country": sender.country,
        "stop_text": sender.stop_text,
        "help_text": sender.help_text,
        "is_active": "on",
        "segments_per_second": 10,
        "weight": 100,
        "strangers_per_day": 500,
        **changes,
    }


def test_sender_is_changed_by_those_who_manage_senders(sender: Sender) -> None:
    client = login(sender.organisation, "organisation_admin")

    client.post(url("sender_change", sender.pk), sender_form(sender, help_text="Ask us."))

    sender.refresh_from_db()
    assert sender.help_text == "Ask us."


def test_sender_is_only_read_by_a_programme_manager(sender: Sender) -> None:
    client = login(sender.organisation, "programme_manager")

    answer = client.post(url("sender_change", sender.pk), sender_form(sender, name="Mine"))

    sender.refresh_from_db()
    assert answer.status_code == 403
    assert sender.name != "Mine"


@pytest.mark.parametrize(
    "changes",
    [{"provider": "nowhere"}, {"address": "+44"}, {"address": "far too long a name"}],
    ids=str,
)
def test_sender_refuses_what_could_not_send(changes: dict[str, str], sender: Sender) -> None:
    client = login(sender.organisation, "organisation_admin")

    answer = client.post(url("sender_change", sender.pk), sender_form(sender, **changes))

    before = (sender.provider, sender.address)
    sender.refresh_from_db()
    assert answer.status_code == 200
    assert (sender.provider, sender.address) == before


def test_sender_cannot_become_real_after_the_calendar_was_moved(
    sender: Sender, settings: Settings
) -> None:
    real = {"BACKEND": "tests.messaging.networks.RealLooking"}
    settings.SMS_PROVIDERS = {**settings.SMS_PROVIDERS, "real": real}
    CalendarOffset.objects.create(pk=1, offset=timedelta(minutes=15))
    client = login(sender.organisation, "organisation_admin")

    answer = client.post(url("sender_change", sender.pk), sender_form(sender, provider="real"))

    sender.refresh_from_db()
    assert sender.provider == "fake"
    assert "moved for a demo" in answer.content.decode()


@pytest.mark.parametrize("by", ["id", "cause", "provider"])
def test_message_is_found_by_its_id_its_cause_and_the_providers_id(
    message: Message, by: str
) -> None:
    MessageFactory(sender=message.sender)
    at = message.created_at
    Attempt.objects.create(
        message=message, token="t", provider="fake", outcome="accepted",
        provider_message_id="SM-77", started_at=at, calendar_at=at, settled_at=at,
    )  # fmt: skip
    term = {"id": str(message.pk), "cause": message.cause_key, "provider": "SM-77"}[by]
    client = login(message.organisation, "programme_manager")

    page = client.get(url("message_changelist"), {"q": term}).context["cl"]

    assert message in page.result_list
    assert page.result_count == 1 or by != "provider"
    assert client.get(url("message_changelist"), {"q": "SM-78"}).context["cl"].result_count == 0
