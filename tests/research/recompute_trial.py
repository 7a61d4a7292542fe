"""A trial's report, reckoned by somebody who has nothing but the bundle and its codebook.

    python tests/research/recompute_trial.py FOLDER TRIAL

Needs pandas, numpy, scipy, statsmodels and lifelines. Knows nothing of the program that made the
bundle: each column used here is looked up in codebook.csv first. Gives the figures of the trial's
first factor, and of each step it draws, a figure a row, in the columns of the report's own file.
For a trial drawn within strata; its flow ends in the survey of thirty days.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from scipy import stats
from statsmodels.duration.survfunc import survdiff
from statsmodels.stats.contingency_tables import StratifiedTable

#: What is used here of each table; the codebook must tell each of them.
USED = {
    "participants": ("pid", "language", "region", "channel", "age_band", "sex"),
    "enrolments": ("enrolment_id", "pid", "state", "quit_day", "gone_day", "observed_day"),
    "assessed": ("enrolment_id", "trial", "factor", "end"),
    "arms": ("trial", "factor", "place", "arm", "method"),
    "allocations": ("enrolment_id", "factor", "arm", "stratum", "day", "local_minute"),
    "decisions": ("decision_id", "enrolment_id", "step", "version", "day", "local_minute",
                  "due_day", "due_minute", "outcome", "unavailable_reason", "options",
                  "probabilities", "draw", "option", "proximal", "policy_version"),
    "steps_drawn": ("version", "step", "trial", "odds", "outcome_kind", "outcome_of",
                    "outcome_value", "within_hours"),
    "messages_out": ("decision_id", "taken"),
    "messages_in": ("enrolment_id", "day", "local_minute", "kind"),
    "answers": ("enrolment_id", "n", "question", "kind", "answered_day", "answered_minute", "value",
                "missing"),
    "outcomes_derived": ("enrolment_id", "timepoint", "window_days", "value", "basis"),
}  # fmt: skip
TIME, Z = 30, stats.norm.ppf(0.975)
#: The report's bands of age, of those of the bundle.
AGES = {"0-17": "under 18", "65-74": "65+", "75+": "65+"}
Row = dict[str, Any]


def load(folder: Path) -> dict[str, pd.DataFrame]:
    book = pd.read_csv(folder / "codebook.csv", keep_default_na=False)
    told = set(zip(book["table"], book["column"], strict=True))
    untold = [(t, c) for t, columns in USED.items() for c in columns if (t, c) not in told]
    if untold:
        raise SystemExit(f"The codebook does not tell {untold}.")
    return {
        name: pd.read_csv(
            folder / "data" / f"{name}.csv", keep_default_na=False, na_values=[""], low_memory=False
        )
        for name in USED
    }


def drawn(tables: dict[str, pd.DataFrame], factor: str) -> pd.DataFrame:
    """Everybody allocated, with what became of her."""
    of = tables["allocations"]
    of = of[of["factor"] == factor].merge(
        tables["enrolments"].drop(columns="pid"), on="enrolment_id"
    )
    of["at"] = of["day"] * 1440 + of["local_minute"]
    planned = tables["decisions"].merge(
        tables["messages_out"][["decision_id", "taken"]].dropna(), on="decision_id"
    )
    planned["at"] = planned["day"] * 1440 + planned["local_minute"]
    of["texts"] = _since(of, planned[planned["taken"] == 1])
    said = tables["answers"]
    said = said[said["answered_day"].notna() & (said["missing"].isna() | _is(said, "withheld"))]
    said = said.assign(at=said["answered_day"] * 1440 + said["answered_minute"])
    of["answers"] = _since(of, said)
    return of


def _since(of: pd.DataFrame, what: pd.DataFrame) -> pd.Series:
    """How many of each person from her draw on."""
    joined = of[["enrolment_id", "at"]].merge(
        what[["enrolment_id", "at"]], on="enrolment_id", suffixes=("_drawn", "")
    )
    counts = joined[joined["at"] >= joined["at_drawn"]].groupby("enrolment_id").size()
    return of["enrolment_id"].map(counts).fillna(0)


def _is(said: pd.DataFrame, why: str) -> pd.Series:
    return said["missing"] == why


def flow(
    tables: dict[str, pd.DataFrame], factor: str, arms: list[str], of: pd.DataFrame
) -> Iterator[Row]:
    came = tables["assessed"][tables["assessed"]["factor"] == factor]
    yield _row("flow", "assessed", value=len(came))
    ends = came["end"].value_counts()
    for end in ends.index.difference(["allocated", "on_the_way_in"]):
        yield _row("flow", f"excluded.{end}", value=int(ends[end]))
    yield _row("flow", "on_the_way_in", value=int(ends.get("on_the_way_in", 0)))
    due = tables["outcomes_derived"]
    due = due[(due["timepoint"] == TIME) & (due["window_days"] == 7)]
    basis = of["enrolment_id"].map(due.set_index("enrolment_id")["basis"])
    withdrew = of["state"].isin(["withdrawn", "erased"])
    lost = of["gone_day"].notna() & ~withdrew
    levels = {
        "allocated": of["arm"].notna(), "received": of["texts"] > 0,
        "stayed": ~withdrew & ~lost, "withdrew": withdrew, "lost": lost,
        "no_date": basis.isna() & of["quit_day"].isna(),
        "not_due": basis.isna() & of["quit_day"].notna(),
        "silent": basis == "imputed", "answered": basis == "observed",
    }  # fmt: skip
    for arm in arms:
        for level, which in levels.items():
            yield _row("flow", level, arm=arm, value=int((which & (of["arm"] == arm)).sum()))


def abstinence(tables: dict[str, pd.DataFrame], arms: list[str], of: pd.DataFrame) -> Iterator[Row]:
    """Each arm against the first within strata, on both denominators."""
    due = tables["outcomes_derived"].merge(of[["enrolment_id", "arm", "stratum"]])
    for (time, window), rows in due.groupby(["timepoint", "window_days"]):
        for arm in arms[1:]:
            pair = rows[rows["arm"].isin([arm, arms[0]])]
            for basis, which in (("due", pair), ("answers", pair[pair["basis"] == "observed"])):
                tables_ = [_fourfold(part, arm) for _, part in which.groupby("stratum")]
                shares = _counts(which, arm) + _counts(which, arms[0])
                found, p = pooled([t for t in tables_ if t.sum(axis=1).all()])
                for name, told in found.items():
                    yield _row(
                        "abstinence", f"d{time}.w{window}.{name}", arm, arms[0], basis=basis,
                        estimate=told, p=p, shares=shares, pooled=pair["stratum"].nunique(),
                    )  # fmt: skip


def _fourfold(rows: pd.DataFrame, arm: str) -> np.ndarray:
    """Smoke-free and not, in the arm and in the other."""
    mine, free = rows["arm"] == arm, rows["value"] == 1
    return np.array([[(m & free).sum(), (m & ~free).sum()] for m in (mine, ~mine)], dtype=float)


def _counts(rows: pd.DataFrame, arm: str) -> tuple[int, int]:
    mine = rows[rows["arm"] == arm]
    return int((mine["value"] == 1).sum()), len(mine)


def pooled(tables: list[np.ndarray]) -> tuple[dict[str, tuple[float, float, float]], float]:
    """Difference (Sato), risk ratio (Greenland, Robins), odds ratio and p of Mantel, Haenszel."""
    a, n, c, m = (
        np.array(x)
        for x in zip(*[(t[0, 0], t[0].sum(), t[1, 0], t[1].sum()) for t in tables], strict=True)
    )
    whole = n + m
    weight = (n * m / whole).sum()
    apart = ((a * m - c * n) / whole).sum() / weight
    p_part = ((n**2 * c - m**2 * a + n * m * (m - n) / 2) / whole**2).sum()
    q_part = ((a * (m - c) + c * (n - a)) / (2 * whole)).sum()
    error = np.sqrt(apart * p_part + q_part) / weight
    up, down = (a * m / whole).sum(), (c * n / whole).sum()
    spread = ((n * m * (a + c) - a * c * whole) / whole**2).sum()
    log_error = np.sqrt(spread / (up * down))
    theirs = StratifiedTable(tables)
    ratio = up / down
    return {
        "difference": (apart, apart - Z * error, apart + Z * error),
        "ratio": (ratio, ratio * np.exp(-Z * log_error), ratio * np.exp(Z * log_error)),
        "odds_ratio": (theirs.oddsratio_pooled, *theirs.oddsratio_pooled_confint()),
    }, theirs.test_null_odds().pvalue


def leaving(arms: list[str], of: pd.DataFrame) -> Iterator[Row]:
    until = of["gone_day"].fillna(of["observed_day"]) - of["day"]
    rows = pd.DataFrame(
        {
            "arm": of["arm"], "stratum": of["stratum"], "day": until.clip(lower=0),
            "left": of["gone_day"].notna().astype(int),
        }
    )  # fmt: skip
    for arm in arms[1:]:
        pair = rows[rows["arm"].isin([arm, arms[0]])]
        pair = pair.assign(arm=(pair["arm"] == arm).astype(int))
        cox = CoxPHFitter().fit(pair, "day", "left", strata=["stratum"]).summary.loc["arm"]
        _, p = survdiff(pair["day"], pair["left"], pair["arm"], strata=pair["stratum"])
        told = (cox["exp(coef)"], cox["exp(coef) lower 95%"], cox["exp(coef) upper 95%"])
        counts = [
            (int(each["left"].sum()), len(each))
            for each in (pair[pair["arm"] == 1], pair[pair["arm"] == 0])
        ]
        yield _row(
            "leaving", "hazard_ratio", arm, arms[0], estimate=told, p=p,
            shares=counts[0] + counts[1], pooled=rows["stratum"].nunique(),
        )  # fmt: skip


def means(arms: list[str], of: pd.DataFrame) -> Iterator[Row]:
    for what in ("texts", "answers"):
        for arm in arms[1:]:
            pair = [of.loc[of["arm"] == each, what] for each in (arm, arms[0])]
            for name, values in zip((arm, arms[0]), pair, strict=True):
                yield from _sample("means", what, name, values)
            test = stats.ttest_ind(*pair, equal_var=False)
            told = (pair[0].mean() - pair[1].mean(), *test.confidence_interval(0.95))
            yield _row("means", f"{what}.difference", arm, arms[0], estimate=told, p=test.pvalue)


def balance(tables: dict[str, pd.DataFrame], arms: list[str], of: pd.DataFrame) -> Iterator[Row]:
    """What was known at the draw: of all allocated the share of each value, or the mean."""
    known = of[["pid", "arm"]].merge(tables["participants"], on="pid")
    known["age"] = known["age_band"].replace(AGES)
    for by in ("language", "region", "channel", "age", "sex"):
        yield from _levels(by, known[by].fillna(""), known["arm"], of, arms)
    said = tables["answers"].dropna(subset=["value"]).merge(of[["enrolment_id", "arm", "at"]])
    said = said[said["answered_day"] * 1440 + said["answered_minute"] <= said["at"]]
    said = said.sort_values(["answered_day", "answered_minute", "n"])
    said = said.drop_duplicates(["enrolment_id", "question"], keep="last")
    for question, rows in said.groupby("question"):
        if rows["kind"].iloc[0] in ("yes_no", "choice"):
            yield from _levels(str(question), rows["value"], rows["arm"], of, arms)
        elif rows["kind"].iloc[0] == "number":
            values = [rows.loc[rows["arm"] == arm, "value"].astype(float) for arm in arms]
            for arm, mine in zip(arms, values, strict=True):
                yield from _sample("balance", str(question), arm, mine)
            for arm, mine in zip(arms[1:], values[1:], strict=True):
                spread = (mine.var() + values[0].var()) / 2
                yield _apart(str(question), arm, arms[0], mine.mean() - values[0].mean(), spread)


def _levels(
    by: str, values: pd.Series, arm_of: pd.Series, of: pd.DataFrame, arms: list[str]
) -> Iterator[Row]:
    sizes = of.groupby("arm").size()
    for value in sorted(values.unique()):
        name = f"{by}={value}" if value else by
        shares = {}
        for arm in arms:
            count = int(((values == value) & (arm_of == arm)).sum())
            shares[arm] = count / sizes[arm]
            yield _row(
                "balance", name, arm, value=shares[arm], shares=(count, int(sizes[arm]), None, None)
            )
        for arm in arms[1:]:
            spread = sum(shares[each] * (1 - shares[each]) for each in (arm, arms[0])) / 2
            yield _apart(name, arm, arms[0], shares[arm] - shares[arms[0]], spread)


def _apart(name: str, arm: str, against: str, apart: float, spread: float) -> Row:
    value = apart / np.sqrt(spread) if spread else 0.0 if not apart else None
    return _row("balance", f"{name}.standardised_difference", arm, against, value=value)


def _sample(part: str, what: str, arm: str, values: pd.Series) -> Iterator[Row]:
    told = {"n": len(values), "mean": values.mean(), "sd": values.std()}
    for name, value in told.items():
        yield _row(part, f"{what}.{name}", arm, value=value)


def proximal(tables: dict[str, pd.DataFrame], trial: str) -> Iterator[Row]:
    rules = tables["steps_drawn"]
    rules = rules[(rules["trial"] == trial) & rules["outcome_kind"].notna()]
    looks_at = ["outcome_kind", "outcome_of", "outcome_value", "within_hours"]
    for step, editions in rules.groupby("step"):
        newest = editions.sort_values("version").iloc[-1]
        same = editions[(editions[looks_at].fillna("") == newest[looks_at].fillna("")).all(axis=1)]
        of = tables["decisions"]
        of = of[(of["step"] == step) & of["version"].isin(same["version"])]
        points = of[of["policy_version"].notna()].sort_values("enrolment_id", kind="stable")
        yield from _step(tables, str(step), newest, points)


def _step(
    tables: dict[str, pd.DataFrame], step: str, rule: pd.Series, points: pd.DataFrame
) -> Iterator[Row]:
    options = list(json.loads(rule["odds"]))
    options.sort(key=lambda option: option != "nothing")
    away = points["unavailable_reason"].fillna("not_drawn").where(points["draw"].isna())
    free = points[away.isna()].copy()
    odds = free["probabilities"].map(json.loads)
    names = free["options"].map(json.loads)
    random = names.map(lambda each: set(each) == set(options)) & odds.map(
        lambda each: all(0 < p < 1 for p in each)
    )
    over = free["proximal"].notna()
    told = {
        "decided": len(points), "not_over": int((random & ~over).sum()),
        "not_random": int((~random).sum()),
        **{f"unavailable.{why}": int(count) for why, count in away.value_counts().items()},
        "apart_from_answers_and_texts": _apart_from_texts(tables, rule, free[over]),
    }  # fmt: skip
    for name, value in told.items():
        yield _row("proximal", f"{step}.{name}", value=value)
    used = free[random & over].copy()
    for option in options:
        used[f"p {option}"] = [
            dict(zip(n, p, strict=True))[option]
            for n, p in zip(names[used.index], odds[used.index], strict=True)
        ]
    effects = centred(used, options)
    yield _row("proximal", f"{step}.people", value=used["enrolment_id"].nunique())
    counts = {
        option: (int((rows["proximal"] == 1).sum()), len(rows))
        for option, rows in ((each, used[used["option"] == each]) for each in options)
    }
    first = options[0]
    yield _row("proximal", f"{step}.reference", first, shares=(*counts[first], None, None))
    for option, (estimate, p) in effects.items():
        yield _row(
            "proximal", f"{step}.difference", option, first, estimate=estimate, p=p,
            shares=counts[option] + counts[first],
        )  # fmt: skip


def centred(
    used: pd.DataFrame, options: list[str]
) -> dict[str, tuple[tuple[float, float, float], float]]:
    """Weighted and centred least squares, person after person, with Mancl and DeRouen's correction
    and t by people less columns."""
    others = options[1:]
    share = {option: used[f"p {option}"].mean() for option in options}
    weight = np.array(
        [share[row["option"]] / row[f"p {row['option']}"] for _, row in used.iterrows()]
    )
    day = used["due_day"].to_numpy(float)
    columns = [np.ones(len(used)), day - day.mean()]
    columns += [(used["option"] == each).to_numpy(float) - share[each] for each in others]
    x, y = np.column_stack(columns), used["proximal"].to_numpy(float)
    bread = np.linalg.inv(x.T @ (weight[:, None] * x))
    found = bread @ x.T @ (weight * y)
    meat = np.zeros_like(bread)
    groups = list(used.reset_index().groupby("enrolment_id").groups.values())
    for rows in groups:
        mine, w = x[rows], np.diag(weight[rows])
        pull = np.eye(len(rows)) - mine @ bread @ mine.T @ w
        score = mine.T @ w @ np.linalg.solve(pull, y[rows] - mine @ found)
        meat += np.outer(score, score)
    errors = np.sqrt(np.diag(bread @ meat @ bread))
    t = stats.t(len(groups) - x.shape[1])
    told = {}
    for place, option in enumerate(others, start=2):
        value, reach = found[place], t.ppf(0.975) * errors[place]
        p = 2 * t.sf(abs(value / errors[place]))
        told[option] = ((value, value - reach, value + reach), p)
    return told


def _apart_from_texts(
    tables: dict[str, pd.DataFrame], rule: pd.Series, points: pd.DataFrame
) -> int:
    """How many outcomes the answers and texts of the bundle would tell otherwise, by whole
    minutes."""
    if rule["outcome_kind"] == "answer":
        heard = tables["answers"]
        heard = heard[(heard["question"] == rule["outcome_of"]) & heard["answered_day"].notna()]
        if not pd.isna(rule["outcome_value"]):
            heard = heard[heard["value"] == rule["outcome_value"]]
        came = heard["answered_day"] * 1440 + heard["answered_minute"]
    elif rule["outcome_kind"] == "reply":
        heard = tables["messages_in"]
        heard = heard[heard["kind"] != "opt_out"]
        came = heard["day"] * 1440 + heard["local_minute"]
    else:
        raise SystemExit(f"Outcomes of the kind {rule['outcome_kind']} are not looked up here.")
    pairs = points[["decision_id", "enrolment_id", "due_day", "due_minute"]].merge(
        heard[["enrolment_id"]].assign(came=came), on="enrolment_id"
    )
    after = pairs["came"] - pairs["due_day"] * 1440 - pairs["due_minute"]
    soon = pairs.loc[(after > 0) & (after <= 60 * rule["within_hours"]), "decision_id"]
    return int((points["decision_id"].isin(soon) != (points["proximal"] == 1)).sum())


def _row(
    part: str, figure: str, arm: str = "", against: str = "", *, basis: str = "", value: Any = None,
    estimate: Any = None, p: Any = None, shares: Any = (None,) * 4, pooled: Any = None,
) -> Row:  # fmt: skip
    value, low, high = (value, None, None) if estimate is None else map(float, estimate)
    return {
        "part": part, "figure": figure, "arm": arm, "against": against, "basis": basis,
        "value": None if value is None else float(value), "low": low, "high": high,
        "p": None if p is None else float(p), "numerator": shares[0], "denominator": shares[1],
        "against_numerator": shares[2], "against_denominator": shares[3], "strata_pooled": pooled,
    }  # fmt: skip


def figures(folder: Path, trial: str) -> list[Row]:
    tables = load(folder)
    arms_of = tables["arms"][tables["arms"]["trial"] == trial]
    found: list[Row] = []
    if len(arms_of):
        if (arms_of["method"] != "stratified").any():
            raise SystemExit("Only trials drawn within strata are reckoned here.")
        factor = arms_of["factor"].iloc[0]
        arms = arms_of[arms_of["factor"] == factor].sort_values("place")["arm"].tolist()
        of = drawn(tables, factor)
        found += flow(tables, factor, arms, of)
        found += abstinence(tables, arms, of)
        found += leaving(arms, of)
        found += means(arms, of)
        found += balance(tables, arms, of)
    return [*found, *proximal(tables, trial)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures(Path(sys.argv[1]), sys.argv[2]), indent=1))
