"""Give the application's database role, and one for research, what they may do and no more.

    python -m config.grant_roles --application sendwell_app [--research sendwell_research]
    python -m config.grant_roles --application sendwell_app --sql

DATABASE_URL names the tables' owner, as for config.prepare; run it after each. The roles are made
before by whoever may, docs/operate.md says how. With --sql the statements are printed and nothing
is changed.
"""

import argparse
import os
import sys
from collections.abc import Iterator

import django
from django.db import connection, transaction
from psycopg import sql

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config import database_roles, research_columns  # noqa: E402


class RoleRefused(Exception):
    """One sentence on what is wrong with a role."""


_STANDING = """
SELECT r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb,
       pg_has_role(r.oid, c.relowner, 'MEMBER')
  FROM pg_roles r, pg_class c
 WHERE r.rolname = %s AND c.oid = 'trust_auditevent'::regclass
"""


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--application", default="sendwell_app")
    parser.add_argument("--research", default="")
    parser.add_argument("--sql", action="store_true")
    asked = parser.parse_args(words)
    statements = list(_statements(asked.application, asked.research))
    if asked.sql:
        lines = [f"{statement.as_string(None)};\n" for statement in statements]
        sys.stdout.writelines(["BEGIN;\n", *lines, "COMMIT;\n"])
        return 0
    try:
        grant(statements, roles=[asked.application, *filter(None, [asked.research])])
    except RoleRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    return 0


@transaction.atomic
def grant(statements: list[sql.Composed], *, roles: list[str]) -> None:
    """All of it or nothing. Raises RoleRefused."""
    with connection.cursor() as cursor:
        for role in roles:
            cursor.execute(_STANDING, [role])
            _require_small(role, cursor.fetchone())
        for statement in statements:
            cursor.execute(statement)


def _require_small(role: str, standing: tuple[bool, bool] | None) -> None:
    if standing is None:
        raise RoleRefused(f"There is no role {role}: `createuser --pwprompt {role}` makes one.")
    if any(standing):
        raise RoleRefused(f"{role} owns the tables or stands above rights: take another role.")


def _statements(application: str, research: str) -> Iterator[sql.Composed]:
    database = str(connection.settings_dict["NAME"])
    yield from database_roles.application(role=application, database=database)
    if research:
        yield from database_roles.research(
            role=research, database=database, columns=research_columns.readable()
        )


if __name__ == "__main__":
    sys.exit(main())
