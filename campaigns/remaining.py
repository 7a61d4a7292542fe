"""What remains before a version may be published, in the order somebody would do it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from campaigns import calendar_needs, linting, reviewing
from campaigns.country_pack import to_reword
from campaigns.curricula import shipped
from campaigns.diff_words import counted
from campaigns.lint import errors
from campaigns.models.campaign_version import CampaignVersion
from campaigns.pack import PackRefused
from campaigns.pack_values import Pack
from messaging.addresses import can_be_answered
from messaging.providers.registry import is_fake

_SHOWN = 12
Status = CampaignVersion.Status


@dataclass(frozen=True, slots=True)
class Task:
    """`needed`: without it the version is not published, or reaches nobody. `about`: sender,
    calendar, campaign, linter or version, whose page does it."""

    about: str
    what: str
    needed: bool = True


def remaining(version: CampaignVersion, *, now: datetime) -> list[Task]:
    looked = linting.look(version)
    own = looked.pack
    return [
        *_of_sender(version),
        *_of_numbers(version, own),
        *_of_calendar(version, own, now),
        *_of_texts(own),
        *_of_review(version, looked, now),
    ]


def _of_sender(version: CampaignVersion) -> Iterator[Task]:
    sender = version.campaign.sender
    if not can_be_answered(sender.address):
        yield Task(
            "sender",
            f"{sender.name}: write in the number or short code that people text to, its provider, "
            "and switch it on. Whoever manages senders does that.",
        )
    elif not sender.is_active:
        yield Task("sender", f"{sender.name} is switched off; switch it on.")
    if can_be_answered(sender.address) and is_fake(sender.provider):
        yield Task(
            "sender", f"{sender.name} is carried by the fake provider, which reaches nobody."
        )
    if sender.segment_price is None:
        yield Task(
            "sender",
            f"{sender.name} has no price of a segment, so the forecast reckons no money and no "
            "budget stops it.",
            needed=False,
        )


def _of_numbers(version: CampaignVersion, own: Pack) -> Iterator[Task]:
    has = version.campaign.variables
    for name, told in own.variables.items():
        if not has.get(name):
            yield Task("campaign", f"{name} has no value. {told}.")
    yield Task(
        "campaign",
        "Have every number in the texts rung from a telephone in the country, also at night.",
        needed=False,
    )


def _of_calendar(version: CampaignVersion, own: Pack, now: datetime) -> Iterator[Task]:
    campaign = version.campaign
    for need in calendar_needs.needs(
        own, organisation=campaign.organisation, country=campaign.country, today=now.date()
    ):
        if need.row is None:
            yield Task("calendar", f"{need.name}: add its next day to the country's calendar.")
        elif need.row.is_expected:
            yield Task(
                "calendar",
                f"{need.name} is expected on {need.row.day:%d %b %Y}. Confirm or move it once it "
                "is announced.",
                needed=False,
            )


def _of_texts(own: Pack) -> Iterator[Task]:
    try:
        curriculum = shipped(own.key)
    except PackRefused:
        curriculum = None
    found = to_reword(curriculum, own) if curriculum else []
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield Task(
            "version",
            "These texts name a language or a word that was left out; reword them: "
            f"{', '.join(found[:_SHOWN])}{more}.",
            needed=False,
        )
    if own.review:
        yield Task("version", f"The curriculum says of itself: {own.review}.", needed=False)


def _of_review(version: CampaignVersion, looked: linting.Looked, now: datetime) -> Iterator[Task]:
    if version.status in CampaignVersion.FROZEN:
        return
    findings = linting.lint_looked(version, looked, now=now)
    wrong, doubtful = errors(findings), linting.warnings(findings)
    if wrong:
        yield Task("linter", f"The linter finds {counted(len(wrong), 'error')}; put it right.")
    if doubtful and linting.report_seen(version, findings) is None:
        warns = counted(len(doubtful), "thing")
        yield Task("linter", f"The linter warns of {warns}: read its page and say that you have.")
    if version.status == Status.DRAFT:
        yield Task("version", "Submit it for review.")
    unsigned = [language for language in version.languages if language not in looked.signed]
    if unsigned and version.status != Status.APPROVED:
        spoken = ", ".join(unsigned)
        yield Task("version", f"Have people who speak them read and sign the texts in {spoken}.")
    readers = reviewing.native_readers(version, looked.signed)
    if unread := [language for language, reader in readers.items() if not reader]:
        yield Task(
            "version",
            f"No native reader has read the texts in {', '.join(unread)}. One signs each as such, "
            "or is named in the content; without that only the fake provider carries the version.",
        )
    if not version.clinically_approved:
        yield Task(
            "version",
            "Clinical approval: a named person, body and day. Without it only the fake provider "
            "carries the texts.",
        )
    if version.status != Status.APPROVED:
        yield Task("version", "Approval by somebody who is not its author.")
    yield Task("version", "Publish it.")
