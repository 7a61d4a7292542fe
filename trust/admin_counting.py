"""How many rows a list has, at a price that does not follow the table's size.

No more than ten thousand are counted, and no page lies beyond them: the database would read all
rows before it. Older rows are found by a filter, a search or a number.
"""

from functools import cached_property
from typing import Any

from django.contrib.admin import AllValuesFieldListFilter
from django.core.paginator import Paginator
from django.db import connections, models

# A table in parts has the sum of theirs: nobody analyzes it as a whole.
_ESTIMATE = """
SELECT coalesce(sum(nullif(c.reltuples, -1)), -1)::bigint
  FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
 WHERE c.relkind = 'r' AND %(table)s::regclass IN (c.oid, i.inhparent)
"""


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to `most` rows; `how_many` is what the page says about the rest."""

    most = 10_000
    template_name = "trust/pages_of_rows.html"
    object_list: models.QuerySet[models.Model]

    @cached_property
    def count(self) -> int:
        return min(self._found, self.most)

    @property
    def how_many(self) -> str:
        if self._found <= self.most:
            return f"{self._found:,}"
        about = 0 if self._is_narrowed else self._estimate
        return f"about {about:,}" if about > self.most else f"more than {self.most:,}"

    @cached_property
    def _found(self) -> int:
        return int(self.object_list.order_by()[: self.most + 1].count())

    @property
    def _is_narrowed(self) -> bool:
        return bool(self.object_list.query.where)

    @property
    def _estimate(self) -> int:
        """As of the table's last ANALYZE; of the whole table, so only for whoever may see it."""
        rows = self.object_list
        with connections[rows.db].cursor() as cursor:
            cursor.execute(
                _ESTIMATE, {"table": connections[rows.db].ops.quote_name(rows.model._meta.db_table)}
            )
            return int(cursor.fetchone()[0])


class NewestValues(AllValuesFieldListFilter):
    """Offers the values that the newest ten thousand rows have: all of a large table's would be
    read from every row. Another one in the address is filtered by as well."""

    most = 10_000

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _, request, _, _, model_admin, *_ = given
        newest = model_admin.get_queryset(request).order_by("-pk")
        found = set(newest.values_list(self.field_path, flat=True)[: self.most])
        self.lookup_choices: Any = sorted(found, key=lambda value: (value is None, str(value)))
