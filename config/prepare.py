"""Bring the database to this code, and make the demo when it is one.

One process for both, since starting one takes longer than the work. config.run holds the servers.
"""

import io
import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, connection

from config import migrating


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        if trouble := _no_database():
            sys.stderr.write(f"The database of DATABASE_URL cannot be reached: {trouble}\n")
            return 1
        # Without checks; the next step asks them all.
        migrating.migrate()
        # A house that was off for long would write the months it slept through into no month.
        call_command("audit_months", stdout=io.StringIO())
        if os.environ.get("DEMO") == "1":
            call_command("demo", skip_checks=False)
        else:
            call_command("check", databases=["default"])
    except (CommandError, ImproperlyConfigured, SystemCheckError) as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    return 0


def _no_database() -> str:
    try:
        connection.ensure_connection()
    except OperationalError as refused:
        # The server's own words: host, role and database, never the password.
        return str(refused).strip()
    return ""


if __name__ == "__main__":
    sys.exit(main())
