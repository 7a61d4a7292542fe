"""The weekly report by email: each live campaign's, to its programme managers, once."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from campaigns.models import Campaign, CampaignVersion
from research import figures_page
from research.figures import Figures, figures
from research.models import Counting, ReportRefusal, WeeklyReport
from research.weekly_words import Part, Report, monday_before
from trust import audit
from trust.models import User
from trust.viewing import as_seen_by

log = structlog.get_logger(__name__)

_MANAGER = "programme_manager"
#: On Monday, in the campaign's zone; later where nothing ran then.
_FROM = time(7)
_AT_ONCE = 50


def send_due(*, now: datetime) -> int:
    """How many mails left. A week that is not wholly counted yet waits for that."""
    sent = 0
    for campaign in _live():
        local = now.astimezone(ZoneInfo(campaign.time_zone))
        monday = monday_before(local.date())
        if (local.weekday() == 0 and local.time() < _FROM) or not _is_counted(monday, now):
            continue
        waiting = list(_waiting(campaign, monday)[: _AT_ONCE - sent])
        found = figures(campaign, since=monday, until=_ends(monday)) if waiting else None
        if found is None or not found.funnel[0].count:
            # Nobody has ever joined, or nobody wants it.
            continue
        sent += sum(_send(_report(found, monday, user), campaign, user, now) for user in waiting)
    return sent


def managers(campaign: Campaign) -> "QuerySet[User]":
    """Of the campaign or of all its organisation's, who may sign in."""
    held = Q(organisation_role=_MANAGER) | Q(
        memberships__campaign=campaign, memberships__role=_MANAGER
    )
    users = User.objects.filter(organisation_id=campaign.organisation_id, is_active=True)
    return users.filter(held, is_staff=True).distinct().order_by("pk")


@transaction.atomic
def choose(*, user: User, is_wanted: bool, now: datetime) -> None:
    """Of the user's own reports; the same again changes nothing."""
    if is_wanted:
        changed = bool(ReportRefusal.objects.filter(user=user).delete()[0])
    else:
        _, changed = ReportRefusal.objects.get_or_create(user=user, defaults={"refused_at": now})
    if changed:
        verb = "report.want" if is_wanted else "report.refuse"
        audit.record(verb=verb, subject=user, actor=user)


def is_wanted(user: User) -> bool:
    return not ReportRefusal.objects.filter(user=user).exists()


def managed_by(user: User) -> list[str]:
    """The names of the live campaigns whose week would be sent to the user."""
    return [campaign.name for campaign in _live() if managers(campaign).filter(pk=user.pk).exists()]


def _live() -> Iterable[Campaign]:
    published = CampaignVersion.objects.filter(status=CampaignVersion.Status.PUBLISHED)
    found = Campaign.objects.filter(pk__in=published.values("campaign_id"))
    return found.select_related("sender").order_by("pk")


def _is_counted(monday: date, now: datetime) -> bool:
    counting = Counting.objects.first()
    if counting is None or counting.counted_at is None:
        return False
    week = {monday + timedelta(days=n) for n in range(7)}
    is_fresh = now - counting.counted_at < timedelta(hours=1)
    return is_fresh and not week & set(counting.pending)


def _waiting(campaign: Campaign, monday: date) -> "QuerySet[User]":
    had = WeeklyReport.objects.filter(campaign=campaign, monday=monday).values("user_id")
    refused = ReportRefusal.objects.values("user_id")
    # Nobody is sent a week from before she came.
    came = Q(created_at__date__lte=monday + timedelta(days=6))
    return managers(campaign).filter(came).exclude(pk__in=had).exclude(pk__in=refused)


def _ends(monday: date) -> date:
    return monday + timedelta(days=6)


def _report(found: Figures, monday: date, user: User) -> Report:
    """In the language of whoever reads it."""
    base = settings.PUBLIC_BASE_URL
    to_figures = reverse("research:figures", args=[found.campaign.pk]) + "?days=7"
    with as_seen_by(user):
        return Report(
            campaign=found.campaign.name,
            monday=monday,
            headline=figures_page.headline(found),
            parts=[
                Part(section.title, section.answer)
                for section in figures_page.own_sections(found)
                if section.answer
            ],
            figures_link=base + to_figures,
            choice_link=base + reverse("research:reports"),
        )


def _send(report: Report, campaign: Campaign, user: User, now: datetime) -> bool:
    with transaction.atomic():
        row, is_new = WeeklyReport.objects.get_or_create(
            campaign=campaign, user=user, monday=report.monday, defaults={"sent_at": now}
        )
        if is_new:
            audit.record(verb="report.send", subject=campaign, detail={"user": user.pk})
    if not is_new:
        return False
    with as_seen_by(user):
        message = EmailMultiAlternatives(
            subject=report.subject,
            body=render_to_string("research/weekly.txt", {"report": report}),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        html = render_to_string("research/weekly.html", {"report": report})
    message.attach_alternative(html, "text/html")
    try:
        message.send()
    except (SMTPException, OSError) as error:
        # The next look tries again, until the week is over.
        row.delete()
        log.warning("weekly_report_waits", user_id=user.pk, error=type(error).__name__)
        return False
    return True
