"""The impact preview in plain sentences, for the page and the command. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from campaigns.diff_words import counted
from enrolment.impact_figures import Figure, Impact


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what it counts, the figure, and what it means."""

    name: str
    figure: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.name}: {self.figure} ({self.meaning})"


def impact_lines(impact: Impact) -> list[Line]:
    days = counted(impact.days, "day")
    lines = [
        Line(
            "lose at least one text",
            _people(impact.loses),
            f"something that would come in the next {days} would come no more",
        ),
        Line(
            "gain at least one text",
            _people(impact.gains),
            f"something new would come in the next {days}",
        ),
        Line(
            "get one today",
            _people(impact.today),
            "because of the move; it goes out with the next look, or later today",
        ),
        Line("get one on another day", _people(impact.other_day), "the same text, moved"),
        Line("texts", _signed(impact.texts), f"in the next {days}, all people together"),
        Line("segments", _signed(impact.segments), "each text at its longest"),
    ]
    if impact.price is not None:
        price = f"{impact.price.normalize():f} {impact.currency}"
        lines.append(Line("cost", _cost(impact), f"at {price} a segment"))
    return lines


def impact_sentences(impact: Impact) -> list[str]:
    return [*impact_notes(impact), *(str(line) for line in impact_lines(impact))]


def impact_notes(impact: Impact) -> list[str]:
    """What was asked of whom, and what waits."""
    if not impact.people:
        return ["Nobody is on another version of this campaign."]
    notes = [f"{counted(impact.people, 'person is', 'people are')} on other versions."]
    if impact.is_sample:
        notes.append(
            f"The figures are worked out from {impact.asked:,} of them, drawn by chance; the true "
            "ones lie between the two in brackets 19 times out of 20."
        )
    if impact.joining:
        notes.append(
            f"{counted(impact.joining, 'is', 'are')} still joining and would go on in the new "
            "version, unless they were asked something that it does not ask."
        )
    if impact.queued_kept or impact.queued_gone:
        notes.append(
            f"{counted(impact.queued_kept + impact.queued_gone, 'text waits', 'texts wait')} to go "
            f"out. Moved now, {impact.queued_kept:,} would be worded anew and "
            f"{impact.queued_gone:,} cancelled."
        )
    if impact.open_questions:
        notes.append(
            f"{counted(impact.open_questions, 'person was', 'people were')} asked something the "
            "new version does not know; what they answer goes to the inbox."
        )
    return notes


def _people(figure: Figure) -> str:
    return _with_interval(figure, f"{figure.value:,}")


def _signed(figure: Figure) -> str:
    return _with_interval(figure, f"{figure.value:+,}" if figure.value else "no change")


def _cost(impact: Impact) -> str:
    assert impact.price is not None, "asked only where the price is known"
    value, low, high = (
        impact.price * segments
        for segments in (impact.segments.value, impact.segments.low, impact.segments.high)
    )
    if impact.segments.is_exact:
        return f"{_money(value)} {impact.currency}" if value else "no change"
    return f"about {_money(value)} {impact.currency} ({_money(low)} to {_money(high)})"


def _money(amount: Decimal) -> str:
    return f"{amount:+,.2f}"


def _with_interval(figure: Figure, value: str) -> str:
    if figure.is_exact:
        return value
    return f"about {value} ({figure.low:,} to {figure.high:,})"
