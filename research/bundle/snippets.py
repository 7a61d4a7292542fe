"""What lies beside the tables: README.md, and lines of R and Python that load them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from research.bundle.columns import Table
from research.bundle.people_tables import QUASI
from research.share import SMALLEST_CELL

LOAD_PY = '''"""Loads every table of this bundle, such as tables["answers"]. Needs pandas."""

import json
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
PACKAGE = json.loads((HERE / "datapackage.json").read_text(encoding="utf-8"))
TYPES = {"integer": "Int64", "number": "float64", "string": "string", "boolean": "Int8"}


def load(resource):
    """Typed as the schema says; an empty cell is missing, and nothing else is."""
    types = {field["name"]: TYPES[field["type"]] for field in resource["schema"]["fields"]}
    return pd.read_csv(HERE / resource["path"], dtype=types, keep_default_na=False, na_values=[""])


tables = {resource["name"]: load(resource) for resource in PACKAGE["resources"]}
# Or, quicker: pd.read_parquet(HERE / "parquet" / "answers.parquet")

if __name__ == "__main__":
    for name, table in tables.items():
        print(f"{name}: {len(table)} rows, {len(table.columns)} columns")
'''

LOAD_R = """# Loads every table of this bundle: tables$answers. Needs readr and jsonlite.
library(readr)
library(jsonlite)

here <- "."
package <- fromJSON(file.path(here, "datapackage.json"), simplifyVector = FALSE)
types <- c(integer = "i", number = "d", string = "c", boolean = "i")

load_table <- function(resource) {
  letters <- vapply(resource$schema$fields, function(field) types[[field$type]], "")
  read_csv(file.path(here, resource$path), col_types = paste(letters, collapse = ""), na = "")
}

tables <- lapply(package$resources, load_table)
names(tables) <- vapply(package$resources, function(resource) resource$name, "")
# Or, quicker: arrow::read_parquet(file.path(here, "parquet", "answers.parquet"))
"""

ARMS_KEPT_BACK = """## Arms

A blinded trial is running, so arms, odds and draws are left out of `allocations` and `decisions`.
Where the arms differ in what people get, the texts themselves can tell them apart."""

_README = """# {title}

Data of one campaign, for research, without names, numbers or dates. Read `codebook.csv` for what
each column means, when it is empty, and where it comes from; `datapackage.json` says the same to
programs (Frictionless Data Package). `SHA256SUMS` tells whether a file was changed on the way:
`sha256sum --check SHA256SUMS`.

## What is in it

| Table | Rows | What |
|---|---:|---|
{rows}

Each table is there twice: `data/*.csv` (UTF-8, commas, an empty cell is a missing value) and
`parquet/*.parquet`. `load.py` and `load.R` load all of them.

## How to read it

- **Time.** Day 0 is the day of a person's enrolment, in the campaign's own zone; every day is
  counted from it. Minutes are those of the day in the same zone, from 0 to 1439.
- **People.** `pid` is a person, `enrolment_id` one time in the campaign. {key}
- **Why a value is missing** stands beside it: `answers.missing`, `decisions.reason`,
  `messages_out.status_reason`.
- **Outcomes.** In `outcomes_derived` nobody who did not answer is left out: `basis` tells who
  answered (`observed`) and for whom smoking was assumed (`imputed`).
- A text cell that a spreadsheet would run as a formula has a quote before it.

## Who is in it

{people} people. Left out: test participants{refused}, and all they sent and got.
{arms}
## How alone people stand in it

By {quasi} together, the smallest group is of {k}; {unique} people are alone in theirs, {few} are in
groups of fewer than {cell}. Values that fewer than {cell} people have are folded into "other", and
cells of fewer than {cell} are left out of `flow` and `aggregates`. `anonymity.json` has the
figures.

These are still personal data in the sense of the law: pseudonyms, not anonymity. Do not try to find
anybody, do not join it with other data about the same people unless that was agreed, and keep it
where only those who agreed to this may read it. Who knows on which day the bundle was made can
reckon back when somebody who is still in the programme began: keep that day to yourself.
"""


def readme(
    *,
    title: str,
    tables: Sequence[tuple[Table, int]],
    anonymity: Mapping[str, Any],
    key: str,
    refused: int,
    arms: str,
) -> str:
    rows = "\n".join(f"| {table.name} | {count} | {table.meaning} |" for table, count in tables)
    joined = (
        f"They are the same in every bundle made with the key {key}."
        if key
        else "They hold in this bundle alone: two bundles cannot be joined."
    )
    return _README.format(
        title=title,
        rows=rows,
        key=joined,
        people=anonymity["people"],
        refused=f", {refused} who said no to taking part in research" if refused else "",
        arms=f"\n{arms}\n" if arms else "",
        quasi=", ".join(QUASI),
        k=anonymity["k"],
        unique=anonymity["unique"],
        few=anonymity["in_classes_below_5"],
        cell=SMALLEST_CELL,
    )
