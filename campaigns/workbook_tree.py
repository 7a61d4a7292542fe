"""A workbook's rows as the values of a pack's files, so that one reader checks both. Pure.

Every value keeps its sheet, row and column, and so does whatever is found wrong with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaigns.pack import Tops
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Node, Problems, node_of
from campaigns.pack_values import FORMAT
from campaigns.workbook_cells import Book, Fields, Row, typed, words_in
from campaigns.workbook_columns import ANY, CAMPAIGN, SETTING, VALUE, Kind
from campaigns.workbook_sheets import BY_NAME, READERS, SETTINGS


def _as(kind: Kind, cell: Node) -> Node:
    return replace(cell, value=typed(cell.value, kind)) if isinstance(cell.value, str) else cell


def tops_of(book: Book) -> Tops:
    """What `pack_of` reads."""
    made = _Tops(book)
    files: dict[str, Node] = {
        "campaign.yaml": made.campaign(),
        "stages.yaml": made.stages(),
        "questions.yaml": made.questions(),
        "banks.yaml": made.banks(),
        "keywords.yaml": made.keywords(),
        "trials.yaml": made.trials(),
    }
    files |= {f"texts.{language}.yaml": made.texts(language) for language in book.languages}
    made.check_languages(files["campaign.yaml"])

    def top(name: str, problems: Problems) -> Node | None:
        problems.found.extend(made.problems.found)
        made.problems.found.clear()
        if name not in files:
            language = name.split(".")[1]
            problems.add(Node("Texts", 1, None, language), f"there is no column {language}")
        return files.get(name)

    return top


@dataclass
class _Tops:
    book: Book
    problems: Problems = field(default_factory=Problems)

    def campaign(self) -> Node:
        kinds = {setting.name: setting.kind for setting in SETTINGS}
        found = {
            row.text(SETTING): _as(kinds.get(row.text(SETTING), Kind.TEXT), row.cells[VALUE])
            for row in self._rows(CAMPAIGN)
        }
        known = [setting.name for setting in SETTINGS]
        for row in self._rows(CAMPAIGN):
            if (name := row.text(SETTING)) not in known:
                told = f"no setting has this name{suggestion(name, known)}"
                self.problems.add(row.cells[SETTING], told)
        fields = {name: found[name] for name in known if name in found and "_" not in name}
        for name in ("default_language", "default_slot", "default_profile", "min_gap_minutes",
                     "silent_days"):  # fmt: skip
            fields |= {name: found[name]} if name in found else {}
        for setting in SETTINGS:
            if setting.kind is Kind.WORDS and setting.name in fields:
                fields[setting.name] = _listed(fields[setting.name], setting.required)
        return self._whole(fields, found)

    def _whole(self, fields: Fields, found: Fields) -> Node:
        """With what stands on sheets of its own."""
        top = Node(CAMPAIGN, 1, {})
        fields["format"] = replace(top, value=FORMAT)
        fields["hours"] = _part(top, found, start="hours_start", end="hours_end")
        fields["caps"] = _part(top, found, day="cap_day", week="cap_week")
        fields["slots"] = self._named(top, "Slots", "start", "end")
        fields["profiles"] = self._named(top, "Profiles", "less", "more")
        fields["attributes"] = self._named(top, "Attributes", "type", "replaced_by")
        variables = {
            row.text("name"): row.cells["about"] for row in self._once("Variables", "name")
        }
        fields["variables"] = replace(top, value=variables)
        fields["native_readers"] = self._readers(top)
        fields["scales"] = self._scales(top)
        fields["trials"] = replace(top, value=bool(self._rows("Trials")))
        return replace(top, value=fields)

    def _readers(self, top: Node) -> Node:
        read = {
            row.text("language"): row.node(row.some("by", "on"))
            if row.filled("by", "on")
            else replace(row.cells["language"], value="no")
            for row in self._once(READERS, "language")
        }
        return replace(top, value=read)

    def stages(self) -> Node:
        steps = self._under("Steps", "stage", "Stages")
        variants = self._under("Variants", "step", "Steps")
        return _list("Stages", [self._stage(row, steps, variants) for row in self._rows("Stages")])

    def questions(self) -> Node:
        parts = {
            name: self._under(name, "question", "Questions")
            for name in ("Choices", "Outcomes", "Bands")
        }
        found = [_question(row, parts) for row in self._rows("Questions")]
        return _list("Questions", found)

    def banks(self) -> Node:
        texts = self._under("Bank texts", "bank", "Banks")
        made = []
        for row in self._rows("Banks"):
            inside = [
                each.node(each.some("key") | _words(each, "tags"))
                for each in texts.get(row.text("key"), ())
            ]
            made.append(row.node(row.some("key", "name") | {"texts": row.node(inside)}))
        return _list("Banks", made)

    def keywords(self) -> Node:
        opened = ("bank", "question", "stage", "case")
        made = [
            row.node(row.some("action") | row.filled(*opened) | _spoken("Keywords", row))
            for row in self._rows("Keywords")
        ]
        return _list("Keywords", made)

    def trials(self) -> Node:
        cells = [row.cells["plan"] for row in self._once("Trials", "key")]
        plans = [node_of(str(cell.value or ""), cell, self.problems) for cell in cells]
        return _list("Trials", [plan for plan in plans if plan is not None])

    def texts(self, language: str) -> Node:
        top = Node("Texts", 1, {}, language)
        fields = {"language": Node("Texts", 1, language, language)}
        for name, sheet, column in (("defaults", "Defaults", "field"), ("texts", "Texts", "key")):
            rows = self._once(sheet, column)
            said = {
                row.text(column): row.cells[language]
                for row in rows
                # An empty cell of a text stays: it is where the text is missing.
                if language in row.cells and (name == "texts" or row.text(language))
            }
            fields[name] = Node(top.file, top.line, said, language)
        return Node("Texts", 1, fields, language)

    def check_languages(self, campaign: Node) -> None:
        """A column of texts in a language that the campaign does not have would be lost unsaid."""
        listed = campaign.value.get("languages") if isinstance(campaign.value, dict) else None
        if listed is None or not isinstance(listed.value, list):
            return
        known = {str(node.value) for node in listed.value}
        for language in self.book.languages:
            if language not in known:
                self.problems.add(
                    Node("Texts", 1, None, language),
                    f"{language} is not among the languages on the sheet Campaign; add it there, "
                    "or put the heading in brackets",
                )

    def _stage(
        self, row: Row, steps: Mapping[str, list[Row]], variants: Mapping[str, list[Row]]
    ) -> Node:
        inside = [_step(each, variants) for each in steps.get(row.text("key"), ())]
        fields = row.some("key", "name", "anchor", "track", "late", "shelf_hours", "when", "pool")
        fields |= _words(row, "profiles", "avoid")
        fields["then"] = row.node(row.filled(after_days="then_after_days", enter="then_enter"))
        return row.node(fields | {"steps": row.node(inside)})

    def _scales(self, top: Node) -> Node:
        bands = self._under("Scale bands", "scale", "Scales", "scale")
        scales: dict[str, dict[str, list[Row]]] = {}
        for row in self._rows("Scales"):
            scales.setdefault(row.text("scale"), {}).setdefault(row.text("question"), []).append(
                row
            )
        made: Fields = {}
        for name, parts in scales.items():
            first = next(iter(parts.values()))[0]
            fields = {"parts": first.node([_part_of_a_scale(rows) for rows in parts.values()])}
            if name in bands:
                ends = [row.node(row.some("name") | row.filled("to")) for row in bands[name]]
                fields["bands"] = first.node(ends)
            made[name] = first.node(fields)
        return Node(top.file, top.line, made)

    def _rows(self, sheet: str) -> Sequence[Row]:
        return self.book.rows.get(sheet, ())

    def _once(self, sheet: str, column: str) -> Iterator[Row]:
        """Those with a name; one that stands there twice, or without one, is a problem."""
        seen: set[str] = set()
        for row in self._rows(sheet):
            name = row.text(column)
            if not name:
                self.problems.add(row.cells[column], f"{column} is missing")
            elif name in seen:
                self.problems.add(row.cells[column], "stands here twice; keep one")
            else:
                seen.add(name)
                yield row

    def _named(self, top: Node, sheet: str, *names: str) -> Node:
        rows = self._once(sheet, "name")
        found = {row.text("name"): row.node(row.some(*names)) for row in rows}
        return replace(top, value=found)

    def _under(self, sheet: str, column: str, above: str, key: str = "key") -> dict[str, list[Row]]:
        """The rows of a sheet by what they belong to."""
        known = {row.text(key) for row in self._rows(above)}
        found: dict[str, list[Row]] = {}
        for row in self._rows(sheet):
            name = row.text(column)
            if name not in known:
                hint = suggestion(name, known) if name else ""
                self.problems.add(
                    row.cells[column], f"{column} must be one of the sheet {above}{hint}"
                )
            found.setdefault(name, []).append(row)
        return found


def _list(sheet: str, nodes: list[Node]) -> Node:
    return Node(sheet, 1, nodes)


def _listed(cell: Node, required: bool) -> Node:
    if cell.value is None and not required:
        return replace(cell, value=[])
    return cell if cell.value is None else words_in(cell)


def _part(top: Node, found: Fields, **names: str) -> Node:
    return Node(
        top.file, top.line, {to: found[name] for to, name in names.items() if name in found}
    )


def _words(row: Row, *names: str) -> Fields:
    return {name: words_in(cell) for name, cell in row.filled(*names).items()}


def _spoken(sheet: str, row: Row) -> Fields:
    """The words of each language that has some."""
    own = {column.name for column in BY_NAME[sheet].columns}
    languages = [name for name in row.cells if name not in own]
    assert ANY not in own
    return {"words": row.node(_words(row, *languages))}


def _step(row: Row, variants: Mapping[str, list[Row]]) -> Node:
    fields = row.some(
        "key", "day", "slot", "after_minutes", "question", "bank", "when", "if_unknown", "late",
        "shelf_hours", "priority",
    )  # fmt: skip
    fields |= _words(row, "profiles", "avoid", "tags")
    if row.filled("every_days", "times"):
        fields["repeat"] = row.node(row.filled("every_days", "times"))
    others = variants.get(row.text("key"), ())
    if others:
        fields["variants"] = row.node([each.node(each.some("name", "when")) for each in others])
    return row.node(fields)


def _question(row: Row, parts: Mapping[str, Mapping[str, list[Row]]]) -> Node:
    key = row.text("key")
    fields = row.some(
        "key", "type", "attribute", "measure", "unit", "expires_hours", "reminder_hours", "consent",
    )  # fmt: skip
    ends = {"from_day": "from", "to_day": "to"} if row.text("type") == "date" else {}
    if span := row.filled(**(ends or {"from": "from", "to": "to"})):
        fields["range"] = row.node(span)
    if choices := parts["Choices"].get(key):
        fields["choices"] = row.node(
            [each.node(each.some("value", "number") | _spoken("Choices", each)) for each in choices]
        )
    if outcomes := parts["Outcomes"].get(key):
        fields["outcomes"] = row.node(
            {
                each.text("answer"): each.node(each.filled("reply", "then", "stage", "next"))
                for each in outcomes
            }
        )
    if bands := parts["Bands"].get(key):
        names = ("from", "below", "second_from", "second_below", "reply", "alarm")
        fields["bands"] = row.node([each.node(each.filled(*names)) for each in bands])
    return row.node(fields)


def _part_of_a_scale(rows: Sequence[Row]) -> Node:
    first = rows[0]
    fields = first.some("question")
    if first.text("answer"):
        fields["points"] = first.node({row.text("answer"): row.cells["points"] for row in rows})
    elif first.filled("to", "points"):
        fields["bands"] = first.node([row.node(row.filled("to", "points")) for row in rows])
    return first.node(fields)
