"""docs/codebook.md, made of the tables' definitions. Pure.

python -m research.bundle.codebook_page > docs/codebook.md
"""

import sys
from collections.abc import Iterable

from research.bundle.columns import Column, Table
from research.bundle.dictionary import tables
from research.bundle.package import VERSION

_HEAD = f"""# Codebook of the research bundle

Made by `python -m research.bundle.codebook_page`; [bundle.md](bundle.md) says how a bundle is made
and read. Definitions {VERSION}. Each bundle has the same as `codebook.csv`.

**Privacy**: a *pseudonym* leads to a person only by the sealed key of the export; a
*quasi-identifier* could single a person out together with others, and is counted in
`anonymity.json`; *personal* is about a person; *programme* is the same whoever it concerns.
"""


def page() -> str:
    return "\n".join([_HEAD, *(_section(table) for table in tables(texts=True))])


def _section(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    lines = [
        f"## {table.name}",
        "",
        f"{table.meaning} Primary key: {key}.",
        "",
        "| Column | Type | What it is | Empty means | Origin | Privacy |",
        "|---|---|---|---|---|---|",
        *(_row(table, column) for column in table.columns),
        "",
    ]
    return "\n".join(lines)


def _row(table: Table, column: Column) -> str:
    cells = (
        f"`{column.name}`", column.kind.value, _meaning(table, column), column.empty,
        column.origin, column.privacy.value,
    )  # fmt: skip
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _meaning(table: Table, column: Column) -> str:
    return " ".join(_parts(table, column))


def _parts(table: Table, column: Column) -> Iterable[str]:
    yield column.meaning
    if column.unit:
        yield f"Unit: {column.unit}."
    if column.kind.value == "boolean":
        yield "; ".join(f"{value}: {means}" for value, means in column.values.items()) + "."
    elif column.values:
        told = (f"`{value}` {means}" for value, means in column.values.items())
        yield f"Values: {'; '.join(told)}."
    for link in table.links:
        if link.column == column.name:
            yield f"Leads to `{link.table}.{link.to}`."


if __name__ == "__main__":
    sys.stdout.write(page())
