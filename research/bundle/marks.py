"""Pieces of SQL that every table of the bundle is made of, and the columns many share. Pure."""

from research.bundle.columns import Column, Kind, Link, Privacy

#: An age told so far from the first day could be a birthday.
FIRST_DAY, LAST_DAY = -400, 800

PID = Column(
    "pid",
    Kind.TEXT,
    "The person, by a pseudonym that holds in this export alone, unless it was made with a named "
    "key: then in every export made with it.",
    "e.pid",
    "keyed hash (HMAC-SHA-256) of the participant",
    privacy=Privacy.PSEUDONYM,
    is_own=True,
)
ENROLMENT_ID = Column(
    "enrolment_id",
    Kind.TEXT,
    "The enrolment: one time a person was in the campaign.",
    "e.eid",
    "keyed hash (HMAC-SHA-256) of the enrolment",
    privacy=Privacy.PSEUDONYM,
    is_own=True,
)
OF_ENROLMENT = (
    Link("enrolment_id", "enrolments", "enrolment_id"),
    Link("pid", "participants", "pid"),
)


def day(at: str) -> str:
    """The study day of an instant: 0 is the day of the enrolment, in the campaign's own zone."""
    return f"({at} AT TIME ZONE e.zone)::date - e.day0"


def minute(at: str) -> str:
    return f"floor(date_part('epoch', ({at} AT TIME ZONE e.zone)::time) / 60)::int"


def row_id(letter: str, table: str, row: str) -> str:
    """Leads from table to table of one export; of another key it is another."""
    hashed = f"'{letter}' || to_hex(hashint8extended({row}, %({table}_seed)s::bigint))"
    return f"CASE WHEN {row} IS NOT NULL THEN {hashed} END"


def id_column(name: str, letter: str, table: str, row: str, what: str, empty: str = "") -> Column:
    return Column(
        name,
        Kind.TEXT,
        what,
        row_id(letter, table, row),
        "keyed hash of the row",
        empty=empty,
        privacy=Privacy.PSEUDONYM,
        is_own=True,
    )


def day_column(name: str, at: str, what: str, origin: str, empty: str = "") -> Column:
    return Column(
        name, Kind.INTEGER, f"{what} 0 is the day of the enrolment.", day(at), origin,
        unit="study day", empty=empty,
    )  # fmt: skip


def minute_column(name: str, at: str, what: str, origin: str, empty: str = "") -> Column:
    return Column(
        name, Kind.INTEGER, what, minute(at), origin,
        unit="minute of the day, 0 to 1439, in the campaign's own zone", empty=empty,
    )  # fmt: skip


def flag(name: str, sql: str, meaning: str, origin: str, empty: str = "") -> Column:
    return Column(
        name, Kind.BOOLEAN, meaning, f"({sql})::int", origin, empty=empty,
        values={"1": "yes", "0": "no"},
    )  # fmt: skip
