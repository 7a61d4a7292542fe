from django.db import connections, models, router


def draw_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh primary keys of `model`, rising, in one query.

    Ids drawn and not used are gaps, which is harmless. Raises TypeError for a model whose key is
    not drawn from a sequence (a one-to-one key, a text key)."""
    if count <= 0:
        return []
    key = model._meta.pk
    if key is None or not isinstance(key, models.AutoField):
        raise TypeError(f"{model._meta.label} has no sequence to draw ids from")
    connection = connections[router.db_for_write(model)]
    with connection.cursor() as cursor:
        # The sequence is looked up once, in a query of its own, not again for every id.
        cursor.execute(
            "SELECT nextval((SELECT pg_get_serial_sequence(%s, %s)::regclass)) "
            "FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), key.column, count],
        )
        return sorted(row[0] for row in cursor.fetchall())
