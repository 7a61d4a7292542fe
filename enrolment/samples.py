"""Samples for follow-up calls: drawn from those whose survey came due, kept with their frame."""

import secrets
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from enrolment import call_lists
from enrolment.call_lists import CallListRefused, Wanted
from enrolment.handles import handle_of
from enrolment.models.enrolment import Enrolment
from enrolment.models.follow_up_sample import FollowUpSample
from enrolment.sampling import drawn_by_stratum, fingerprint
from trust import audit
from trust.csv_text import as_csv
from trust.models import User

_STRATA = """
SELECT e.id, CASE WHEN %(by)s = 'language' THEN p.language ELSE coalesce(t.value, '') END
  FROM enrolment_enrolment e
  JOIN enrolment_participant p ON p.id = e.participant_id
  LEFT JOIN enrolment_attribute t ON t.participant_id = p.id AND t.name = %(by)s
 WHERE e.id = ANY(%(ids)s)
"""
#: Under 30, 30 to 49, 50 and more: fewer bands than figures have, so that none is nearly empty.
_AGES = (30, 50)


@transaction.atomic
def draw(
    *, campaign: Campaign, wanted: Wanted, stratum: str, actor: User, now: datetime
) -> FollowUpSample:
    """Raises CallListRefused where nobody is to be drawn."""
    step, frame = call_lists.frame_of(campaign, wanted, now)
    if not wanted.sample:
        raise CallListRefused(_("Say how many are to be drawn."))
    strata = _strata(list(frame), stratum)
    seed = secrets.randbelow(2**31) if wanted.seed is None else wanted.seed
    ids = sorted(frame)
    sample = FollowUpSample.objects.create(
        campaign=campaign,
        step_key=step.key,
        question_key=step.question_key,
        due_from=wanted.due_from,
        due_to=wanted.due_to,
        only_silent=wanted.only_silent,
        silent_hours=wanted.silent_hours,
        stratum=stratum,
        seed=seed,
        frame=ids,
        due_on=[frame[each] for each in ids],
        strata=[strata[each] for each in ids],
        chosen=drawn_by_stratum(strata, seed, wanted.sample),
        frame_hash=fingerprint((each, frame[each], strata[each]) for each in ids),
        drawn_by=actor,
        drawn_at=now,
    )
    audit.record(
        verb="sample.draw",
        subject=sample,
        actor=actor,
        detail={"step": step.key, "frame": len(ids), "chosen": len(sample.chosen), "seed": seed},
    )
    return sample


def is_drawn_again(sample: FollowUpSample) -> bool:
    """Whether the seed still gives these people of that frame."""
    frame = list(zip(sample.frame, sample.due_on, sample.strata, strict=True))
    strata = {each: stratum for each, _day, stratum in frame}
    again = drawn_by_stratum(strata, sample.seed, len(sample.chosen))
    return again == sample.chosen and fingerprint(frame) == sample.frame_hash


@transaction.atomic
def written(*, sample: FollowUpSample, actor: User, with_numbers: bool = False) -> str:
    """The sample as CSV: a handle for each person, and the number only for a caller who may see
    it. Whoever was erased since has no line any more."""
    found = (
        Enrolment.objects.filter(pk__in=sample.chosen)
        .exclude(status=Enrolment.Status.ERASED)
        .select_related("participant__recipient")
    )
    people = {enrolment.pk: enrolment for enrolment in found}
    due = dict(zip(sample.frame, zip(sample.due_on, sample.strata, strict=True), strict=True))
    heads = ["place", "person", "stratum", "survey", "due_on"]
    rows = list[list[object]]()
    for place, each in enumerate(sample.chosen, start=1):
        if each not in people:
            continue
        day, stratum = due[each]
        participant = people[each].participant
        row = [place, handle_of(participant.pk), stratum, sample.step_key, day.isoformat()]
        rows.append([*row, participant.recipient.number] if with_numbers else row)
    verb = "number.reveal" if with_numbers else "sample.export"
    audit.record(verb=verb, subject=sample, actor=actor, detail={"people": len(people)})
    return as_csv([*heads, "number"] if with_numbers else heads, rows)


def _strata(ids: list[int], by: str) -> dict[int, str]:
    if not by:
        return dict.fromkeys(ids, "")
    with connection.cursor() as cursor:
        cursor.execute(_STRATA, {"by": by, "ids": ids})
        found = dict(cursor.fetchall())
    return {each: _band(value) for each, value in found.items()} if by == "age" else found


def _band(age: str) -> str:
    try:
        years = float(age)
    except ValueError:
        return ""
    low, high = _AGES
    if years < low:
        return f"under {low}"
    return f"{low}-{high - 1}" if years < high else f"{high}+"
