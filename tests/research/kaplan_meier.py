"""Draws samples and lets the lifelines library make their curves, for kaplan_meier.json.

lifelines is no dependency of the project (it brings scipy, pandas and matplotlib); whoever changes
the formula installs it apart: `pip install lifelines`, then
`python tests/research/kaplan_meier.py > tests/research/kaplan_meier.json`.
"""

import json
import random
import sys
from collections import Counter

from lifelines import KaplanMeierFitter

SAMPLES = {
    "few": (12, 10, 30),
    "many": (400, 60, 90),
    "heavy": (1000, 5, 182),
    "light": (300, 500, 182),
}


def sample(name: str, people: int, mean: float, horizon: int) -> dict[str, object]:
    draw = random.Random(name)
    left: Counter[int] = Counter()
    censored: Counter[int] = Counter()
    for _ in range(people):
        leaves, seen = int(draw.expovariate(1 / mean)), draw.randrange(horizon)
        (left if leaves <= seen else censored)[min(leaves, seen)] += 1
    times = [(day, 1) for day in left.elements()] + [(day, 0) for day in censored.elements()]
    fitter = KaplanMeierFitter().fit([t for t, _ in times], [e for _, e in times])
    curve, band = fitter.survival_function_, fitter.confidence_interval_
    days = sorted(set(left) | set(censored))
    points = [
        [day, float(curve.loc[day].iloc[0]), *(float(value) for value in band.loc[day])]
        for day in days
    ]
    return {"name": name, "left": left, "censored": censored, "points": points}


if __name__ == "__main__":
    json.dump([sample(name, *how) for name, how in SAMPLES.items()], sys.stdout)
