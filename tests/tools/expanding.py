"""What in a migration would stop or break the processes of the release before it, which run on
beside it: docs/operate.md, "Upgrade". Pure.

A table made in the same migration is used by nobody yet.
"""

from collections.abc import Iterator, Sequence

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import models
from django.db.migrations import operations
from django.db.migrations.operations.base import Operation

_TAKES_AWAY = (
    operations.DeleteModel, operations.RemoveField, operations.RenameField, operations.RenameModel,
    operations.AlterModelTable, operations.AlterUniqueTogether,
)  # fmt: skip


def hazards(steps: Sequence[Operation]) -> list[str]:
    """In words, one for each step that is none for a release beside another."""
    made = {
        step.name.lower() for step in steps if isinstance(step, operations.CreateModel)
    }  # fmt: skip
    return list(_hazards(steps, made))


def _hazards(steps: Sequence[Operation], made: set[str]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, operations.SeparateDatabaseAndState):
            yield from _hazards(step.database_operations, made)
        elif _table(step) not in made and (why := _why(step)):
            yield f"{step.describe()}: {why}"


def _why(step: Operation) -> str:
    match step:
        case operations.AddField(field=models.ManyToManyField()):
            return ""
        case operations.AddField(field=field) if not (field.null or field.has_db_default()):
            return "the release before writes no such column: null, or db_default"
        case operations.AddField(field=field) if field.db_index:
            return "nobody can write while its index is made: without, then AddIndexConcurrently"
        case operations.AlterField(field=field) if not field.null:
            return "locks a table while it is looked through: by hand, with NOT VALID"
        case AddIndexConcurrently() | AddConstraintNotValid():
            return ""
        case operations.AddIndex():
            return "nobody can write while it is made: AddIndexConcurrently, atomic = False"
        case operations.AddConstraint():
            return "a table is looked through under its lock: AddConstraintNotValid, then validated"
        case _ if isinstance(step, _TAKES_AWAY):
            return "the release before still uses it: one release later"
    return ""


def _table(step: Operation) -> str:
    return str(getattr(step, "model_name", getattr(step, "name", ""))).lower()
