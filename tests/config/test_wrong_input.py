"""Wrong input keeps what was typed, and says at its field what to do: every form of the manager's
house that one can type into."""

import dataclasses
import html
import re
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, CampaignVersion
from messaging.models import Sender
from tests import worlds
from tests.signing_in import with_second_factor
from trust.models import User

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Wrong:
    """`typed` goes to `field`, which must say something; the page must give it back, and `kept`
    too. `of`: the kind of row whose page it is; None: a page that makes one."""

    page: str
    field: str
    typed: str
    kept: dict[str, str] = dataclasses.field(default_factory=dict)
    more: dict[str, str] = dataclasses.field(default_factory=dict)
    of: str | None = None
    status: tuple[int, ...] = (200, 400)


WRONG = (
    Wrong("admin:messaging_sender_change", "segments_per_second", "minus one",
          {"name": "A new name"}, of="sender"),
    Wrong("admin:messaging_sender_change", "monthly_budget", "plenty", of="sender"),
    Wrong("admin:messaging_sendergroup_add", "name", "x" * 300),
    Wrong("admin:enrolment_pagercontact_add", "email", "nurse at clinic", {"name": "Night nurse"}),
    Wrong("admin:enrolment_operatorcontact_add", "email", "ops at clinic", {"name": "Olu"}),
    Wrong("admin:enrolment_casetarget_add", "minutes", "soon"),
    Wrong("admin:enrolment_cannedreply_add", "title", "t" * 300, {"text": "Well done today."}),
    Wrong("admin:campaigns_calendardate_add", "day", "next spring", {"name": "Ramadan"}),
    Wrong("admin:campaigns_dayoff_add", "day", "some Monday", {"name": "May day"}),
    Wrong("admin:campaigns_campaign_change", "minimum_age", "grown up", {"about": "To quit"},
          of="campaign"),
    Wrong("campaigns:text", "body", "y" * 2001, more={"do": "comment", "language": "en"},
          of="text"),
    Wrong("campaigns:text", "held_on", "last week", {"people": "12", "note": "liked"},
          more={"do": "pretest", "language": "en", "rating": "4"}, of="text"),
    Wrong("campaigns:review", "day", "yesterday", {"reviewer": "Dr Invented", "body": "A board"},
          more={"do": "clinical"}, of="version"),
    Wrong("enrolment:publish_path", "day", "soon", {"wall": "08:00"},
          more={"do": "publish", "people": "finish", "when": "at"}, of="version"),
    Wrong("enrolment:new_broadcast", "condition", "days_since(", {"name": "Closed on Friday"},
          more={"people": "active", "when": "soon"}, of="campaign"),
)  # fmt: skip


@pytest.fixture
def campaign() -> Campaign:
    """Version 1 is published, version 2 approved and signed by a native reader."""
    live = worlds.version()
    worlds.version(live.campaign, published=False)
    CampaignVersion.objects.filter(number=2).update(
        status="approved",
        approved_at=worlds.NOON,
        pack={"native_readers": {"en": {"by": "Ann", "on": "2026-01-01"}}},
    )
    return live.campaign


def client_for(wrong: Wrong, campaign: Campaign) -> Client:
    judges = wrong.more.get("do") == "clinical"
    role = "reviewer" if judges else "programme_manager"
    if "canned" in wrong.page:
        role = "counsellor"
    elif any(word in wrong.page for word in ("sender", "operator")):
        role = "organisation_admin"
    user = User.objects.create(
        email=f"{role}@typing.example",
        organisation=campaign.organisation,
        organisation_role=role,
        is_staff=True,
    )
    return with_second_factor(user)


def address(wrong: Wrong, campaign: Campaign) -> str:
    version = campaign.versions.get(number=2)
    of: dict[str | None, list[object]] = {
        None: [],
        "sender": [Sender.objects.get().pk],
        "campaign": [campaign.pk],
        "version": [version.pk],
        "text": [version.pk, "welcome.1"],
    }
    return reverse(wrong.page, args=of[wrong.of])


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.page} {wrong.field}")
def test_wrong_input_is_kept_and_answered_at_its_field(wrong: Wrong, campaign: Campaign) -> None:
    client = client_for(wrong, campaign)
    sent = {wrong.field: wrong.typed, **wrong.kept, **wrong.more}

    answer = client.post(address(wrong, campaign), sent)

    page = html.unescape(answer.content.decode())
    assert answer.status_code in wrong.status
    for typed in (wrong.typed, *wrong.kept.values()):
        assert typed in page, typed
    assert re.search(r"errorlist|class=\"wrong|class=\"error|role=\"alert|text-red", page)
