"""What database roles that own nothing may do, as statements: the application's, and one that reads
for research.

The owner migrates and grants; the application's role can neither change a table nor what is only
ever added to, whatever its code does. Everything is taken away first and given anew, so granting
again after an upgrade is all there is to do.
"""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models
from psycopg import sql

from campaigns.models import TrialChange
from enrolment.models import (
    Allocation,
    Attribute,
    AuditRun,
    BroadcastDecision,
    BroadcastList,
    BroadcastListed,
    CallAttempt,
    CannedReply,
    CaseTarget,
    Consent,
    Decision,
    PagerContact,
    Reading,
    Turn,
    Unblinding,
    WebLink,
    WebVisit,
)
from messaging.models import InboundPart, Receipt, Report
from trust.models import AuditEvent, AuditSeal, DataKey

#: Rows are added and read. Of two some columns change: a text put into new words before it leaves,
#: and the words of a consent, which erasure takes away.
APPENDED: dict[type[models.Model], tuple[str, ...]] = {
    AuditEvent: (),
    AuditSeal: (),
    TrialChange: (),
    Receipt: (),
    Allocation: (),
    Unblinding: (),
    CallAttempt: (),
    BroadcastDecision: (),
    Decision: ("version_id", "text_key", "variant"),
    Consent: ("exact_text",),
}
#: No row of these apps is taken away...
_KEPT_APPS = {"trust", "messaging", "enrolment"}
#: ...but these: what waits to be read, what a person or erasure takes away, what staff set up, and
#: a data key that seals nothing any more.
_PASSING = {
    Report, InboundPart, Turn, BroadcastList, BroadcastListed, AuditRun, Reading, Attribute,
    WebLink, WebVisit, CannedReply, CaseTarget, PagerContact, DataKey,
}  # fmt: skip

_EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
_BEFORE = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {role}",
    "REVOKE ALL ON SCHEMA public FROM {role}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {role}",
)
_FOR_THE_APPLICATION = (
    # Figures and bundles make tables that are gone at their commit.
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT SELECT ON django_migrations TO {role}",
    "GRANT EXECUTE ON FUNCTION trust_auditevent_forget(bigint, integer, integer) TO {role}",
    "GRANT EXECUTE ON FUNCTION trust_auditevent_months() TO {role}",
)


def application(*, role: str, database: str) -> Iterator[sql.Composed]:
    for statement in (*_BEFORE, *_FOR_THE_APPLICATION):
        yield _said(statement, role=role, database=database)
    for table in _cache_tables():
        yield _said(
            f"GRANT {', '.join(_EVERYTHING)} ON {{table}} TO {{role}}", role=role, table=table
        )
    for model in _models():
        yield _said(
            f"GRANT {', '.join(_rights(model))} ON {{table}} TO {{role}}",
            role=role,
            table=model._meta.db_table,
        )
        for column in APPENDED.get(model, ()):
            yield _said(
                "GRANT UPDATE ({column}) ON {table} TO {role}",
                role=role,
                column=column,
                table=model._meta.db_table,
            )


def research(
    *, role: str, database: str, columns: dict[type[models.Model], list[str]]
) -> Iterator[sql.Composed]:
    """`columns` is all that it reads."""
    for statement in (*_BEFORE, "GRANT CONNECT ON DATABASE {database} TO {role}"):
        yield _said(statement, role=role, database=database)
    for model, names in columns.items():
        yield sql.SQL("GRANT SELECT ({}) ON {} TO {}").format(
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.Identifier(model._meta.db_table),
            sql.Identifier(role),
        )


def _rights(model: type[models.Model]) -> tuple[str, ...]:
    if model in APPENDED:
        return _EVERYTHING[:2]
    if model._meta.app_label in _KEPT_APPS and model not in _PASSING:
        return _EVERYTHING[:3]
    return _EVERYTHING


def _models() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def _cache_tables() -> list[str]:
    """They have no model."""
    caches = settings.CACHES.values()
    return [str(each["LOCATION"]) for each in caches if "DatabaseCache" in str(each["BACKEND"])]


def _said(statement: str, **names: str) -> sql.Composed:
    quoted = {name: sql.Identifier(value) for name, value in names.items()}
    return sql.SQL(statement).format(**quoted)
