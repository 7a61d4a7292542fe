"""A curriculum made a country's campaign: all of it in one transaction, ending in a draft."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext

from campaigns import calendar_needs, loading
from campaigns.country_days import PlannedDay, day_faults, write_days
from campaigns.country_pack import localised
from campaigns.country_plan import CountryPlan, faults
from campaigns.country_sender import Price, sender_faults, settled
from campaigns.faults import CountryRefused, Fault
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.pack_checks import check
from campaigns.pack_marks import Marks, Problems
from campaigns.pack_values import Pack
from messaging.models import Sender
from messaging.zones import is_known
from trust import audit
from trust.models import Organisation, User


@transaction.atomic
def start(
    *,
    pack: Pack,
    plan: CountryPlan,
    organisation: Organisation,
    sender: Sender | None,
    price: Price,
    days: Mapping[str, PlannedDay],
    actor: User | None,
    now: datetime,
) -> CampaignVersion:
    """The campaign, its sender's place where there is none, its calendar and a draft version.

    Raises CountryRefused. `days` by key; where one is missing the reckoned day is written as
    expected, and where nobody reckons it the date stays to be added.
    """
    # Two of one key wait for each other; whoever texts in meanwhile does not.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    needs = calendar_needs.needs(
        pack, organisation=organisation, country=plan.country, today=now.date()
    )
    found = (
        *faults(plan, pack),
        *_key_faults(plan, organisation),
        *sender_faults(sender, price, organisation=organisation, country=plan.country),
        *day_faults(needs, days, today=now.date()),
    )
    if found:
        raise CountryRefused(found)
    own = _checked(localised(pack, plan))
    campaign = Campaign.objects.create(
        organisation=organisation,
        key=plan.key,
        name=plan.name.strip(),
        about=own.about,
        sender=settled(sender, price, own, plan, organisation, actor),
        country=plan.country,
        time_zone=plan.time_zone,
        minimum_age=plan.minimum_age,
        variables={name: value.strip() for name, value in plan.variables.items()},
    )
    audit.record(
        verb="campaign.start",
        subject=campaign,
        actor=actor,
        detail={"curriculum": own.key, "country": plan.country, "languages": len(own.languages)},
    )
    version = loading.load(pack=own, campaign=campaign, author=actor)
    write_days(needs, days, campaign, today=now.date(), actor=actor)
    return version


def _key_faults(plan: CountryPlan, organisation: Organisation) -> Iterator[Fault]:
    if Campaign.objects.filter(organisation=organisation, key=plan.key).exists():
        yield key_taken(plan.key)
    if plan.time_zone in available_timezones() and not is_known(plan.time_zone):
        yield Fault(
            "time_zone", gettext("The database does not know this time zone. Choose another.")
        )


def key_taken(key: str) -> Fault:
    return Fault(
        "key",
        gettext("A campaign called %(key)s is there already. Choose another key.") % {"key": key},
    )


def _checked(own: Pack) -> Pack:
    """A pack that lost languages must still hold together, as any other."""
    problems = Problems()
    check(own, Marks(), problems)
    if problems.found:
        raise CountryRefused(
            tuple(Fault("languages", f"{each.file}: {each.reason}.") for each in problems.found)
        )
    return own
