"""What waits for whoever looks: at the top of the first page, most pressing first."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.urls import reverse

from campaigns.models import CampaignVersion
from enrolment.models import Broadcast, Case, Page, SetPublishing, Trouble
from enrolment.operations import within
from messaging.models import Sender
from trust.scope import Reach, scope


@dataclass(frozen=True, slots=True)
class Need:
    """`to` ends "Look at ..."; without a link it is only said."""

    words: str
    link: str
    to: str


def needs(reach: Reach, *, now: datetime) -> list[Need]:
    """Nothing where nothing waits."""
    return [
        *_cases(reach, now),
        *_wrong(reach),
        *_senders(reach),
        *_approvals(reach),
    ]


def _cases(reach: Reach, now: datetime) -> list[Need]:
    """Managers are told how many are overdue, who may not read them."""
    waiting = Case.objects.filter(status__in=Case.WAITING)
    late = Q(due_at__lt=now)
    found = scope(waiting, reach, "inbox.answer").aggregate(
        urgent=Count("pk", filter=Q(urgency=Case.Urgency.URGENT)),
        overdue=Count("pk", filter=late),
    )
    inbox = reverse("admin:enrolment_case_changelist")
    told = _said(found["urgent"] or 0, "urgent case waits", "urgent cases wait", " for a person.")
    needs = [Need(told, inbox, "the inbox")] if told else []
    link, to, overdue = f"{inbox}?show=overdue", "them", found["overdue"] or 0
    if not overdue and not reach.may("inbox.answer"):
        link, to = reverse("admin:enrolment_pagercontact_changelist"), "who is paged"
        overdue = scope(waiting.filter(late), reach, "campaign.edit").count()
    where = " in the counsellors' inbox."
    if told := _said(overdue, "case is overdue", "cases are overdue", where):
        needs.append(Need(told, link, to))
    return needs


def _wrong(reach: Reach) -> list[Need]:
    """Pages that were given up, of cases that still wait, and troubles that are no alarm's; in one
    query."""
    lost = Page.objects.filter(status=Page.Status.FAILED, case__status__in=Case.WAITING)
    troubles = (
        within(reach)
        .filter(ended_at=None)
        .exclude(kind__in=(Trouble.Kind.SENDER, Trouble.Kind.BUDGET))
    )
    pages = _named(scope(lost, reach, "campaign.edit"), "page")
    found = Counter(pages.union(_named(troubles, "trouble"), all=True))
    after = " nobody, and the case still waits."
    told = (
        Need(
            _said(found["page"], "page reached", "pages reached", after),
            reverse("admin:enrolment_pagercontact_changelist"),
            "who is paged",
        ),
        Need(
            _said(
                found["trouble"], "trouble of the house is", "troubles of the house are", " open."
            ),
            reverse("enrolment:operations"),
            "operations",
        ),
    )
    return [need for need in told if need.words]


def _senders(reach: Reach) -> list[Need]:
    """Alarms and budgets, in one look."""
    uneasy = ~Q(budget_state=Sender.BudgetState.OPEN)
    stopped = Q(budget_state=Sender.BudgetState.STOPPED)
    standing = Q(alarms__isnull=False, alarms__cleared_at=None)
    found = scope(Sender.objects.all(), reach, "organisation.view").aggregate(
        alarms=Count("alarms", filter=standing, distinct=True),
        stopped=Count("pk", filter=stopped, distinct=True),
        warned=Count("pk", filter=uneasy & ~stopped, distinct=True),
    )
    alarms = reverse("admin:messaging_alarm_changelist") + "?state=open"
    link, of = reverse("admin:messaging_sender_changelist"), "the senders"
    count = {name: number or 0 for name, number in found.items()}
    told = (
        (_said(count["alarms"], "alarm keeps", "alarms keep", " texts from leaving."), alarms),
        (
            _said(count["stopped"], "sender has", "senders have", " spent the budget: texts wait."),
            "",
        ),
        (_said(count["warned"], "sender is", "senders are", " close to the month's budget."), ""),
    )
    return [Need(words, to or link, "the alarms" if to else of) for words, to in told if words]


def _approvals(reach: Reach) -> list[Need]:
    """Of what another wrote, in one query; whoever opens it is told what may be done."""
    in_review = CampaignVersion.objects.filter(status=CampaignVersion.Status.IN_REVIEW)
    asked = Broadcast.objects.filter(status=Broadcast.Status.AWAITING)
    versions = scope(in_review, reach, "content.approve")
    broadcasts = scope(asked.exclude(author_id=reach.user_id), reach, "broadcast.approve")
    missed = _named(scope(_missed_hours(), reach, "campaign.edit"), "hour")
    named = _named(versions, "version").union(_named(broadcasts, "broadcast"), missed, all=True)
    found = Counter(named)
    to_versions = reverse("admin:campaigns_campaignversion_changelist")
    told = (
        Need(
            _said(found["version"], "version waits", "versions wait", " for a review."),
            f"{to_versions}?status__exact=in_review",
            "the reviews",
        ),
        Need(
            _said(found["broadcast"], "broadcast waits", "broadcasts wait", " for your approval."),
            reverse("enrolment:broadcasts"),
            "the broadcasts",
        ),
        Need(
            _said(
                found["hour"],
                "version was not published at its hour",
                "versions were not published at their hours",
                ".",
            ),
            f"{to_versions}?status__exact=approved",
            "why",
        ),
    )
    return [need for need in told if need.words]


def _missed_hours() -> QuerySet[SetPublishing]:
    """Of versions that still wait, and have no other hour."""
    again = SetPublishing.objects.filter(version=OuterRef("version"), pk__gt=OuterRef("pk"))
    refused = SetPublishing.objects.filter(
        status=SetPublishing.Status.REFUSED, version__status=CampaignVersion.Status.APPROVED
    )
    return refused.exclude(Exists(again))


def _named(rows: QuerySet[Any], what: str) -> QuerySet[Any, str]:
    named = rows.order_by().annotate(what=Value(what, output_field=CharField()))
    found: QuerySet[Any, str] = named.values_list("what", flat=True)
    return found


def _said(count: int, one: str, many: str, after: str) -> str:
    if not count:
        return ""
    return f"1 {one}{after}" if count == 1 else f"{count} {many}{after}"
