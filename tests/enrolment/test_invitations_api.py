"""Invitations that other systems hand in: what is taken, refused, answered, and what it tells."""

import json
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import Client

from enrolment import api_tokens, inviting, leaving, strangers, taking_in
from enrolment.models import ApiToken, Consent, Enrolment, Invitation, Participant
from messaging.models import Message
from tests import worlds
from tests.enrolment.test_replies import NUMBER, texted
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

OTHER = "+447700900002"


@pytest.fixture
def token() -> str:
    worlds.version()
    return api_tokens.create(
        campaign=worlds.campaign(), name="Web form", may={"invitations"}, now=worlds.NOON
    )[1]


def send(token: str, body: object, key: str = "k1", **headers: str) -> HttpResponse:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(
        "/api/v1/invitations/",
        sent,
        content_type=headers.pop("content_type", "application/json"),
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key, **headers},
    )


def asked() -> list[str]:
    return [message.body.text or "" for message in Message.objects.filter(cause_kind="staff")]


def test_number_is_asked_and_its_own_yes_joins(token: str) -> None:
    answer = send(token, {"number": NUMBER, "how": "referral", "first_name": "Amina"})

    invitation = Invitation.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {"id": invitation.pk, "status": "taken"}
    assert asked() == []
    assert inviting.ask_noted(now=worlds.NOON) == 1
    assert asked() == ["Do you want our texts? YES or NO"]
    assert Participant.objects.get().first_name is None

    assert texted("yes") == ["Do you smoke? YES or NO"]

    assert Participant.objects.get().first_name == "Amina"
    invitation.refresh_from_db()
    assert (invitation.status, invitation.channel, invitation.first_name) == (
        "asked",
        "referral",
        None,
    )
    assert Consent.objects.get().channel == "sms"


@pytest.mark.parametrize("answered", ["no", "STOP", ""])
def test_name_goes_where_nobody_says_yes(token: str, answered: str) -> None:
    send(token, {"number": NUMBER, "first_name": "Amina"})
    inviting.ask_noted(now=worlds.NOON)

    if answered:
        texted(answered)
    leaving.take_silence_as_leaving(now=worlds.NOON + timedelta(days=7))

    assert Invitation.objects.get().first_name is None
    assert Participant.objects.get().first_name is None


@pytest.mark.parametrize("known", ["unknown", "opted_out", "already_in", "asked_lately", "country"])
def test_answer_tells_nothing_of_the_number(token: str, known: str) -> None:
    number = NUMBER
    match known:
        case "opted_out":
            texted("STOP")
        case "already_in":
            worlds.person(number=NUMBER, of=worlds.version())
        case "asked_lately":
            inviting.invite(
                version=worlds.version(),
                number=NUMBER,
                language="en",
                channel="web",
                now=worlds.NOON,
            )
            texted("no")
        case "country":
            number = "+12025550123"
    before = len(asked())

    answer = send(token, {"number": number})

    invitation = Invitation.objects.order_by("-pk")[0]
    assert answer.status_code == 202
    assert answer.json() == {"id": invitation.pk, "status": "taken"}
    inviting.ask_noted(now=worlds.NOON + timedelta(days=1))
    invitation.refresh_from_db()
    if known == "unknown":
        assert len(asked()) == before + 1
    else:
        assert (invitation.status, invitation.refusal) == ("refused", known)
        assert len(asked()) == before
        assert AuditEvent.objects.filter(verb="invitation.refuse").count() == 1


def test_same_request_again_is_answered_alike_and_asks_once(token: str) -> None:
    first = send(token, {"number": NUMBER})
    inviting.ask_noted(now=worlds.NOON)
    again = send(token, {"number": NUMBER})
    inviting.ask_noted(now=worlds.NOON)

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert len(asked()) == 1
    other = send(token, {"number": OTHER})
    assert other.status_code == 409
    assert OTHER not in other.content.decode()


def test_same_person_twice_is_asked_once(token: str) -> None:
    send(token, {"number": NUMBER})
    send(token, {"number": NUMBER}, "k2")
    inviting.ask_noted(now=worlds.NOON)

    assert len(asked()) == 1
    assert sorted(Invitation.objects.values_list("status", "refusal")) == [
        ("asked", ""),
        ("refused", "already_in"),
    ]


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        (b"{", "", "not JSON"),
        (b"[]", "", "one JSON object"),
        ({}, "/number", "+447700900123"),
        ({"number": "07700 900001"}, "/number", "digits alone"),
        ({"number": 447700900001}, "/number", "digits alone"),
        ({"number": NUMBER, "how": "telepathy"}, "/how", "missed_call"),
        ({"number": NUMBER, "language": "tlh"}, "/language", "expected one of en"),
        ({"number": NUMBER, "language": 7}, "/language", "a language's code"),
        ({"number": NUMBER, "first_name": "R2D2"}, "/first_name", "without figures"),
        ({"number": NUMBER, "first_name": ["A"]}, "/first_name", "without figures"),
        ({"number": NUMBER, "diagnosis": "secret"}, "", "not known here"),
    ],
)
def test_wrong_field_is_told_by_its_place(
    token: str, body: object, pointer: str, said: str
) -> None:
    answer = send(token, body)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert said in error["detail"]
    for sent in ("secret", "R2D2", "telepathy", "tlh", "07700", NUMBER):
        assert sent not in answer.content.decode()
    assert not Invitation.objects.exists()


