"""What the pages of calls show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.models import Campaign
from campaigns.rules import QuestionKind, QuestionRule
from campaigns.schedule import is_allowed
from campaigns.wording import MissingValue
from enrolment import saying
from enrolment.calls import free
from enrolment.models.call import Call
from enrolment.models.call_list import CallList
from trust.scope import Reach, scope

ACT, REVEAL = "person.act", "number.reveal"
_ROWS_A_PAGE = 50
_SHOWN = 20
#: Asked on the telephone. A reading is measured and texted.
_ASKED = frozenset(QuestionKind) - {QuestionKind.READING}


def lists_of(reach: Reach) -> QuerySet[CallList]:
    return scope(CallList.objects.select_related("campaign", "made_by"), reach, ACT)


def calls_of(reach: Reach) -> QuerySet[Call]:
    related = (
        "call_list__campaign", "claimed_by", "enrolment__participant__recipient",
        "enrolment__version__campaign", "enrolment__campaign",
    )  # fmt: skip
    return scope(Call.objects.select_related(*related), reach, ACT)


@dataclass(frozen=True, slots=True)
class ListsPage:
    campaign: Campaign
    lists: Sequence[CallList]


def lists_page(campaign: Campaign, reach: Reach) -> ListsPage:
    """Each list with how many of it are open and how many were reached."""
    found = lists_of(reach).filter(campaign=campaign)
    counted = found.annotate(
        people=Count("calls"),
        still_open=Count("calls", filter=Q(calls__status__in=Call.OPEN)),
        reached=Count("calls", filter=Q(calls__status=Call.Status.REACHED)),
    )
    return ListsPage(campaign, list(counted[:_SHOWN]))


@dataclass(frozen=True, slots=True)
class ListPage:
    call_list: CallList
    counts: Sequence[tuple[str, int]]
    total: int
    free: int
    rows: Page[Any]


def list_page(call_list: CallList, *, page: str, now: datetime) -> ListPage:
    counts = dict(call_list.calls.order_by().values_list("status").annotate(count=Count("pk")))
    rows = call_list.calls.select_related("claimed_by", "enrolment__participant").order_by("place")
    return ListPage(
        call_list=call_list,
        counts=[(str(status.label), counts[status]) for status in Call.Status if status in counts],
        total=sum(counts.values()),
        free=free(call_list.calls.all(), now).count(),
        rows=Paginator(rows, _ROWS_A_PAGE).get_page(page),
    )


def questions_for(call: Call) -> list[QuestionRule]:
    """The survey's question, and those that its answers lead to, in that order."""
    content = compiled(call.enrolment.version)
    found: list[str] = []
    waiting = [call.call_list.question_key]
    while waiting:
        key = waiting.pop(0)
        question = content.questions.get(key)
        if question is None or key in found or question.kind not in _ASKED:
            continue
        found.append(key)
        waiting += [rule.next for rule in question.outcomes.values() if rule.next]
    return [content.questions[key] for key in found]


def asked_in_words(call: Call, questions: Sequence[QuestionRule], now: datetime) -> list[str]:
    """As the texts ask, in the person's language; the survey itself by its step's own text, where
    it has one."""
    content, first = compiled(call.enrolment.version), call.call_list.step_key
    return [
        _words(call, content, (first,) if place == 0 else (), question.key, now)
        for place, question in enumerate(questions)
    ]


def _words(
    call: Call, content: Content, text_keys: Sequence[str], question: str, now: datetime
) -> str:
    for text_key in (*text_keys, f"question.{question}"):
        try:
            return saying.words(
                enrolment=call.enrolment, content=content, text_key=text_key, now=now
            )
        except (KeyError, MissingValue):
            continue
    return question.replace("_", " ")


@dataclass(frozen=True, slots=True)
class CallPage:
    call: Call
    is_mine: bool
    may_reveal: bool
    is_hour: bool
    zone: str
    now: datetime
    #: Only after the click that is written down.
    number: str = ""
    name: str = ""


def call_page(
    call: Call, *, user_id: int, reach: Reach, now: datetime, revealed: bool = False
) -> CallPage:
    participant = call.enrolment.participant
    zone = ZoneInfo(participant.time_zone)
    hours = compiled(call.enrolment.version).hours
    return CallPage(
        call=call,
        is_mine=call.status == Call.Status.CLAIMED and call.claimed_by_id == user_id,
        may_reveal=reach.may(REVEAL, call.call_list.campaign_id),
        is_hour=is_allowed(now, hours, zone),
        zone=participant.time_zone,
        now=now,
        number=(participant.recipient.number or gettext("erased")) if revealed else "",
        name=(participant.first_name or "") if revealed else "",
    )
