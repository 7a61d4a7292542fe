"""What was planned, what left, what arrived, and what was kept back and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from research.counts import Count, Counts, Measure
from research.indicators.definition import Definition
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="dose",
    title=tell("Dose"),
    meaning=tell(
        "Texts of the programme that came due on a day of the campaign's own zone, and what "
        "became of them. A text not meant for the person (a condition, another path, a newer "
        "text in its place) is not planned."
    ),
    numerator=tell(
        "Planned texts: sent (a provider took them), delivered (the handset reported), "
        "suppressed (kept back, with the reason), failed, waiting."
    ),
    denominator=tell("Planned texts; for delivered, the sent ones."),
    unit=tell("texts"),
)
SUPPRESSED, NOT_MEANT = "suppressed:", "not_meant:"
#: A provider took the text; whether it arrived is another question.
TAKEN = ("delivered", "sent", "undelivered", "failed_later")
REASONS = {
    "day_cap": tell("the day's cap was reached"),
    "week_cap": tell("the week's cap was reached"),
    "min_gap": tell("they came too soon after another text"),
    "late": tell("they came due too long ago"),
    "catch_up": tell("one text a day is enough to catch up"),
    "paused": tell("the person had paused"),
    "asked_later": tell("the person had asked for a rest"),
    "question_open": tell("a question was open"),
    "missing_value": tell("a value in them was missing"),
    "not_discreet": tell("they had no discreet wording"),
    "opted_out": tell("the number had opted out"),
    "withdrawn": tell("the person had left"),
    "expired": tell("their time passed before they could leave"),
    "not_clinically_approved": tell("the version has no clinical approval"),
}


@dataclass(frozen=True, slots=True)
class Dose:
    """planned = sent + suppressed + failed + waiting; `not_meant` stands apart."""

    planned: int
    sent: int
    delivered: int
    failed: int
    waiting: int
    suppressed: int
    not_meant: int
    reasons: Mapping[str, int]

    @property
    def sent_share(self) -> Share:
        return Share(self.sent, self.planned)

    @property
    def delivered_share(self) -> Share:
        return Share(self.delivered, self.sent)

    @property
    def suppressed_share(self) -> Share:
        return Share(self.suppressed, self.planned)


def dose(counts: Counts) -> Dose:
    fates = counts.by_key(Measure.TEXT)
    kept = {k.removeprefix(SUPPRESSED): n for k, n in fates.items() if k.startswith(SUPPRESSED)}
    not_meant = sum(n for key, n in fates.items() if key.startswith(NOT_MEANT))
    sent, suppressed = sum(fates[key] for key in TAKEN), sum(kept.values())
    planned = sent + suppressed + fates["failed"] + fates["waiting"]
    by_size = dict(sorted(kept.items(), key=lambda pair: (-pair[1], pair[0])))
    return Dose(
        planned=planned,
        sent=sent,
        delivered=fates["delivered"],
        failed=fates["failed"],
        waiting=fates["waiting"],
        suppressed=suppressed,
        not_meant=not_meant,
        reasons=by_size,
    )


def dose_by_day(counts: Counts) -> dict[date, Dose]:
    days: dict[date, list[Count]] = {}
    for row in counts.of(Measure.TEXT):
        if row.day is not None:
            days.setdefault(row.day, []).append(row)
    return {day: dose(Counts(tuple(days[day]))) for day in sorted(days)}


def said(reason: str) -> str:
    return REASONS.get(reason, reason.replace("_", " "))
