"""What staff see of a sender whose texts do not leave, and how they set it going again."""

import pytest
from django.test import Client
from django.urls import reverse

from messaging import alarms
from messaging.models import Alarm, Message, Sender
from tests.factories.message import MessageFactory
from tests.factories.sender import SenderFactory
from tests.factories.user import UserFactory
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def alarmed() -> Alarm:
    sender = SenderFactory(name="Clinic")
    alarms.sound(kind=Alarm.Kind.REFUSED, sender_ids=[sender.pk], code="20003")
    return Alarm.objects.get()


def test_sender_list_says_what_is_wrong(staff: Client) -> None:
    alarmed()

    shown = staff.get(reverse("admin:messaging_sender_changelist")).content.decode()

    assert "the provider refuses this sender (20003); its texts wait" in shown


def test_alarm_page_says_what_to_do(staff: Client) -> None:
    alarm = alarmed()

    shown = staff.get(reverse("admin:messaging_alarm_change", args=[alarm.pk])).content.decode()

    assert "nothing is lost" in shown
    assert "Try again" in shown


def test_try_again_ends_the_alarm_and_is_audited(staff: Client) -> None:
    alarm = alarmed()

    staff.post(
        reverse("admin:messaging_alarm_changelist"),
        {"action": "try_again", "_selected_action": [alarm.pk]},
    )

    alarm.refresh_from_db()
    assert alarm.cleared_at is not None
    assert alarm.cleared_by is not None
    assert AuditEvent.objects.filter(verb="alarm.try_again").count() == 1


def test_message_list_finds_what_is_unresolved(staff: Client) -> None:
    lost = MessageFactory(status=Message.Status.UNKNOWN)
    sound = MessageFactory()

    shown = staff.get(reverse("admin:messaging_message_changelist"), {"fate": "unresolved"})

    listed = [row.pk for row in shown.context["cl"].result_list]
    assert listed == [lost.pk]
    assert sound.pk not in listed


def test_sender_page_says_what_its_provider_is(staff: Client) -> None:
    sender = SenderFactory()

    shown = staff.get(reverse("admin:messaging_sender_change", args=[sender.pk])).content.decode()

    assert "Sends nothing; for trying out." in shown
    assert Sender.objects.count() == 1
