import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.db import connection, models

from trust.models.audit_event import AuditEvent
from trust.models.user import User
from trust.redaction import looks_personal

Detail: TypeAlias = "str | int | bool | float | Sequence[Detail] | Mapping[str, Detail] | None"

_LONGEST_WORD = 200

_COLUMNS = (
    "organisation_id", "actor_id", "actor_label", "verb", "subject_type", "subject_id",
)  # fmt: skip
_INSERT = f"""
INSERT INTO {AuditEvent._meta.db_table} ({", ".join(_COLUMNS)}, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb)
RETURNING id, at
"""
#: A row for each of a statement's own `deed` (organisation_id, subject_id): its end, `FROM deed`,
#: stands after this, and `of_deeds` gives the values. For deeds of nobody's but the system's.
INSERT_OF_DEEDS = f"""
INSERT INTO {AuditEvent._meta.db_table} ({", ".join(_COLUMNS)}, detail)
SELECT deed.organisation_id, NULL::bigint, 'system', %(audit_verb)s::text,
       %(audit_subject_type)s::text, deed.subject_id, %(audit_detail)s::jsonb
"""
_INSERT_EACH = f"""
INSERT INTO {AuditEvent._meta.db_table} ({", ".join(_COLUMNS)}, detail)
SELECT each.*, %s::jsonb
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[]) AS each
"""


def record(
    *,
    verb: str,
    subject: models.Model | None,
    actor: User | None = None,
    organisation_id: int | None = None,
    detail: Mapping[str, Detail] | None = None,
    actor_label: str = "",
) -> AuditEvent:
    """Write one audit row, in the caller's transaction: an undone deed leaves no row.

    `organisation_id` is taken from the subject, else from the actor, when not given. `detail`
    holds ids and plain words; a string that looks like a number or an address, or a long one,
    raises ValueError (the value is not repeated)."""
    _require_plain(detail or {})
    event = _event(verb, subject, actor, detail or {})
    event.organisation_id = organisation_id or event.organisation_id
    event.actor_label = actor_label or event.actor_label
    _insert(event)
    return event


def of_deeds(
    *, verb: str, subject: type[models.Model], detail: Mapping[str, Detail]
) -> dict[str, Any]:
    """The values of INSERT_OF_DEEDS."""
    _require_plain(detail)
    return {
        "audit_verb": verb,
        "audit_subject_type": subject._meta.label_lower,
        "audit_detail": json.dumps(detail),
    }


def record_each(
    *,
    verb: str,
    subjects: Iterable[models.Model],
    actor: User | None = None,
    detail: Mapping[str, Detail] | None = None,
) -> None:
    """Like `record`, one deed done to many: a row each, in one statement."""
    _require_plain(detail or {})
    events = [_event(verb, subject, actor, detail or {}) for subject in subjects]
    columns = [[getattr(event, name) for event in events] for name in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_EACH, [json.dumps(dict(detail or {})), *columns])


def _insert(event: AuditEvent) -> None:
    """By hand: there is one for nearly every deed, and the ORM takes several times as long."""
    values = [getattr(event, name) for name in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*values, json.dumps(event.detail)])
        event.pk, event.at = cursor.fetchone()
    event._state.adding = False


def _event(
    verb: str, subject: models.Model | None, actor: User | None, detail: Mapping[str, Detail]
) -> AuditEvent:
    return AuditEvent(
        organisation_id=_organisation_of(subject) or _organisation_of(actor),
        actor=actor,
        actor_label=_label(actor),
        verb=verb,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        detail=dict(detail),
    )


def _organisation_of(row: models.Model | None) -> int | None:
    """Along the model's own path to its organisation, as `trust.scope` would go."""
    found: object = row
    for step in getattr(row, "scope_organisation", "organisation_id").split("__"):
        found = getattr(found, step, None)
    return found if isinstance(found, int) else None


def _label(actor: User | None) -> str:
    """The role, not the name: the row can never be changed, and a name may have to be."""
    if actor is None:
        return "system"
    if actor.is_superuser:
        return "platform"
    return actor.organisation_role or "member"


def _require_plain(value: Detail) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _require_plain(key)
            _require_plain(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _require_plain(inner)
    elif isinstance(value, str):
        if len(value) > _LONGEST_WORD or looks_personal(value):
            raise ValueError("audit detail holds ids and plain words only")
    elif not (value is None or isinstance(value, int | float)):
        raise ValueError(f"audit detail cannot hold {type(value).__name__}")


def forget_old(*, organisation_id: int, years: int, limit: int) -> int:
    """Takes away lines that are older; how many. The database refuses it of any younger than three
    years, whoever asks, and does it as the tables' owner: the application may not (migration 0008).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT trust_auditevent_forget(%s::bigint, %s::int, %s::int)",
            [organisation_id, years, limit],
        )
        count: int = cursor.fetchone()[0]
    return count
