"""The data package around the tables: datapackage.json, the codebook, the manifest. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from research.bundle.columns import Column, Table
from research.bundle.dictionary import CODEBOOK_COLUMNS

#: Of the tables' definitions; rises when a column changes its meaning or goes.
VERSION = "1.0.0"


def datapackage(*, name: str, title: str, tables: Sequence[Table], key: str) -> dict[str, Any]:
    """Frictionless Data Package. `key`: what the pseudonyms of the export join with."""
    return {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "version": VERSION,
        "description": "Made by Sendwell. README.md says how to read it; codebook.csv what each "
        "column means.",
        "pseudonyms": key,
        "resources": [*(_resource(table) for table in tables), _codebook_resource()],
    }


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(table, column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.links:
        schema["foreignKeys"] = [
            {"fields": [link.column], "reference": {"resource": link.table, "fields": [link.to]}}
            for link in table.links
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "description": table.meaning,
        "path": f"data/{table.name}.csv",
        "parquet": f"parquet/{table.name}.parquet",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "doubleQuote": True, "lineTerminator": "\n"},
        "schema": schema,
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.kind.value,
        "title": column.name,
        "description": column.meaning,
        "privacy": column.privacy.value,
    }
    if column.unit:
        field["unit"] = column.unit
    constraints: dict[str, Any] = {}
    if column.kind == "boolean":
        field |= {"trueValues": ["1"], "falseValues": ["0"]}
    elif column.values:
        constraints["enum"] = sorted(column.values)
    if not column.empty and column.kind != "boolean":
        constraints["required"] = True
    if constraints:
        field["constraints"] = constraints
    return field


def _codebook_resource() -> dict[str, Any]:
    fields = [{"name": name, "type": "string"} for name in CODEBOOK_COLUMNS]
    return {
        "profile": "tabular-data-resource",
        "name": "codebook",
        "title": "Codebook",
        "path": "codebook.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": ["table", "column"]},
    }


def codebook_rows(tables: Iterable[Table]) -> list[tuple[str, ...]]:
    return [_codebook_row(table, column) for table in tables for column in table.columns]


def _codebook_row(table: Table, column: Column) -> tuple[str, ...]:
    values = "; ".join(f"{value} = {meaning}" for value, meaning in column.values.items())
    leads = [f"to {link.table}.{link.to}" for link in table.links if link.column == column.name]
    key = ", ".join([*(["primary"] if column.name in table.key else []), *leads])
    return (
        table.name, column.name, column.kind.value, column.meaning, column.unit, values,
        column.empty, column.origin, column.privacy.value, key,
    )  # fmt: skip


def manifest(hashes: Mapping[str, str]) -> str:
    """As `sha256sum --check` reads it."""
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes))


def as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
