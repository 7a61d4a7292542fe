"""The impact preview in plain sentences, for the page and the command. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from enrolment.impact_figures import Figure, Impact
from trust.telling import tell, tell_count


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what it counts, the figure, and what it means."""

    name: str
    figure: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.name}: {self.figure} ({self.meaning})"


def impact_lines(impact: Impact) -> list[Line]:
    days = impact.days
    lines = [
        Line(
            tell("lose at least one text"),
            _people(impact.loses),
            tell_count(
                "something that would come in the next %(count)s day would come no more",
                "something that would come in the next %(count)s days would come no more",
                days,
            ),
        ),
        Line(
            tell("gain at least one text"),
            _people(impact.gains),
            tell_count(
                "something new would come in the next %(count)s day",
                "something new would come in the next %(count)s days",
                days,
            ),
        ),
        Line(
            tell("get one today"),
            _people(impact.today),
            tell("because of the move; it goes out with the next look, or later today"),
        ),
        Line(
            tell("get one on another day"), _people(impact.other_day), tell("the same text, moved")
        ),
        Line(
            tell("texts"),
            _signed(impact.texts),
            tell_count(
                "in the next %(count)s day, all people together",
                "in the next %(count)s days, all people together",
                days,
            ),
        ),
        Line(tell("segments"), _signed(impact.segments), tell("each text at its longest")),
    ]
    if impact.price is not None:
        price = f"{impact.price.normalize():f} {impact.currency}"
        lines.append(Line(tell("cost"), _cost(impact), tell("at %(price)s a segment", price=price)))
    return lines


def impact_sentences(impact: Impact) -> list[str]:
    return [*impact_notes(impact), *(str(line) for line in impact_lines(impact))]


def impact_notes(impact: Impact) -> list[str]:
    """What was asked of whom, and what waits."""
    if not impact.people:
        return [tell("Nobody is on another version of this campaign.")]
    notes: list[str] = [
        tell_count(
            "%(people)s person is on other versions.",
            "%(people)s people are on other versions.",
            impact.people,
            people=f"{impact.people:,}",
        )
    ]
    if impact.is_sample:
        notes.append(
            tell(
                "The figures are worked out from %(people)s of them, drawn by chance; the true "
                "ones lie between the two in brackets 19 times out of 20.",
                people=f"{impact.asked:,}",
            )
        )
    return [*notes, *_waiting(impact)]


def _waiting(impact: Impact) -> Iterator[str]:
    if impact.joining:
        yield tell_count(
            "%(people)s is still joining and would go on in the new version, unless they were "
            "asked something that it does not ask.",
            "%(people)s are still joining and would go on in the new version, unless they were "
            "asked something that it does not ask.",
            impact.joining,
            people=f"{impact.joining:,}",
        )
    if impact.queued_kept or impact.queued_gone:
        yield tell_count(
            "%(texts)s text waits to go out. Moved now, %(kept)s would be worded anew and %(gone)s "
            "cancelled.",
            "%(texts)s texts wait to go out. Moved now, %(kept)s would be worded anew and %(gone)s "
            "cancelled.",
            impact.queued_kept + impact.queued_gone,
            texts=f"{impact.queued_kept + impact.queued_gone:,}",
            kept=f"{impact.queued_kept:,}",
            gone=f"{impact.queued_gone:,}",
        )
    if impact.open_questions:
        yield tell_count(
            "%(people)s person was asked something the new version does not know; what they answer "
            "goes to the inbox.",
            "%(people)s people were asked something the new version does not know; what they "
            "answer goes to the inbox.",
            impact.open_questions,
            people=f"{impact.open_questions:,}",
        )


def _people(figure: Figure) -> str:
    return _with_interval(figure, f"{figure.value:,}")


def _signed(figure: Figure) -> str:
    return _with_interval(figure, f"{figure.value:+,}" if figure.value else tell("no change"))


def _cost(impact: Impact) -> str:
    assert impact.price is not None, "asked only where the price is known"
    value, low, high = (
        impact.price * segments
        for segments in (impact.segments.value, impact.segments.low, impact.segments.high)
    )
    if impact.segments.is_exact:
        return f"{_money(value)} {impact.currency}" if value else tell("no change")
    return tell(
        "about %(value)s (%(low)s to %(high)s)",
        value=f"{_money(value)} {impact.currency}",
        low=_money(low),
        high=_money(high),
    )


def _money(amount: Decimal) -> str:
    return f"{amount:+,.2f}"


def _with_interval(figure: Figure, value: str) -> str:
    if figure.is_exact:
        return value
    return tell(
        "about %(value)s (%(low)s to %(high)s)",
        value=value,
        low=f"{figure.low:,}",
        high=f"{figure.high:,}",
    )
