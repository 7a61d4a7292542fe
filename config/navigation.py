"""The admin's side navigation: what a programme manager looks for, in the order of a day's work.

Each entry shows only where its page would open. The theme calls `navigation` by its dotted name in
settings, since settings are read before any app is.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

from trust.admin_base import reach_of


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups in which this user can open anything."""
    groups = ({**group, "items": list(group["items"])} for group in NAVIGATION)
    return [
        group for group in groups if any(item["permission"](request) for item in group["items"])
    ]


def _may(permission: str, organisation_wide: bool) -> Callable[[HttpRequest], bool]:
    def may(request: HttpRequest) -> bool:
        reach = reach_of(request)
        return reach.may(permission) if organisation_wide else reach.may_anywhere(permission)

    return may


def _page(
    title: str, icon: str, view: str, permission: str, *, organisation_wide: bool = False
) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(view),
        "permission": _may(permission, organisation_wide),
    }


def _list(title: str, icon: str, model: str, permission: str) -> dict[str, Any]:
    return _page(title, icon, f"admin:{model}_changelist", permission)


def _wire(title: str, icon: str, model: str, permission: str) -> dict[str, Any]:
    """The transport's own lists know no campaign: only a role held organisation-wide opens them."""
    view = f"admin:messaging_{model}_changelist"
    return _page(title, icon, view, permission, organisation_wide=True)


def _calendar(title: str, icon: str, model: str) -> dict[str, Any]:
    """A country's days are the whole organisation's, as its lists are."""
    view = f"admin:campaigns_{model}_changelist"
    return _page(title, icon, view, "campaign.view", organisation_wide=True)


NAVIGATION: list[dict[str, Any]] = [
    {
        "title": "People",
        "separator": True,
        "items": [
            _list("People in campaigns", "group", "enrolment_enrolment", "person.view"),
            _page("Sign people up", "person_add", "enrolment:signing_up", "person.act"),
            _list("Invitations", "mail", "enrolment_invitation", "person.view"),
            _list("Inbox", "inbox", "enrolment_case", "inbox.answer"),
            _list("Canned replies", "quickreply", "enrolment_cannedreply", "inbox.answer"),
            _page("Broadcasts", "send", "enrolment:broadcasts", "campaign.view"),
            _list("Decisions", "rule", "enrolment_decision", "person.view"),
            _list("Answers", "checklist", "enrolment_answer", "person.view"),
            _list("Consents", "verified_user", "enrolment_consent", "person.view"),
            _list("Withdrawals", "logout", "enrolment_withdrawal", "person.view"),
            _page("Phone", "smartphone", "enrolment:phones", "person.act"),
        ],
    },
    {
        "title": "Content",
        "separator": True,
        "items": [
            _list("Campaigns", "campaign", "campaigns_campaign", "campaign.view"),
            _list("Versions", "layers", "campaigns_campaignversion", "campaign.view"),
            _list("Texts", "sms", "campaigns_text", "campaign.view"),
            _list("Steps", "event", "campaigns_step", "campaign.view"),
            _page("Trials", "science", "enrolment:trials", "campaign.view"),
            _page("Rehearsal", "fast_forward", "enrolment:rehearsal", "campaign.view"),
            _calendar("Calendar dates", "calendar_month", "calendardate"),
            _calendar("Days off", "event_busy", "dayoff"),
        ],
    },
    {
        "title": "Transport",
        "separator": True,
        "collapsible": True,
        "items": [
            _page(
                "Operations",
                "monitor_heart",
                "enrolment:operations",
                "organisation.view",
                organisation_wide=True,
            ),
            _wire("Messages", "outbox", "message", "person.view"),
            _wire("Inbound", "move_to_inbox", "inboundmessage", "person.view"),
            _wire("Opt-outs", "block", "optout", "person.view"),
            _wire("Senders", "cell_tower", "sender", "organisation.view"),
            _wire("Groups", "hub", "sendergroup", "organisation.view"),
            _wire("Alarms", "notifications_active", "alarm", "organisation.view"),
        ],
    },
    {
        "title": "House",
        "separator": True,
        "collapsible": True,
        "items": [
            _list("Organisations", "domain", "trust_organisation", "organisation.view"),
            _list("Who is paged", "e911_emergency", "enrolment_pagercontact", "campaign.edit"),
            _page(
                "Who is told of troubles",
                "contact_mail",
                "admin:enrolment_operatorcontact_changelist",
                "organisation.view",
                organisation_wide=True,
            ),
            _list("API tokens", "key", "enrolment_apitoken", "campaign.edit"),
            _list("Inbox targets", "timer", "enrolment_casetarget", "campaign.edit"),
            _list("Users", "badge", "trust_user", "organisation.manage"),
            _list("Roles in campaigns", "assignment_ind", "campaigns_membership", "campaign.edit"),
            _list("Retention", "auto_delete", "trust_retentionsettings", "organisation.view"),
            _list("What was purged", "delete_history", "trust_purge", "organisation.view"),
            _list("Audit", "history", "trust_auditevent", "audit.view"),
        ],
    },
]
