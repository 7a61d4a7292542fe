"""What the page of a broadcast shows: whom it would go to, who is left out and why, how it reads,
how far it has come, what came of it. It counts nothing itself: all figures are kept."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from campaigns.wording import MissingValue
from enrolment import broadcast_people
from enrolment.broadcast_deciding import LeftOut
from enrolment.broadcast_figures import AFTER
from enrolment.broadcast_writing import judge, rows_going
from enrolment.handles import handle_of
from enrolment.models.broadcast import Broadcast
from enrolment.models.broadcast_list import BroadcastList
from enrolment.models.participant import Participant
from enrolment.why import in_words
from messaging import budget
from messaging.models import Message
from messaging.number_search import masked
from trust.models import User
from trust.scope import Reach, holds
from trust.telling import tell, tell_count

VIEW, MAKE, APPROVE, SEE = "campaign.view", "broadcast.make", "broadcast.approve", "person.view"
Status = Broadcast.Status
_HOUR = 3600
#: A page that is left open does not look again for days.
_SOON = timedelta(minutes=1)
#: What is said beside each sum of texts, in the order of their way.
_WAYS = (
    (tell("Waiting"), (Message.Status.QUEUED, Message.Status.SENDING)),
    (tell("Sent"), (Message.Status.ACCEPTED, Message.Status.SENT)),
    (tell("Delivered"), (Message.Status.DELIVERED,)),
    (tell("Failed"), (Message.Status.FAILED, Message.Status.UNDELIVERED)),
    (tell("Answer of the network lost"), (Message.Status.UNKNOWN,)),
    (tell("Not sent"), Message.SILENT),
)


@dataclass(frozen=True, slots=True)
class Why:
    reason: str
    people: int


@dataclass(frozen=True, slots=True)
class Example:
    """One of those it would go to; number and name are masked."""

    person: str
    number: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Powers:
    """What this user may press now."""

    edit: bool = False
    submit: bool = False
    approve: bool = False
    take_back: bool = False
    pause: bool = False
    resume: bool = False
    cancel: bool = False


@dataclass(frozen=True, slots=True)
class BroadcastPage:
    broadcast: Broadcast
    powers: Powers
    is_own: bool
    people_list: BroadcastList | None
    left_out: Sequence[Why] = ()
    examples: Sequence[Example] = ()
    may_see: bool = False
    cost: str = ""
    takes: str = ""
    budget_notice: str = ""
    lines: Sequence[tuple[str, int]] = ()
    silent: Sequence[Why] = ()
    paid: str = ""
    trouble: str = ""
    counted_until: datetime | None = None
    is_due: bool = False

    @property
    def is_counting(self) -> bool:
        job = self.broadcast.job
        return self.broadcast.status == Status.DRAFT and job is not None and job.is_open

    @property
    def is_moving(self) -> bool:
        waits = self.is_counting or self.is_due or self.broadcast.status == Status.SENDING
        return waits or self.report_is_due

    @property
    def report_is_due(self) -> bool:
        """It has ended, and nobody has counted what became of it since."""
        ended, counted = self.broadcast.ended_at, self.broadcast.figures_at
        if ended is None or self.broadcast.began_at is None:
            return False
        return counted is None or counted < ended

    @property
    def wants_approval(self) -> bool:
        counted = self.broadcast.counted
        limit = self.broadcast.campaign.broadcast_approval_above
        return counted is not None and counted["going"] > limit

    @property
    def left_out_sum(self) -> int:
        return sum(why.people for why in self.left_out)

    @property
    def whom(self) -> str:
        if self.broadcast.by_list:
            return tell("those on an uploaded list")
        if len(self.broadcast.statuses) > 1:
            return tell("everybody in the programme, and everybody who has come to its end")
        if self.broadcast.statuses == ["completed"]:
            return tell("everybody who has come to its end")
        return tell("everybody in the programme")

    @property
    def percent(self) -> int:
        total = max(self.broadcast.total, self.broadcast.looked_at)
        return 100 if self.broadcast.planned_at else 100 * self.broadcast.looked_at // max(total, 1)


def broadcast_page(
    broadcast: Broadcast, *, reach: Reach, user: User, now: datetime
) -> BroadcastPage:
    campaign = broadcast.campaign
    counted, figures = broadcast.counted, broadcast.figures
    may_see = reach.may(SEE, campaign.pk)
    is_draft = broadcast.status in (Status.DRAFT, Status.AWAITING, Status.SCHEDULED)
    left_out = figures.get("left_out", {}) if broadcast.has_begun else {}
    if not broadcast.has_begun and counted:
        left_out = counted["left_out"]
    ended = broadcast.ended_at
    return BroadcastPage(
        broadcast=broadcast,
        powers=_powers(broadcast, reach, user),
        is_own=broadcast.author_id == user.pk,
        people_list=BroadcastList.objects.defer("content").filter(broadcast=broadcast).first()
        if broadcast.by_list
        else None,
        left_out=_whys(left_out),
        examples=_examples(broadcast, now) if is_draft and counted and may_see else (),
        may_see=may_see,
        cost=_cost(broadcast, counted["segments"]) if counted else "",
        takes=_takes(broadcast, counted["segments"]) if counted else "",
        budget_notice=_budget_notice(broadcast, now),
        lines=_lines(figures),
        silent=_whys(figures.get("came_to_nothing", {})),
        paid=_cost(broadcast, figures.get("segments", 0)),
        trouble=_trouble(broadcast),
        is_due=broadcast.status == Status.SCHEDULED
        and broadcast.due_at is not None
        and broadcast.due_at <= now + _SOON,
        counted_until=ended + AFTER if ended is not None and broadcast.has_begun else None,
    )


def _powers(broadcast: Broadcast, reach: Reach, user: User) -> Powers:
    may_make = holds(reach, MAKE, broadcast)
    may_approve = reach.may(APPROVE, broadcast.campaign_id) and broadcast.author_id != user.pk
    status, going = broadcast.status, (broadcast.counted or {}).get("going", 0)
    return Powers(
        edit=may_make and status == Status.DRAFT,
        submit=may_make and status == Status.DRAFT and going > 0,
        approve=may_approve and status == Status.AWAITING,
        take_back=may_make
        and status in (Status.AWAITING, Status.SCHEDULED)
        and not broadcast.has_begun,
        pause=may_make and status == Status.SENDING,
        resume=may_make and status == Status.PAUSED,
        cancel=may_make and status not in Broadcast.ENDED,
    )


def _whys(reasons: dict[str, int]) -> list[Why]:
    listed = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return [Why(told(reason), people) for reason, people in listed]


def told(reason: str) -> str:
    return _TOLD.get(reason) or in_words(reason)


#: Where the sentence of a planned text would not fit.
_TOLD = {
    LeftOut.LATE.value: tell("it could not come in time"),
    LeftOut.PAUSED.value: tell("the texts are paused"),
    LeftOut.NOT_DISCREET.value: tell(
        "discreet texts were chosen, and there are no discreet words here"
    ),
    LeftOut.MISSING_VALUE.value: tell("the text needs a value this person has not given"),
}


def _lines(figures: dict[str, Any]) -> list[tuple[str, int]]:
    texts = figures.get("texts", {})
    found = [(name, sum(texts.get(status, 0) for status in of)) for name, of in _WAYS]
    return [(name, number) for name, number in found if number]


def _cost(broadcast: Broadcast, segments: int) -> str:
    sender = broadcast.campaign.sender
    if sender.segment_price is None:
        return ""
    return budget.amount(segments * sender.segment_price, sender.currency)


def _budget_notice(broadcast: Broadcast, now: datetime) -> str:
    """What stands of the sender's budget, or that this one is dearer than what is left of it."""
    sender, counted = broadcast.campaign.sender, broadcast.counted
    found = budget.notice(sender=sender, now=now)
    if found or not counted or broadcast.has_begun:
        return found
    if sender.segment_price is None or sender.monthly_budget is None:
        return ""
    spent = budget.standing(sender=sender, now=now).spent or 0
    left = sender.monthly_budget - spent
    if counted["segments"] * sender.segment_price <= left:
        return ""
    return tell(
        "It costs more than the %(amount)s left of this month's budget: the last of its texts "
        "would wait for more, and come to nothing without.",
        amount=budget.amount(left, sender.currency),
    )


