#!/usr/bin/env python3
"""Django's command line. Embedded servers, where they are used, run as long as the command."""

import os
import sys

from django.core.management import execute_from_command_line

from config import servers
from config.celery import app as celery_app

# Hints a command sends go to the application that was made first in the process.
__all__ = ["celery_app", "main"]

# These only look at code; they must work before any server can.
_WITHOUT_SERVERS = frozenset(
    {"check", "collectstatic", "compilemessages", "help", "makemessages", "version", "--help"}
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) < 2 or sys.argv[1] in _WITHOUT_SERVERS:
        execute_from_command_line(sys.argv)
        return
    try:
        with servers.held_if_embedded(os.environ):
            execute_from_command_line(sys.argv)
    except servers.ServerTrouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
