import re
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from config import places
from enrolment.models import AuditRun
from enrolment.operations import QUEUES
from messaging import clock, heartbeats, holding, inbox
from messaging.models import Attempt, Message, Receipt, Sender
from messaging.providers.webhook import InboundText
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text

pytestmark = pytest.mark.django_db

TOKEN = "f" * 32
BEARER: dict[str, Any] = {"headers": {"Authorization": f"Bearer {TOKEN}"}}
PARTS = [heartbeats.BEAT, heartbeats.WATCH, *(heartbeats.QUEUE + each for each in QUEUES)]


@pytest.fixture
def _token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def everything_beats() -> None:
    for name in PARTS:
        heartbeats.seen(name=name)


def value(told: str, name: str, **labels: str) -> float:
    """The sample of that name and those labels."""
    inside = ",".join(f'{key}="{label}"' for key, label in sorted(labels.items()))
    line = re.escape(f"sendwell_{name}{{{inside}}}" if inside else f"sendwell_{name}")
    found = re.search(rf"^{line} (\S+)$", told, re.MULTILINE)
    assert found, f"{name} {labels} is not told"
    return float(found[1])


def figures(client: Client) -> str:
    answer = client.get("/metrics", **BEARER)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/health/live/", "/health/ready/"])
def test_a_process_tells_anyone_that_it_is_up_without_tls(
    client: Client, settings: Settings, address: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/health/house/", "/metrics"])
def test_without_a_token_in_the_settings_there_is_no_such_page(
    client: Client, settings: Settings, address: str
) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get(address, **BEARER).status_code == 404
    assert client.get(address, headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.usefixtures("_token")
@pytest.mark.parametrize("address", ["/health/house/", "/metrics"])
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}f"])
def test_a_wrong_token_opens_nothing(client: Client, address: str, given: str) -> None:
    answer = client.get(address, headers={"Authorization": given})

    assert answer.status_code == 401
    assert answer.content == b""


@pytest.mark.usefixtures("_token")
def test_a_house_whose_parts_were_never_seen_is_not_well(client: Client) -> None:
    answer = client.get("/health/house/", **BEARER)

    assert answer.status_code == 503
    assert answer.json() == {"well": False, "troubles": [f"silent:{name}" for name in PARTS]}


@pytest.mark.usefixtures("_token")
def test_a_house_at_work_is_well_until_a_part_falls_silent(client: Client) -> None:
    everything_beats()
    assert client.get("/health/house/", **BEARER).json() == {"well": True, "troubles": []}

    heartbeats.Heartbeat.objects.filter(name="watch").update(
        beaten_at=clock.both()[0] - timedelta(minutes=3)
    )

    assert client.get("/health/house/", **BEARER).json()["troubles"] == ["silent:watch"]


@pytest.mark.usefixtures("_token")
def test_a_house_that_is_held_is_not_well_but_ready_for_texts_that_come_in(client: Client) -> None:
    everything_beats()
    holding.hold()

    assert client.get("/health/house/", **BEARER).json()["troubles"] == ["held"]
    assert client.get("/health/ready/").status_code == 200
    assert value(figures(client), "sending_held") == 1


@pytest.mark.usefixtures("_token")
def test_figures_of_an_idle_house_are_all_there(client: Client) -> None:
    everything_beats()
    told = figures(client)

    assert value(told, "oldest_due_seconds", queue="due") == 0
    assert value(told, "heartbeat_age_seconds", part="beat") < 60
    assert value(told, "unknown_calls") == 0
    assert value(told, "sending_held") == 0
    assert value(told, "calendar_offset_seconds") == 0


@pytest.mark.usefixtures("_token")
def test_figures_tell_what_waits_and_what_nobody_knows(client: Client) -> None:
    sender = SenderFactory(segment_price="0.05", monthly_budget="100", currency="GBP")
    waits = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    lost = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    now, calendar = clock.both()
    Message.objects.filter(pk=lost.pk).update(status="unknown")
    Attempt.objects.create(
        message=lost, token="t", provider="fake", outcome="unknown", calendar_at=calendar
    )
    AuditRun.objects.create(
        started_at=now,
        ended_at=now,
        found={"I1": 2, "I3": 0},
        whole_until=now - timedelta(days=2),
    )

    told = figures(client)

    assert value(told, "oldest_text_seconds", sender=str(sender.pk)) >= 60
    assert value(told, "unknown_calls") == 1
    assert value(told, "calls_5m", provider="fake", outcome="unknown") == 1
    assert value(told, "audit_findings", invariant="I1") == 2
    assert value(told, "audit_round_age_seconds") >= 2 * 86400
    assert value(told, "budget_spent_share", sender=str(sender.pk)) == 0
    assert waits.status == Message.Status.QUEUED


@pytest.mark.usefixtures("_token")
def test_figures_tell_the_slowest_stop_and_how_late_reports_come(client: Client) -> None:
    sender = SenderFactory()
    call = InboundText("SM1", "+447700900001", "STOP", called_at=time.monotonic() - 3)
    inbox.store(sender=sender, inbound=call)
    waited_longer = replace(
        call, provider_message_id="SM2", body="Thanks", called_at=time.monotonic() - 9
    )
    inbox.store(sender=sender, inbound=waited_longer)
    for seconds in (20, 40, 400):
        reported(sender, seconds_ago=seconds)

    told = figures(client)

    assert 3 <= value(told, "stop_slowest_5m_seconds") < 9
    assert 40 <= value(told, "report_lag_5m_seconds", provider="fake") < 50


def reported(sender: Sender, *, seconds_ago: int) -> None:
    now, calendar = clock.both()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    attempt = Attempt.objects.create(
        message=message, token=f"t{message.pk}", provider="fake", outcome="accepted",
        calendar_at=calendar, settled_at=now,
    )  # fmt: skip
    Attempt.objects.filter(pk=attempt.pk).update(started_at=now - timedelta(seconds=seconds_ago))
    Receipt.objects.create(attempt=attempt, status=Receipt.Status.DELIVERED)


@pytest.mark.usefixtures("_token")
def test_alarms_dashboard_and_handbook_know_the_same_figures(client: Client) -> None:
    told = set(re.findall(r"^# HELP (sendwell_\w+)", figures(client), re.MULTILINE))

    assert named_in("docs/operate.md", r"^\| `(sendwell_\w+)") <= told
    assert told <= named_in("docs/operate.md", r"`(sendwell_\w+)[{`]")
    for watched in ("prometheus/sendwell.rules.yml", "grafana/sendwell.json"):
        assert named_in(f"deploy/{watched}", r"\b(sendwell_\w+)") <= told


def named_in(path: str, pattern: str) -> set[str]:
    text = (places.CHECKOUT / path).read_text(encoding="utf-8")
    return set(re.findall(pattern, text, re.MULTILINE))


@pytest.mark.usefixtures("_token")
def test_figures_hold_nothing_of_a_person(client: Client) -> None:
    sender = SenderFactory(name="Clinic of Dr Quill", address="+447700900777")
    queue_text(
        sender, RecipientFactory(organisation=sender.organisation), text="A canary sang here."
    )

    told = figures(client)

    for secret in ("Quill", "7700900", "canary"):
        assert secret not in told
