"""Run by R16 in a process of its own: the next release's migrations, as `config.prepare` applies
them. Prints how often they gave way to somebody who held a table."""

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from config import migrating  # noqa: E402
from tests.chaos import migrations  # noqa: E402

settings.MIGRATION_MODULES = {"messaging": migrations.__name__}

if __name__ == "__main__":
    sys.stdout.write(f"{migrating.migrate()}\n")
