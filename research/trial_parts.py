"""The parts of a trial's report below its flow: what each says, its table, what is empty."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from research import trial_tables, trial_words
from research.proximal_reading import DrawnStep
from research.tables import Table
from research.trial_effects import Effects


@dataclass(frozen=True, slots=True)
class Part:
    """`told` stands above the table, `note` below it; `empty` in place of all."""

    key: str
    title: str
    told: str
    table: Table | None = None
    note: str = ""
    empty: str = ""


def of_factor(effects: Effects, names: trial_tables.Names, *, has_outcome: bool) -> Iterator[Part]:
    first = next(iter(names))
    pooled = effects.leaving[0].pooled if effects.leaving else 0
    if has_outcome:
        yield Part(
            "abstinence",
            _("Smoke-free by report"),
            _("Each arm beside the first, on both denominators."),
            trial_tables.abstinence_table(effects.abstinence, names, first)
            if effects.abstinence
            else None,
            trial_words.pooled(pooled),
            _("No survey is due and over yet."),
        )
    yield Part(
        "leaving",
        _("How quickly people left"),
        _(
            "From the draw to leaving in any way; a number that takes no texts counts as leaving. "
            "Below 1: they left more slowly than in the first arm."
        ),
        trial_tables.leaving_table(effects.leaving, names, first),
        trial_words.pooled(pooled),
    )
    yield Part(
        "means",
        _("Texts and answers"),
        _("Counted for each person from the draw on, and compared by their means."),
        trial_tables.means_table(effects.means, names, first),
    )
    yield Part(
        "balance",
        _("How alike the arms were"),
        _(
            "What was known of people when they were allocated, and how far each arm stands from "
            "the first, in standard deviations. Beyond 0.1 is worth a look; after a fair draw it "
            "is chance, so nothing is tested."
        ),
        trial_tables.balance_table(effects.balance, names),
    )


def of_steps(steps: Sequence[DrawnStep]) -> Iterator[Part]:
    if not steps:
        return
    yield Part(
        "proximal",
        _("What drawn steps do at once"),
        _(
            "At each point a person was available at, one option was drawn. The effect is the "
            "difference in how often the outcome happened within its time, weighted by the odds "
            "of each draw; the shares beside it are as they are, without weights."
        ),
        trial_tables.proximal_table(steps),
        _("The interval allows for the points of one person being alike."),
    )
    yield Part(
        "points",
        _("Points at which those steps came due"),
        _("Every point is used, or stands here with the reason why not."),
        trial_tables.points_table(steps),
    )
