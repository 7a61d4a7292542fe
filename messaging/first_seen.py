"""Rows for numbers that nobody has seen before, many at a time: an advertisement brings
thousands in a minute."""

from collections.abc import Sequence

from messaging.models.recipient import Recipient
from messaging.statements import blobs, ids, rows
from trust.blind_index import number_indexes
from trust.ids import draw_ids

# The oldest opt-out tells the index: under its key version the two still meet, after the index key
# was changed.
_MISSING = """
SELECT a.place,
       (array_agg(o.number_index ORDER BY o.id) FILTER (WHERE o.id IS NOT NULL))[1]
  FROM unnest(%(places)s::int[], %(organisations)s::bigint[], %(indexes)s::bytea[])
       AS a(place, organisation_id, number_index)
  LEFT JOIN messaging_recipient r
    ON r.organisation_id = a.organisation_id AND r.number_index = a.number_index
  LEFT JOIN messaging_optout o
    ON o.organisation_id = a.organisation_id AND o.number_index = a.number_index
 GROUP BY a.place HAVING count(r.id) = 0
"""


def make_recipients(numbers: Sequence[tuple[int, str]]) -> int:
    """Of each organisation and number that has no recipient, under any key version; how many were
    missing. Safe when others make the same ones: it waits for them. ValueError when a number is not
    E.164."""
    indexes = [number_indexes(*number) for number in numbers]
    keys = [(place, index) for place, found in enumerate(indexes) for index in found]
    missing = rows(
        _MISSING,
        {
            "places": ids(place for place, _ in keys),
            "organisations": ids(numbers[place][0] for place, _ in keys),
            "indexes": blobs(index for _, index in keys),
        },
    )
    made = [
        Recipient(
            id=row_id,
            organisation_id=numbers[place][0],
            number=numbers[place][1],
            number_index=bytes(opted_out or indexes[place][0]),
        )
        for row_id, (place, opted_out) in zip(
            draw_ids(Recipient, len(missing)), missing, strict=True
        )
    ]
    # In one order: two that make the same ones wait for each other in turn, not crosswise.
    made.sort(key=lambda row: (row.organisation_id, row.number_index))
    Recipient.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)
