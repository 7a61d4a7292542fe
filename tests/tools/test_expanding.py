"""Migrations run beside the processes of the release before: they only add."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import models
from django.db.migrations import operations
from django.db.migrations.operations.base import Operation

from tests.tools.expanding import hazards

#: The last of each app that was made before anybody ran two releases side by side.
BEFORE = {
    "trust": "0010",
    "messaging": "0010",
    "campaigns": "0016",
    "enrolment": "0029",
    "research": "0005",
}
#: What takes away what no running release uses any more, by its name, with the release that was
#: the last to use it.
CONTRACTS: dict[str, str] = {}

AGREED = models.CheckConstraint(condition=models.Q(priority__lt=9), name="agreed")
FOUND = models.Index(fields=["priority"], name="found")


def since() -> list[str]:
    return [
        f"{app}.migrations.{path.stem}"
        for app, last in BEFORE.items()
        for path in sorted(Path(apps.get_app_config(app).path, "migrations").glob("[0-9]*.py"))
        if path.stem[:4] > last
    ]


def test_migrations_since_then_only_add() -> None:
    found = {
        name: hazards(import_module(name).Migration.operations)
        for name in since()
        if name not in CONTRACTS
    }

    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize(
    "step",
    [
        operations.AddField("message", "mood", models.IntegerField()),
        operations.AddField("message", "mood", models.IntegerField(default=3)),
        operations.AddField("message", "mood", models.IntegerField(null=True, db_index=True)),
        operations.AlterField("message", "zone", models.CharField(max_length=10)),
        operations.RemoveField("message", "zone"),
        operations.RenameField("message", "zone", "clock"),
        operations.RenameModel("Message", "Text"),
        operations.DeleteModel("Message"),
        operations.AddIndex("message", FOUND),
        operations.AddConstraint("message", AGREED),
    ],
    ids=lambda step: step.describe(),
)
def test_what_would_stop_or_break_the_release_before_is_seen(step: Operation) -> None:
    wrapped = operations.SeparateDatabaseAndState(database_operations=[step])

    assert len(hazards([step])) == 1
    assert len(hazards([wrapped])) == 1


@pytest.mark.parametrize(
    "step",
    [
        operations.AddField("message", "mood", models.IntegerField(null=True)),
        operations.AddField("message", "mood", models.IntegerField(db_default=3)),
        operations.AddField("message", "moods", models.ManyToManyField("trust.User")),
        operations.AlterField("message", "zone", models.CharField(max_length=99, null=True)),
        operations.RemoveConstraint("message", "agreed"),
        AddIndexConcurrently("message", FOUND),
        AddConstraintNotValid("message", AGREED),
        ValidateConstraint("message", "agreed"),
        operations.RunSQL("SELECT 1"),
    ],
    ids=lambda step: step.describe(),
)
def test_what_only_adds_is_let_through(step: Operation) -> None:
    assert hazards([step]) == []


def test_a_table_made_in_the_same_migration_is_used_by_nobody() -> None:
    made = operations.CreateModel("Mood", [("id", models.BigAutoField(primary_key=True))])
    word = operations.AddField("mood", "word", models.TextField())

    assert hazards([made, word, operations.AddIndex("mood", FOUND)]) == []
