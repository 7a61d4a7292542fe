"""What a trial's report is made of, read from the rows as they stand."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.models import Arm, Factor, Trial
from campaigns.rules import QuestionKind
from research import trial_sql
from research.estimators import means
from research.estimators.means import Sample
from research.flow import Fate, Flow, Outcome, Standing, flow
from research.trial_effects import (
    Balance,
    Effects,
    Left,
    Reported,
    abstinence,
    balance_of_means,
    balance_of_shares,
    compared_means,
    leaving,
)

_CHOICES = [QuestionKind.YES_NO.value, QuestionKind.CHOICE.value]
_NUMBERS = [QuestionKind.NUMBER.value]


class Reading:
    """One factor of a trial at one instant; `time` is the survey its flow ends in, in days after
    the quit date. Arms are told by their keys."""

    def __init__(self, factor: Factor, *, time: int, now: datetime) -> None:
        self.factor, self.time, self.now = factor, time, now
        self.arms = list(Arm.objects.filter(factor=factor).order_by("position", "pk"))
        self._keys = {arm.pk: arm.key for arm in self.arms}

    @property
    def keys(self) -> list[str]:
        return [arm.key for arm in self.arms]

    def flow(self) -> Flow:
        rows = self._rows(trial_sql.STANDINGS, time=self.time)
        people = [
            Standing(count, self._keys.get(arm), excluded, received, Fate(fate), Outcome(outcome))
            for arm, excluded, received, fate, outcome, count in rows
        ]
        return flow(people, [(arm.key, arm.name) for arm in self.arms])

    def effects(self) -> Effects:
        stratified = self.factor.trial.method == Trial.Method.STRATIFIED
        reported = [
            Reported(self._keys[arm], *rest) for arm, *rest in self._rows(trial_sql.OUTCOMES)
        ]
        left = [Left(self._keys[arm], *rest) for arm, *rest in self._rows(trial_sql.LEAVING)]
        return Effects(
            abstinence(reported, self.keys, stratified=stratified),
            leaving(left, self.keys, stratified=stratified),
            compared_means(self._samples(trial_sql.MEANS), self.keys),
            self._balance(),
        )

    def _balance(self) -> list[Balance]:
        people: dict[tuple[str, str], dict[str, int]] = {}
        allocated: dict[str, int] = dict.fromkeys(self.keys, 0)
        for by, value, arm, count in self._rows(trial_sql.BASELINE):
            people.setdefault((by, value), {})[self._keys[arm]] = count
            if by == "language":
                allocated[self._keys[arm]] += count
        for by, value, arm, count in self._rows(trial_sql.BASELINE_CHOICES, kinds=_CHOICES):
            people.setdefault((by, value), {})[self._keys[arm]] = count
        numbers = self._samples(trial_sql.BASELINE_NUMBERS, kinds=_NUMBERS)
        return [
            *balance_of_means(numbers, self.keys),
            *balance_of_shares(people, allocated, self.keys),
        ]

    def _samples(self, sql: str, **more: Any) -> Mapping[str, Mapping[str, Sample]]:
        found: dict[str, dict[str, Sample]] = {}
        for what, arm, count, total, squares in self._rows(sql, **more):
            found.setdefault(what, {})[self._keys[arm]] = means.sample(
                count, float(total), float(squares)
            )
        return found

    def _rows(self, sql: str, **more: Any) -> Iterator[tuple[Any, ...]]:
        values = {
            "factor": self.factor.pk,
            "campaign": self.factor.trial.campaign_id,
            "now": self.now,
            **more,
        }
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            yield from cursor.fetchall()
