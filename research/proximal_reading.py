"""The drawn steps of a trial and what each draw did at once, read from the rows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.models import Step, Trial
from campaigns.trial_values import DrawKind, PackDraw, PackProximal, draw_of
from research.proximal import proximal_outcomes
from research.proximal_effects import Point, Proximal, proximal_effect

# Every time the step came due for somebody in the trial, person after person.
_POINTS = """
SELECT d.id, e.id, d.unavailable_reason, d.options, d.probabilities, d.draw,
       d.local_date - (e.enrolled_at AT TIME ZONE c.time_zone)::date,
       d.due_at + make_interval(hours => %(hours)s) < %(now)s
  FROM enrolment_decision d
  JOIN enrolment_enrolment e ON e.id = d.enrolment_id AND NOT e.is_test
  JOIN campaigns_campaign c ON c.id = e.campaign_id
 WHERE d.version_id = ANY(%(versions)s) AND d.step_key = %(step)s AND d.policy_version <> ''
 ORDER BY e.id, d.id
"""


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """A step, what counts as its outcome, and the effect."""

    rule: PackDraw
    outcome: PackProximal
    effect: Proximal


def drawn_steps(trial: Trial, *, now: datetime) -> list[DrawnStep]:
    """Those with an outcome, in the order of their keys."""
    return [_drawn(key, steps, now) for key, steps in sorted(_steps(trial).items())]


def _steps(trial: Trial) -> dict[str, list[Step]]:
    """The step in each version that looks at the outcome the newest looks at: what another outcome
    came to is no part of the same effect."""
    rows = Step.objects.filter(version__campaign=trial.campaign_id, draw__trial=trial.key)
    found: dict[str, list[Step]] = {}
    for row in rows.select_related("version").order_by("-version__number"):
        if row.draw["kind"] == DrawKind.AGAIN or not row.draw.get("outcome"):
            continue
        same = found.setdefault(row.key, [])
        if not same or same[0].draw["outcome"] == row.draw["outcome"]:
            same.append(row)
    return found


def _drawn(key: str, steps: list[Step], now: datetime) -> DrawnStep:
    rule = draw_of(steps[0].draw)
    assert rule.outcome is not None, "only steps with an outcome are read"
    points = _points(key, steps, rule.outcome.within_hours, now)
    return DrawnStep(rule, rule.outcome, proximal_effect(key, list(rule.options), points))


def _points(key: str, steps: list[Step], hours: int, now: datetime) -> Iterator[Point]:
    reached = {
        each.decision_id: each.reached
        for step in steps
        for each in proximal_outcomes(version=step.version, step_key=key)
    }
    values: dict[str, Any] = {
        "versions": [step.version_id for step in steps],
        "step": key,
        "hours": hours,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, values)
        for decision, person, why, options, odds, draw, day, is_over in cursor.fetchall():
            happened = reached.get(decision, False)
            yield Point(person, why, _listed(options), _listed(odds), draw, day, is_over, happened)


def _listed(value: str | None) -> tuple[Any, ...]:
    return tuple(json.loads(value)) if value else ()
