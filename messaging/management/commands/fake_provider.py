from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from messaging.fakes import server


class Command(BaseCommand):
    help = "Runs a provider that misbehaves on demand, shaped like Twilio. docs/fake-provider.md"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        server.add_arguments(parser)

    def handle(self, **options: Any) -> None:
        try:
            server.run(server.options_of(options), self.say)
        except server.PLAIN_ERRORS as error:
            raise CommandError(str(error)) from None

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
