"""A pack's readings: a unit that is the measure's, bands that leave nothing unsaid. Pure."""

from campaigns.measures import MEASURES
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Node, Problems
from campaigns.pack_values import PackBand, PackQuestion
from campaigns.rules import QuestionKind
from trust.telling import tell


def check_reading(question: PackQuestion, where: Node, problems: Problems) -> None:
    if question.kind != QuestionKind.READING:
        if question.measure or question.bands:
            problems.add(
                where, tell("a %(kind)s question has no measure and no bands", kind=question.kind)
            )
        return
    measure = MEASURES.get(question.measure)
    if measure is not None:
        units = [unit.name for unit in measure.units]
        if question.unit and question.unit not in units:
            hint = suggestion(question.unit, units)
            problems.add(
                where,
                tell(
                    "%(measure)s has no unit %(unit)s%(hint)s",
                    measure=measure.name,
                    unit=f"{question.unit!r}",
                    hint=hint,
                ),
            )
        if question.lowest is not None or question.highest is not None:
            problems.add(where, tell("a reading with a measure has its range from the measure"))
        if question.attribute and measure.second is not None:
            problems.add(where, tell("two numbers fit no attribute; take the attribute out"))
    is_pair = measure is not None and measure.second is not None
    for band in question.bands:
        _check_band(band, is_pair, where, problems)
    open_to_all = [_is_open(band) for band in question.bands]
    if question.bands and (not open_to_all[-1] or any(open_to_all[:-1])):
        problems.add(
            where, tell("the last band, and only that, is without bounds: it is for the rest")
        )


def _check_band(band: PackBand, is_pair: bool, where: Node, problems: Problems) -> None:
    if band.alarm and not band.reply:
        problems.add(where, tell("an alarm band needs a reply: the safety text"))
    if not is_pair and (band.second_lowest is not None or band.second_below is not None):
        problems.add(where, tell("second_from and second_below are for a measure of two numbers"))
    for low, high in ((band.lowest, band.below), (band.second_lowest, band.second_below)):
        if low is not None and high is not None and low >= high:
            problems.add(where, tell("a band's from lies below its below"))


def _is_open(band: PackBand) -> bool:
    bounds = (band.lowest, band.below, band.second_lowest, band.second_below)
    return all(bound is None for bound in bounds)
