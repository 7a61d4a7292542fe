"""The demo: an invented organisation with a published campaign on a fake provider."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from campaigns import linting, loading, publish, reviewing
from campaigns.models import Campaign, CampaignVersion, Membership
from campaigns.pack import read_pack
from messaging import clock
from messaging.models import Sender
from trust import retention
from trust.models import Organisation, User

LOGIN = "manager@demo.example"
#: Numbers from the range Ofcom keeps for drama: nobody can be reached on them.
_VARIABLES = {
    "programme": "Breathe Easy",
    "quitline": "0808 157 0123",
    "emergency_number": "999",
}


@dataclass(frozen=True, slots=True)
class Login:
    """`password` is None when it was shown before."""

    email: str
    password: str | None


@transaction.atomic
def seed(*, curricula: Path, new_password: bool = False) -> Login:
    """Makes what is missing and leaves the rest as it is; safe to run at every start."""
    organisation, _ = Organisation.objects.get_or_create(
        slug="demo",
        defaults={
            "name": "Demo health service",
            "country": "GB",
            "time_zone": "Europe/London",
            "default_language": "en",
        },
    )
    retention.ensure(organisation)
    manager, password = _manager(organisation, new_password)
    sender, _ = Sender.objects.get_or_create(
        organisation=organisation,
        name="Demo number",
        defaults={
            "address": "60099",
            "provider": "fake",
            "country": "GB",
            "segments_per_second": 1000,
            "stop_text": "You will get no more texts from this number. Text JOIN to come back.",
            "help_text": "Breathe Easy, free texts for people who want to stop smoking. "
            "Text JOIN to start, STOP to end. Nobody watches this line: in danger call 999.",
        },
    )
    campaign, _ = Campaign.objects.get_or_create(
        organisation=organisation,
        key="mcessation",
        defaults={
            "name": "Quit smoking",
            "about": "A demonstration of mCessation. Not clinically reviewed.",
            "sender": sender,
            "country": "GB",
            "time_zone": "Europe/London",
            "variables": _VARIABLES,
        },
    )
    # Whoever tries the demo is everybody in it.
    for role in ("programme_manager", "counsellor", "researcher"):
        Membership.objects.get_or_create(user=manager, campaign=campaign, role=role)
    if not campaign.versions.filter(status__in=CampaignVersion.FROZEN).exists():
        _publish_first(campaign, manager, curricula)
    return Login(LOGIN, password)


def _manager(organisation: Organisation, new_password: bool) -> tuple[User, str | None]:
    found = User.objects.filter(email=LOGIN).first()
    if found is not None and not new_password:
        return found, None
    password = secrets.token_urlsafe(9)
    manager = found or User(
        email=LOGIN,
        name="Demo manager",
        organisation=organisation,
        organisation_role="organisation_admin",
        is_staff=True,
    )
    manager.set_password(password)
    manager.save()
    return manager, password


def _publish_first(campaign: Campaign, manager: User, curricula: Path) -> None:
    """The shipped pack has no author here, so the manager may approve it."""
    now = clock.calendar_now()
    version = loading.load(pack=read_pack(curricula / campaign.key), campaign=campaign, author=None)
    publish.submit(version=version, actor=manager)
    for language in version.languages:
        reviewing.sign_language(version=version, language=language, actor=manager, now=now)
    publish.approve(version=version, actor=manager, now=now)
    linting.see_warnings(version=version, actor=manager, now=now)
    publish.publish(version=version, actor=manager, now=now)
