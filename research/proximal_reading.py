"""The drawn steps of a trial and what each draw did at once, read from the rows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.models import Keyword, Step, Trial
from campaigns.trial_values import DrawKind, PackDraw, PackProximal, ProximalKind, draw_of
from research import proximal_sql
from research.proximal_effects import Point, Proximal, proximal_effect


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """A step, what counts as its outcome, and the effect."""

    rule: PackDraw
    outcome: PackProximal
    effect: Proximal


def drawn_steps(trial: Trial, *, now: datetime) -> list[DrawnStep]:
    """Those with an outcome, in the order of their keys."""
    return [
        DrawnStep(rule, rule.outcome, proximal_effect(step, list(rule.options), points))
        for step, rule in sorted(_rules(trial).items())
        if rule.outcome is not None
        for points in [_points(trial, step, rule.outcome, now)]
    ]


def _rules(trial: Trial) -> dict[str, PackDraw]:
    """As the newest version that has the step says it."""
    steps = Step.objects.filter(version__campaign=trial.campaign_id, draw__trial=trial.key)
    found = steps.order_by("version__number").values_list("key", "draw")
    return {key: draw_of(draw) for key, draw in found if draw["kind"] != DrawKind.AGAIN}


def _points(trial: Trial, step: str, outcome: PackProximal, now: datetime) -> Iterator[Point]:
    values: dict[str, Any] = {
        "campaign": trial.campaign_id,
        "step": step,
        "hours": outcome.within_hours,
        "now": now,
        "of": outcome.of,
        "value": outcome.value,
        "words": _words(trial, outcome.of),
    }
    with connection.cursor() as cursor:
        cursor.execute(proximal_sql.points(ProximalKind(outcome.kind)), values)
        for person, why, options, odds, *rest in cursor.fetchall():
            yield Point(person, why, _listed(options), _listed(odds), *rest)


def _words(trial: Trial, word: str) -> list[str]:
    """What an inbound text that was this word is known by."""
    rows = Keyword.objects.filter(version__campaign=trial.campaign_id, word__iexact=word)
    return sorted({bank or action for bank, action in rows.values_list("bank__key", "action")})


def _listed(value: str | None) -> tuple[Any, ...]:
    return tuple(json.loads(value)) if value else ()
