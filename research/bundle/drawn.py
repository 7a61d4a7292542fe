"""What fell in each draw at a step, and the outcome it looks at: a temporary table beside those of
`people`, since the rule stands in the content and not in the rows."""

from collections.abc import Iterable

from django.db.backends.utils import CursorWrapper

from campaigns.models import Step
from campaigns.trial_values import DrawKind
from research import proximal
from research.bundle.people import Scope

_TABLE = """
CREATE TEMPORARY TABLE bundle_drawn (decision_id bigint PRIMARY KEY, option text, proximal bool)
ON COMMIT DROP
"""
# As enrolment.drawing.pick: what rounding leaves over belongs to the last that may come at all.
_OPTIONS = """
INSERT INTO bundle_drawn
SELECT d.id, coalesce(
         (array_agg(x.option ORDER BY x.place) FILTER (WHERE d.draw < x.upto))[1],
         (array_agg(x.option ORDER BY x.place DESC) FILTER (WHERE x.odds > 0))[1])
  FROM enrolment_decision d
  JOIN bundle_enrolment b ON b.id = d.enrolment_id
  CROSS JOIN LATERAL (
    SELECT option, odds::float8 AS odds, place, sum(odds::float8) OVER (ORDER BY place) AS upto
      FROM ROWS FROM (jsonb_array_elements_text(d.options),
                      jsonb_array_elements_text(d.probabilities))
           WITH ORDINALITY AS o(option, odds, place)) x
 WHERE d.draw IS NOT NULL AND d.step_key = ANY(%(steps)s)
 GROUP BY d.id
"""
_OUTCOMES = """
UPDATE bundle_drawn SET proximal = told.reached
  FROM ({told}) told WHERE told.id = bundle_drawn.decision_id AND told.over_at < %(now)s
"""


def gather_draws(cursor: CursorWrapper, scope: Scope) -> None:
    """Of the people `people.gather` gathered by this cursor's connection."""
    steps = list(_drawn_steps(scope.campaign_id))
    cursor.execute(_TABLE)
    if not steps:
        return
    cursor.execute(_OPTIONS, {"steps": [step.key for step in steps]})
    for step in steps:
        if step.draw.get("outcome"):
            told, values = proximal.statement(version=step.version, step_key=step.key)
            cursor.execute(_OUTCOMES.format(told=told), {**values, "now": scope.now})
    cursor.execute("ANALYZE bundle_drawn")


def _drawn_steps(campaign_id: int) -> Iterable[Step]:
    """Published content does not change, so it need not be read at the export's moment."""
    steps = Step.objects.filter(
        version__campaign=campaign_id, version__published_at__isnull=False
    ).exclude(draw={})
    for step in steps.select_related("version"):
        if step.draw["kind"] != DrawKind.AGAIN:
            yield step
