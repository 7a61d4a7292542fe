"""A trial of two arms, stratified by language, with a step that draws whether a text comes; people
drawn by the engine, and what became of them by one seed.

`python manage.py shell -c "from tests.research import seeded_trial; seeded_trial.make()"` makes it
beside whatever else is there, for the browser's part.
"""

import random
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from zoneinfo import ZoneInfo

from django.db import transaction

from campaigns.models import CampaignVersion, Factor, Trial
from enrolment import anchors, joining, leaving
from enrolment.models import Allocation, Answer, Decision, Enrolment
from messaging import clock, inbox
from messaging.models import InboundMessage
from tests import trials, worlds
from tests.research import trial_people

SEED = 8
PEOPLE = 120
#: From the first person's joining to the data cut; the quit date is a week after joining.
DAYS, QUIT = 80, 7
#: Of each arm: how many are smoke-free, how many answer, how many leave.
FREE = {"usual": 0.25, "new": 0.45}
ANSWER = {"usual": 0.7, "new": 0.8}
LEAVE = {"usual": 0.3, "new": 0.15}
POINTS = 5
DRAW = {
    "trial": "dose",
    "step": "day.1",
    "kind": "micro",
    "options": {"text": "0.6", "nothing": "0.4"},
    "outcome": {"kind": "answer", "within_hours": 12, "of": "smoked", "value": "no"},
}
_texted = count(1)


@transaction.atomic
def make(
    people: int = PEOPLE,
    *,
    cut: datetime | None = None,
    slug: str = "clinic",
    blinded: bool = True,
) -> Trial:
    """`cut`: the instant the data end; now, unless it is given. `slug`: whose it is."""
    began = (cut or clock.calendar_now()) - timedelta(days=DAYS)
    campaign = worlds.campaign(slug, key="warm")
    version = trial_people.version({"day.1": DRAW}, campaign)
    trial = trials.trial(
        campaign,
        about="Do warmer texts help people to stay smoke-free? Made up, by a seed.",
        method=Trial.Method.STRATIFIED,
        strata=["language"],
        block_sizes=[4, 6],
        blinded=blinded,
        running=False,
    )
    Factor.objects.filter(trial=trial).update(name="Wording")
    trial.name = "Warmer texts"
    trial.seed, trial.seed_hash = trials.SEED, sha256(bytes.fromhex(trials.SEED)).hexdigest()
    trial.generator, trial.state, trial.started_at = "test", Trial.State.RUNNING, began
    trial.save()
    draw = random.Random(SEED)
    for n in range(people):
        _live(_join(n, version, began + timedelta(minutes=10 * n)), draw)
    return Trial.objects.get(pk=trial.pk)


def _join(n: int, version: CampaignVersion, at: datetime) -> Enrolment:
    recipient = inbox.recipient_for(
        organisation_id=version.campaign.organisation_id, number=f"+447700900{n:03}"
    )
    enrolment = joining.join(
        version=version,
        recipient=recipient,
        language="nb" if n % 3 == 0 else "en",
        channel="sms",
        exact_text="JOIN",
        now=at,
    )
    if n % 15 == 14:
        joining.mark_ineligible(enrolment=enrolment, reason="not_using", now=at)
        return enrolment
    anchors.set_day(
        enrolment=enrolment,
        kind="quit_date",
        day=(at + timedelta(days=QUIT)).date(),
        source="test",
        now=at,
    )
    joining.activate(enrolment=enrolment, now=at + timedelta(minutes=1))
    # No worker shall plan what lies behind.
    Enrolment.objects.filter(pk=enrolment.pk).update(next_due_at=None)
    return enrolment


def _live(enrolment: Enrolment, draw: random.Random) -> None:
    allocation = Allocation.objects.filter(enrolment=enrolment).select_related("arm").first()
    if allocation is None:
        return
    arm, joined = allocation.arm.key, allocation.allocated_at
    for place in range(POINTS):
        _point(enrolment, draw, joined + timedelta(days=QUIT + place), place)
    if draw.random() < ANSWER[arm]:
        free = draw.random() < FREE[arm] / ANSWER[arm]
        _says(enrolment, "use7", "no" if free else "yes", joined + timedelta(days=QUIT + 30))
    if draw.random() < LEAVE[arm]:
        gone = joined + timedelta(days=draw.randrange(1, 60))
        leaving.withdraw(enrolment=enrolment, source="sms", now=gone)


def _point(enrolment: Enrolment, draw: random.Random, due: datetime, place: int) -> None:
    drawn, is_away = draw.random(), draw.random() < 0.1
    Decision.objects.create(
        enrolment=enrolment,
        attempt=1,
        step_key="day.1",
        occurrence=place,
        version=enrolment.version,
        due_at=due,
        local_date=due.astimezone(ZoneInfo("Europe/London")).date(),
        outcome="suppressed",
        reason="paused" if is_away else "draw",
        decided_at=due,
        available=not is_away,
        unavailable_reason="paused" if is_away else "",
        policy_version="1/1",
        options=None if is_away else ["text", "nothing"],
        probabilities=None if is_away else [0.6, 0.4],
        draw=None if is_away else drawn,
    )
    if not is_away and draw.random() < (0.55 if drawn < 0.6 else 0.4):
        _says(enrolment, "smoked", "no", due + timedelta(hours=2))


def _says(enrolment: Enrolment, question: str, value: str, at: datetime) -> None:
    """At its end already, so that no worker answers it."""
    inbound = InboundMessage.objects.create(
        organisation=enrolment.campaign.organisation,
        sender=enrolment.campaign.sender,
        recipient=enrolment.participant.recipient,
        provider_message_id=f"seeded-{next(_texted)}",
        body=value,
        received_at=at,
        end=InboundMessage.End.ANSWERED,
        ended_at=at,
    )
    Answer.objects.create(
        enrolment=enrolment,
        attempt=1,
        question_key=question,
        wording_version=enrolment.version,
        inbound=inbound,
        value=value,
        is_valid=True,
        asked_at=at,
        answered_at=at,
    )
