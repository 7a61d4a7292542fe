"""What a country's texts are seen to come from: a sender that is there, or a place held for one."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from campaigns.country_plan import CountryPlan
from campaigns.faults import Fault
from campaigns.pack_values import Pack
from campaigns.wording import filled
from messaging.models import Sender
from trust import audit
from trust.models import Organisation, User

#: Letters: nobody can text to it, so no version on it is published.
PLACEHOLDER = "TO BE MADE"


@dataclass(frozen=True, slots=True)
class Price:
    """Of one segment."""

    amount: Decimal | None = None
    currency: str = ""


def sender_faults(
    sender: Sender | None, price: Price, *, organisation: Organisation, country: str
) -> Iterator[Fault]:
    if sender is not None and sender.organisation_id != organisation.pk:
        yield Fault("sender", gettext("Choose one of the organisation's own senders."))
    elif sender is not None and country not in (sender.country, *sender.other_countries):
        yield Fault(
            "sender",
            gettext(
                "%(sender)s belongs to %(home)s and takes no numbers of %(country)s. "
                "Choose another, or leave it open until one is made."
            )
            % {"sender": sender.name, "home": sender.country, "country": country},
        )
    if price.amount is None and not price.currency:
        return
    if sender is not None and sender.segment_price is not None:
        yield Fault(
            "price",
            gettext("%(sender)s has a price already. It is changed on its page.")
            % {"sender": sender.name},
        )
        return
    try:
        Sender(segment_price=price.amount, currency=price.currency).clean_fields(
            exclude=[
                field.name
                for field in Sender._meta.fields
                if field.name not in {"segment_price", "currency"}
            ]
        )
    except ValidationError as refused:
        for name, told in refused.message_dict.items():
            yield Fault("price" if name == "segment_price" else name, " ".join(told))
    if price.amount is None:
        yield Fault("price", gettext("Write the price of a segment too, or leave both empty."))
    elif not price.currency:
        yield Fault(
            "currency", gettext("Write the currency too, such as NPR, or leave both empty.")
        )


def settled(
    sender: Sender | None,
    price: Price,
    own: Pack,
    plan: CountryPlan,
    organisation: Organisation,
    actor: User | None,
) -> Sender:
    """The sender with its price, or one that holds the place."""
    if sender is None:
        return _placeholder(price, own, plan, organisation, actor)
    if price.amount is not None:
        priced = Sender.objects.filter(pk=sender.pk, segment_price=None).update(
            segment_price=price.amount, currency=price.currency
        )
        if priced:
            audit.record(verb="sender.price", subject=sender, actor=actor)
    return sender


def _placeholder(
    price: Price,
    own: Pack,
    plan: CountryPlan,
    organisation: Organisation,
    actor: User | None,
) -> Sender:
    """Holds the place until whoever manages senders writes the number in: switched off, fake, and
    under a name that no version is published on."""
    texts = own.texts[own.default_language]
    known = {name: value.strip() for name, value in plan.variables.items()}
    row = Sender.objects.create(
        organisation=organisation,
        name=f"{plan.key}: to be made",
        address=PLACEHOLDER,
        provider="fake",
        country=plan.country,
        stop_text=filled(texts["system.declined"], known),
        help_text=filled(texts["system.help"], known),
        crisis_text=filled(texts["system.crisis"], known),
        is_active=False,
        segment_price=price.amount,
        currency=price.currency,
    )
    audit.record(verb="sender.hold_place", subject=row, actor=actor)
    return row
