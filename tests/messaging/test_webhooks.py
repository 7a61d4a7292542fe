"""Where providers call us. Two stand in for all: Twilio signs its calls, Plain's carry a secret or
an attempt's token in their address."""

import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest
from celery import Celery
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from config.celery import app as celery_app
from messaging import clock, optout, reports
from messaging.callback_tokens import signed
from messaging.models import (
    Attempt,
    InboundMessage,
    InboundPart,
    Message,
    Receipt,
    Recipient,
    Report,
    Sender,
)
from messaging.providers.base import DeliveryReport, Outgoing, Provider, ReportStatus, SendResult
from messaging.providers.base import SendOutcome as Outcome
from messaging.providers.webhook import InboundPart as Part
from messaging.providers.webhook import InboundText, WebhookRequest
from messaging.webhooks import LONGEST_BODY, MOST_FIELDS
from tests.factories.message import MessageFactory
from tests.factories.organisation import OrganisationFactory
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.providers.case_twilio import AUTH_TOKEN, OPTIONS, signature
from tests.messaging.texts import queue_text

NUMBER = "+447700900123"
ADDRESS = "+447700900999"
SECRET = "an-invented-webhook-secret"
SID = "SM" + "0" * 31 + "7"
FORM = "application/x-www-form-urlencoded"


class Plain(Provider):
    """Signs nothing. Its fields are called what they are."""

    webhook_secrets = (SECRET,)

    async def send(self, outgoing: Outgoing) -> SendResult:
        return SendResult(Outcome.UNKNOWN)

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        values = request.values()
        number, _, total = values.get("part", "").partition("/")
        return [
            InboundText(
                provider_message_id=key,
                from_number=values["from"],
                body=values.get("body", ""),
                to_address=values.get("to", ""),
                part=Part("r1", int(number), int(total)) if total else None,
            )
            for key in values["id"].split(",")
        ]

    def parse_receipts(self, request: WebhookRequest) -> list[DeliveryReport]:
        values = request.values()
        return [DeliveryReport(ReportStatus(values["status"]), provider_message_id=values["id"])]


@pytest.fixture(autouse=True)
def providers(settings: Settings) -> None:
    settings.INBOUND_HINT = ""
    settings.SMS_PROVIDERS = {
        "norway": {"BACKEND": "messaging.providers.twilio.Twilio", "OPTIONS": OPTIONS},
        "plain": {"BACKEND": "tests.messaging.test_webhooks.Plain", "OPTIONS": {}},
    }


@pytest.fixture
def sender(db: None) -> Sender:
    return SenderFactory(provider="norway", address=ADDRESS)


@pytest.fixture
def plain(db: None) -> Sender:
    return SenderFactory(provider="plain", address=ADDRESS)


def post(path: str, fields: Mapping[str, str], **headers: str) -> HttpResponse:
    return Client().post(path, urlencode(fields), content_type=FORM, headers=headers)


def from_twilio(path: str, fields: Mapping[str, str], *, secret: str = AUTH_TOKEN) -> HttpResponse:
    url = f"http://127.0.0.1:8000{path}"
    made = signature(url, tuple(fields.items()), secret)
    return post(path, fields, **{"x-twilio-signature": made})


def text(body: str = "Hei!", **changed: str) -> dict[str, str]:
    return {"MessageSid": SID, "From": NUMBER, "To": ADDRESS, "Body": body, **changed}


def plain_text(body: str, key: str = SECRET, **changed: str) -> HttpResponse:
    fields = {"id": "p1", "from": NUMBER, "to": ADDRESS, "body": body, **changed}
    return post(f"/hooks/plain/inbound/{key}/", fields)


def accepted(alias: str) -> Attempt:
    now = clock.calendar_now()
    message = MessageFactory(status=Message.Status.ACCEPTED, settled_at=now)
    return Attempt.objects.create(
        message=message,
        token=f"token-{message.pk}",
        provider=alias,
        provider_message_id=SID,
        outcome=Attempt.Outcome.ACCEPTED,
        calendar_at=now,
        settled_at=now,
    )


def test_inbound_stores_a_verified_text(sender: Sender) -> None:
    answer = from_twilio("/hooks/norway/inbound/", text("Hei på deg 🎉"))

    inbound = InboundMessage.objects.get()
    assert answer.status_code == 200
    assert (inbound.body, inbound.sender, inbound.end) == ("Hei på deg 🎉", sender, "pending")
    assert inbound.recipient.number == NUMBER


