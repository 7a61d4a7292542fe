"""Whom to call for a survey: drawn from those whose survey came due, who agreed to a call."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Step
from campaigns.rules import Track
from campaigns.schedule import ONE_DAY, local_day
from enrolment.models.call import Call
from enrolment.models.call_list import CallList
from enrolment.models.follow_up_sample import FollowUpSample
from enrolment.sampling import drawn
from trust import audit
from trust.models import User

# By each person's own version, and her own date: whoever has left is called too, as agreed.
_ELIGIBLE = """
SELECT e.id, due.day
  FROM enrolment_enrolment e
  JOIN enrolment_participant p ON p.id = e.participant_id AND p.number_lost_at IS NULL
  JOIN messaging_recipient r ON r.id = p.recipient_id AND r.number IS NOT NULL
  JOIN campaigns_step s ON s.version_id = e.version_id AND s.key = %(step)s
  JOIN campaigns_stage g ON g.id = s.stage_id
  JOIN campaigns_question q ON q.id = s.question_id
  JOIN enrolment_anchor a ON a.enrolment_id = e.id AND a.attempt = e.attempt
                         AND a.replaced_at IS NULL AND a.kind = g.anchor
 CROSS JOIN LATERAL (
       SELECT coalesce(a.day, (a.instant AT TIME ZONE p.time_zone)::date) + s.day AS day) due
 WHERE e.campaign_id = %(campaign)s AND NOT e.is_test
   AND e.status NOT IN ('invited', 'ineligible', 'erased')
   AND due.day BETWEEN %(due_from)s AND %(due_to)s
   AND (SELECT c.is_given FROM enrolment_consent c
         WHERE c.enrolment_id = e.id AND c.scope = 'follow_up_call'
         ORDER BY c.id DESC LIMIT 1)
   AND NOT (%(only_silent)s AND EXISTS (
       SELECT FROM enrolment_answer w
        WHERE w.enrolment_id = e.id AND w.question_key = q.key AND w.is_valid
          AND w.answered_at >= (due.day::timestamp AT TIME ZONE p.time_zone)))
   AND NOT EXISTS (
       SELECT FROM enrolment_call c JOIN enrolment_calllist l ON l.id = c.call_list_id
        WHERE c.enrolment_id = e.id AND l.step_key = %(step)s AND c.due_on = due.day)
 ORDER BY e.id
"""


class CallListRefused(Exception):
    """The list can't be made; says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a manager asks for; `seed` None draws one."""

    step_key: str
    due_from: date
    due_to: date
    only_silent: bool = True
    silent_hours: int = 72
    sample: int | None = None
    seed: int | None = None


@transaction.atomic
def make(*, campaign: Campaign, wanted: Wanted, actor: User, now: datetime) -> CallList:
    """Raises CallListRefused where nobody is to be called."""
    step, found = frame_of(campaign, wanted, now)
    seed = secrets.randbelow(2**31) if wanted.seed is None else wanted.seed
    made = CallList.objects.create(
        campaign=campaign,
        step_key=step.key,
        question_key=step.question_key,
        due_from=wanted.due_from,
        due_to=wanted.due_to,
        only_silent=wanted.only_silent,
        silent_hours=wanted.silent_hours,
        sample=wanted.sample,
        seed=seed,
        eligible=len(found),
        made_by=actor,
        made_at=now,
    )
    Call.objects.bulk_create(
        Call(call_list=made, enrolment_id=enrolment_id, due_on=found[enrolment_id], place=place)
        for place, enrolment_id in enumerate(drawn(found, seed, wanted.sample), start=1)
    )
    audit.record(
        verb="call_list.make",
        subject=made,
        actor=actor,
        detail={"step": step.key, "eligible": len(found), "sample": wanted.sample, "seed": seed},
    )
    return made


@transaction.atomic
def make_of(*, sample: FollowUpSample, actor: User, now: datetime) -> CallList:
    """The people of a sample in the order drawn, but those who are on a list for this survey
    meanwhile, whose yes to calls is taken back, or who have answered. One list a sample. Raises
    CallListRefused."""
    Campaign.objects.select_for_update().get(pk=sample.campaign_id)
    if CallList.objects.filter(of_sample=sample).exists():
        raise CallListRefused(_("This sample has its call list already."))
    wanted = Wanted(
        sample.step_key, sample.due_from, sample.due_to, sample.only_silent, sample.silent_hours
    )
    still = _eligible(sample.campaign, wanted, now)
    chosen = [each for each in sample.chosen if each in still]
    if not chosen:
        raise CallListRefused(_("Nobody of this sample is to be called any more."))
    made = CallList.objects.create(
        campaign=sample.campaign,
        step_key=sample.step_key,
        question_key=sample.question_key,
        due_from=sample.due_from,
        due_to=sample.due_to,
        only_silent=sample.only_silent,
        silent_hours=sample.silent_hours,
        sample=len(sample.chosen),
        seed=sample.seed,
        eligible=len(sample.frame),
        of_sample=sample,
        made_by=actor,
        made_at=now,
    )
    Call.objects.bulk_create(
        Call(call_list=made, enrolment_id=each, due_on=still[each], place=place)
        for place, each in enumerate(chosen, start=1)
    )
    audit.record(
        verb="call_list.make",
        subject=made,
        actor=actor,
        detail={"sample": sample.pk, "people": len(chosen)},
    )
    return made


@dataclass(frozen=True, slots=True)
class Survey:
    """The step that asks it, and its first question."""

    key: str
    question_key: str


def frame_of(campaign: Campaign, wanted: Wanted, now: datetime) -> tuple[Survey, dict[int, date]]:
    """The survey, and the enrolments it came due for with the day. In a transaction: two clicks
    would draw the same people twice. Raises CallListRefused where there is nobody."""
    step = surveys(campaign).get(wanted.step_key)
    if step is None or step.question is None:
        raise CallListRefused(
            _("The published version has no such survey. Choose one of the list.")
        )
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    found = _eligible(campaign, wanted, now)
    if not found:
        raise CallListRefused(
            _(
                "Nobody is to be called: no survey came due in these days for anybody who agreed "
                "to a call, and who is not on an earlier list."
            )
        )
    return Survey(step.key, step.question.key), found


def surveys(campaign: Campaign) -> dict[str, Step]:
    """The steps of the published version that ask a question on a day, by key; the last outcomes
    first, for they are what people are called for."""
    steps = Step.objects.filter(
        version__campaign=campaign,
        version__status="published",
        question__isnull=False,
        day__isnull=False,
    ).select_related("question", "stage")
    found = sorted(steps, key=lambda step: (step.stage.track != Track.OUTCOME, -(step.day or 0)))
    return {step.key: step for step in found}


def _eligible(campaign: Campaign, wanted: Wanted, now: datetime) -> dict[int, date]:
    """Enrolment id -> the day her survey came due."""
    wait = timedelta(hours=wanted.silent_hours) if wanted.only_silent else timedelta(0)
    # The survey's own day is over, and the time to answer by text after it.
    latest = local_day(now - wait, ZoneInfo(campaign.time_zone)) - ONE_DAY
    values: dict[str, int | str | bool | date] = {
        "campaign": campaign.pk,
        "step": wanted.step_key,
        "due_from": wanted.due_from,
        "due_to": min(wanted.due_to, latest),
        "only_silent": wanted.only_silent,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ELIGIBLE, values)
        return dict(cursor.fetchall())
