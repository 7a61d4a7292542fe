"""How many, without rows of people: small cells are left out. Pure."""

from research.bundle.columns import Column, Kind, Privacy, Table
from research.bundle.small_cells import SMALLEST_CELL

_FEW = f"fewer than {SMALLEST_CELL}, or it would tell such a cell by subtraction"
_COUNTED = "counted from the tables of this bundle"
FLOW_STEPS = {
    "began": "texted in, or were asked",
    "consented": "agreed to the texts",
    "eligible": "were not screened out",
    "enrolled": "enrolled",
    "quit": "reached their quit date",
    "completed": "came to the end",
    "left": "left, or were taken out",
}
MEASURES = {
    "enrolled": "enrolled, of those who began",
    "completed": "came to the end, of those who enrolled",
    "left": "left, of those who enrolled",
    "sent": "texts a provider took, of those planned",
    "delivered": "texts that arrived, of those a provider took",
    "answered": "planned questions with a readable answer, of those a provider took",
}
SLICES = {
    "all": "everybody", "language": "by language", "region": "by region",
    "channel": "by how they came in", "dose": "by the dose chosen", "arm": "by arm",
}  # fmt: skip
_SUPPRESSED = Column(
    "suppressed", Kind.BOOLEAN, f"Whether the figures are left out: {_FEW}.", "", _COUNTED,
    values={"1": "left out", "0": "told"}, privacy=Privacy.PROGRAMME,
)  # fmt: skip


def _figure(name: str, meaning: str) -> Column:
    return Column(
        name, Kind.INTEGER, meaning, "", _COUNTED, empty=_FEW, privacy=Privacy.PROGRAMME
    )  # fmt: skip


FLOW = Table(
    "flow",
    "Flow",
    "How far enrolments came, as a CONSORT flow tells it.",
    "",
    "",
    (
        Column("step", Kind.TEXT, "The step.", "", _COUNTED, values=FLOW_STEPS,
               privacy=Privacy.PROGRAMME),
        Column("arm", Kind.TEXT, "Of this arm, as factor:arm, or all.", "", _COUNTED,
               privacy=Privacy.PROGRAMME),
        _figure("enrolments", "Enrolments that reached it."),
        _SUPPRESSED,
    ),
    ("step", "arm"),
)  # fmt: skip
AGGREGATES = Table(
    "aggregates",
    "Aggregates",
    "Main figures by group, small cells left out.",
    "",
    "",
    (
        Column("measure", Kind.TEXT, "What is counted.", "", _COUNTED, values=MEASURES,
               privacy=Privacy.PROGRAMME),
        Column("slice", Kind.TEXT, "By what.", "", _COUNTED, values=SLICES,
               privacy=Privacy.PROGRAMME),
        Column("value", Kind.TEXT, "The group; all, or not known.", "", _COUNTED,
               privacy=Privacy.PROGRAMME),
        _figure("numerator", "So many."),
        _figure("denominator", "Of so many."),
        _SUPPRESSED,
    ),
    ("measure", "slice", "value"),
)  # fmt: skip
