"""Whoever has the next turn with a version hears of it by email: to review, to mend, to publish.

A verb writes a job for each person, in its own transaction; a worker sends. An email says which
version and where, never what is in it or why.
"""

import smtplib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import jobs
from campaigns.access import holders
from campaigns.jobs import Progress, Worker
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.job import Job
from trust.models import User
from trust.viewing import as_seen_by

Status = CampaignVersion.Status
MAIL = "review_mail"
#: After the first try; the next one comes after twice as long.
_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is to be done with a version of some status, and who may."""

    permission: str
    subject: Any
    told: Any


_TURNS: Mapping[str, _Turn] = {
    Status.IN_REVIEW: _Turn(
        "content.approve",
        _("For review"),
        _("It waits to be read: each language is signed, then the whole is approved."),
    ),
    Status.DRAFT: _Turn(
        "content.author",
        _("Back to draft"),
        _("It was sent back. The reason stands among the comments on its page."),
    ),
    Status.APPROVED: _Turn(
        "campaign.edit", _("Approved"), _("It is approved. Whoever publishes can look at it now.")
    ),
}


@transaction.atomic
def tell(*, version: CampaignVersion, actor: User | None) -> None:
    """Of the status it has now. Whoever has just acted knows."""
    for person in _whose_turn(version):
        if actor is None or person.pk != actor.pk:
            jobs.start(
                campaign=version.campaign,
                kind=MAIL,
                detail={"version": version.pk, "status": version.status, "user": person.pk},
                actor=actor,
            )


def send(job: Job, progress: Progress) -> None:
    """Nothing, where the version has gone on meanwhile or it is not this person's turn any more."""
    told = job.detail
    versions = CampaignVersion.objects.select_related("campaign")
    version = versions.filter(pk=told["version"], status=told["status"]).first()
    if version is not None:
        for person in _whose_turn(version):
            if person.pk == told["user"]:
                _send(version, person)
    jobs.finish(job=job)


WORKERS: Mapping[str, Worker] = {MAIL: send}


def _whose_turn(version: CampaignVersion) -> Iterable[User]:
    """What came back goes to its author; where none is named, or they may not write any more, to
    all who may. Reviews are for everybody but the author."""
    turn = _TURNS.get(version.status)
    if turn is None:
        return ()
    able = list(holders(campaign=version.campaign, permission=turn.permission))
    author = [person for person in able if person.pk == version.author_id]
    if version.status == Status.DRAFT:
        return author or able
    if version.status == Status.IN_REVIEW:
        return [person for person in able if person not in author]
    return able


def _send(version: CampaignVersion, person: User) -> None:
    turn = _TURNS[version.status]
    link = settings.PUBLIC_BASE_URL + reverse("campaigns:review", args=[version.pk])
    # A header is one line.
    name = " ".join(str(version).split())
    with as_seen_by(person):
        opens = gettext("Open it here: %(link)s") % {"link": link}
        message = EmailMessage(
            subject=f"{turn.subject}: {name}",
            body=f"{name}\n\n{turn.told}\n\n{opens}\n",
            to=[person.email],
        )
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        raise jobs.Later(_AGAIN) from error
