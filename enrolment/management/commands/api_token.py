from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Campaign
from enrolment import api_tokens
from enrolment.models.api_token import ApiToken
from messaging import clock


class Command(BaseCommand):
    help = "Makes or revokes a token that another system sends or reads with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="make one; it is shown once")
        create.add_argument("campaign", help="the campaign's key")
        create.add_argument("name", help="the device, app or system that will use it")
        create.add_argument(
            "--may",
            action="append",
            required=True,
            choices=ApiToken.May.values,
            help="what it may do; say it again for each more",
        )
        create.add_argument(
            "--days",
            type=int,
            default=api_tokens.USUAL_DAYS,
            help=f"how long it lives, at most {api_tokens.MOST_DAYS}",
        )
        create.add_argument("--organisation", help="its slug, where two have such a campaign")
        revoke = verbs.add_parser("revoke", help="end one")
        revoke.add_argument("token", type=int, help="its number, as the admin lists it")

    def handle(self, *, verb: str, **options: object) -> None:
        if verb == "create":
            self._create(
                str(options["campaign"]),
                str(options["name"]),
                options["may"],
                options.get("organisation"),
                int(str(options["days"])),
            )
        else:
            self._revoke(int(str(options["token"])))

    def _create(self, key: str, name: str, may: object, organisation: object, days: int) -> None:
        assert isinstance(may, list)
        found = Campaign.objects.filter(key=key)
        if organisation:
            found = found.filter(organisation__slug=organisation)
        if found.count() != 1:
            known = ", ".join(Campaign.objects.values_list("key", flat=True)) or "none yet"
            raise CommandError(f"No one campaign has the key {key!r}. Known: {known}.")
        longest = 80
        if not 0 < len(name.strip()) <= longest:
            raise CommandError(f"Give it a name of at most {longest} characters.")
        if not 0 < days <= api_tokens.MOST_DAYS:
            raise CommandError(f"A token lives at least a day, at most {api_tokens.MOST_DAYS}.")
        token, secret = api_tokens.create(
            campaign=found.get(),
            name=name.strip(),
            may=set(may),
            days=days,
            now=clock.calendar_now(),
        )
        self.stdout.write(f"Token {token.pk} for {token.campaign}. It is shown only now:\n{secret}")

    def _revoke(self, token_id: int) -> None:
        if not api_tokens.revoke(token_id=token_id, now=clock.calendar_now()):
            raise CommandError("No such token is in use.")
        self.stdout.write(f"Token {token_id} is revoked.")
