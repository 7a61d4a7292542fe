"""What waits for whoever looks: at the top of the first page, most pressing first."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import CampaignVersion
from enrolment.models import Broadcast, Case, Page, SetPublishing, Trouble
from enrolment.operations import within
from messaging import holding
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
        *_held(reach),
        *_cases(reach, now),
        *_wrong(reach),
        *_senders(reach),
        *_approvals(reach),
    ]


def _held(reach: Reach) -> list[Need]:
    """Whoever works here is told, whatever they may do about it."""
    if holding.held_since() is None:
        return []
    words = _(
        "Sending is held since a back-up was restored: nothing leaves until whoever runs the "
        "house releases it. Texts that come in are kept, and STOP is carried out."
    )
    may_look = reach.may("organisation.view")
    link, to = (reverse("enrolment:operations"), _("operations")) if may_look else ("", "")
    return [Need(words, link, to)]


def _cases(reach: Reach, now: datetime) -> list[Need]:
    """Managers are told how many are overdue, who may not read them."""
    waiting = Case.objects.filter(status__in=Case.WAITING)
    late = Q(due_at__lt=now)
    found = scope(waiting, reach, "inbox.answer").aggregate(
        urgent=Count("pk", filter=Q(urgency=Case.Urgency.URGENT)),
        overdue=Count("pk", filter=late),
    )
    inbox, urgent = reverse("admin:enrolment_case_changelist"), found["urgent"] or 0
    told = ngettext(
        "%(count)s urgent case waits for a person.",
        "%(count)s urgent cases wait for a person.",
        urgent,
    )
    needs = [Need(_said(told, urgent), inbox, _("the inbox"))] if urgent else []
    link, to, overdue = f"{inbox}?show=overdue", _("them"), found["overdue"] or 0
    if not overdue and not reach.may("inbox.answer"):
        link, to = reverse("admin:enrolment_pagercontact_changelist"), _("who is paged")
        overdue = scope(waiting.filter(late), reach, "campaign.edit").count()
    told = ngettext(
        "%(count)s case is overdue in the counsellors' inbox.",
        "%(count)s cases are overdue in the counsellors' inbox.",
        overdue,
    )
    return [*needs, Need(_said(told, overdue), link, to)] if overdue else needs


def _wrong(reach: Reach) -> list[Need]:
    """Pages that were given up, of cases that still wait, and troubles that are no alarm's; in one
    query."""
    lost = Page.objects.filter(status=Page.Status.FAILED, case__status__in=Case.WAITING)
    troubles = (
        within(reach)
        .filter(ended_at=None)
        .exclude(kind__in=(Trouble.Kind.SENDER, Trouble.Kind.BUDGET, Trouble.Kind.HELD))
    )
    pages = _named(scope(lost, reach, "campaign.edit"), "page")
    found = Counter(pages.union(_named(troubles, "trouble"), all=True))
    paged = ngettext(
        "%(count)s page reached nobody, and the case still waits.",
        "%(count)s pages reached nobody, and the case still waits.",
        found["page"],
    )
    trouble = ngettext(
        "%(count)s trouble of the house is open.",
        "%(count)s troubles of the house are open.",
        found["trouble"],
    )
    told = (
        Need(
            _said(paged, found["page"]),
            reverse("admin:enrolment_pagercontact_changelist"),
            _("who is paged"),
        ),
        Need(_said(trouble, found["trouble"]), reverse("enrolment:operations"), _("operations")),
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
    to_alarms = reverse("admin:messaging_alarm_changelist") + "?state=open"
    to_senders = reverse("admin:messaging_sender_changelist")
    count = {name: number or 0 for name, number in found.items()}
    alarms = ngettext(
        "%(count)s alarm keeps texts from leaving.",
        "%(count)s alarms keep texts from leaving.",
        count["alarms"],
    )
    spent = ngettext(
        "%(count)s sender has spent the budget: texts wait.",
        "%(count)s senders have spent the budget: texts wait.",
        count["stopped"],
    )
    close = ngettext(
        "%(count)s sender is close to the month's budget.",
        "%(count)s senders are close to the month's budget.",
        count["warned"],
    )
    told = (
        Need(_said(alarms, count["alarms"]), to_alarms, _("the alarms")),
        Need(_said(spent, count["stopped"]), to_senders, _("the senders")),
        Need(_said(close, count["warned"]), to_senders, _("the senders")),
    )
    return [need for need in told if need.words]


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
    version = ngettext(
        "%(count)s version waits for a review.",
        "%(count)s versions wait for a review.",
        found["version"],
    )
    broadcast = ngettext(
        "%(count)s broadcast waits for your approval.",
        "%(count)s broadcasts wait for your approval.",
        found["broadcast"],
    )
    hour = ngettext(
        "%(count)s version was not published at its hour.",
        "%(count)s versions were not published at their hours.",
        found["hour"],
    )
    told = (
        Need(
            _said(version, found["version"]),
            f"{to_versions}?status__exact=in_review",
            _("the reviews"),
        ),
        Need(
            _said(broadcast, found["broadcast"]),
            reverse("enrolment:broadcasts"),
            _("the broadcasts"),
        ),
        Need(_said(hour, found["hour"]), f"{to_versions}?status__exact=approved", _("why")),
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


def _said(words: str, count: int) -> str:
    return words % {"count": count} if count else ""
