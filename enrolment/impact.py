"""What publishing a version would change for the people on other versions of its campaign.

Everyone is counted up to 20,000 people; of more, a sample that is the same each time it is asked
for. Loading is set-based, a few queries for each thousand. Nothing is written.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, Case, Count, Q, When
from django.db.models.functions import Cast

from campaigns.calendars import calendars_of
from campaigns.compiling import content_of
from campaigns.content import Content
from campaigns.models import CampaignVersion
from campaigns.rules import REPEAT_STRIDE
from enrolment import claiming, histories
from enrolment.batch_people import people_elsewhere
from enrolment.claiming import Claimed
from enrolment.impact_figures import (
    Figure,
    Impact,
    Priced,
    Share,
    only_what_differs,
    people_figure,
    share_of,
    sum_figure,
)
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.people_sample import some_of
from enrolment.state import AnchorAt, State
from messaging.models import Message

EXACT_UP_TO = 20_000
SAMPLE = 2_000
HORIZON = timedelta(days=90)
_AT_ONCE = 1_000


def preview(
    *,
    version: CampaignVersion,
    now: datetime,
    exact_up_to: int = EXACT_UP_TO,
    sample: int = SAMPLE,
    horizon: timedelta = HORIZON,
) -> Impact:
    """Raises MissingValue when the campaign lacks a country variable that the version uses."""
    content = content_of(version.pk)
    people = people_elsewhere(version)
    under_way = people.filter(started_at__isnull=False)
    # Together: of a million people each look takes a quarter of a second.
    counted = people.aggregate(
        begun=Count("pk", filter=Q(started_at__isnull=False)),
        joining=Count("pk", filter=Q(started_at__isnull=True)),
    )
    begun, joining = counted["begun"], counted["joining"]
    if begun > exact_up_to:
        asked = some_of(under_way, seed=version.pk, count=min(sample, begun))
    else:
        asked = list(under_way.order_by("pk").values_list("pk", flat=True))
    shares = list(_shares(content, asked, now, now + horizon))
    kept, gone = _queued(version, content)
    sender = version.campaign.sender

    def figure(name: str) -> Figure:
        return people_figure(sum(getattr(share, name) for share in shares), len(asked), begun)

    return Impact(
        people=begun + joining,
        joining=joining,
        begun=begun,
        asked=len(asked),
        days=horizon.days,
        loses=figure("loses"),
        gains=figure("gains"),
        other_day=figure("other_day"),
        today=figure("today"),
        texts=sum_figure((share.texts for share in shares), begun),
        segments=sum_figure((share.segments for share in shares), begun),
        price=sender.segment_price,
        currency=sender.currency,
        queued_kept=kept,
        queued_gone=gone,
        open_questions=_open_questions(version, content),
    )


def _shares(
    content: Content, enrolment_ids: Sequence[int], now: datetime, until: datetime
) -> Iterator[Share]:
    pairs: dict[int, tuple[Priced, Priced]] = {}
    for start in range(0, len(enrolment_ids), _AT_ONCE):
        rows = claiming.load_states(enrolment_ids[start : start + _AT_ONCE], now)
        for row, new_state in zip(rows, _as_found_by(content, rows, now), strict=True):
            if row.version_id not in pairs:
                old, new = only_what_differs(row.content, content)
                pairs[row.version_id] = Priced(old), Priced(new)
            yield share_of(row.state, *pairs[row.version_id], new_state, now, until)


def _as_found_by(content: Content, rows: Sequence[Claimed], now: datetime) -> list[State]:
    """The states with what only the new version asks for: facts and the country's days."""
    unread = [row for row in rows if content.needs_facts and not row.content.needs_facts]
    told = histories.told([row.participant_id for row in unread])
    answers = histories.answers([row.state.enrolment_id for row in unread])
    elsewhere = [row for row in rows if content.minds_calendar and not row.content.minds_calendar]
    places = {(row.organisation_id, row.country) for row in elsewhere}
    calendars = calendars_of(places, today=now.date()) if places else {}
    states = {row.state.enrolment_id: row.state for row in rows}
    for row in unread:
        enrolment_id = row.state.enrolment_id
        values = claiming.values_of(told.get(row.participant_id, {}), answers.get(enrolment_id))
        states[enrolment_id] = states[enrolment_id]._replace(values=values)
    for row in elsewhere:
        state = states[row.state.enrolment_id]
        calendar = calendars[row.organisation_id, row.country]
        days = tuple(AnchorAt(found.kind, found.edition, day=found.day) for found in calendar.dates)
        states[state.enrolment_id] = state._replace(
            anchors=(*state.anchors, *days), days_off=calendar.days_off
        )
    return list(states.values())


def _queued(version: CampaignVersion, content: Content) -> tuple[int, int]:
    """Texts that wait now: how many of them the version has, and has not."""
    number = Case(
        When(cause_kind=Message.CauseKind.DECISION, then=Cast("cause_key", BigIntegerField()))
    )
    waiting = Message.objects.filter(
        status=Message.Status.QUEUED, cause_kind=Message.CauseKind.DECISION
    ).annotate(decision=number)
    steps = {(step.key, step.repeat) for step in content.steps}
    counts: Counter[bool] = Counter()
    rows = (
        Decision.objects.filter(
            enrolment__in=people_elsewhere(version), pk__in=waiting.values("decision")
        )
        .order_by()
        .values_list("step_key", "occurrence")
        .annotate(texts=Count("pk"))
    )
    for step_key, occurrence, texts in rows:
        counts[(step_key, occurrence // REPEAT_STRIDE) in steps] += texts
    return counts[True], counts[False]


def _open_questions(version: CampaignVersion, content: Content) -> int:
    asked: Sequence[tuple[str, int]] = list(
        people_elsewhere(version)
        .exclude(status=Enrolment.Status.INVITED)
        .exclude(question="")
        .order_by()
        .values_list("question")
        .annotate(Count("pk"))
    )
    return sum(people for question, people in asked if question not in content.questions)