def _takes(broadcast: Broadcast, segments: int) -> str:
    """At the sender's rate, of which a tenth is kept for replies."""
    seconds = segments / max(0.9 * broadcast.campaign.sender.segments_per_second, 0.1)
    if seconds < 60:
        return tell("less than a minute")
    if seconds < _HOUR:
        return tell_count("about %(count)s minute", "about %(count)s minutes", round(seconds / 60))
    return tell("about %(hours)s hours", hours=f"{seconds / _HOUR:.1f}")


def _trouble(broadcast: Broadcast) -> str:
    job = broadcast.job
    if broadcast.status == Status.DRAFT and job is not None and not job.is_open:
        if job.status == job.Status.FAILED:
            return tell("Counting broke down. Change the draft, or count again.")
        if job.status == job.Status.STOPPED and broadcast.counted is None:
            return tell("Counting was stopped.")
    # Told by a worker, who has no language.
    return gettext(broadcast.trouble) if broadcast.trouble else ""


def _examples(broadcast: Broadcast, now: datetime) -> list[Example]:
    """As it would read just now, to the people the counting chose."""
    ids = (broadcast.counted or {}).get("sample", [])
    audience = broadcast_people.audience_of(broadcast)
    try:
        words = broadcast_people.words_of(broadcast)
        people = broadcast_people.load(sorted(ids), audience, words, now)
    except MissingValue:
        return []
    found = list(rows_going(judge(broadcast, people, audience, words, now)))
    numbers = _numbers([row.participant_id for row, _ in found])
    return [
        Example(
            person=handle_of(row.participant_id),
            number=numbers[row.participant_id],
            language=one.fate.chosen.language,
            text=_veiled(one.text, row.first_name or ""),
        )
        for row, one in found
        if one.fate.chosen is not None
    ]


def _veiled(text: str, name: str) -> str:
    """Enough to see where a name stands, and how long the text is about to be."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    for written in filter(None, (name, plain)):
        text = re.sub(rf"(?<!\w){re.escape(written)}(?!\w)", f"{written[0]}***", text)
    return text


def _numbers(participant_ids: list[int]) -> dict[int, str]:
    rows = Participant.objects.filter(pk__in=participant_ids).select_related("recipient")
    return {row.pk: masked(row.recipient.number) for row in rows}
