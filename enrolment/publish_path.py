"""What the guided way to publishing shows, gathered in few queries."""

from dataclasses import dataclass

from campaigns import reviewing
from campaigns.models import CampaignVersion
from campaigns.text_list import changed_texts
from enrolment import rehearsed
from enrolment.batch_people import people_elsewhere
from enrolment.publish_steps import Facts, Step, steps
from messaging.providers.registry import is_fake

Status = CampaignVersion.Status


@dataclass(frozen=True, slots=True)
class PublishPath:
    """`way`: the steps but the checks, which a page asks for by themselves."""

    version: CampaignVersion
    way: tuple[Step, ...]
    may_write: bool
    may_judge: bool
    may_publish: bool
    has_people: bool

    @property
    def missing(self) -> list[Step]:
        return [step for step in self.way if step.is_missing]

    @property
    def can_publish(self) -> bool:
        return self.may_publish and self.version.status == Status.APPROVED


def publish_path(
    version: CampaignVersion, *, may_write: bool, may_judge: bool, may_publish: bool
) -> PublishPath:
    facts = facts_of(version)
    return PublishPath(
        version=version,
        way=steps(facts),
        may_write=may_write,
        may_judge=may_judge,
        may_publish=may_publish,
        has_people=facts.people > 0,
    )


def facts_of(version: CampaignVersion) -> Facts:
    sender = version.campaign.sender
    signed = reviewing.signatures(version)
    return Facts(
        status=version.status,
        changed=_changed(version),
        personas=len(rehearsed.shipped_personas(version)),
        waiting=rehearsed.unaccepted(version),
        languages=version.languages,
        unread=[code for code, by in reviewing.native_readers(version, signed).items() if not by],
        unsigned=[language for language in version.languages if language not in signed],
        is_clinical=version.clinically_approved,
        is_fake=is_fake(sender.provider),
        sender=sender.name,
        approver=str(version.approver or "somebody"),
        people=people_elsewhere(version).count(),
    )


def _changed(version: CampaignVersion) -> int | None:
    """How many texts are worded otherwise than in the live version; None where there is none."""
    others = version.campaign.versions.exclude(pk=version.pk)
    if not others.filter(status=Status.PUBLISHED).exists():
        return None
    return changed_texts(version).count()
