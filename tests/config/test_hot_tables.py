import pytest
from django.db import connection


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "share"),
    [
        ("enrolment_enrolment", "0.01"),
        ("messaging_message", "0.01"),
        ("messaging_attempt", "0.01"),
        ("messaging_report", "0"),
    ],
)
def test_hot_table_is_vacuumed_long_before_a_fifth_of_it_is_dead(table: str, share: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [table])
        (options,) = cursor.fetchone()

    assert f"autovacuum_vacuum_scale_factor={share}" in options
