"""How many could be asked again: by text, by call, at which try. Pure."""

from research.counts import Counts, Measure
from research.indicators.abstinence import TIMES
from research.indicators.definition import Definition, Line
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="recontact",
    title=tell("Recontact"),
    meaning=tell(
        "Outcome surveys that got an answer to their first question, by text and by call; and of "
        "the calls made, how many reached the person, by which try it was. The sixth try stands "
        "for all later ones."
    ),
    numerator=tell("Surveys answered; people reached."),
    denominator=tell("Surveys that are due and their time over; calls made at that try."),
    unit=tell("surveys; calls"),
)


def recontact(counts: Counts) -> tuple[Line, ...]:
    due = counts.by_number(Measure.SURVEYED)
    lines = []
    for time in TIMES:
        if due[time]:
            by_text = counts.by_number(Measure.REACHED, "sms")[time]
            by_call = counts.by_number(Measure.REACHED, "call")[time]
            lines += [
                Line(f"d{time}.sms", tell("Day %(day)s, answered by text", day=time),
                     Share(by_text, due[time])),
                Line(f"d{time}.call", tell("Day %(day)s, answered in a call", day=time),
                     Share(by_call, due[time]), is_second=True),
            ]  # fmt: skip
    tried = counts.by_number(Measure.CALLED, "tried")
    reached = counts.by_number(Measure.CALLED, "reached")
    lines += [
        Line(
            f"try{number}",
            tell("Reached in call %(number)s", number=number),
            Share(reached[number], tried[number]),
        )
        for number in sorted(tried)
    ]
    return tuple(lines)
