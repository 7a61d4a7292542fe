"""The report of the seeded trial, against the same figures computed by statsmodels and lifelines
from rows read in another way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import statsmodels.api as sm
from django.db import connection, transaction
from lifelines import CoxPHFitter
from pytest_django import DjangoDbBlocker
from statsmodels.stats.contingency_tables import StratifiedTable

from campaigns.models import Trial
from enrolment.models import Allocation, Answer, Decision, Enrolment
from research import trial_page
from research.trial_page import Report
from tests.research import seeded_trial

pytestmark = pytest.mark.django_db
CUT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def trial(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Trial]:
    """Made once, only read, and gone with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = seeded_trial.make(120, cut=CUT)
        # Asked once, here: at the end of a test the rows of this transaction would be asked again.
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)


def report(trial: Trial) -> Report:
    wanted = trial_page.asked(trial_page.factors(trial), factor="", time="")
    return trial_page.report(trial, wanted, shows_arms=True, now=CUT)


def figures(trial: Trial) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """(figure, arm, basis) -> value, low, high, p."""
    return {(row[1], row[2], row[4]): row[5:9] for row in report(trial).rows}


def people(trial: Trial) -> pd.DataFrame:
    rows = []
    for line in Allocation.objects.filter(trial=trial).select_related("arm", "enrolment"):
        answer = Answer.objects.filter(enrolment=line.enrolment, question_key="use7").first()
        end = line.enrolment.ended_at
        rows.append(
            {
                "arm": int(line.arm.key == "new"),
                "stratum": line.stratum,
                "free": int(answer is not None and answer.value == "no"),
                "day": ((end or CUT).date() - line.allocated_at.date()).days,
                "left": int(end is not None),
            }
        )
    return pd.DataFrame(rows)


def test_flow_is_that_of_the_rows(trial: Trial) -> None:
    drawn = report(trial).drawn
    assert drawn is not None
    flow = drawn.flow

    assert (flow.assessed, flow.excluded) == (120, {"ineligible": 8})
    assert flow.randomised == Allocation.objects.count() == 112
    assert {arm.key: arm.allocated for arm in flow.arms} == dict(
        people(trial).groupby("arm").size().rename({0: "usual", 1: "new"})
    )
    assert sum(arm.analysed for arm in flow.arms) == 112
    assert sum(arm.withdrew for arm in flow.arms) == (
        Enrolment.objects.filter(status="withdrawn").count()
    )


def test_abstinence_is_statsmodels_stratified_table(trial: Trial) -> None:
    tables = [
        pd.crosstab(part.arm, part.free).loc[[1, 0], [1, 0]].to_numpy()
        for _, part in people(trial).groupby("stratum")
    ]
    theirs = StratifiedTable(tables)

    value, low, high, p = figures(trial)["d30.w7.odds_ratio", "new", "due"]

    assert len(tables) == 2
    assert value == pytest.approx(theirs.oddsratio_pooled)
    assert (low, high) == pytest.approx(theirs.oddsratio_pooled_confint())
    assert p == pytest.approx(theirs.test_null_odds().pvalue)


def test_leaving_is_lifelines_stratified_hazard(trial: Trial) -> None:
    rows = people(trial).drop(columns="free")
    theirs = CoxPHFitter().fit(rows, "day", "left", strata=["stratum"]).summary.loc["arm"]

    value, low, high, _ = figures(trial)["hazard_ratio", "new", ""]

    assert value == pytest.approx(theirs["exp(coef)"], rel=1e-5)
    assert low == pytest.approx(theirs["exp(coef) lower 95%"], rel=1e-5)
    assert high == pytest.approx(theirs["exp(coef) upper 95%"], rel=1e-5)


def test_drawn_step_is_statsmodels_bias_reduced_gee(trial: Trial) -> None:
    """The odds are the same at every point, so all weights are one."""
    said = {
        (answer.enrolment_id, answer.asked_at)
        for answer in Answer.objects.filter(question_key="smoked")
    }
    points = [
        (
            row.enrolment_id,
            float((row.draw or 0) < 0.6),
            row.occurrence,
            float((row.enrolment_id, row.due_at + timedelta(hours=2)) in said),
        )
        for row in Decision.objects.filter(available=True).order_by("enrolment_id", "pk")
    ]
    rows = pd.DataFrame(points, columns=["who", "text", "day", "happened"])
    design = pd.DataFrame({"one": 1.0, "day": rows.day - rows.day.mean(), "text": rows.text - 0.6})
    theirs = sm.GEE(rows.happened, design, groups=rows.who).fit(cov_type="bias_reduced")

    value, low, high, _ = figures(trial)["day.1.difference", "text", ""]

    assert value == pytest.approx(theirs.params["text"], abs=1e-9)
    # Theirs reaches by the normal distribution, ours by t.
    assert (high - low) / 2 == pytest.approx(theirs.bse["text"] * 1.9820, rel=1e-3)
