"""How alone the gathered people stand, how many wanted to be in no research, and whether arms are
kept back."""

from django.db.backends.utils import CursorWrapper

from research.bundle.crowding import Crowding, crowding
from research.bundle.people import Scope
from research.bundle.people_tables import QUASI
from research.bundle.trial_tables import ANY_VEILED

_CLASSES = f"""
SELECT {", ".join(f"coalesce({name}, '')" for name in QUASI)}, count(*)
  FROM bundle_person GROUP BY {", ".join(str(place + 1) for place in range(len(QUASI)))}
"""
_REFUSED = """
SELECT count(DISTINCT e.participant_id)
  FROM enrolment_enrolment e
 WHERE e.campaign_id = %s AND NOT e.is_test
   AND NOT EXISTS (SELECT FROM bundle_person p WHERE p.participant_id = e.participant_id)
"""


def crowding_of(cursor: CursorWrapper) -> Crowding:
    """Of the people `people.gather` gathered by this cursor's connection."""
    cursor.execute(_CLASSES)
    return crowding(QUASI, {tuple(values): count for *values, count in cursor.fetchall()})


def refused_in(cursor: CursorWrapper, campaign_id: int) -> int:
    cursor.execute(_REFUSED, [campaign_id])
    return int(cursor.fetchone()[0])


def is_veiled(cursor: CursorWrapper, scope: Scope) -> bool:
    cursor.execute(f"SELECT {ANY_VEILED}", scope.values)
    return bool(cursor.fetchone()[0])
