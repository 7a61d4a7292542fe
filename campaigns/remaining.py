"""What remains before a version may be published, in the order somebody would do it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from campaigns import calendar_needs, linting, reviewing
from campaigns.country_pack import to_reword
from campaigns.curricula import shipped
from campaigns.diff_words import counted
from campaigns.lint import errors
from campaigns.models.campaign_version import CampaignVersion
from campaigns.pack import PackRefused
from campaigns.pack_values import Pack
from campaigns.unloading import as_pack
from messaging.addresses import can_be_answered
from messaging.providers.registry import is_fake
from trust.saying import moment, said

_SHOWN = 12
Status = CampaignVersion.Status


@dataclass(frozen=True, slots=True)
class Task:
    """`needed`: without it the version is not published, or reaches nobody. `about`: sender,
    calendar, campaign, linter or version, whose page does it."""

    about: str
    what: str
    needed: bool = True

    @property
    def opens(self) -> str:
        """The words of the link to that page."""
        return {
            "sender": gettext("Open the sender"),
            "calendar": gettext("Open the calendar"),
            "campaign": gettext("Open the campaign"),
            "linter": gettext("Open the linter"),
            "version": gettext("Open the version"),
        }[self.about]


def remaining(version: CampaignVersion, *, now: datetime) -> list[Task]:
    own = as_pack(version)
    return [
        *_of_sender(version),
        *_of_numbers(version, own),
        *_of_calendar(version, own, now),
        *_of_texts(own),
        *_of_review(version, now),
    ]


def _of_sender(version: CampaignVersion) -> Iterator[Task]:
    sender = version.campaign.sender
    if not can_be_answered(sender.address):
        yield Task(
            "sender",
            gettext(
                "%(sender)s: write in the number or short code that people text to, its "
                "provider, and switch it on. Whoever manages senders does that."
            )
            % {"sender": sender.name},
        )
    elif not sender.is_active:
        yield Task(
            "sender", gettext("%(sender)s is switched off; switch it on.") % {"sender": sender.name}
        )
    if can_be_answered(sender.address) and is_fake(sender.provider):
        yield Task(
            "sender",
            gettext("%(sender)s is carried by the fake provider, which reaches nobody.")
            % {"sender": sender.name},
        )
    if sender.segment_price is None:
        yield Task(
            "sender",
            gettext(
                "%(sender)s has no price of a segment, so the forecast reckons no money "
                "and no budget stops it."
            )
            % {"sender": sender.name},
            needed=False,
        )


def _of_numbers(version: CampaignVersion, own: Pack) -> Iterator[Task]:
    has = version.campaign.variables
    for name, told in own.variables.items():
        if not has.get(name):
            yield Task(
                "campaign",
                gettext("%(name)s has no value. %(told)s.") % {"name": name, "told": told},
            )
    yield Task(
        "campaign",
        gettext(
            "Have every number in the texts rung from a telephone in the country, also at night."
        ),
        needed=False,
    )


def _of_calendar(version: CampaignVersion, own: Pack, now: datetime) -> Iterator[Task]:
    campaign = version.campaign
    for need in calendar_needs.needs(
        own, organisation=campaign.organisation, country=campaign.country, today=now.date()
    ):
        if need.row is None:
            yield Task(
                "calendar",
                gettext("%(need)s: add its next day to the country's calendar.")
                % {"need": need.name},
            )
        elif need.row.is_expected:
            yield Task(
                "calendar",
                gettext("%(need)s is expected on %(day)s. Confirm or move it once it is announced.")
                % {"need": need.name, "day": moment(need.row.day, "d MMM y")},
                needed=False,
            )


def _of_texts(own: Pack) -> Iterator[Task]:
    try:
        curriculum = shipped(own.key)
    except PackRefused:
        curriculum = None
    found = to_reword(curriculum, own) if curriculum else []
    if found:
        shown = found[:_SHOWN]
        if len(found) > _SHOWN:
            shown.append(gettext("and %(count)s more") % {"count": len(found) - _SHOWN})
        yield Task(
            "version",
            gettext(
                "These texts name a language or a word that was left out; reword them: %(texts)s."
            )
            % {"texts": ", ".join(shown)},
            needed=False,
        )
    if own.review:
        yield Task(
            "version",
            gettext("The curriculum says of itself: %(review)s.") % {"review": own.review},
            needed=False,
        )


def _of_review(version: CampaignVersion, now: datetime) -> Iterator[Task]:
    if version.status in CampaignVersion.FROZEN:
        return
    findings = linting.lint_version(version, now=now)
    wrong, doubtful = errors(findings), linting.warnings(findings)
    if wrong:
        yield Task(
            "linter",
            gettext("The linter finds %(errors)s; put it right.")
            % {"errors": said(counted(len(wrong), "error"))},
        )
    if doubtful and linting.report_seen(version, findings) is None:
        warns = said(counted(len(doubtful), "thing"))
        yield Task(
            "linter",
            gettext("The linter warns of %(warns)s: read its page and say that you have.")
            % {"warns": warns},
        )
    if version.status == Status.DRAFT:
        yield Task("version", gettext("Submit it for review."))
    unsigned = reviewing.unsigned_languages(version)
    if unsigned and version.status != Status.APPROVED:
        spoken = ", ".join(unsigned)
        yield Task(
            "version",
            gettext("Have people who speak them read and sign the texts in %(spoken)s.")
            % {"spoken": spoken},
        )
    if unread := reviewing.unread_languages(version):
        yield Task(
            "version",
            gettext(
                "No native reader has read the texts in %(unread)s. One signs each as "
                "such, or is named in the content; without that only the fake provider "
                "carries the version."
            )
            % {"unread": ", ".join(unread)},
        )
    if not version.clinically_approved:
        yield Task(
            "version",
            gettext(
                "Clinical approval: a named person, body and day. Without it only the fake "
                "provider carries the texts."
            ),
        )
    if version.status != Status.APPROVED:
        yield Task("version", gettext("Approval by somebody who is not its author."))
    yield Task("version", gettext("Publish it."))
