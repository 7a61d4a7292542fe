"""Roles are data: a name, what people call it, and the permissions it carries.

Deny by default: whatever no role lists, nobody but the platform may do. The same roles are held
organisation-wide (on the user) or for one campaign (on the membership).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trust.telling import tell

PERMISSIONS: frozenset[str] = frozenset(
    {
        "organisation.view",
        "organisation.manage",
        "campaign.view",
        "campaign.edit",
        "trial.manage",
        "trial.unblind",
        "broadcast.make",
        "broadcast.approve",
        "content.author",
        "content.approve",
        "person.view",
        "person.act",
        "number.reveal",
        "message.view",
        "inbox.answer",
        "research.export",
        "audit.view",
        "sender.manage",
        "token.manage",
    }
)


class UnknownPermission(ValueError):
    """A permission that no role could ever carry: a slip of the pen in the code that asked."""


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    label: str
    description: str
    permissions: frozenset[str]

    def __post_init__(self) -> None:
        for permission in self.permissions:
            require_known(permission)


def require_known(permission: str) -> None:
    """A mistyped permission must not read as a quiet refusal, so it raises UnknownPermission."""
    if permission not in PERMISSIONS:
        raise UnknownPermission(f"there is no permission named {permission!r}")


def permissions_of(role_name: str) -> frozenset[str]:
    """An empty or unknown name gives nothing: a role taken out of the code must not open a door."""
    role = ROLES.get(role_name)
    return role.permissions if role else frozenset()


_ALL = (
    Role(
        "organisation_admin",
        tell("Organisation admin"),
        tell("Runs the organisation: people, senders, campaigns, audit. Sees no participant."),
        frozenset(
            {
                "organisation.view",
                "organisation.manage",
                "campaign.view",
                "campaign.edit",
                "broadcast.approve",
                "sender.manage",
                "audit.view",
                "token.manage",
            }
        ),
    ),
    Role(
        "programme_manager",
        tell("Programme manager"),
        tell(
            "Builds a campaign, launches it and looks after the people in it. Reads no text a "
            "person wrote: who answers them, too, is its counsellor besides."
        ),
        frozenset(
            {
                "organisation.view",
                "campaign.view",
                "campaign.edit",
                "trial.manage",
                "broadcast.make",
                "broadcast.approve",
                "content.author",
                "person.view",
                "person.act",
                "number.reveal",
                "token.manage",
            }
        ),
    ),
    Role(
        "author",
        tell("Author"),
        tell("Writes the texts. Sees no participant."),
        frozenset({"campaign.view", "content.author"}),
    ),
    Role(
        "reviewer",
        tell("Reviewer"),
        tell("Approves texts another person wrote. Sees no participant."),
        frozenset({"campaign.view", "content.approve", "broadcast.approve"}),
    ),
    Role(
        "counsellor",
        tell("Counsellor"),
        tell("Answers people who need a person."),
        frozenset(
            {
                "campaign.view",
                "person.view",
                "person.act",
                "number.reveal",
                "message.view",
                "inbox.answer",
            }
        ),
    ),
    Role(
        "researcher",
        tell("Researcher"),
        tell("Exports de-identified data. Sees no number, name or text a person wrote."),
        frozenset({"campaign.view", "research.export", "token.manage"}),
    ),
    Role(
        "trial_keeper",
        tell("Trial keeper"),
        tell(
            "Starts, amends and stops trials, and sees who is in which arm: one person at a time, "
            "with a reason. Answers nobody and judges no outcome."
        ),
        frozenset({"campaign.view", "person.view", "trial.manage", "trial.unblind"}),
    ),
    Role(
        "auditor",
        tell("Auditor"),
        tell("Reads who did what, and changes nothing."),
        frozenset({"organisation.view", "campaign.view", "audit.view"}),
    ),
)

ROLES: Mapping[str, Role] = MappingProxyType({role.name: role for role in _ALL})


def may_give(role_name: str, held: frozenset[str]) -> bool:
    """Nobody gives what they do not hold, but who manages the organisation's people: an admin
    appoints counsellors without being one."""
    given = permissions_of(role_name)
    return "organisation.manage" in held or given <= held


def role_choices() -> list[tuple[str, str]]:
    """For a model field: given as a callable, so that a new role needs no migration."""
    return [(role.name, role.label) for role in _ALL]


def described() -> list[tuple[str, str]]:
    """Label and sentence of every role, for the pages on which one is given."""
    return [(role.label, role.description) for role in _ALL]
