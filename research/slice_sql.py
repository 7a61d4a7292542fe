"""What figures are sliced by, as SQL. Pure text.

A statement counts by all of a person's slices at once, and `by_slice` folds that into one row for
everybody and one for each value of each slice: what is kept grows with the sum of the values, not
with their product. Who is in two arms counts for both.
"""

from collections.abc import Iterable

#: Of each a person has one value; "" where it is not known.
NAMES = ("language", "region", "dose", "channel", "cohort", "age", "sex")
#: Beside them the arms, of which somebody may have none, or several.
ARM = "arm"
#: Lower bounds of the bands of age.
AGES = (18, 25, 35, 45, 55, 65)
#: Counted of everybody and by arm alone: by each step, or by each day from the quit date.
WIDE = ("sent_step", "left_after")

LISTED = f"{', '.join(NAMES)}, arms"
#: What a statement groups by beside its own.
MANY = len(NAMES) + 1


def _band(age: str) -> str:
    lows = (0, *AGES)
    names = [f"{low}-{high - 1}" for low, high in zip(lows, AGES, strict=False)]
    names = [f"under {AGES[0]}", *names[1:]]
    cases = " ".join(
        f"WHEN {age} < {high} THEN '{name}'" for high, name in zip(AGES, names, strict=True)
    )
    return f"CASE WHEN {age} IS NULL THEN '' {cases} ELSE '{AGES[-1]}+' END"


# A value such as 34 or 34.5; whatever else stands there is not known.
_AGE = "CASE WHEN known.age ~ '^[0-9]+([.][0-9]+)?$' THEN known.age::numeric END"
_WEEK = "to_char(date_trunc('week', e.enrolled_at AT TIME ZONE c.time_zone), 'YYYY-MM-DD')"
#: Of somebody found by PEOPLE.
SLICES = f"""
  p.language, coalesce(known.region, '') AS region, e.profile AS dose,
  coalesce(handed_in.channel, agreed.channel, '') AS channel, {_WEEK} AS cohort,
  {_band(_AGE)} AS age, coalesce(known.sex, '') AS sex,
  coalesce(drawn.arms, ARRAY[]::text[]) AS arms
"""
_ARMS = "array_agg(t.key || ':' || f.key || ':' || a.key ORDER BY l.id)"
_OF_ARMS = """
  FROM enrolment_allocation l
  JOIN campaigns_trial t ON t.id = l.trial_id
  JOIN campaigns_factor f ON f.id = l.factor_id
  JOIN campaigns_arm a ON a.id = l.arm_id
"""
#: Joins to an enrolment `e`.
PEOPLE = f"""
  JOIN campaigns_campaign c ON c.id = e.campaign_id
  JOIN enrolment_participant p ON p.id = e.participant_id
  LEFT JOIN LATERAL (
    SELECT max(value) FILTER (WHERE name = 'region') AS region,
           max(value) FILTER (WHERE name = 'age') AS age,
           max(value) FILTER (WHERE name = 'sex') AS sex
      FROM enrolment_attribute
     WHERE participant_id = p.id AND name IN ('region', 'age', 'sex')
  ) known ON true
  LEFT JOIN enrolment_invitation handed_in ON handed_in.enrolment_id = e.id
  LEFT JOIN LATERAL (
    SELECT channel FROM enrolment_consent
     WHERE enrolment_id = e.id AND scope = 'service' AND is_given ORDER BY id LIMIT 1
  ) agreed ON true
  LEFT JOIN LATERAL (
    SELECT {_ARMS} AS arms {_OF_ARMS} WHERE l.enrolment_id = e.id
  ) drawn ON true
"""
# The same of everybody at once: sorted and hashed, not looked up one by one. The statements about
# people as they stand join this table, so it is worked out once.
SLICE_EVERYBODY = f"""
CREATE TEMPORARY TABLE sliced ON COMMIT DROP AS
SELECT e.id AS enrolment_id, handed_in.id IS NOT NULL AS was_handed_in,
       agreed.channel IS NOT NULL AS has_agreed, {SLICES}
  FROM enrolment_enrolment e
  JOIN campaigns_campaign c ON c.id = e.campaign_id
  JOIN enrolment_participant p ON p.id = e.participant_id
  LEFT JOIN (
    SELECT participant_id, max(value) FILTER (WHERE name = 'region') AS region,
           max(value) FILTER (WHERE name = 'age') AS age,
           max(value) FILTER (WHERE name = 'sex') AS sex
      FROM enrolment_attribute WHERE name IN ('region', 'age', 'sex') GROUP BY participant_id
  ) known ON known.participant_id = p.id
  LEFT JOIN enrolment_invitation handed_in ON handed_in.enrolment_id = e.id
  LEFT JOIN (
    SELECT DISTINCT ON (enrolment_id) enrolment_id, channel FROM enrolment_consent
     WHERE scope = 'service' AND is_given ORDER BY enrolment_id, id
  ) agreed ON agreed.enrolment_id = e.id
  LEFT JOIN (
    SELECT l.enrolment_id, {_ARMS} AS arms {_OF_ARMS} GROUP BY l.enrolment_id
  ) drawn ON drawn.enrolment_id = e.id
 WHERE NOT e.is_test
"""
#: Of somebody found by EVERYBODY.
OF_EVERYBODY = ", ".join(f"sliced.{name}" for name in (*NAMES, "arms"))
#: Joins to an enrolment `e`, but for test participants.
EVERYBODY = """
  JOIN campaigns_campaign c ON c.id = e.campaign_id
  JOIN sliced ON sliced.enrolment_id = e.id
"""
_VALUES = ", ".join(f"('{name}', {name})" for name in NAMES)
_WIDE = ", ".join(f"'{measure}'" for measure in WIDE)


def by_slice(counted: str, own: Iterable[str]) -> str:
    """`counted` gives the columns `own`, LISTED and a count; this gives `own`, by, value and the
    sum."""
    columns = ", ".join(own)
    return f"""
WITH counted ({columns}, {LISTED}, counted) AS ({counted})
SELECT {columns}, slice.by, slice.value, sum(counted)
  FROM counted CROSS JOIN LATERAL (
    SELECT '' AS by, '' AS value
    UNION ALL VALUES {_VALUES}
    UNION ALL SELECT '{ARM}', unnest(arms)) slice
 WHERE measure NOT IN ({_WIDE}) OR slice.by IN ('', '{ARM}')
 GROUP BY {columns}, slice.by, slice.value
HAVING sum(counted) > 0
"""
