"""A campaign made: its row, and whoever is to build it. What it says comes as its versions."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from campaigns.countries import country_name, is_country
from campaigns.models.campaign import Campaign
from campaigns.models.membership import Membership
from messaging.models import Sender
from messaging.zones import is_known
from trust import audit
from trust.models import Organisation, User

LONGEST_KEY = 40
BUILDER = "programme_manager"


class AddRefused(Exception):
    """`faults`: what to do, by field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


@transaction.atomic
def add(
    *,
    sender: Sender,
    key: str,
    name: str,
    about: str,
    country: str,
    time_zone: str,
    minimum_age: int | None,
    variables: Mapping[str, str],
    manager: User,
    actor: User,
) -> Campaign:
    """It belongs to the sender's organisation. An empty key is made from the name. Raises
    AddRefused, which names every fault at once."""
    # Two presses of one button are one campaign, and one that is told of the first.
    organisation = Organisation.objects.select_for_update().get(pk=sender.organisation_id)
    own_key = key or slugify(name)[:LONGEST_KEY].strip("-")
    faults = {
        **_key_faults(own_key, organisation, is_typed=bool(key)),
        **place_faults(country, time_zone, sender),
    }
    if manager.organisation_id != organisation.pk:
        faults["manager"] = gettext(
            "Choose somebody of %(organisation)s: the sender is theirs."
        ) % {"organisation": organisation.name}
    if faults:
        raise AddRefused(faults)
    campaign = Campaign.objects.create(
        organisation=organisation,
        key=own_key,
        name=name,
        about=about,
        sender=sender,
        country=country,
        time_zone=time_zone,
        minimum_age=minimum_age,
        variables=dict(variables),
    )
    Membership.objects.create(user=manager, campaign=campaign, role=BUILDER)
    audit.record(verb="campaign.add", subject=campaign, actor=actor, detail={"country": country})
    return campaign


def _key_faults(key: str, organisation: Organisation, *, is_typed: bool) -> dict[str, str]:
    if not key:
        return {
            "key": gettext(
                "The name has no letters to make a key of. Write one, such as walk-more."
            )
        }
    if not Campaign.objects.filter(organisation=organisation, key=key).exists():
        return {}
    words = gettext("The key %(key)s is another campaign's. Write one of its own.")
    if not is_typed:
        words = gettext(
            "The key %(key)s, made from the name, is another campaign's. Write one of its own."
        )
    return {"key": words % {"key": key}}


def place_faults(country: str, time_zone: str, sender: Sender) -> dict[str, str]:
    """What to do, by field."""
    faults = {}
    if not is_country(country):
        faults["country"] = gettext("Choose a country.")
    elif country not in (sender.country, *sender.other_countries):
        faults["sender"] = gettext(
            "%(sender)s takes no numbers of %(country_name)s. Choose another sender, "
            "or add the country on the sender's page."
        ) % {"sender": sender.name, "country_name": country_name(country)}
    if not is_known(time_zone):
        faults["time_zone"] = gettext("The database does not know this time zone. Choose another.")
    return faults
