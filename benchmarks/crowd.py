"""More people than the ORM makes in a coffee break: copies of one enrolled person, made in SQL.

The copies are as `people.enrol` would leave them, due at the same time, each with a name sealed for
their own row, since the tick opens it. Their numbers are left out unless somebody dials them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

from benchmarks import people
from campaigns.models import Campaign
from enrolment.models import Anchor, Enrolment, Participant
from messaging.models import Recipient
from trust.blind_index import number_index
from trust.keys import sealer

_FIRST_NAME = f"{Participant._meta.db_table}.first_name"
_NUMBER = f"{Recipient._meta.db_table}.number"
_TABLES = (Recipient, Participant, Enrolment, Anchor)


def enrol(campaign: Campaign, count: int, *, numbered: bool = False) -> None:
    people.enrol(campaign, 1)
    pattern = Enrolment.objects.get()
    more = count - 1
    with foreign_keys_unasked():
        person, _ = persons(pattern, more, named=True, numbered=numbered)
        copies(Enrolment, pattern.pk, more, participant_id=f"{person} + n", seed=f"{person} + n")
        copies(Anchor, pattern.anchors.get().pk, more, enrolment_id=f"{pattern.pk} + n")
    for model in _TABLES:
        execute(f"VACUUM ANALYZE {model._meta.db_table}")


def persons(
    pattern: Enrolment, count: int, *, named: bool, numbered: bool = False
) -> tuple[int, int]:
    """Participants and their recipients. The ids that theirs follow on."""
    participant = pattern.participant
    person, recipient = participant.pk, participant.recipient_id
    dialled = {"number": "NULL", "number_index": "decode(lpad(to_hex(n), 34, '0'), 'hex')"}
    if numbered:
        _seal_numbers(participant.organisation_id, recipient, count)
        dialled = {
            column: f"(SELECT {column} FROM sealed_number s WHERE s.n = generated.n)"
            for column in dialled
        }
    copies(Recipient, recipient, count, **dialled)
    changed = {"recipient_id": f"{recipient} + n", "first_name": "NULL"}
    if named:
        _seal_names(participant.organisation_id, person, count)
        changed["first_name"] = "(SELECT name FROM sealed_name s WHERE s.n = generated.n)"
    copies(Participant, person, count, **changed)
    return person, recipient


def _seal_names(organisation_id: int, person: int, count: int) -> None:
    seal = sealer(organisation_id).seal
    execute("CREATE TEMPORARY TABLE sealed_name (n bigint PRIMARY KEY, name bytea)")
    with connection.cursor() as cursor, cursor.copy("COPY sealed_name FROM STDIN") as copy:
        for n in range(1, count + 1):
            name = people.NAMES[n % len(people.NAMES)]
            copy.write_row((n, seal(_FIRST_NAME, person + n, name)))


def _seal_numbers(organisation_id: int, recipient: int, count: int) -> None:
    """The pattern has the first number, the copies those after it."""
    seal = sealer(organisation_id).seal
    execute(
        "CREATE TEMPORARY TABLE sealed_number "
        "(n bigint PRIMARY KEY, number bytea, number_index bytea)"
    )
    with connection.cursor() as cursor, cursor.copy("COPY sealed_number FROM STDIN") as copy:
        for n in range(1, count + 1):
            number = people.number_of(n)
            index = number_index(organisation_id, number)
            copy.write_row((n, seal(_NUMBER, recipient + n, number), index))


def copies(model: type[models.Model], pattern: int, count: int, **changed: str) -> None:
    """`count` copies of one row under the ids that follow it, with `changed` columns made of n."""
    columns = [str(field.column) for field in model._meta.concrete_fields]
    changed["id"] = f"{pattern} + n"
    values = [changed.get(column, f"pattern.{column}") for column in columns]
    table = model._meta.db_table
    execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {table} AS pattern, generate_series(1, %s) AS generated(n) WHERE pattern.id = %s",
        [count, pattern],
    )


@contextmanager
def foreign_keys_unasked() -> Iterator[None]:
    """While rows are made that are sound by construction; whatever is measured asks them again."""
    execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        execute("RESET session_replication_role")


def checkpoint() -> None:
    """So that neither side of a comparison pays for the other's, or for making the people."""
    execute("CHECKPOINT")


def execute(statement: str, values: list[int] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
