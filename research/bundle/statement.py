"""A table's definition as the SELECT its rows are copied from. Pure."""

from research.bundle.columns import Column, Kind, Table

#: Spreadsheets run a cell that begins so, also after blanks; a quote before it makes it words.
_ACTIVE = r"'^\s*[-=+@\t\r\n]'"
_QUOTE = "''''"


def select(table: Table) -> str:
    """Every row, in an order that is the same for the same data."""
    before = f"WITH {table.before}\n" if table.before else ""
    columns = ",\n       ".join(value(column) for column in table.columns)
    return f"{before}SELECT {columns}\n  {table.source}\n ORDER BY {table.order}"


def value(column: Column) -> str:
    """Empty text is no value. The first character alone tells most texts harmless, at a fiftieth of
    the price of the pattern: a letter is none of them."""
    if column.kind is not Kind.TEXT or column.is_own:
        return f'{column.sql} AS "{column.name}"'
    text = f"nullif({column.sql}, '')"
    if column.needs_guard:
        risky = f"ascii({column.sql}) NOT BETWEEN 65 AND 159 AND {column.sql} ~ {_ACTIVE}"
        text = f"CASE WHEN {risky} THEN {_QUOTE} || {column.sql} ELSE {text} END"
    return f'{text} AS "{column.name}"'
