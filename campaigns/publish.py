"""A version's way from draft to published: each move a verb, each checked in the database."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext, ngettext

from campaigns import linting, review_mail, reviewing
from campaigns.lint import errors
from campaigns.lint_findings import Finding
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.lint_report import LintReport
from messaging.models import Sender
from messaging.providers.registry import is_fake
from trust import audit
from trust.models import User
from trust.saying import said

Status = CampaignVersion.Status
#: Problems told at once; a page of them helps nobody.
_SHOWN = 10


class PublishRefused(Exception):
    """The move is not allowed; the message says why and what to do, in plain words."""


@transaction.atomic
def submit(*, version: CampaignVersion, actor: User | None) -> None:
    _move(version, Status.IN_REVIEW)
    audit.record(verb="version.submit", subject=version, actor=actor)
    review_mail.tell(version=version, actor=actor)


@transaction.atomic
def send_back(*, version: CampaignVersion, actor: User, now: datetime, reason: str) -> None:
    """In review or approved -> draft: what was signed is void, why is kept as a comment."""
    if not reason.strip():
        raise PublishRefused(
            gettext("Say why it goes back: whoever mends it has only that to go by.")
        )
    reviewing.held(version)
    _move(
        version,
        Status.DRAFT,
        approver=None,
        approved_at=None,
        clinical_reviewer="",
        clinical_body="",
        clinical_date=None,
        clinical_reference="",
    )
    reviewing.void_signatures(version=version, now=now)
    reviewing.comment(version=version, key="", language="", body=reason, actor=actor, now=now)
    audit.record(verb="version.send_back", subject=version, actor=actor)
    review_mail.tell(version=version, actor=actor)


@transaction.atomic
def approve(*, version: CampaignVersion, actor: User, now: datetime) -> None:
    """Raises PublishRefused when somebody would approve their own work, or a language has not
    been signed."""
    standing = reviewing.held(version).status
    if reviewing.wrote(version, actor):
        raise PublishRefused(
            gettext("Whoever wrote in it can't approve the version. Ask a reviewer to.")
        )
    unsigned = reviewing.unsigned_languages(version)
    if unsigned and standing == Status.IN_REVIEW:
        raise PublishRefused(
            gettext(
                "Nobody has signed the texts in %(unsigned)s yet. Each language is read "
                "through and signed first."
            )
            % {"unsigned": ", ".join(unsigned)}
        )
    _move(version, Status.APPROVED, approver=actor, approved_at=now)
    audit.record(verb="version.approve", subject=version, actor=actor)
    review_mail.tell(version=version, actor=actor)


@transaction.atomic
def record_clinical_approval(
    *,
    version: CampaignVersion,
    reviewer: str,
    body: str,
    day: date,
    actor: User,
    reference: str = "",
) -> None:
    """The named clinical approval without which only a fake provider carries the texts.

    It stands for every language, so each has been read by a native reader first; by that the
    outbox, which asks for the approval alone, keeps unread languages off real networks too."""
    if reviewing.wrote(version, actor):
        raise PublishRefused(
            gettext("Whoever wrote in it can't record the approval. Ask a reviewer to.")
        )
    if unread := reviewing.unread_languages(reviewing.held(version)):
        raise PublishRefused(
            gettext("%(unread)s A clinical approval stands for all of them.")
            % {"unread": _unread(unread)}
        )
    changed = CampaignVersion.objects.filter(
        pk=version.pk, status__in=(Status.IN_REVIEW, Status.APPROVED)
    ).update(
        clinical_reviewer=reviewer,
        clinical_body=body,
        clinical_date=day,
        clinical_reference=reference,
    )
    if not changed:
        raise PublishRefused(
            gettext("A clinical approval is recorded before the version is published.")
        )
    version.refresh_from_db()
    audit.record(verb="version.clinical_approval", subject=version, actor=actor)


@transaction.atomic
def publish(*, version: CampaignVersion, actor: User | None, now: datetime) -> None:
    """One row makes it live; the version before it retires and its people finish on it.

    Raises PublishRefused when the linter finds an error or warns of what nobody has seen, when the
    version is not approved, or when a real sender would carry a language that no
    native reader has read. What the linter said is kept with the version.
    """
    campaign = Campaign.objects.select_for_update().get(pk=version.campaign_id)
    findings = linting.lint_version(version, now=now)
    # Of any other status the move itself tells why not.
    if reviewing.held(version).status == Status.APPROVED:
        _refuse_findings(version, findings)
        _refuse_unread(version, campaign.sender)
    for live in CampaignVersion.objects.filter(
        campaign_id=version.campaign_id, status=Status.PUBLISHED
    ):
        _move(live, Status.RETIRED)
    _move(version, Status.PUBLISHED, published_at=now)
    linting.keep_report(
        version=version,
        findings=findings,
        occasion=LintReport.Occasion.PUBLISHED,
        actor=actor,
        now=now,
    )
    audit.record(verb="version.publish", subject=version, actor=actor)


def _refuse_findings(version: CampaignVersion, findings: tuple[Finding, ...]) -> None:
    found = [f"{said(each.place.words)}: {said(each.wrong)}." for each in errors(findings)]
    if found:
        if len(found) > _SHOWN:
            more = gettext("And %(count)s more.") % {"count": len(found) - _SHOWN}
            found = [*found[:_SHOWN], more]
        raise PublishRefused(" ".join(found))
    unseen = linting.warnings(findings)
    if unseen and linting.report_seen(version, findings) is None:
        raise PublishRefused(
            ngettext(
                "The linter warns of %(count)s thing that nobody has seen yet. Read its page and "
                "say that you have.",
                "The linter warns of %(count)s things that nobody has seen yet. Read its page and "
                "say that you have.",
                len(unseen),
            )
            % {"count": len(unseen)}
        )


def _refuse_unread(version: CampaignVersion, sender: Sender) -> None:
    unread = reviewing.unread_languages(version)
    if unread and not is_fake(sender.provider):
        raise PublishRefused(
            gettext("%(unread)s Until then only a fake sender may carry it.")
            % {"unread": _unread(unread)}
        )


def _unread(languages: Sequence[str]) -> str:
    return gettext(
        "No native reader has read the texts in %(languages)s. Have one sign "
        "each as a native reader, or name them in the content."
    ) % {"languages": ", ".join(languages)}


def published_version(campaign: Campaign) -> CampaignVersion | None:
    return campaign.versions.filter(status=Status.PUBLISHED).first()


def _move(version: CampaignVersion, to: str, **columns: object) -> None:
    allowed = [status for status, moves in CampaignVersion.MOVES.items() if to in moves]
    changed = CampaignVersion.objects.filter(pk=version.pk, status__in=allowed).update(
        status=to, **columns
    )
    if not changed:
        raise PublishRefused(
            gettext("A version that is %(now)s can't be %(next)s.")
            % {
                "now": version.get_status_display().lower(),
                "next": gettext(str(Status(to).label)).lower(),
            }
        )
    version.refresh_from_db()