def test_token_may_do_only_what_it_says(token: str) -> None:
    reads = api_tokens.create(
        campaign=worlds.campaign(), name="Meter", may={"readings"}, now=worlds.NOON
    )[1]
    both = api_tokens.create(
        campaign=worlds.campaign(),
        name="Clinic",
        may={"readings", "invitations"},
        now=worlds.NOON,
    )[1]

    assert send(reads, {"number": NUMBER}).status_code == 403
    assert send(both, {"number": NUMBER}).status_code == 202
    readings = Client().post(
        "/api/v1/readings/",
        b"{}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"},
    )
    assert (readings.status_code, readings.json()["title"]) == (
        403,
        "This token may not send readings.",
    )


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (401, {"Authorization": "Bearer nobody"}, {}),
        (400, {"Idempotency-Key": ""}, {}),
        (415, {"content_type": "text/plain"}, {}),
        (413, {}, b"{" + b" " * 4096),
    ],
)
def test_malformed_request_is_refused(
    token: str, status: int, headers: dict[str, str], body: object
) -> None:
    assert send(token, body, **headers).status_code == status


def test_only_post_and_revoked_tokens_open_nothing(token: str) -> None:
    assert Client().get("/api/v1/invitations/").status_code == 405
    api_tokens.revoke(token_id=ApiToken.objects.get().pk, now=worlds.NOON)

    assert send(token, {"number": NUMBER}).status_code == 401


def test_too_many_in_a_minute_or_a_day_are_told_to_wait(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for span, most, _, wait in taking_in.LIMITS:
        monkeypatch.setattr(
            taking_in, "LIMITS", ((span, 1, "Too many invitations in a while.", wait),)
        )
        Invitation.objects.all().delete()
        assert most > 1
        assert send(token, {"number": NUMBER}, f"a{wait}").status_code == 202

        tired = send(token, {"number": OTHER}, f"b{wait}")

        assert (tired.status_code, tired["Retry-After"]) == (429, wait)


def test_campaign_without_a_published_version_takes_nobody_in(token: str) -> None:
    worlds.campaign().versions.update(status="retired")

    answer = send(token, {"number": NUMBER})

    assert (answer.status_code, Invitation.objects.count()) == (409, 0)


def test_one_that_breaks_holds_up_nobody(token: str) -> None:
    send(token, {"number": NUMBER})
    Invitation.objects.update(language="en")
    broken = worlds.version(worlds.campaign(key="broken"), published=False)
    broken.texts.filter(key="question.consent").delete()
    worlds.publish(broken)
    inviting.note(
        campaign=broken.campaign, number=OTHER, language="en", channel="api", now=worlds.NOON
    )
    send(token, {"number": "+447700900003"}, "k3")

    assert inviting.ask_noted(now=worlds.NOON) == 3

    assert list(Invitation.objects.order_by("pk").values_list("status", "refusal")) == [
        ("asked", ""),
        ("refused", "fault"),
        ("asked", ""),
    ]
    assert Enrolment.objects.count() == 2


def test_trouble_of_the_database_refuses_nobody(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadlock(**_: object) -> bool:
        raise OperationalError("deadlock detected")

    send(token, {"number": NUMBER})
    with monkeypatch.context() as trouble:
        trouble.setattr(strangers, "is_served", deadlock)
        assert inviting.ask_noted(now=worlds.NOON) == 0
    assert Invitation.objects.get().status == "pending"

    assert inviting.ask_noted(now=worlds.NOON) == 1

    assert Invitation.objects.get().status == "asked"


def test_numbers_and_names_never_reach_the_log(
    token: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError(NUMBER)

    monkeypatch.setattr(taking_in, "take_in", broken)

    answer = send(token, {"number": NUMBER, "first_name": "Amina"})

    assert answer.status_code == 500
    assert NUMBER not in answer.content.decode()
    assert "Amina" not in caplog.text


def test_command_makes_a_token_for_what_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    worlds.version()
    call_command("api_token", "create", "quit", "Clinic", "--may", "invitations")

    secret = capsys.readouterr().out.split()[-1]

    assert ApiToken.objects.get().may == ["invitations"]
    assert send(secret, {"number": NUMBER}).status_code == 202
    with pytest.raises(CommandError, match="--may"):
        call_command("api_token", "create", "quit", "Clinic")


@pytest.mark.django_db(transaction=True)
def test_same_key_sent_twice_at_once_is_one_invitation(token: str) -> None:
    start = threading.Barrier(2)
    answers: list[HttpResponse] = []

    def post() -> None:
        try:
            start.wait(10)
            answers.append(send(token, {"number": NUMBER}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert [answer.status_code for answer in answers] == [202, 202]
    assert Invitation.objects.count() == 1


def test_referral_is_counted_by_who_sent_her(token: str) -> None:
    body = {"number": NUMBER, "how": "referral", "referrer": " HW-014,  Mpika clinic "}

    assert send(token, body).status_code == 202

    assert Invitation.objects.get().referrer == "HW-014, Mpika clinic"


@pytest.mark.parametrize(
    "referrer", ["x" * 61, "ring +447700900999", "=1+1", 7, "a@clinic.example"]
)
def test_referrer_that_is_none_is_refused(token: str, referrer: object) -> None:
    answer = send(token, {"number": NUMBER, "referrer": referrer})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/referrer"
    assert not Invitation.objects.exists()
