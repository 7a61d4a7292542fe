"""The tables of a trial's report, in the reader's language."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from research import trial_saying as told
from research import trial_words as words
from research.flow import Flow
from research.proximal_reading import DrawnStep
from research.share import SMALLEST_CELL, Share
from research.tables import Table
from research.trial_effects import Balance, Leaving, Means, Shares

Names = Mapping[str, str]


def flow_table(flow: Flow, *, is_second: bool) -> Table:
    """The whole way, with a column for each arm from the draw on."""
    empty = ("",) * len(flow.arms)
    began = _("Allocated in the first stage") if is_second else _("Came while the trial ran")
    rows: list[tuple[str | int, ...]] = [(began, flow.assessed, *empty)]
    rows += [
        (
            _("Not allocated: %(why)s") % {"why": words.why_excluded(reason, is_second=is_second)},
            count,
            *empty,
        )
        for reason, count in flow.excluded.items()
    ]
    rows.append((_("Not allocated: still on the way in"), flow.waiting, *empty))
    for level, name in words.FLOW_LEVELS:
        counts = [getattr(arm, level) for arm in flow.arms]
        rows.append((str(name), sum(counts), *counts))
    return Table(("", _("All"), *(arm.name for arm in flow.arms)), tuple(rows))


def abstinence_table(found: Sequence[Shares], names: Names, first: str) -> Table:
    rows = [
        (
            _("Day %(time)s, %(window)s days without") % {"time": row.time, "window": row.window},
            str(words.BASES[row.basis]),
            names[row.arm],
            told.share(row.share),
            told.share(row.against),
            told.points(row.difference),
            told.ratio(row.ratio),
            told.ratio(row.odds),
            told.chance(row.p),
        )
        for row in found
    ]
    heads = (
        _("Survey"),
        _("Of whom"),
        _("Arm"),
        _("In the arm"),
        _("In %(arm)s") % {"arm": names[first]},
        _("Difference, in points (95 %)"),
        _("Risk ratio (95 %)"),
        _("Odds ratio (95 %)"),
        _("p"),
    )
    return Table(heads, tuple(rows))


def leaving_table(found: Sequence[Leaving], names: Names, first: str) -> Table:
    rows = [
        (
            names[row.arm],
            told.share(row.share),
            told.share(row.against),
            told.ratio(row.hazard),
            told.chance(row.p),
        )
        for row in found
    ]
    heads = (
        _("Arm"),
        _("Left, in the arm"),
        _("Left, in %(arm)s") % {"arm": names[first]},
        _("Hazard ratio (95 %)"),
        _("p (log-rank)"),
    )
    return Table(heads, tuple(rows))


def means_table(found: Sequence[Means], names: Names, first: str) -> Table:
    rows = [
        (
            str(words.MEANS.get(row.what, row.what)),
            names[row.arm],
            told.mean(row.sample),
            told.mean(row.against),
            told.number(row.difference),
            told.chance(row.p),
        )
        for row in found
    ]
    heads = (
        _("What"),
        _("Arm"),
        _("Mean in the arm"),
        _("Mean in %(arm)s") % {"arm": names[first]},
        _("Difference (95 %)"),
        _("p (Welch)"),
    )
    return Table(heads, tuple(rows))


def proximal_table(steps: Sequence[DrawnStep]) -> Table:
    """Nothing of a step fewer than five people were at."""
    rows = []
    for step in steps:
        effect, fit = step.effect, step.effect.fit
        for place, option in enumerate(effect.options[1:]):
            is_told = fit is not None and fit.people >= SMALLEST_CELL
            found = fit.effects[place] if fit is not None and is_told else None
            shares = [effect.shares[which] for which in (option, effect.reference)]
            rows.append(
                (
                    f"{effect.step}: {words.option(option)}",
                    words.proximal_outcome(step.outcome),
                    words.option(effect.reference),
                    *(told.share(share) if is_told else "\u2013" for share in shares),
                    told.points(None if found is None else found.estimate),
                    told.chance(None if found is None else found.p),
                    fit.people if fit is not None and is_told else None,
                )
            )
    heads = (
        _("Step and option"),
        _("Outcome"),
        _("Against"),
        _("With the option"),
        _("Against it"),
        _("Difference, in points (95 %)"),
        _("p"),
        _("People"),
    )
    return Table(heads, tuple(rows))


def points_table(steps: Sequence[DrawnStep]) -> Table:
    rows: list[tuple[str, str, int]] = []
    for step in steps:
        effect = step.effect
        rows += [
            (effect.step, _("came due"), effect.decided),
            (effect.step, _("used"), effect.used),
            (effect.step, _("time of the outcome not over"), effect.not_over),
            (effect.step, _("other options, or an option that could not come"), effect.not_random),
        ]
        rows += [
            (effect.step, _("not available: %(why)s") % {"why": why.replace("_", " ")}, count)
            for why, count in effect.unavailable.items()
        ]
    return Table((_("Step"), _("Points"), _("Count")), tuple(rows))


def balance_table(found: Sequence[Balance], names: Names) -> Table:
    rows = [
        (
            _known(row),
            *(
                told.share(figure) if isinstance(figure, Share) else told.mean(figure)
                for figure in row.figures
            ),
            *(told.standardised(apart) for apart in row.differences),
        )
        for row in found
    ]
    arms = list(names.values())
    apart = [_("Apart, %(arm)s") % {"arm": arm} for arm in arms[1:]]
    return Table((_("Known at the draw"), *arms, *apart), tuple(rows))


def _known(row: Balance) -> str:
    """A question by its key: who reads this knows the protocol."""
    name = str(words.KNOWN.get(row.by, row.by.replace("_", " ")))
    if row.value:
        return f"{name}: {row.value.replace('_', ' ')}"
    is_mean = not isinstance(row.figures[0], Share)
    return _("%(name)s, mean") % {"name": name} if is_mean else f"{name}: {_('not known')}"
