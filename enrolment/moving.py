"""An enrolment moved to another version of its campaign."""

from datetime import datetime

from django.db import transaction

from campaigns.compiling import content_of
from campaigns.content import Content
from campaigns.models import CampaignVersion
from enrolment import anchors, rewording
from enrolment.models.batch_move import BatchMove
from enrolment.models.enrolment import Enrolment
from messaging.models import Recipient
from trust import audit
from trust.models import User


@transaction.atomic
def move(
    *,
    enrolment_id: int,
    version: CampaignVersion,
    now: datetime,
    pace: str = BatchMove.Pace.NEXT_STEP,
    actor: User | None = None,
) -> bool:
    """Old xor new: from here on the new version decides, and no step decided before comes again.

    At the pace NOW, what is queued is worded anew or, where the new version has no such step,
    cancelled; at NEXT_STEP it goes out as it is.

    False when the enrolment has ended, is on that version already, is in another campaign, or is
    being asked something for joining that the new version does not ask.
    """
    enrolment = _locked(enrolment_id)
    content = content_of(version.pk)
    if not _may_move(enrolment, version, content):
        return False
    before_id = enrolment.version_id
    enrolment.version = version
    enrolment.save(update_fields=["version"])
    unasked: frozenset[str] = frozenset()
    if enrolment.started_at is not None:
        if pace == BatchMove.Pace.NOW:
            old = content_of(before_id)
            unasked = rewording.rewrite_queued(enrolment=enrolment, old=old, now=now)
        anchors.replan(enrolment=enrolment, now=now)
    if enrolment.question and (
        enrolment.question in unasked or enrolment.question not in content.questions
    ):
        _close_question(enrolment)
    audit.record(
        verb="enrolment.move", subject=enrolment, actor=actor, detail={"version": version.number}
    )
    return True


@transaction.atomic
def replan(*, enrolment_id: int, now: datetime) -> bool:
    """Looks at the whole journey again, after a day of the country's calendar moved; False when
    there is none to look at. Its batch leaves the audit row."""
    enrolment = _locked(enrolment_id)
    if enrolment.status not in Enrolment.OPEN or enrolment.started_at is None:
        return False
    anchors.replan(enrolment=enrolment, now=now)
    return True


def _locked(enrolment_id: int) -> Enrolment:
    """Recipient first, then enrolment."""
    recipient_id = (
        Enrolment.objects.filter(pk=enrolment_id)
        .values_list("participant__recipient_id", flat=True)
        .get()
    )
    # no_key: a tick that holds the enrolment must still be able to refer to the number.
    Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("participant", "campaign")
        .get(pk=enrolment_id)
    )


def _may_move(enrolment: Enrolment, version: CampaignVersion, content: Content) -> bool:
    if (
        enrolment.status not in Enrolment.OPEN
        or enrolment.version_id == version.pk
        or enrolment.campaign_id != version.campaign_id
        or version.status != CampaignVersion.Status.PUBLISHED
    ):
        return False
    joining = enrolment.status == Enrolment.Status.INVITED
    # Who was asked something the new version never asks would wait for ever for the next question.
    return not joining or not enrolment.question or enrolment.question in content.onboarding


def _close_question(enrolment: Enrolment) -> None:
    enrolment.question, enrolment.asked_at, enrolment.tries = "", None, 0
    enrolment.save(update_fields=["question", "asked_at", "tries"])
