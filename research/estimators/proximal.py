"""What a micro-randomised step does at once: weighted and centred least squares. Pure.

Boruvka, Almirall, Witkiewitz and Murphy (2018): among decision points at which a person was
available, the outcome is regressed on controls and on each option, centred at a constant share s:

    Y ~ g'a + sum over options k of (1[A = k] - s_k) f'b_k,   weighted by s_A / p_A

where p is the probability that option had when it was drawn. What is left of chance between the
points of one person is taken up by a sandwich over people, each person's part corrected for its own
pull on the fit (Mancl and DeRouen 2001), and by t with people less coefficients as its degrees.
Centring keeps b right though g'a be wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from research.estimators.estimate import Estimate, around
from research.estimators.student import reach, two_sided

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Points:
    """Available decision points, one a row, those of one person together.

    `probabilities` has a column for each option but the reference, `drawn` is 1 in the column of
    the option that was drawn (nowhere: the reference). `controls` is g, with a column of ones of
    its own; `moderators` is f, a column of ones for one effect over all points."""

    people: NDArray[np.int64]
    outcome: Floats
    drawn: Floats
    probabilities: Floats
    controls: Floats
    moderators: Floats


@dataclass(frozen=True, slots=True)
class Effect:
    estimate: Estimate
    error: float
    p: float


@dataclass(frozen=True, slots=True)
class Fit:
    """`effects`: for each option in order one for each moderator; `alpha`: of the controls."""

    effects: tuple[Effect, ...]
    alpha: tuple[float, ...]
    people: int
    points: int
    degrees: int


def marginal(
    people: Sequence[int],
    outcome: Sequence[float],
    drawn: Sequence[Sequence[float]],
    probabilities: Sequence[Sequence[float]],
    controls: Sequence[Sequence[float]],
) -> Points:
    """Points for one effect of each option over all of them; `controls` without the ones."""
    ones = np.ones((len(outcome), 1))
    told = np.asarray(controls, dtype=float).reshape(len(outcome), -1)
    return Points(
        np.asarray(people, dtype=np.int64),
        np.asarray(outcome, dtype=float),
        np.asarray(drawn, dtype=float),
        np.asarray(probabilities, dtype=float),
        np.hstack([ones, told]),
        ones,
    )


def fit(points: Points, *, corrected: bool = True) -> Fit | None:
    """None where people are too few for the coefficients, the points cannot tell them apart, or one
    person alone settles one of them. Without `corrected` the sandwich is the plain one, as other
    programs give it."""
    design, weights = _design(points), _weights(points)
    starts = np.flatnonzero(np.diff(points.people, prepend=points.people[:1] - 1))
    degrees = len(starts) - design.shape[1]
    if degrees < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    weighted = design * weights[:, None]
    bread: Floats = np.asarray(np.linalg.inv(design.T @ weighted), dtype=np.float64)
    found = bread @ (weighted.T @ points.outcome)
    scores = np.add.reduceat(weighted * (points.outcome - design @ found)[:, None], starts)
    if corrected:
        try:
            scores = _corrected(scores, design, weighted, bread, starts)
        except np.linalg.LinAlgError:
            return None
    errors = np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread))
    kept = points.controls.shape[1]
    return Fit(
        tuple(
            _effect(float(value), float(error), degrees)
            for value, error in zip(found[kept:], errors[kept:], strict=True)
        ),
        tuple(map(float, found[:kept])),
        len(starts),
        len(points.outcome),
        degrees,
    )


def shares(points: Points) -> Floats:
    """s: the mean probability of each option, the same at every point, as one effect over all
    points asks for."""
    return np.asarray(points.probabilities.mean(axis=0), dtype=np.float64)


def _design(points: Points) -> Floats:
    centred = points.drawn - shares(points)
    crossed = [centred[:, [k]] * points.moderators for k in range(centred.shape[1])]
    return np.hstack([points.controls, *crossed])


def _weights(points: Points) -> Floats:
    of = shares(points)
    rest = 1 - points.drawn.sum(axis=1)
    given = (points.drawn * points.probabilities).sum(axis=1)
    given += rest * (1 - points.probabilities.sum(axis=1))
    wanted: Floats = points.drawn @ of + rest * (1 - of.sum())
    weights: Floats = wanted / given
    return weights


def _corrected(
    scores: Floats, design: Floats, weighted: Floats, bread: Floats, starts: NDArray[np.intp]
) -> Floats:
    """X'W (I - XBX'W)^-1 r of each person, by the small matrices: (I - X'WXB)^-1 X'W r."""
    width = design.shape[1]
    squares = np.add.reduceat(weighted[:, :, None] * design[:, None, :], starts)
    left = np.eye(width) - squares @ bread
    return np.asarray(np.linalg.solve(left, scores[:, :, None])[:, :, 0], dtype=np.float64)


def _effect(value: float, error: float, degrees: int) -> Effect:
    p = two_sided(value / error, degrees) if error else 1.0
    return Effect(around(value, error, reach=reach(degrees)), error, p)
