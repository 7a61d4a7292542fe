from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from campaigns.models import Campaign
from enrolment import seeding
from enrolment.models import Answer, Case, Consent, Enrolment, Participant
from enrolment.seeded_people import NAMES
from enrolment.seeding import Amounts
from messaging.models import InboundMessage, Message, Recipient, Sender
from tests import worlds

pytestmark = pytest.mark.django_db

FIGURES = {"participants": 120, "messages": 600, "inbound": 24}


def load(**figures: int) -> str:
    said = StringIO()
    call_command("seed_load", **{**FIGURES, **figures}, stdout=said)
    return said.getvalue()


@pytest.mark.slow
def test_load_leaves_the_ledger_clean() -> None:
    said = load(participants=2000, messages=10_000, inbound=400)

    assert "2000 of 2000 people" in said
    assert Participant.objects.count() == 2000
    assert Message.objects.count() == 10_000
    assert InboundMessage.objects.count() == 400
    assert Consent.objects.exists()
    assert Answer.objects.exists()
    assert Case.objects.exists()
    assert set(Enrolment.objects.values_list("status", flat=True)) == {
        "active", "completed", "withdrawn", "paused", "invited",
    }  # fmt: skip
    call_command("audit_ledger", stdout=StringIO())


def test_load_seals_names_and_uses_numbers_of_nobody() -> None:
    load()

    assert Participant.objects.order_by("pk")[0].first_name in NAMES
    assert all(str(row.number).startswith("+999") for row in Recipient.objects.all())


def test_stopped_load_goes_on_where_it_was() -> None:
    version = worlds.version()
    amounts = Amounts(participants=120, messages=300, inbound=24)
    some = {"version": version, "amounts": amounts, "seed_number": 1, "now": worlds.NOON}

    next(seeding.seed(**some, chunk=50))
    kept = set(Enrolment.objects.values_list("pk", flat=True))
    assert len(kept) == 50
    assert list(seeding.seed(**some, chunk=50)) == [50, 100, 120]

    assert kept < set(Enrolment.objects.values_list("pk", flat=True))
    assert Enrolment.objects.count() == 120


def test_same_seed_gives_the_same_people() -> None:
    amounts = Amounts(participants=40, messages=100, inbound=8)
    found: list[list[tuple[object, ...]]] = []
    for number in (1, 1, 2):
        version = worlds.version(worlds.campaign(f"place{len(found)}"))
        list(seeding.seed(version=version, amounts=amounts, seed_number=number, now=worlds.NOON))
        rows = Enrolment.objects.filter(version=version).order_by("pk")
        found.append(list(rows.values_list("status", "enrolled_at", "heard")))

    assert found[0] == found[1] != found[2]


def test_load_is_refused_beside_a_real_sender() -> None:
    Sender.objects.filter(pk=worlds.sender().pk).update(provider="twilio")

    with pytest.raises(CommandError, match="fake"):
        load()

    assert not Campaign.objects.filter(organisation__slug="demo").exists()


def test_load_is_refused_outside_a_demo(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO"):
        load()
