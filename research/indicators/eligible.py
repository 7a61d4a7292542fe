"""How many of those who enrolled use tobacco, so that the curious spoil no quit rate. Pure."""

from research.counts import Counts, Measure
from research.indicators.definition import Definition, Line
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="eligible",
    title=tell("Eligible share"),
    meaning=tell(
        "What people said of their tobacco when they joined, by the questions `uses_tobacco` and "
        "`already_quit`. Who has quit already may join; who never used is turned away, and told "
        "apart. The newest answer counts."
    ),
    numerator=tell("People who enrolled and said so."),
    denominator=tell("People who enrolled; for those turned away, all who answered."),
    unit=tell("share of people"),
)
_TITLES = {
    "uses": tell("Use tobacco now"),
    "has_quit": tell("Have quit already"),
    "never": tell("Never used"),
    "untold": tell("Did not say"),
}


def eligible(counts: Counts) -> tuple[Line, ...]:
    """Nothing of a campaign that does not ask."""
    told, away = counts.by_key(Measure.SCREENED), counts.by_key(Measure.TURNED_AWAY)
    enrolled = sum(told.values())
    answered = enrolled - told["untold"] + sum(away.values())
    if not answered:
        return ()
    lines = [
        Line(key, title, Share(told[key], enrolled))
        for key, title in _TITLES.items()
        if told[key] or key == "uses"
    ]
    return (
        *lines,
        Line(
            "turned_away",
            tell("Never used and turned away, of all who answered"),
            Share(away["never"], answered),
        ),
    )
