"""What people say of the programme, where they are asked. Pure."""

from research.counts import Counts, Measure
from research.indicators.definition import Definition, Line
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="satisfaction",
    title=tell("Satisfaction"),
    meaning=tell(
        "The newest answer of each person to `helpful` (1 to 5), `recommend` (yes or no) and "
        "`frequency` (too few, right, too many texts). Who is content answers more readily than "
        "who is not, so the share of all who enrolled stands beside."
    ),
    numerator=tell("People who answered so."),
    denominator=tell("People who answered that question; and, beside it, people who enrolled."),
    unit=tell("share of people"),
)
QUESTIONS = ("helpful", "recommend", "frequency")
#: (key, question, answers, words)
_LINES = (
    ("helpful", "helpful", ("4", "5"), tell("Found it helpful (4 or 5 of 5)")),
    ("recommend", "recommend", ("yes",), tell("Would recommend it")),
    ("too_few", "frequency", ("too_few",), tell("Too few texts")),
    ("right", "frequency", ("right",), tell("The right number of texts")),
    ("too_many", "frequency", ("too_many",), tell("Too many texts")),
)


def satisfaction(counts: Counts, enrolled: int) -> tuple[Line, ...]:
    found = counts.by_key(Measure.LIKED)
    lines = []
    for key, question, answers, title in _LINES:
        told = sum(n for said, n in found.items() if said.partition(":")[0] == question)
        if not told:
            continue
        so = sum(found[f"{question}:{answer}"] for answer in answers)
        lines.append(Line(key, title, Share(so, told)))
        if key == "helpful":
            whole = Share(so, max(so, enrolled))
            lines.append(Line("helpful.of_enrolled", tell("The same, of all who enrolled"), whole,
                              is_second=True))  # fmt: skip
    return tuple(lines)
