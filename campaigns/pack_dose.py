"""Doses of a pack, and whether a day's texts fit into its hours and caps. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import Pack, PackStage, PackStep
from campaigns.rules import BEST_SLOT, Priority
from campaigns.schedule import Span
from trust.telling import tell


@dataclass(frozen=True, slots=True)
class _Coming:
    """One time a step comes. `sure` when no condition decides over it."""

    step: PackStep
    sure: bool


def check_doses(pack: Pack, marks: Marks, problems: Problems) -> None:
    where = marks.at("campaign", "profiles")
    names = set(pack.profiles)
    if names and pack.default_profile not in names:
        hint = suggestion(pack.default_profile, names)
        problems.add(
            where,
            tell(
                "no profile is called %(default_profile)s%(hint)s",
                default_profile=f"{pack.default_profile!r}",
                hint=hint,
            ),
        )
    if pack.default_profile and not names:
        problems.add(where, tell("default_profile is set, but there are no profiles"))
    for name, rule in pack.profiles.items():
        for leads_to in filter(None, (rule.less, rule.more)):
            if leads_to not in names:
                hint = suggestion(leads_to, names)
                problems.add(
                    where,
                    tell(
                        "%(name)s leads to %(leads_to)s, which is no profile%(hint)s",
                        name=name,
                        leads_to=f"{leads_to!r}",
                        hint=hint,
                    ),
                )
    for stage in pack.stages:
        _check_names(pack, stage.profiles, marks.at("stage", stage.key), problems)
        for step in stage.steps:
            _check_names(pack, step.profiles, marks.at("step", step.key), problems)
    for profile in names or {""}:
        _check_days(pack, profile, marks, problems)


def _check_names(pack: Pack, used: tuple[str, ...], where: Node, problems: Problems) -> None:
    for name in used:
        if name not in pack.profiles:
            hint = suggestion(name, pack.profiles)
            problems.add(
                where, tell("no profile is called %(name)s%(hint)s", name=f"{name!r}", hint=hint)
            )


def _check_days(pack: Pack, profile: str, marks: Marks, problems: Problems) -> None:
    days: dict[tuple[str, int], list[_Coming]] = {}
    for stage, step, day in on_days(pack):
        chosen = step.profiles or stage.profiles
        if chosen and profile not in chosen and stage.track != "outcome":
            continue
        # Stages that are entered have a first day each.
        anchor = stage.key if stage.anchor == "entry" else stage.anchor
        coming = _Coming(step, sure=not (stage.when or step.when))
        days.setdefault((anchor, day), []).append(coming)
    for (_, day), comings in days.items():
        _check_slots(day, comings, marks, problems)
        _check_room(pack, profile, day, [found for found in comings if found.sure], marks, problems)


def on_days(pack: Pack) -> Iterator[tuple[PackStage, PackStep, int]]:
    for stage in pack.stages:
        for step in stage.steps:
            if step.day is not None:
                for turn in range(step.times):
                    yield stage, step, step.day + turn * (step.every_days or 0)


def _check_slots(day: int, comings: list[_Coming], marks: Marks, problems: Problems) -> None:
    """Two texts of one day in one slot would reach a person in the same quarter of an hour. Where
    both have conditions, these may keep them apart."""
    sure = Counter(found.step.slot for found in comings if found.sure)
    every = Counter(found.step.slot for found in comings)
    for found in comings:
        where = marks.at("step", found.step.key)
        slot = found.step.slot
        if every[slot] > 1 and sure[slot] > 0:
            problems.add(
                where,
                tell("another step of day %(day)s is in slot %(slot)s as well", day=day, slot=slot),
            )
        if slot == BEST_SLOT and sum(sure.values()) - found.sure > 0:
            problems.add(
                where,
                tell(
                    "slot %(slot)s may meet another text of day %(day)s: name a slot",
                    slot=slot,
                    day=day,
                ),
            )


def _check_room(
    pack: Pack, profile: str, day: int, sure: list[_Coming], marks: Marks, problems: Problems
) -> None:
    """Refuses a day whose texts can't all be sent, whatever happens."""
    counted = [found.step for found in sure if found.step.priority != Priority.REPLY]
    if not counted:
        return
    where = marks.at("step", counted[-1].key)
    at: str = tell("day %(day)s", day=day)
    if profile:
        at = tell("day %(day)s of profile %(profile)s", day=day, profile=profile)
    capped = [step for step in counted if step.priority != Priority.ASSESSMENT]
    if pack.cap_day is not None and capped and len(counted) > pack.cap_day:
        problems.add(
            where,
            tell(
                "%(day)s has %(counted)s texts; caps allow %(cap_day)s a day",
                day=at,
                counted=len(counted),
                cap_day=pack.cap_day,
            ),
        )
    hours = Span(pack.hours.start, pack.hours.end)
    if (len(counted) - 1) * pack.min_gap_minutes * 60 >= hours.seconds:
        problems.add(
            where,
            tell(
                "%(day)s has %(counted)s texts, %(min_gap_minutes)s minutes apart: more than its "
                "hours hold",
                day=at,
                counted=len(counted),
                min_gap_minutes=pack.min_gap_minutes,
            ),
        )
