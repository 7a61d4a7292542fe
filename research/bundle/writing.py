"""A whole bundle into a folder, table after table, all of one moment."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.models import Campaign
from research.bundle import counting, package, sinks, snippets
from research.bundle.alone import crowding_of, is_veiled, refused_in
from research.bundle.columns import Table
from research.bundle.crowding import Crowding
from research.bundle.dictionary import CODEBOOK_COLUMNS, LONG, SHORT, TEXTS_IN, tables
from research.bundle.people import Scope
from research.bundle.sinks import Sink, Written, csv_path, parquet_path, written
from research.bundle.snapshot import Snapshot
from research.bundle.statement import select
from research.bundle.words_in import line, scrubbed_lines

#: Called with how many rows are written, and how many there may be.
Told = Callable[[int, int], None]
MANIFEST = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`key_name`: empty for a key of this bundle's own. `texts`: the words of texts in, too."""

    campaign: Campaign
    scope: Scope
    key_name: str = ""
    texts: bool = False


@dataclass(slots=True)
class Made:
    """`lost`: how often the reading connection was lost on the way."""

    crowding: Crowding
    refused: int
    rows: dict[str, int] = field(default_factory=dict)
    files: list[Written] = field(default_factory=list)
    lost: int = 0
    #: Arms of a blinded trial that runs were kept back.
    veiled: bool = False

    @property
    def manifest(self) -> str:
        return package.manifest({file.path: file.sha256 for file in self.files})

    @property
    def sha256(self) -> str:
        """Of the manifest, which holds every file's."""
        return hashlib.sha256(self.manifest.encode()).hexdigest()


def write(*, wanted: Wanted, folder: Path, told: Told) -> Made:
    """`folder` holds nothing. Raises SnapshotLost, and whatever `told` raises."""
    for name in ("data", "parquet"):
        (folder / name).mkdir(parents=True)
    with Snapshot(wanted.scope) as snapshot:
        cursor = snapshot.cursor()
        made = Made(crowding_of(cursor), refused_in(cursor, wanted.campaign.pk))
        made.veiled = is_veiled(cursor, wanted.scope)
        total = _expected(snapshot)
        for table in LONG:
            _table(table, snapshot.pieces(table, sinks.PIECE), folder, made, told, total)
        if wanted.texts:
            words = sinks.in_pieces(scrubbed_lines(snapshot.cursor(), wanted.scope))
            _table(TEXTS_IN, words, folder, made, told, total)
        cursor = snapshot.cursor()
        counted = [each(cursor, wanted.scope) for each in (counting.flow, counting.aggregates)]
        for table, rows in zip(SHORT, counted, strict=True):
            _table(table, sinks.in_pieces(map(line, rows)), folder, made, told, total)
        made.lost = snapshot.lost
    _beside(wanted, folder, made)
    return made


def _table(
    table: Table,
    pieces: Iterable[tuple[bytes, int]],
    folder: Path,
    made: Made,
    told: Told,
    total: int,
) -> None:
    before = sum(made.rows.values())
    told(before, total)
    with Sink(table, folder) as sink:
        for rows in sink.take(pieces):
            told(before + rows, max(total, before + rows))
    made.rows[table.name] = sink.rows
    for path in (csv_path(table), parquet_path(table)):
        made.files.append(written(folder, path, sink.rows))


def _expected(snapshot: Snapshot) -> int:
    """As the database estimates it, which is enough for a bar that moves."""
    total = 1
    for table in LONG:
        cursor = snapshot.cursor()
        cursor.execute(f"EXPLAIN (FORMAT JSON) {select(table)}", snapshot.scope.values)
        plan = cursor.fetchone()[0]
        total += int((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]["Plan Rows"])
    return total


def _beside(wanted: Wanted, folder: Path, made: Made) -> None:
    """What says what the tables are."""
    shown = tables(texts=wanted.texts)
    campaign = wanted.campaign
    title = f"{campaign.name}: research bundle"
    anonymity = made.crowding.as_json()
    described = package.datapackage(
        name=f"{campaign.key}-bundle", title=title, tables=shown, key=wanted.key_name or "own"
    )
    codebook = [line(CODEBOOK_COLUMNS), *map(line, package.codebook_rows(shown))]
    told = snippets.readme(
        title=title,
        tables=[(table, made.rows[table.name]) for table in shown],
        anonymity=anonymity,
        key=wanted.key_name,
        refused=made.refused,
        arms=snippets.ARMS_KEPT_BACK if made.veiled else "",
    )
    files = {
        "datapackage.json": package.as_json(described),
        "codebook.csv": b"".join(codebook).decode(),
        "anonymity.json": package.as_json(anonymity),
        "README.md": told,
        "load.py": snippets.LOAD_PY,
        "load.R": snippets.LOAD_R,
    }
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
        made.files.append(written(folder, path, 0))
    (folder / MANIFEST).write_text(made.manifest, encoding="utf-8")
