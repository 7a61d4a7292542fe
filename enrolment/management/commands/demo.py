from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaigns.pack import PackRefused
from enrolment import demo


class Command(BaseCommand):
    help = "Makes the demo organisation, campaign and login. Refused unless DEMO is on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-password", action="store_true", help="make the login anew")

    def handle(self, *, new_password: bool, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("Set DEMO=1 to make a demo; never on a real installation.")
        try:
            login = demo.seed(curricula=settings.CURRICULA_DIR, new_password=new_password)
        except PackRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{refused}: mend it in {settings.CURRICULA_DIR}") from refused
        if login.password:
            self.stdout.write(f"Login: {login.email}  password: {login.password}  (shown once)")
        else:
            self.stdout.write(
                f"Login: {login.email}; its password was shown at the first start. "
                "Another one: make login"
            )
