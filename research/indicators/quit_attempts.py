"""Who went a day without, by report. Pure."""

from research.counts import Counts, Measure
from research.indicators.definition import Definition, Line
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="quit_attempts",
    title=tell("Quit attempts"),
    meaning=tell(
        "People who told, a whole day or more after the quit date of that attempt began, that they "
        "had not smoked: by the questions `smoked`, `use7` or `use30`. That is at least 24 hours "
        "without, as reported; one such answer is enough, whatever came later. Two wholes side by "
        "side: everybody whose quit date is over, no answer taken as no attempt; and those who "
        "answered."
    ),
    numerator=tell("People who report at least 24 hours without smoking."),
    denominator=tell(
        "People whose first quit date is over, also those who left; and, beside it, those of them "
        "who answered after it."
    ),
    unit=tell("share of people"),
)


def quit_attempts(counts: Counts) -> tuple[Line, ...]:
    found = counts.by_key(Measure.TRIED)
    if not found["due"]:
        return ()
    return (
        Line("of_due", tell("A day without, of all whose quit date is over"),
             Share(found["tried"], found["due"])),
        Line("of_answers", tell("A day without, of those who answered"),
             Share(found["tried"], found["told"]), is_second=True),
    )  # fmt: skip
