import hmac
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from enrolment import cases, page_calls, paging, replies
from enrolment.models import Case, Page, PagerContact
from tests import worlds
from tests.enrolment.pagers import Pager, pager
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
#: Nobody texts by the light of day.
NIGHT = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
NEED = "i want to die"


@pytest.fixture(autouse=True)
def private_hosts(settings: Any) -> None:
    settings.PAGER_PRIVATE_HOSTS = ["127.0.0.1"]
    settings.PUBLIC_BASE_URL = "https://sendwell.example"


@pytest.fixture
def receiver() -> Iterator[Pager]:
    with pager() as found:
        yield found


def contact(**columns: Any) -> PagerContact:
    return PagerContact.objects.create(
        organisation=worlds.organisation(), name=columns.pop("name", "Nurse on duty"), **columns
    )


def text(body: str = NEED, at: datetime = NIGHT, number: str = NUMBER) -> None:
    worlds.text(number, body, at=at)
    replies.answer_pending(now=at)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ((), NEED),
        ((), "no sleep again, work is a mess and honestly i want to die, anyway CRAVE"),
        (("STOP",), NEED),
        ((), "STOP i want to die"),
        (("JOIN", "yes"), NEED),
    ],
    ids=["alone", "in a longer text", "after STOP", "with STOP", "as an answer"],
)
@pytest.mark.parametrize("known", [True, False], ids=["somebody", "a stranger"])
def test_words_of_need_at_two_are_paged_within_a_minute(
    receiver: Pager, before: tuple[str, ...], words: str, known: bool
) -> None:
    if known and before != ("JOIN", "yes"):
        worlds.person(number=NUMBER)
    else:
        worlds.version()
    contact(webhook=receiver.address)
    contact(email="nurse@clinic.example")
    for body in before if known else ():
        text(body, NIGHT - timedelta(minutes=5))

    text(words)
    # The next look at the pages is five seconds of machine time away.
    paging.deliver_due(now=NIGHT + timedelta(seconds=5))

    assert [each["kind"] for each in receiver.told] == ["self_harm"]
    assert [sent.to for sent in mail.outbox] == [["nurse@clinic.example"]]
    settled = Page.objects.values_list("status", "settled_at")
    assert set(settled) == {("sent", NIGHT + timedelta(seconds=5))}


def test_page_names_the_case_and_neither_number_nor_words(receiver: Pager) -> None:
    worlds.person(number=NUMBER)
    contact(webhook=receiver.address)
    contact(email="nurse@clinic.example")
    text()
    paging.deliver_due(now=NIGHT)

    said = receiver.bodies[0].decode() + mail.outbox[0].subject + str(mail.outbox[0].body)
    case = Case.objects.get()
    assert f"https://sendwell.example/admin/enrolment/case/{case.pk}/change/" in said
    for secret in (NUMBER, NUMBER[1:], NEED, "Amina"):
        assert secret not in said


def test_page_is_signed_by_the_contacts_own_secret(receiver: Pager) -> None:
    worlds.person(number=NUMBER)
    nurse, other = contact(webhook=receiver.address), contact(email="a@clinic.example")
    text()
    paging.deliver_due(now=NIGHT)

    headers, secret = receiver.headers[0], page_calls.secret_of(nurse).encode()
    signed = headers["Sendwell-Timestamp"].encode() + b"." + receiver.bodies[0]
    expected = "sha256=" + hmac.digest(secret, signed, "sha256").hex()
    assert hmac.compare_digest(headers["Sendwell-Signature"], expected)
    assert page_calls.secret_of(other) != page_calls.secret_of(nurse)


def test_page_is_tried_again_until_somebody_is_told(receiver: Pager) -> None:
    worlds.person(number=NUMBER)
    contact(webhook=receiver.address)
    receiver.answers = [500, 503, 200]
    text()

    for seconds in (0, 1, 15, 20, 45, 60):
        paging.deliver_due(now=NIGHT + timedelta(seconds=seconds))

    page = Page.objects.get()
    assert (page.status, page.attempts, page.trouble) == ("sent", 3, "")
    assert len(receiver.bodies) == 3


