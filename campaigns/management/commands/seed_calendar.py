from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from campaigns import calendar_editing
from campaigns.countries import is_country
from campaigns.national_days import keeps_eid, known_days
from messaging.clock import calendar_now
from trust.models import Organisation

_MOST_YEARS = 10


class Command(BaseCommand):
    help = (
        "Writes world days into a country's calendar, and 1 Ramadan and Eid al-Fitr as expected "
        "where Eid is a public holiday. Dates that are there already stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", required=True, help="the organisation's slug")
        parser.add_argument("--country", required=True, help="two letters, such as EG")
        parser.add_argument("--years", type=int, default=3, help="this year and those after it")
        parser.add_argument(
            "--ramadan", action="store_true", help="also where Eid is no public holiday"
        )

    def handle(
        self, *, organisation: str, country: str, years: int, ramadan: bool, **options: object
    ) -> None:
        found = Organisation.objects.filter(slug=organisation).first()
        if found is None:
            known = ", ".join(Organisation.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"No organisation has the slug {organisation!r}. Known: {known}.")
        if not is_country(country):
            raise CommandError(f"{country!r} is no country's two letters, such as EG.")
        if not 1 <= years <= _MOST_YEARS:
            raise CommandError(f"--years takes 1 to {_MOST_YEARS}.")
        today = calendar_now().date()
        days = known_days(
            country,
            range(today.year, today.year + years),
            ramadan=ramadan or keeps_eid(country, today.year),
        )
        added = calendar_editing.seed(
            organisation=found, country=country, days=days, today=today, actor=None
        )
        self.stdout.write(f"{country}: {added} dates added, {len(days) - added} left as they were")
