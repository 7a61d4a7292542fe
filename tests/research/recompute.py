"""Figures of a bundle, reckoned by somebody who has nothing but the bundle and its codebook.

    python tests/research/recompute.py FOLDER

Needs pandas. Knows nothing of the program that made the bundle: each column used here is looked up
in codebook.csv first, and what a figure means is taken from the words there.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

#: What is used here of each table; the codebook must tell each of them.
USED = {
    "enrolments": ("enrolment_id", "pid", "state", "started_day", "attempt", "consented",
                   "enrolled", "first_quit_day", "quit_day", "gone_day", "observed_day"),
    "decisions": ("decision_id", "outcome", "meant"),
    "messages_out": ("msg_id", "decision_id", "status", "taken"),
    "allocations": ("enrolment_id", "factor", "arm"),
    "answers": ("enrolment_id", "n", "question", "decision_id", "attempt", "asked_day",
                "answered_day", "answered_minute", "value", "missing"),
    "outcomes_derived": ("enrolment_id", "timepoint", "window_days", "value", "basis"),
}  # fmt: skip
TIMES, WINDOWS = (30, 91, 182, 365), (7, 30)
BEFORE, AFTER = 3, 14


def load(folder: Path) -> dict[str, pd.DataFrame]:
    book = pd.read_csv(folder / "codebook.csv", keep_default_na=False)
    told = set(zip(book["table"], book["column"], strict=True))
    untold = [(t, c) for t, columns in USED.items() for c in columns if (t, c) not in told]
    if untold:
        raise SystemExit(f"The codebook does not tell {untold}.")
    return {
        path.stem: pd.read_csv(path, keep_default_na=False, na_values=[""], low_memory=False)
        for path in sorted((folder / "data").glob("*.csv"))
    }


def funnel(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    of = tables["enrolments"]
    consented, enrolled = of["consented"] == 1, of["enrolled"] == 1
    until = of["gone_day"].fillna(of["observed_day"])
    return {
        "began": len(of),
        "consented": int(consented.sum()),
        "eligible": int((consented & (of["state"] != "ineligible")).sum()),
        "enrolled": int(enrolled.sum()),
        "quit": int((enrolled & (until - of["first_quit_day"] >= 0)).sum()),
        "completed": int((enrolled & (of["state"] == "completed")).sum()),
    }


def texts(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Each decision beside its text, where it has one."""
    sent = tables["messages_out"].dropna(subset=["decision_id"])
    return tables["decisions"].merge(
        sent[["decision_id", "status", "taken"]], on="decision_id", how="left"
    )