def test_page_nobody_takes_is_given_up_and_says_why(receiver: Pager) -> None:
    worlds.person(number=NUMBER)
    contact(webhook=receiver.address)
    receiver.answers = [500]
    text()
    now = NIGHT
    for _ in range(paging.MOST_TRIES + 3):
        paging.deliver_due(now=now)
        now += timedelta(minutes=6)

    page = Page.objects.get()
    assert (page.status, page.attempts) == ("failed", paging.MOST_TRIES)
    assert page.trouble == "answered_500"
    assert Case.objects.get().status == Case.Status.OPEN


@pytest.mark.parametrize(
    ("address", "trouble"),
    [
        ("http://127.0.0.1:1/in", "unreachable"),
        ("https://10.0.0.1/in", "address_not_public"),
        ("https://169.254.169.254/latest", "address_not_public"),
        ("https://[::ffff:127.0.0.1]/in", "address_not_public"),
        ("https://localhost/in", "address_not_public"),
        ("https://nobody.invalid/in", "unreachable"),
    ],
)
def test_page_goes_to_no_door_inside_our_own_network(address: str, trouble: str) -> None:
    worlds.person(number=NUMBER)
    contact(webhook=address)
    text()
    paging.deliver_due(now=NIGHT)

    assert Page.objects.get().trouble == trouble


def test_machine_itself_is_called_only_where_it_is_named(settings: Any, receiver: Pager) -> None:
    settings.PAGER_PRIVATE_HOSTS = []
    worlds.person(number=NUMBER)
    contact(webhook=receiver.address)
    text()
    paging.deliver_due(now=NIGHT)

    assert receiver.bodies == []
    assert Page.objects.get().trouble == "address_not_public"


def test_page_is_not_led_elsewhere(receiver: Pager) -> None:
    worlds.person(number=NUMBER)
    contact(webhook=receiver.address)
    receiver.answers = [307]
    text()
    paging.deliver_due(now=NIGHT)

    assert len(receiver.bodies) == 1
    assert Page.objects.get().trouble == "answered_307"


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected


def test_mail_server_that_refuses_is_tried_again(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    worlds.person(number=NUMBER)
    contact(email="nurse@clinic.example")
    text()
    paging.deliver_due(now=NIGHT)

    page = Page.objects.get()
    assert (page.status, page.trouble) == ("pending", "mail_refused")


def test_next_words_of_the_same_need_are_another_case_and_no_other_page() -> None:
    worlds.person(number=NUMBER)
    contact(email="nurse@clinic.example")
    text()
    text("really, i want to die", NIGHT + timedelta(minutes=2))
    text("i want to die", NIGHT + timedelta(minutes=20))

    assert Case.objects.count() == 3
    assert Page.objects.count() == 2


def test_another_need_and_one_after_the_case_was_closed_are_paged() -> None:
    worlds.person(number=NUMBER)
    contact(email="nurse@clinic.example")
    text()
    text("he hit me again", NIGHT + timedelta(minutes=1))
    assert Page.objects.count() == 2

    for case in Case.objects.all():
        cases.resolve(case=case, resolution="nothing", actor=None, now=NIGHT + timedelta(minutes=2))
    text(at=NIGHT + timedelta(minutes=3))

    assert Page.objects.count() == 3


def test_campaigns_contact_and_the_whole_organisations_are_told() -> None:
    worlds.person(number=NUMBER)
    other = worlds.campaign(key="other")
    contact(name="all", email="all@clinic.example")
    contact(name="here", email="here@clinic.example", campaign=worlds.campaign())
    contact(name="there", email="there@clinic.example", campaign=other)
    contact(name="away", email="away@clinic.example", is_active=False)
    PagerContact.objects.create(
        organisation=worlds.organisation("hospital"), name="foreign", email="h@hospital.example"
    )
    text()

    assert {page.contact.name for page in Page.objects.all()} == {"all", "here"}


def test_what_can_wait_is_paged_to_nobody() -> None:
    worlds.person(number=NUMBER)
    contact(email="nurse@clinic.example")
    text("my cat ate my patches")

    assert Case.objects.get().urgency == Case.Urgency.ORDINARY
    assert not Page.objects.exists()


def test_need_is_written_down() -> None:
    worlds.person(number=NUMBER)
    text()

    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"safety.crisis", "case.open"} <= verbs
