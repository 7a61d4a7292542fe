from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns import new_country
from campaigns.country_days import PlannedDay
from campaigns.country_plan import CountryPlan, span_of
from campaigns.country_sender import Price
from campaigns.curricula import shipped, shipped_keys
from campaigns.faults import CountryRefused, Fault
from campaigns.pack import PackRefused
from campaigns.pack_values import Pack
from campaigns.remaining import remaining
from messaging.clock import calendar_now
from messaging.models import Sender
from trust.models import Organisation, User

#: Fields that carry a name of their own: --slot night=..., --set quitline=..., --date ramadan=...
_NAMED = ("slot", "set", "date")


class Command(BaseCommand):
    help = (
        "Makes a shipped curriculum a country's campaign, as a draft, or says everything that is "
        "missing. Country variables have no defaults: each needs a --set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("curriculum", help="such as mcessation")
        parser.add_argument("country", help="two letters, such as NP")
        parser.add_argument("--organisation", required=True, help="its slug")
        parser.add_argument("--key", required=True, help="of the campaign, such as quit-nepal")
        parser.add_argument("--name", required=True, help="for staff")
        parser.add_argument("--zone", required=True, help="such as Asia/Kathmandu")
        parser.add_argument("--languages", required=True, help="such as en,nb; first the default")
        parser.add_argument("--hours", required=True, help="in which texts may leave: 08:00-20:30")
        parser.add_argument("--slot", action="append", default=[], help="NAME=08:00-08:25")
        parser.add_argument("--set", action="append", default=[], help="VARIABLE=VALUE")
        parser.add_argument(
            "--numbers-confirmed",
            action="store_true",
            help="numbers that the tables do not know were rung from there",
        )
        parser.add_argument("--minimum-age", type=int, help="else as the country's law has it")
        parser.add_argument("--sender", default="", help="its name; else a place is held for one")
        parser.add_argument("--price", default="", help="of a segment, where the sender has none")
        parser.add_argument("--currency", default="", help="such as NPR")
        parser.add_argument("--date", action="append", default=[], help="KEY=2027-02-08, confirmed")
        parser.add_argument("--author", help="by email: they can't approve it")

    def handle(self, *, curriculum: str, country: str, **options: Any) -> None:
        pack = _pack(curriculum)
        organisation = _organisation(options["organisation"])
        sender = _sender(options["sender"], organisation)
        author = _author(options["author"])
        now = calendar_now()
        try:
            version = new_country.start(
                pack=pack,
                plan=_plan(country, options),
                organisation=organisation,
                sender=sender,
                price=_price(options),
                days=_days(options["date"]),
                actor=author,
                now=now,
            )
        except CountryRefused as refused:
            for fault in refused.faults:
                self.stdout.write(f"{_option(fault)}: {fault.message}")
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{version} is a draft now. Before it may be published:")
        for task in remaining(version, now=now):
            self.stdout.write(f"{'-' if task.needed else '  '} {task.what}")


def _pack(key: str) -> Pack:
    try:
        pack = shipped(key)
    except PackRefused as refused:
        raise CommandError(f"{refused}; see manage.py load_pack --check") from refused
    if pack is None:
        raise CommandError(f"No curriculum is called {key!r}. Shipped: {', '.join(shipped_keys())}")
    return pack


def _organisation(slug: str) -> Organisation:
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Organisation.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"No organisation has the slug {slug!r}. Known: {known}.")
    return found


def _sender(name: str, organisation: Organisation) -> Sender | None:
    if not name:
        return None
    senders = Sender.objects.filter(organisation=organisation)
    found = senders.filter(name=name).first()
    if found is None:
        known = ", ".join(senders.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"No sender is called {name!r}. Known: {known}.")
    return found


def _author(email: str | None) -> User | None:
    found = User.objects.filter(email=email).first() if email else None
    if email and found is None:
        raise CommandError("No user has the email that --author names.")
    return found


def _plan(country: str, options: dict[str, Any]) -> CountryPlan:
    languages = tuple(filter(None, (code.strip() for code in options["languages"].split(","))))
    return CountryPlan(
        country=country,
        key=options["key"],
        name=options["name"],
        time_zone=options["zone"],
        languages=languages,
        default_language=languages[0] if languages else "",
        hours=span_of(options["hours"]),
        slots={name: span_of(span) for name, span in _pairs("slot", options["slot"]).items()},
        variables=_pairs("set", options["set"]),
        minimum_age=options["minimum_age"],
        numbers_confirmed=options["numbers_confirmed"],
    )


def _price(options: dict[str, Any]) -> Price:
    try:
        amount = Decimal(options["price"]) if options["price"] else None
    except InvalidOperation as wrong:
        raise CommandError("--price takes a number, such as 0.035.") from wrong
    if amount is not None and not amount.is_finite():
        raise CommandError("--price takes a number, such as 0.035.")
    return Price(amount, options["currency"])


def _days(given: Iterable[str]) -> dict[str, PlannedDay]:
    try:
        return {
            key: PlannedDay(date.fromisoformat(day), confirmed=True)
            for key, day in _pairs("date", given).items()
        }
    except ValueError as wrong:
        raise CommandError("--date takes a key and a day, such as ramadan=2027-02-08.") from wrong


def _pairs(option: str, given: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign:
            raise CommandError(f"--{option} takes a name, = and a value; found {each!r}.")
        pairs[name.strip()] = value.strip()
    return pairs


def _option(fault: Fault) -> str:
    kind, _, name = fault.field.partition("_")
    if kind in _NAMED:
        return f"--{kind} {name}"
    if fault.field == "country":
        return fault.field
    named = {"time_zone": "zone", "default_language": "languages"}.get(fault.field, fault.field)
    return f"--{named.replace('_', '-')}"