def test_inbound_stores_once_what_is_sent_again(sender: Sender) -> None:
    answers = [from_twilio("/hooks/norway/inbound/", text()) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert InboundMessage.objects.count() == 1


def test_inbound_refuses_a_forged_text(sender: Sender) -> None:
    answer = from_twilio("/hooks/norway/inbound/", text("STOP"), secret="somebody-elses")

    assert answer.status_code == 403
    assert not InboundMessage.objects.exists()
    assert not Recipient.objects.exists()


def test_inbound_refuses_words_changed_after_signing(sender: Sender) -> None:
    made = signature(
        "http://127.0.0.1:8000/hooks/norway/inbound/", tuple(text().items()), AUTH_TOKEN
    )

    answer = post("/hooks/norway/inbound/", text("STOP"), **{"x-twilio-signature": made})

    assert answer.status_code == 403
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("key", ["", "wrong/", f"{SECRET}x/", f"{SECRET[:-1]}/"])
def test_inbound_refuses_a_wrong_secret(key: str, plain: Sender) -> None:
    answer = post(f"/hooks/plain/inbound/{key}", {"id": "p1", "from": NUMBER, "body": "STOP"})

    assert answer.status_code == 403
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("door", ["inbound", "receipts"])
def test_doors_know_no_other_provider(door: str, sender: Sender) -> None:
    assert from_twilio(f"/hooks/sweden/{door}/", text()).status_code == 404


def test_inbound_refuses_a_body_that_is_too_long(sender: Sender) -> None:
    answer = from_twilio("/hooks/norway/inbound/", text("a" * LONGEST_BODY))

    assert answer.status_code == 413
    assert not InboundMessage.objects.exists()


def test_inbound_refuses_more_fields_than_any_provider_sends(sender: Sender) -> None:
    many = {f"More{place}": "" for place in range(MOST_FIELDS)}

    assert from_twilio("/hooks/norway/inbound/", text(**many)).status_code == 400


def test_inbound_refuses_a_form_that_is_not_utf_8(sender: Sender) -> None:
    answer = Client().post("/hooks/norway/inbound/", b"Body=\xff", content_type=FORM)

    assert answer.status_code == 400


@pytest.mark.parametrize("length", ["-1", "1e3", "twelve", "9" * 5000])
def test_inbound_refuses_a_length_that_is_none(length: str, sender: Sender) -> None:
    answer = Client(raise_request_exception=False).post(
        "/hooks/norway/inbound/", b"", content_type=FORM, CONTENT_LENGTH=length
    )

    assert answer.status_code in (400, 403, 413)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", f"/hooks/plain/inbound/{SECRET}/"),
        ("put", f"/hooks/plain/inbound/{SECRET}/"),
        ("delete", f"/hooks/plain/receipts/{SECRET}/"),
        ("head", f"/hooks/plain/receipts/{SECRET}/"),
    ],
)
def test_doors_refuse_other_methods(
    method: str, path: str, plain: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    answer = getattr(Client(), method)(path)

    assert answer.status_code == 405
    assert "POST" in answer["Allow"]
    assert SECRET not in caplog.text


def test_inbound_tolerates_blank_and_unknown_fields(sender: Sender) -> None:
    answer = from_twilio("/hooks/norway/inbound/", text(FromCity="", NewInTheSpring="1"))

    assert answer.status_code == 200
    assert InboundMessage.objects.count() == 1


def test_inbound_says_that_a_genuine_call_makes_no_sense(sender: Sender) -> None:
    answer = from_twilio("/hooks/norway/inbound/", {"MessageSid": SID, "From": NUMBER})

    assert answer.status_code == 400
    assert not InboundMessage.objects.exists()


def test_inbound_finds_the_sender_by_its_address(sender: Sender) -> None:
    other = SenderFactory(provider="norway", address="+447700900998")

    from_twilio("/hooks/norway/inbound/", text(To=other.address))

    assert InboundMessage.objects.get().sender == other


def test_inbound_goes_to_the_only_organisation(sender: Sender) -> None:
    SenderFactory(provider="plain", address="60100")
    SenderFactory(provider="norway", organisation=sender.organisation, address="60098")

    from_twilio("/hooks/norway/inbound/", text("STOP", To="60097"))

    inbound = InboundMessage.objects.get()
    assert inbound.organisation == sender.organisation
    assert optout.is_opted_out(recipient=inbound.recipient)


def test_inbound_guesses_no_organisation_among_several(sender: Sender) -> None:
    SenderFactory(provider="norway", organisation=OrganisationFactory(), address="60098")

    answer = from_twilio("/hooks/norway/inbound/", text(To="60097"))

    assert answer.status_code == 404
    assert not InboundMessage.objects.exists()


def test_inbound_is_nobodys_without_a_sender(db: None) -> None:
    assert from_twilio("/hooks/norway/inbound/", text()).status_code == 404


@pytest.mark.parametrize("short", ["2250", "BANK", "7726"])
def test_inbound_passes_over_what_no_person_sent(short: str, sender: Sender) -> None:
    answer = from_twilio("/hooks/norway/inbound/", text("STOP", From=short))

    assert answer.status_code == 200
    assert not InboundMessage.objects.exists()


def test_inbound_obeys_stop_before_it_answers(sender: Sender) -> None:
    recipient = RecipientFactory(organisation=sender.organisation)
    due = queue_text(sender, recipient)

    from_twilio("/hooks/norway/inbound/", text("stopp!", From=recipient.number))

    due.refresh_from_db()
    assert optout.is_opted_out(recipient=recipient)
    assert (due.status, due.status_reason) == (Message.Status.CANCELLED, "opted_out")


def test_inbound_tells_how_long_its_text_waited(sender: Sender) -> None:
    from_twilio("/hooks/norway/inbound/", text("STOP"))

    waited_ms = InboundMessage.objects.get().waited_ms
    assert waited_ms is not None
    assert waited_ms >= 0


def test_inbound_remembers_that_the_provider_has_answered(sender: Sender) -> None:
    from_twilio("/hooks/norway/inbound/", text("Please end this", OptOutType="STOP"))

    inbound = InboundMessage.objects.get()
    assert inbound.provider_answered
    assert inbound.opted_out


def test_inbound_joins_the_parts_of_a_text(plain: Sender) -> None:
    plain_text("world", id="p2", part="2/2")
    assert not InboundMessage.objects.exists()

    plain_text("Hello ", id="p1", part="1/2")

    assert InboundMessage.objects.get().body == "Hello world"
    assert all(part.body is None for part in InboundPart.objects.all())


def test_inbound_stores_every_text_of_a_call(plain: Sender) -> None:
    answer = plain_text("Hei", id="p1,p2,p1")

    assert answer.status_code == 204
    assert InboundMessage.objects.count() == 2


def test_inbound_keeps_no_nul(plain: Sender) -> None:
    answer = plain_text("a\x00b", id="p\x001")

    assert answer.status_code == 204
    inbound = InboundMessage.objects.get()
    assert (inbound.body, inbound.provider_message_id) == ("ab", "p1")


def test_inbound_takes_an_id_longer_than_any_providers(plain: Sender) -> None:
    longest = "p" * 200

    answers = [plain_text("STOP", id=f"{longest}{last}") for last in "112"]

    assert {answer.status_code for answer in answers} == {204}
    assert InboundMessage.objects.count() == 2


def test_inbound_tells_twilio_that_there_is_no_reply(sender: Sender) -> None:
    answer = from_twilio("/hooks/norway/inbound/", text())

    assert (answer.content, answer["Content-Type"]) == (b"<Response/>", "text/xml")


def test_receipts_are_written_down_by_the_token_in_their_address(db: None) -> None:
    attempt = accepted("norway")

    answer = from_twilio(
        f"/hooks/norway/receipts/{signed(attempt.token)}/",
        {"MessageSid": SID, "MessageStatus": "delivered"},
    )

    report = Report.objects.get()
    assert (answer.status_code, answer.content) == (204, b"")
    assert (report.provider, report.token, report.status) == ("norway", attempt.token, "delivered")


def test_receipts_are_found_by_the_providers_id_at_the_accounts_address(db: None) -> None:
    attempt = accepted("norway")

    from_twilio(
        "/hooks/norway/receipts/",
        {"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": "30005"},
    )
    reports.fold(now=clock.calendar_now())

    attempt.message.refresh_from_db()
    assert (attempt.message.status, attempt.message.status_reason) == ("undelivered", "30005")


def test_receipts_need_no_secret_beside_a_genuine_token(db: None) -> None:
    attempt = accepted("plain")

    answer = Client().get(
        f"/hooks/plain/receipts/{signed(attempt.token)}/?status=delivered&id=theirs"
    )
    reports.fold(now=clock.calendar_now())

    assert answer.status_code == 204
    assert Receipt.objects.get().attempt == attempt


def test_an_attempts_token_opens_no_door_for_texts(plain: Sender) -> None:
    attempt = accepted("plain")

    answer = plain_text("STOP", key=signed(attempt.token))

    assert answer.status_code == 403
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("forge", ["{}.", "{}.AAAAAAAAAAAAAAAAAAAAAAAA", "{}", ".", "{}.é"])
def test_receipts_refuse_a_forged_token(forge: str, db: None) -> None:
    attempt = accepted("plain")

    answer = post(
        f"/hooks/plain/receipts/{forge.format(attempt.token)}/",
        {"status": "delivered", "id": "theirs"},
    )

    assert answer.status_code == 403
    assert not Report.objects.exists()


def test_receipts_refuse_a_token_of_ours_where_the_provider_signs(db: None) -> None:
    attempt = accepted("norway")

    answer = post(
        f"/hooks/norway/receipts/{signed(attempt.token)}/",
        {"MessageSid": SID, "MessageStatus": "delivered"},
    )

    assert answer.status_code == 403
    assert not Report.objects.exists()


def test_a_token_lets_nobody_report_on_another_attempt(db: None) -> None:
    ours, others = accepted("plain"), accepted("plain")

    post(f"/hooks/plain/receipts/{signed(ours.token)}/", {"status": "failed", "id": SID})
    reports.fold(now=clock.calendar_now())

    others.message.refresh_from_db()
    assert Receipt.objects.get().attempt == ours
    assert others.message.status == Message.Status.ACCEPTED


def test_receipts_of_a_passing_state_say_nothing(db: None) -> None:
    accepted("norway")

    answer = from_twilio("/hooks/norway/receipts/", {"MessageSid": SID, "MessageStatus": "queued"})

    assert answer.status_code == 204
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/hooks/plain/inbound/very-secret-typo/", 403),
        ("/hooks/nobody/receipts/very-secret-typo/", 404),
    ],
)
def test_a_refusal_logs_neither_path_nor_words(
    path: str, status: int, plain: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = post(path, {"id": "p1", "from": NUMBER, "body": "Ring me"})

    assert answer.status_code == status
    assert "webhook_refused" in caplog.text
    for told in ("very-secret", NUMBER, NUMBER[1:], "Ring me"):
        assert told not in caplog.text


def test_what_breaks_is_answered_500_and_logged_without_its_address(
    plain: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    answer = post(f"/hooks/plain/inbound/{SECRET}/", {"id": "p1", "to": ADDRESS})

    assert answer.status_code == 500
    assert "webhook_broke" in caplog.text
    assert "KeyError" in caplog.text
    assert SECRET not in caplog.text


@pytest.fixture
def deaf_broker() -> Iterator[socket.socket]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        app = Celery(broker=f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        app.conf.broker_transport_options = {"socket_timeout": 3, "socket_connect_timeout": 3}
        app.set_default()
        try:
            yield listener
        finally:
            celery_app.set_default()


def test_inbound_does_not_wait_for_a_broker_that_is_gone(
    sender: Sender, deaf_broker: socket.socket, settings: Settings
) -> None:
    settings.INBOUND_HINT = "enrolment.tasks.answer_inbound"
    called = threading.Event()

    def take() -> None:
        line, _ = deaf_broker.accept()
        with line:
            called.set()
            released.wait(10)

    released = threading.Event()
    listening = threading.Thread(target=take, daemon=True)
    listening.start()
    started = time.monotonic()

    answer = from_twilio("/hooks/norway/inbound/", text())

    seconds = time.monotonic() - started
    assert called.wait(10), "nobody told the broker"
    released.set()
    listening.join(10)
    assert answer.status_code == 200
    assert seconds < 2
