"""Reports and inbound texts of the fake, as our side gets them."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from tests.messaging.fakes.calls import NUMBER, SENDER, SERVICE, send
from tests.messaging.providers.scripted import Asked, Reply, Scripted, scripted
from tests.peers.fake_provider import FakeProviderProcess

PUBLIC = "https://sms.example.org"


@pytest.fixture
def ours() -> Iterator[Scripted]:
    with scripted(Reply(204)) as server:
        yield server


def awaited(ours: Scripted, count: int) -> list[Asked]:
    until = time.monotonic() + 10
    while len(ours.asked) < count:
        assert time.monotonic() < until, f"{len(ours.asked)} webhooks of {count}"
        time.sleep(0.01)
    return ours.asked


def signed(asked: Asked, address: str, provider: FakeProviderProcess) -> bool:
    signature = asked.headers["x-twilio-signature"]
    validator = RequestValidator(provider.auth_token)
    return bool(validator.validate(address + asked.path, asked.form(), signature))


def statuses(ours: Scripted) -> list[str]:
    return [asked.form()["MessageStatus"] for asked in ours.asked]


def test_reports_come_signed_and_in_order_without_the_first_status(
    provider: FakeProviderProcess, ours: Scripted
) -> None:
    sid = send(provider, StatusCallback=f"{ours.url}/r/token-1").content["sid"]

    reports = awaited(ours, 2)

    assert statuses(ours) == ["sent", "delivered"]
    for report in reports:
        assert report.path == "/r/token-1"
        assert signed(report, ours.url, provider)
        fields = report.form()
        assert (fields["MessageSid"], fields["To"], fields["From"]) == (sid, NUMBER, SENDER)
        assert "ErrorCode" not in fields


def test_text_through_a_service_is_reported_queued_too(
    provider: FakeProviderProcess, ours: Scripted
) -> None:
    send(provider, From="", MessagingServiceSid=SERVICE, StatusCallback=f"{ours.url}/r")

    awaited(ours, 3)

    assert statuses(ours) == ["queued", "sent", "delivered"]


def test_failing_text_is_reported_with_its_code(
    provider: FakeProviderProcess, ours: Scripted
) -> None:
    provider.faults(sequence=["30003"])
    send(provider, StatusCallback=f"{ours.url}/r")

    last = awaited(ours, 2)[-1].form()

    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30003")


def test_report_of_a_text_whose_answer_was_lost_still_comes(
    provider: FakeProviderProcess, ours: Scripted
) -> None:
    provider.faults(sequence=["accept_then_reset"])
    with pytest.raises(ConnectionResetError):
        send(provider, StatusCallback=f"{ours.url}/r/token-2")

    awaited(ours, 2)

    assert {asked.path for asked in ours.asked} == {"/r/token-2"}


def test_report_is_tried_again_when_nobody_answers(
    provider: FakeProviderProcess, ours: Scripted
) -> None:
    provider.faults(reports={"missing": 1})
    ours.replies += [Reply(reset=True), Reply(reset=True)]
    send(provider, StatusCallback=f"{ours.url}/r")

    awaited(ours, 3)

    assert len(set(statuses(ours))) == 1


def test_inbound_text_comes_signed_for_its_public_address(tmp_path: Path, ours: Scripted) -> None:
    url = f"{PUBLIC}/hooks/inbound/"
    arguments = ("--inbound-url", url, "--deliver-to", ours.url)
    with FakeProviderProcess(tmp_path / "ledger.jsonl", arguments=arguments) as provider:
        told = provider.inbound(NUMBER, SENDER, "Stopp & æøå", opt_out_type="STOP", times=2)

        assert told["status"] == 204
        for asked in awaited(ours, 2):
            assert signed(asked, PUBLIC, provider)
            fields = asked.form()
            assert (fields["MessageSid"], fields["Body"]) == (told["sid"], "Stopp & æøå")
            assert fields["FromCity"] == ""
            assert fields["OptOutType"] == "STOP"
            assert asked.headers["i-twilio-idempotency-token"] == told["sid"]
        assert send(provider).code == 21610


@pytest.mark.parametrize("word", ["STOP", " stop ", "Quit", "UNSUBSCRIBE"])
def test_inbound_stop_word_opts_out_until_start(
    provider: FakeProviderProcess, ours: Scripted, word: str
) -> None:
    number = "+447700900401"

    provider.inbound(number, SENDER, word, url=ours.url)
    assert send(provider, To=number).code == 21610
    provider.inbound(number, SENDER, "I will not STOP", url=ours.url)
    assert send(provider, To=number).code == 21610
    provider.inbound(number, SENDER, "start", url=ours.url)
    assert send(provider, To=number).status == 201


def test_other_machines_are_never_called(provider: FakeProviderProcess) -> None:
    with pytest.raises(AssertionError, match="only calls this machine"):
        provider.inbound(NUMBER, SENDER, "Hello", url=f"{PUBLIC}/hooks/")

    assert send(provider, StatusCallback=f"{PUBLIC}/r").status == 201
    time.sleep(0.2)
    assert provider.summary()["webhooks"]["elsewhere"] == 2
