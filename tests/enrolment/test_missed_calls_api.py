"""Missed calls, as telephone gateways tell of them: each number asked once, and no consent made."""

import base64
import json
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from enrolment import api_tokens, inviting, taking_in
from enrolment.api_problems import Unreadable
from enrolment.missed_call import missed_call
from enrolment.models import Consent, Enrolment, Invitation
from messaging.models import Message
from tests import worlds
from tests.enrolment.test_replies import NUMBER, texted

URL = "/api/v1/missed-calls/"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def token(db: None) -> str:
    worlds.version()
    return api_tokens.create(
        campaign=worlds.campaign(), name="Gateway", may={"invitations"}, now=worlds.NOON
    )[1]


def ring(
    token: str, number: str = NUMBER, call: str = "CA1", *, basic: bool = True
) -> HttpResponse:
    known = base64.b64encode(f"sendwell:{token}".encode()).decode()
    return Client().post(
        URL,
        f"CallSid={call}&From={number.replace('+', '%2B')}&Direction=inbound",
        content_type=FORM,
        headers={"Authorization": f"Basic {known}" if basic else f"Bearer {token}"},
    )


@pytest.mark.parametrize("basic", [True, False])
def test_call_is_hung_up_on_and_the_number_asked(token: str, basic: bool) -> None:
    answer = ring(token, basic=basic)

    assert answer.status_code == 200
    assert b"<Response><Reject/></Response>" in answer.content
    assert inviting.ask_noted(now=worlds.NOON) == 1
    row = Invitation.objects.get()
    assert (row.channel, row.recipient.number, row.status) == ("missed_call", NUMBER, "asked")
    assert not Consent.objects.exists()
    assert texted("yes") == ["Do you smoke? YES or NO"]


def test_whoever_rings_ten_times_gets_one_question(token: str) -> None:
    for call in range(10):
        assert ring(token, call=f"CA{call}").status_code == 200

    inviting.ask_noted(now=worlds.NOON)
    assert Invitation.objects.count() == Message.objects.count() == 1


def test_same_call_told_twice_is_one(token: str) -> None:
    ring(token)
    ring(token)

    assert Invitation.objects.count() == 1


def test_flood_of_calls_is_kept_out(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = (timedelta(minutes=1), 2, "Too many invitations in a minute.", "60")
    monkeypatch.setattr(taking_in, "LIMITS", (limit,))

    answers = [ring(token, f"+44770090000{place}", f"CA{place}") for place in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert Invitation.objects.count() == 2


def test_number_that_stopped_is_answered_alike_and_not_asked(token: str) -> None:
    texted("STOP")

    assert ring(token).status_code == 200
    inviting.ask_noted(now=worlds.NOON)

    assert Invitation.objects.get().refusal == "opted_out"
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("number", ["anonymous", "Unavailable", "2250"])
def test_hidden_number_leaves_nothing(token: str, number: str) -> None:
    assert ring(token, number).status_code == 200
    assert not Invitation.objects.exists()


def test_without_a_good_token_nothing_is_taken(token: str) -> None:
    readings = api_tokens.create(
        campaign=worlds.campaign(), name="Device", may={"readings"}, now=worlds.NOON
    )[1]

    refused = ring("swt_guess")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Basic")
    assert ring(readings).status_code == 403
    assert Client().post(URL, "From=1", content_type=FORM).status_code == 401
    assert Client().get(URL).status_code == 405
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        {"callerNumber": NUMBER, "sessionId": "AT1"},
        {"from": "447700900001", "callId": "IB1"},
        {"number": NUMBER, "call_id": "1"},
    ],
)
def test_each_gateways_words_are_understood(told: dict[str, str]) -> None:
    found = missed_call(json.dumps(told).encode(), "application/json")

    assert found.number == NUMBER


@pytest.mark.parametrize(
    "body", [b"From=%2B447700900001", b"CallSid=1", b"\xff", b"CallSid=" + b"x" * 65 + b"&From=1"]
)
def test_what_is_no_call_is_told(body: bytes) -> None:
    with pytest.raises(Unreadable):
        missed_call(body, FORM)