def dose(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    planned = texts(tables)
    planned = planned[planned["meant"] == 1]
    taken = planned["taken"] == 1
    waiting = (planned["outcome"] == "held") | planned["status"].isin(
        ["queued", "sending", "unknown"]
    )
    failed = (planned["status"] == "failed") & ~taken
    return {
        "planned": len(planned),
        "sent": int(taken.sum()),
        "delivered": int((planned["status"] == "delivered").sum()),
        "failed": int(failed.sum()),
        "waiting": int(waiting.sum()),
        "suppressed": len(planned) - int((taken | failed | waiting).sum()),
    }


def replies(tables: dict[str, pd.DataFrame]) -> tuple[int, int]:
    """Planned questions with a readable answer, of those a provider took."""
    asked = tables["answers"].dropna(subset=["decision_id"]).copy()
    asked["read"] = asked["missing"].isna() | (asked["missing"] == "withheld")
    taken = texts(tables).set_index("decision_id")["taken"]
    by_question = asked.groupby("decision_id")["read"].any()
    by_question = by_question[taken.reindex(by_question.index) == 1]
    return int(by_question.sum()), len(by_question)


def retention(tables: dict[str, pd.DataFrame]) -> list[tuple[int, float]]:
    """Kaplan and Meier, from the first quit date: (day, share still there) where somebody left."""
    of = tables["enrolments"]
    of = of[(of["enrolled"] == 1) & of["first_quit_day"].notna()]
    until = of["gone_day"].fillna(of["observed_day"]) - of["first_quit_day"]
    left, until = of["gone_day"].notna()[until >= 0], until[until >= 0]
    staying, curve = 1.0, []
    for day in sorted(until[left].unique()):
        gone = int(((until == day) & left).sum())
        staying *= 1 - gone / int((until >= day).sum())
        curve.append((int(day), staying))
    return curve


def surveys(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Each survey that is due and over: said is yes, no or nothing, by the newest answer asked
    about that time; who smoked in seven days has answered for thirty."""
    of = tables["enrolments"]
    of = of[of["quit_day"].notna() & of["state"].notna()]
    told = tables["answers"]
    told = told[told["question"].isin(["use7", "use30"]) & told["value"].isin(["yes", "no"])]
    told = told.sort_values(["answered_day", "answered_minute", "n"])
    found = []
    for time in TIMES:
        due = of[of["quit_day"] + time + AFTER < of["observed_day"]]
        due = due[due["enrolment_id"].isin(begun(tables))]
        joined = told.merge(
            due[["enrolment_id", "attempt", "quit_day"]], on=["enrolment_id", "attempt"]
        )
        apart = joined["asked_day"] - joined["quit_day"]
        joined = joined[(apart >= time - BEFORE) & (apart <= time + AFTER)]
        last = joined.groupby(["enrolment_id", "question"])["value"].last().unstack()
        last = last.reindex(columns=["use7", "use30"]).reindex(due["enrolment_id"])
        thirty = last["use30"].mask(last["use7"] == "yes", "yes")
        for window, said in ((7, last["use7"]), (30, thirty)):
            found.append(
                pd.DataFrame(
                    {
                        "enrolment_id": last.index,
                        "time": time,
                        "window": window,
                        "said": said.to_numpy(),
                    }
                )
            )
    return pd.concat(found, ignore_index=True)


def begun(tables: dict[str, pd.DataFrame]) -> set[str]:
    of = tables["enrolments"]
    return set(of.loc[of["started_day"].notna(), "enrolment_id"])


def abstinence(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, int]]:
    """By survey and window: smoke-free, of those due, of those who answered."""
    found = {}
    for (time, window), rows in surveys(tables).groupby(["time", "window"]):
        found[f"{time}/{window}"] = {
            "free": int((rows["said"] == "no").sum()),
            "due": len(rows),
            "answered": int(rows["said"].notna().sum()),
        }
    return found


def told_abstinence(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, int]]:
    """The same as the bundle itself tells it."""
    found = {}
    for (time, window), rows in tables["outcomes_derived"].groupby(["timepoint", "window_days"]):
        found[f"{time}/{window}"] = {
            "free": int((rows["value"] == 1).sum()),
            "due": len(rows),
            "answered": int((rows["basis"] == "observed").sum()),
        }
    return found


def by_arm(tables: dict[str, pd.DataFrame], time: int, window: int) -> dict[str, dict[str, int]]:
    """A survey in each arm of each factor: smoke-free, of those due."""
    due = surveys(tables)
    due = due[(due["time"] == time) & (due["window"] == window)]
    drawn = tables["allocations"].dropna(subset=["arm"])
    joined = due.merge(drawn[["enrolment_id", "factor", "arm"]], on="enrolment_id")
    return {
        f"{factor}:{arm}": {"free": int((rows["said"] == "no").sum()), "due": len(rows)}
        for (factor, arm), rows in joined.groupby(["factor", "arm"])
    }


def figures(folder: Path) -> dict[str, Any]:
    tables = load(folder)
    return {
        "funnel": funnel(tables),
        "dose": dose(tables),
        "replies": replies(tables),
        "retention": retention(tables),
        "abstinence": abstinence(tables),
        "told_abstinence": told_abstinence(tables),
        "by_arm": by_arm(tables, 91, 7),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures(Path(sys.argv[1])), indent=2))
