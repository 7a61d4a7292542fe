"""A micro-randomised step that five hundred people come to again and again, with odds by how they
are; by one seed, in bulk. A text brings more replies to those who struggle.
"""

from datetime import datetime, timedelta
from random import Random

from campaigns.models import Trial
from enrolment.drawing import pick
from enrolment.models import Decision, Enrolment, Participant
from messaging.models import InboundMessage, Recipient
from tests import trials, worlds
from tests.research import trial_people
from trust.blind_index import number_index
from trust.ids import draw_ids

SEED = 800
PEOPLE, POINTS, DAYS = 500, 8, 40
OPTIONS = ["text", "nothing"]
STRUGGLING, WELL = [0.7, 0.3], [0.4, 0.6]
DRAW = {
    "trial": "nudge",
    "step": "day.1",
    "kind": "micro",
    "options": {"text": "0.4", "nothing": "0.6"},
    "outcome": {"kind": "reply", "within_hours": 24},
}


def make(cut: datetime, people: int = PEOPLE) -> Trial:
    version = trial_people.version({"day.1": DRAW}, worlds.campaign(key="nudged"))
    trial = Trial.objects.create(
        campaign=version.campaign, key="nudge", name="Nudge", blinded=False
    )
    trials.start(trial)
    organisation, dice = version.campaign.organisation_id, Random(SEED)
    numbers, participants, enrolments = (
        draw_ids(model, people) for model in (Recipient, Participant, Enrolment)
    )
    joined = [cut - timedelta(days=dice.randrange(5, DAYS), hours=3) for _ in range(people)]
    told = [f"+4477008{place:05}" for place in range(people)]
    Recipient.objects.bulk_create(
        Recipient(
            id=pk, organisation_id=organisation, number=number,
            number_index=number_index(organisation, number),
        )
        for pk, number in zip(numbers, told, strict=True)
    )  # fmt: skip
    Participant.objects.bulk_create(
        Participant(
            id=pk, organisation_id=organisation, recipient_id=number, language="en",
            time_zone="Europe/London", created_at=at,
        )
        for pk, number, at in zip(participants, numbers, joined, strict=True)
    )  # fmt: skip
    Enrolment.objects.bulk_create(
        Enrolment(
            id=pk, campaign=version.campaign, participant_id=participant, version=version,
            status="active", seed=pk, enrolled_at=at, started_at=at, planned_from=at,
            planned_through=at, heard_at=at,
        )
        for pk, participant, at in zip(enrolments, participants, joined, strict=True)
    )  # fmt: skip
    decisions: list[Decision] = []
    replies: list[InboundMessage] = []
    for pk, number, at in zip(enrolments, numbers, joined, strict=True):
        for place in range(POINTS):
            due = at + timedelta(days=place, minutes=dice.randrange(60))
            if due < cut:
                came = _point(decisions, dice, version.pk, pk, place, due)
                if came is not None and came < cut:
                    replies.append(
                        InboundMessage(
                            organisation_id=organisation, sender=version.campaign.sender,
                            recipient_id=number, provider_message_id=f"nudged-{len(replies)}",
                            received_at=came, end="inbox", ended_at=came,
                        )
                    )  # fmt: skip
    Decision.objects.bulk_create(decisions)
    InboundMessage.objects.bulk_create(replies)
    return trial


def _point(
    decisions: list[Decision], dice: Random, version: int, enrolment: int, place: int, due: datetime
) -> datetime | None:
    """When she texts after it, if she does. Somebody who is paused draws nothing; one point in
    fifty was drawn while a text was sure to come."""
    is_away, struggles, fell = dice.random() < 0.1, dice.random() < 0.4, dice.random()
    odds = [1.0, 0.0] if dice.random() < 0.02 else STRUGGLING if struggles else WELL
    option = OPTIONS[pick(odds, fell)]
    decisions.append(
        Decision(
            enrolment_id=enrolment, attempt=1, step_key="day.1", occurrence=place,
            version_id=version, due_at=due, local_date=due.date(), decided_at=due,
            outcome="suppressed", reason="paused" if is_away else "draw",
            available=not is_away, unavailable_reason="paused" if is_away else "",
            policy_version=f"1/{version}", options=None if is_away else OPTIONS,
            probabilities=None if is_away else odds, draw=None if is_away else fell,
        )
    )  # fmt: skip
    helped = option == "text" and not is_away
    likely = 0.2 + 0.1 * struggles + (0.05 + 0.2 * struggles) * helped
    return due + timedelta(minutes=dice.randrange(1, 2000)) if dice.random() < likely else None
