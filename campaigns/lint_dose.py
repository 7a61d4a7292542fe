"""Rules about how much comes at once, and of what kind. Pure."""

from collections import Counter
from collections.abc import Iterator

from campaigns.lint_findings import Found, Place, Rule, Setting, Severity
from campaigns.lint_journey import at_dose, comes_at
from campaigns.pack_dose import on_days
from campaigns.pack_values import Pack, PackStage
from campaigns.rules import (
    ENROLMENT_ANCHOR,
    ENTRY,
    QUIT_DATE_ANCHOR,
    Priority,
    QuestionKind,
)
from trust.telling import tell

_WEEK = 7
#: A share of one technique that leaves little room for others, and how few are thin (domain rule).
LARGEST_SHARE = 0.4
FEWEST_TECHNIQUES = 8
_FEWEST_TEXTS = 5


def _no_caps(pack: Pack, setting: Setting) -> Iterator[Found]:
    if pack.cap_day is None:
        yield Found(Place("campaign", "caps"), tell("nothing limits how many texts come in a day"))


def _week_cap(pack: Pack, setting: Setting) -> Iterator[Found]:
    if pack.cap_week is None:
        return
    for profile in sorted(pack.profiles) or [""]:
        for anchor, days in _sure_days(pack, profile).items():
            most, start = max(
                (sum(days[day + ahead] for ahead in range(_WEEK)), -day) for day in days
            )
            if most > pack.cap_week:
                told = tell(
                    "%(most)s texts in the seven days from %(anchor)s %(day)s; the cap is %(cap)s",
                    most=most,
                    anchor=anchor,
                    day=f"{-start:+d}",
                    cap=pack.cap_week,
                )
                yield Found(Place("campaign", "caps"), at_dose(told, profile))


def _stacked(pack: Pack, setting: Setting) -> Iterator[Found]:
    """What counts from joining and what counts from the quit date, on one day."""
    if pack.cap_day is None:
        return
    for profile in sorted(pack.profiles) or [""]:
        days = _sure_days(pack, profile)
        joined, quitting = days.get(ENROLMENT_ANCHOR), days.get(QUIT_DATE_ANCHOR)
        if not joined or not quitting:
            continue
        most, ahead, day = max(
            (count + quitting[day - ahead], ahead, day)
            for ahead in _days_ahead(pack)
            for day, count in joined.items()
        )
        if most > pack.cap_day:
            told = tell(
                "who joins %(ahead)s days before the quit date has %(most)s texts on day %(day)s; "
                "the cap is %(cap)s",
                ahead=ahead,
                most=most,
                day=day,
                cap=pack.cap_day,
            )
            yield Found(Place("campaign", "caps"), at_dose(told, profile))


def _days_ahead(pack: Pack) -> range:
    latest = [
        question.latest_day
        for question in pack.questions
        if question.kind == QuestionKind.DATE and question.attribute == QUIT_DATE_ANCHOR
    ]
    return range(max(latest, default=30) + 1)


def _sure_days(pack: Pack, profile: str) -> dict[str, Counter[int]]:
    """Texts of each day that come whatever happens, by what they count from; replies pass caps."""
    days: dict[str, Counter[int]] = {}
    for stage, step, day in on_days(pack):
        sure = not (stage.when or step.when) and step.priority != Priority.REPLY
        if sure and comes_at(stage, step, profile):
            anchor = stage.key if stage.anchor == ENTRY else stage.anchor
            days.setdefault(anchor, Counter())[day] += 1
    return days


def _one_technique(pack: Pack, setting: Setting) -> Iterator[Found]:
    for stage in pack.stages:
        texts, tags = stage_techniques(stage)
        if texts >= _FEWEST_TEXTS and tags:
            code, count = tags.most_common(1)[0]
            if count > LARGEST_SHARE * texts:
                yield Found(
                    Place("stage", stage.key),
                    tell(
                        "%(count)s of %(texts)s texts use technique %(code)s",
                        count=count,
                        texts=texts,
                        code=code,
                    ),
                )


def _few_techniques(pack: Pack, setting: Setting) -> Iterator[Found]:
    used = {code for stage in pack.stages for step in stage.steps for code in step.tags}
    used |= {code for bank in pack.banks for text in bank.texts for code in text.tags}
    planned = sum(len(stage.steps) for stage in pack.stages)
    if planned >= FEWEST_TECHNIQUES and len(used) < FEWEST_TECHNIQUES:
        yield Found(
            Place("campaign"),
            tell("the texts use %(used)s techniques of behaviour change", used=len(used)),
        )


def stage_techniques(stage: PackStage) -> tuple[int, Counter[str]]:
    """How many texts with words of their own a stage has, and how many of them use each code."""
    steps = [step for step in stage.steps if not step.question and not step.bank]
    return len(steps), Counter(code for step in steps for code in step.tags)


DOSE_RULES = (
    Rule(
        "no_caps",
        Severity.HINT,
        tell("The campaign has no cap of texts a day."),
        tell("Set caps in campaign.yaml, such as {day: 5, week: 30}."),
        _no_caps,
    ),
    Rule(
        "week_cap",
        Severity.WARNING,
        tell("A week has more texts than its cap, so some never come."),
        tell("Thin the week out, or raise the cap."),
        _week_cap,
    ),
    Rule(
        "stacked",
        Severity.WARNING,
        tell(
            "What counts from joining and what counts from the quit date meet on a day beyond the "
            "cap."
        ),
        tell(
            "Move the days apart, or give a stage a condition such as days_since(quit_date) < -7."
        ),
        _stacked,
    ),
    Rule(
        "one_technique",
        Severity.HINT,
        tell("More than 40 % of a stage's texts use one technique."),
        tell("Vary what the stage does."),
        _one_technique,
    ),
    Rule(
        "few_techniques",
        Severity.HINT,
        tell("A campaign of eight steps or more uses fewer than eight techniques, or has no tags."),
        tell("Tag the texts; see docs/techniques.md."),
        _few_techniques,
    ),
)
