"""SQL for where an enrolment stands and what was told to its surveys, row by row. Pure.

The pages count where people stand in sums (research.people_sql); tests/research/test_recompute.py
holds the two to each other.
"""

from research.outcome_sql import told_by

#: Of an enrolment `x`: said yes to the texts.
AGREED = """(x.started_at IS NOT NULL OR EXISTS (
  SELECT FROM enrolment_consent o
   WHERE o.enrolment_id = x.id AND o.scope = 'service' AND o.is_given))"""
#: Began, and was not screened out.
ENROLLED = "(x.started_at IS NOT NULL AND x.status <> 'ineligible')"
#: When the person left, or was lost to every text.
GONE = """(CASE WHEN x.status IN ('withdrawn', 'erased') THEN x.ended_at
  WHEN x.status = 'paused' AND x.pause_reason = 'unreachable' THEN x.paused_at END)"""

#: Each survey that is due and over, as the figures have it; without WITH.
TOLD = told_by("AND e.id IN (SELECT id FROM bundle_enrolment)")
