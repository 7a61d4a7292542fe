"""What a campaign's own page tells: what is live, what comes next, who is in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns import reviewing
from campaigns.models import Campaign, CampaignVersion
from campaigns.text_list import changed_texts
from enrolment.language_names import language_name
from enrolment.models.enrolment import Enrolment
from messaging.providers.registry import is_fake
from trust.telling import tell, tell_count

Status = CampaignVersion.Status
#: Beyond these nobody is counted while a page is waited for.
MOST_COUNTED = 10_000
_VERSIONS = 10


@dataclass(frozen=True, slots=True)
class Overview:
    """`next`: the version on its way; `begun`: what a door opens, that one or else the live one."""

    campaign: Campaign
    live: CampaignVersion | None
    next: CampaignVersion | None
    next_told: str
    #: What to press about it.
    next_deed: str
    people: str
    older: Sequence[CampaignVersion]
    is_fake: bool
    may_write: bool

    @property
    def spoken(self) -> str:
        """What the live version is written in."""
        return ", ".join(map(language_name, self.live.languages)) if self.live else ""

    @property
    def shown(self) -> CampaignVersion | None:
        return self.next or self.live


def overview(campaign: Campaign, *, may_write: bool) -> Overview:
    versions = list(
        campaign.versions.select_related("author", "approver").order_by("-number")[:_VERSIONS]
    )
    live = next((each for each in versions if each.status == Status.PUBLISHED), None)
    newest = versions[0] if versions else None
    coming = newest if newest is not None and newest.status not in newest.FROZEN else None
    told, deed = _next(coming, live)
    return Overview(
        campaign=campaign,
        live=live,
        next=coming,
        next_told=told,
        next_deed=deed,
        people=_people(campaign),
        older=[each for each in versions if each not in (live, coming)],
        is_fake=is_fake(campaign.sender.provider),
        may_write=may_write,
    )


def _next(version: CampaignVersion | None, live: CampaignVersion | None) -> tuple[str, str]:
    """Where it stands, and the word on the button that leads on."""
    if version is None:
        return "", ""
    match version.status:
        case Status.DRAFT:
            return _draft(version, live), tell("Check it and ask for review")
        case Status.IN_REVIEW:
            unsigned = reviewing.unsigned_languages(version)
            if unsigned:
                told = tell(
                    "In review: nobody has signed the texts in %(languages)s yet.",
                    languages=list(unsigned),
                )
            else:
                told = tell("In review: every language is signed; a reviewer approves it now.")
            return told, tell("See what is missing")
        case _:
            told = tell(
                "Approved by %(name)s, and waits to be published.", name=str(version.approver)
            )
            return told, tell("Publish it")


def _draft(version: CampaignVersion, live: CampaignVersion | None) -> str:
    if live is None:
        return tell("A draft; the campaign's first version.")
    changed = changed_texts(version).count()
    if not changed:
        return tell("A draft; its texts are still those of the live version.")
    return tell_count(
        "A draft; %(count)s text differs from the live version.",
        "A draft; %(count)s texts differ from the live version.",
        changed,
    )


def _people(campaign: Campaign) -> str:
    """How many are in it, as far as a page may count."""
    rows = Enrolment.objects.filter(campaign=campaign, status__in=Enrolment.OPEN)
    found = rows.order_by()[: MOST_COUNTED + 1].count()
    if found > MOST_COUNTED:
        return tell("more than %(count)s people", count=f"{MOST_COUNTED:,}")
    if not found:
        return tell("nobody yet")
    return tell_count("%(people)s person", "%(people)s people", found, people=f"{found:,}")
