"""R21, by hand: what is sealed moves to the newest keys, and nothing else is touched."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from tests.factories import OrganisationFactory, UserFactory
from trust import audit, audit_seals, key_standing, keys, resealing, sealed_factors
from trust.checks import keys_are_there
from trust.fields import encrypted_columns
from trust.key_standing import KEPT_FOR
from trust.management.commands import reseal
from trust.models import DataKey, Organisation
from trust.sealing import Sealer

pytestmark = pytest.mark.django_db

OLD, NEW = b"o" * 32, b"n" * 32
ROWS = 3
BLOBS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND data_type = 'bytea'
"""


@pytest.fixture
def organisation(settings: Settings) -> Organisation:
    settings.MASTER_KEYS = {1: OLD}
    # Far from the versions of master keys, which begin a blob as well.
    sql("SELECT setval(pg_get_serial_sequence('trust_datakey', 'id'), 700)")
    return OrganisationFactory()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reseal, "_SETTLED_SECONDS", 0.0)


def sql(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def a_row_in_every_sealed_column(organisation: Organisation) -> None:
    """Nothing in the row but its id and the value: what else a model demands is no matter here."""
    sql("SET session_replication_role = replica")
    for model, field in encrypted_columns():
        table, key = model._meta.db_table, model._meta.pk
        assert key is not None
        for name, typed in sql(
            "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = %s",
            table,
        ):
            if typed == "NO" and name != key.column:
                sql(f'ALTER TABLE {table} ALTER COLUMN "{name}" DROP NOT NULL')
        for (name,) in sql(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('c', 'f')",
            table,
        ):
            sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for row_id in range(1, ROWS + 1):
            blob = keys.sealer(organisation.pk).seal(field.place, row_id, f"words {row_id}")
            sql(f"INSERT INTO {table} ({key.column}, {field.column}) VALUES (%s, %s)", row_id, blob)
    sql("SET session_replication_role = DEFAULT")


def words_of(place: str, row_id: int) -> str:
    table, _, column = place.partition(".")
    key = next(m._meta.pk for m, field in encrypted_columns() if field.place == place)
    assert key is not None
    found = sql(f"SELECT {column} FROM {table} WHERE {key.column} = %s", row_id)[0][0]
    assert isinstance(found, bytes | memoryview)
    return keys.unseal(place, row_id, bytes(found))


def sealed_under(key_id: int) -> list[str]:
    """Columns of the whole database with a value that begins as that key's do, whoever made it."""
    head = f"\\x01{key_id:08x}"
    found = []
    for table, column in sql(BLOBS):
        look = f'SELECT 1 FROM "{table}" WHERE substring("{column}" FOR 5) = %s::bytea LIMIT 1'
        found += [f"{table}.{column}"] * bool(sql(look, head))
    return found


def run() -> str:
    said = StringIO()
    call_command("reseal", stdout=said)
    return said.getvalue()


def test_every_sealed_column_of_every_model_moves_and_opens_without_the_old_key(
    organisation: Organisation, settings: Settings
) -> None:
    a_row_in_every_sealed_column(organisation)
    old = DataKey.objects.get(organisation=organisation)
    assert len(sealed_under(old.pk)) == len(encrypted_columns())
    settings.MASTER_KEYS = {1: OLD, 2: NEW}

    said = run()

    assert sealed_under(old.pk) == []
    assert "master key 1 is safe to remove" in said
    settings.MASTER_KEYS = {2: NEW}
    keys.forget()
    for _, field in encrypted_columns():
        for row_id in range(1, ROWS + 1):
            assert words_of(field.place, row_id) == f"words {row_id}", field.place
    assert run().count("sealed anew") == 0


def test_more_rows_than_a_batch_move(
    organisation: Organisation, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_row_in_every_sealed_column(organisation)
    settings.MASTER_KEYS = {1: OLD, 2: NEW}
    # One row's bytes fill a batch.
    monkeypatch.setattr(resealing, "_BYTES", 1)
    resealing.renew()

    moved = resealing.move()

    assert moved["messaging_recipient.number"] == ROWS
    assert not resealing.left()


class Meddling(Sealer):
    """While it seals, somebody writes the row it seals for."""

    def seal(self, place: str, row_id: int, text: str) -> bytes:
        sealed = super().seal(place, row_id, text)
        if row_id == 2:
            table, _, column = place.partition(".")
            sql(f"UPDATE {table} SET {column} = %s WHERE id = %s", self.seal_bytes(
                place, row_id, b"written meanwhile"), row_id)  # fmt: skip
        return sealed


def test_value_that_no_key_opens_is_told_apart(
    organisation: Organisation, settings: Settings
) -> None:
    a_row_in_every_sealed_column(organisation)
    sql(
        "UPDATE messaging_messagebody SET text = (SELECT text FROM messaging_messagebody"
        " WHERE message_id = 2) WHERE message_id = 1"
    )
    settings.MASTER_KEYS = {1: OLD, 2: NEW}
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("reseal", stdout=out)

    assert "messaging_messagebody.text: 1 of these open by no key" in out.getvalue()
    assert resealing.damaged() == {"messaging_messagebody.text": 1}


def test_value_written_meanwhile_stays(organisation: Organisation, settings: Settings) -> None:
    a_row_in_every_sealed_column(organisation)
    old = DataKey.objects.get(organisation=organisation)
    settings.MASTER_KEYS = {1: OLD, 2: NEW}
    resealing.renew()
    new = DataKey.objects.get(retired_at=None)
    model, field = next(each for each in encrypted_columns() if each[1].place.endswith(".number"))

    moved = resealing._move(model, field, {old.pk: Meddling(new.pk, keys.unwrap(new))})

    assert moved == ROWS - 1
    assert words_of(field.place, 2) == "written meanwhile"
    assert words_of(field.place, 3) == "words 3"


def test_words_of_a_consent_are_sealed_anew_in_a_rotation_and_never_changed(
    organisation: Organisation, settings: Settings
) -> None:
    a_row_in_every_sealed_column(organisation)
    place = "enrolment_consent.exact_text"
    update = "UPDATE enrolment_consent SET exact_text = %s WHERE id = 1"
    other = keys.sealer(organisation.pk).seal(place, 1, "words 2")
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(update, other)

    settings.MASTER_KEYS = {1: OLD, 2: NEW}
    resealing.renew()
    keys.forget()
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(update, keys.sealer(organisation.pk).seal(place, 1, "longer words"))

    resealing.move()
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(update, keys.sealer(organisation.pk).seal(place, 1, "words 2"))
    assert words_of(place, 1) == "words 1"


def test_second_factors_move_and_open_without_the_old_key(
    organisation: Organisation, settings: Settings
) -> None:
    user = UserFactory(organisation=organisation)
    code = sealed_factors.encrypt("JBSWY3DP")
    Authenticator.objects.create(user=user, type="totp", data={"secret": code})
    Authenticator.objects.create(
        user=user, type="recovery_codes", data={"migrated_codes": [code], "used_mask": 5}
    )
    settings.MASTER_KEYS = {1: OLD, 2: NEW}
    assert sealed_factors.by_master_key() == {1: 2}

    run()

    settings.MASTER_KEYS = {2: NEW}
    totp, codes = Authenticator.objects.order_by("pk")
    assert sealed_factors.decrypt(totp.data["secret"]) == "JBSWY3DP"
    assert sealed_factors.decrypt(codes.data["migrated_codes"][0]) == "JBSWY3DP"
    assert codes.data["used_mask"] == 5


def test_old_audit_seals_are_checked_without_the_old_key(
    organisation: Organisation, settings: Settings
) -> None:
    later = timezone.now() + timedelta(hours=1)
    audit.record(verb="tick", subject=organisation)
    audit_seals.seal(now=later)
    settings.MASTER_KEYS = {1: OLD, 2: NEW}

    run()

    settings.MASTER_KEYS = {2: NEW, 3: b"3" * 32}
    run()
    settings.MASTER_KEYS = {3: b"3" * 32}
    audit_seals.seal(now=later)
    assert list(audit_seals.broken(now=later)) == []
    sql("UPDATE trust_auditkey SET wrapped = set_byte(wrapped, 20, 1 # get_byte(wrapped, 20))")
    assert [each.reason for each in audit_seals.broken(now=later)] == [
        "the kept key of its time was changed"
    ]


def test_retired_key_goes_a_day_after_it_is_empty_and_not_before(
    organisation: Organisation, settings: Settings
) -> None:
    a_row_in_every_sealed_column(organisation)
    old = DataKey.objects.get(organisation=organisation)
    settings.MASTER_KEYS = {1: OLD, 2: NEW}
    resealing.renew()
    now = timezone.now()

    assert resealing.finish(now=now + 2 * KEPT_FOR) == 0
    resealing.move()
    assert resealing.finish(now=now) == 0
    assert key_standing.standing(now=now).behind == []
    assert DataKey.objects.filter(pk=old.pk).exists()
    assert resealing.finish(now=now + 2 * KEPT_FOR) == 1


def test_key_that_is_needed_is_never_called_safe(
    organisation: Organisation, settings: Settings
) -> None:
    a_row_in_every_sealed_column(organisation)
    settings.MASTER_KEYS = {1: OLD, 2: NEW}
    resealing.renew()
    said = StringIO()

    with pytest.raises(CommandError, match="run it again"):
        call_command("reseal", report=True, stdout=said)

    assert "master key 1 is still needed: 1 data keys" in said.getvalue()
    assert f"messaging_recipient.number: {ROWS} still under an old data key" in said.getvalue()
    assert "safe" not in said.getvalue()


def test_start_is_refused_without_a_key_that_rows_need(
    organisation: Organisation, settings: Settings
) -> None:
    keys.sealer(organisation.pk)
    assert keys_are_there(None, databases=["default"]) == []

    settings.MASTER_KEYS = {1: OLD, 2: NEW}
    assert [each.id for each in keys_are_there(None, databases=["default"])] == ["trust.W001"]
    settings.MASTER_KEYS = {2: NEW}
    assert [each.id for each in keys_are_there(None, databases=["default"])] == ["trust.E008"]
    with pytest.raises(CommandError, match="version 1"):
        run()


def test_start_is_refused_without_an_index_key_that_numbers_need(
    organisation: Organisation, settings: Settings
) -> None:
    settings.INDEX_KEYS = {1: OLD, 2: NEW}
    a_row_in_every_sealed_column(organisation)
    for version, row_id in ((1, 1), (0, 2)):
        index = bytes([version]) + b"i" * 16
        sql("UPDATE messaging_recipient SET number_index = %s WHERE id = %s", index, row_id)
    assert keys_are_there(None, databases=["default"]) == []

    settings.INDEX_KEYS = {2: NEW}

    assert [each.id for each in keys_are_there(None, databases=["default"])] == ["trust.E009"]


def test_process_that_was_not_given_the_new_key_seals_with_the_one_before(
    organisation: Organisation, settings: Settings
) -> None:
    old = keys.sealer(organisation.pk)
    settings.MASTER_KEYS = {1: OLD, 2: NEW}
    resealing.renew()
    keys.forget()

    settings.MASTER_KEYS = {1: OLD}

    assert keys.sealer(organisation.pk).key_id == old.key_id
