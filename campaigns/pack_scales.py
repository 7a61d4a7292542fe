"""The scales of a pack: read from its files and rows, written back, checked. Pure.

In rows a scale lies as in the file, so one shape serves both.
"""

from collections.abc import Mapping
from typing import Any

from campaigns.pack_fields import Reader, suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import Pack, PackQuestion
from campaigns.rules import QuestionKind
from campaigns.scales import Points, ScaleBand, ScalePart, ScaleRule
from trust.telling import tell

_NUMBERS = (QuestionKind.NUMBER, QuestionKind.READING)
_WORDS = (QuestionKind.CHOICE, QuestionKind.YES_NO)


def read_scale(node: Node, problems: Problems) -> ScaleRule:
    fields = Reader(node, problems, "parts", "bands")
    return ScaleRule(
        parts=tuple(_part(part, problems) for part in fields.nodes("parts")),
        bands=tuple(_band(band, problems) for band in fields.nodes("bands", required=False)),
    )


def _part(node: Node, problems: Problems) -> ScalePart:
    fields = Reader(node, problems, "question", "bands", "points")
    points = fields.mapping("points", required=False)
    worth = Reader(fields.at("points"), problems, *points) if points else fields
    return ScalePart(
        question=fields.text("question"),
        bands=tuple(_points(band, problems) for band in fields.nodes("bands", required=False)),
        points={value: worth.optional_number(value) or 0.0 for value in points},
    )


def _points(node: Node, problems: Problems) -> Points:
    fields = Reader(node, problems, "to", "points")
    return Points(fields.optional_number("to"), fields.optional_number("points") or 0.0)


def _band(node: Node, problems: Problems) -> ScaleBand:
    fields = Reader(node, problems, "name", "to")
    return ScaleBand(fields.text("name"), fields.optional_number("to"))


def scale_of(written: Mapping[str, Any]) -> ScaleRule:
    """From a version's row."""
    return ScaleRule(
        parts=tuple(
            ScalePart(
                part["question"],
                tuple(Points(band.get("to"), band["points"]) for band in part.get("bands", ())),
                part.get("points", {}),
            )
            for part in written["parts"]
        ),
        bands=tuple(ScaleBand(band["name"], band.get("to")) for band in written.get("bands", ())),
    )


def scale_file(rule: ScaleRule) -> dict[str, Any]:
    """As the file and the row hold it."""
    parts: list[dict[str, Any]] = []
    for part in rule.parts:
        written: dict[str, Any] = {"question": part.question}
        if part.bands:
            written["bands"] = [_upto(band.to, points=band.points) for band in part.bands]
        if part.points:
            written["points"] = dict(part.points)
        parts.append(written)
    bands = [_upto(band.to, name=band.name) for band in rule.bands]
    return {"parts": parts, "bands": bands} if bands else {"parts": parts}


def _upto(to: float | None, **fields: Any) -> dict[str, Any]:
    return fields if to is None else {"to": to, **fields}


def check_scales(pack: Pack, marks: Marks, problems: Problems) -> None:
    questions = {question.key: question for question in pack.questions}
    for name, rule in pack.scales.items():
        where = marks.at("campaign", "scales")
        if not rule.parts:
            problems.add(where, tell("scale %(name)s has no parts", name=name))
        for part in rule.parts:
            question = questions.get(part.question)
            if question is None:
                hint = suggestion(part.question, questions)
                problems.add(
                    where,
                    tell(
                        "scale %(name)s: no question is called %(question)s%(hint)s",
                        name=name,
                        question=f"{part.question!r}",
                        hint=hint,
                    ),
                )
            else:
                _check_part(name, part, question, where, problems)
        _check_rising(name, [band.to for band in rule.bands], where, problems)


def _check_part(
    name: str, part: ScalePart, question: PackQuestion, where: Node, problems: Problems
) -> None:
    told = tell("scale %(name)s: %(question)s", name=name, question=part.question)
    if part.points:
        values = {"yes", "no"}
        if question.kind != QuestionKind.YES_NO:
            values = {choice.value for choice in question.choices}
        if question.kind not in _WORDS:
            problems.add(
                where, tell("%(told)s is no choice; give bands instead of points", told=told)
            )
        elif values != set(part.points):
            listed = ", ".join(sorted(values))
            problems.add(
                where,
                tell(
                    "%(told)s needs points for each of its choices: %(listed)s",
                    told=told,
                    listed=listed,
                ),
            )
    elif question.kind not in _NUMBERS:
        problems.add(
            where, tell("%(told)s is no number; give points for each of its choices", told=told)
        )
    _check_rising(told, [band.to for band in part.bands], where, problems)


def _check_rising(told: str, ends: list[float | None], where: Node, problems: Problems) -> None:
    """Each band reaches further than the one before; only the last may have no end."""
    reached = [end for end in ends if end is not None]
    if None in ends[:-1] or reached != sorted(set(reached)):
        problems.add(
            where, tell("%(told)s: each band's to must lie above the one before it", told=told)
        )
