"""Whether every stage of a pack can come: its anchor stands some day, no way is a circle. Pure."""

from collections.abc import Iterator

from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import Pack, PackStage
from campaigns.pack_vocabulary import date_attributes
from campaigns.rules import (
    CALENDAR_PREFIX,
    ENTRY,
    MOMENTS,
    QUIT_DATE_ANCHOR,
    KeywordAction,
    Then,
    Track,
)
from trust.telling import tell


def is_moment(anchor: str) -> bool:
    """As a pack writes anchors: an entered stage's is `entry`."""
    return anchor in MOMENTS or anchor == ENTRY


def is_known(pack: Pack, anchor: str) -> bool:
    shared = anchor.startswith(CALENDAR_PREFIX) and len(anchor) > len(CALENDAR_PREFIX)
    return shared or anchor in anchors(pack)


def anchors(pack: Pack) -> frozenset[str]:
    return frozenset({*MOMENTS, ENTRY, QUIT_DATE_ANCHOR, *date_attributes(pack)})


def check_anchors(pack: Pack, marks: Marks, problems: Problems) -> None:
    for stage in pack.stages:
        where = marks.at("stage", stage.key)
        if not is_known(pack, stage.anchor):
            hint = suggestion(stage.anchor, anchors(pack))
            problems.add(
                where,
                tell(
                    "no anchor is called %(anchor)s%(hint)s", anchor=f"{stage.anchor!r}", hint=hint
                ),
            )
        elif never := _never_comes(pack, stage):
            problems.add(
                where,
                tell("stage %(stage)s would never come: %(never)s", stage=stage.key, never=never),
            )
        if stage.track == Track.PATH and stage.anchor != ENTRY:
            problems.add(where, tell("a path stage is entered: its anchor must be entry"))
        _check_hand_over(pack, stage, where, problems)
    _check_replacements(pack, marks, problems)
    for circle in _circles(pack):
        where = marks.at("stage", circle[0])
        problems.add(
            where, tell("stages hand over in a circle: %(circle)s", circle=" -> ".join(circle))
        )


def _never_comes(pack: Pack, stage: PackStage) -> str:
    """What is missing, in words, or nothing."""
    actions = {keyword.action for keyword in pack.keywords}
    thens = {outcome.then for question in pack.questions for outcome in question.outcomes.values()}
    asked = {question.attribute for question in pack.questions}
    match stage.anchor:
        case "slip" if KeywordAction.SLIP not in actions and Then.SLIP not in thens:
            return tell("no keyword and no answer tells of a slip")
        case "silence" if pack.silent_days is None:
            return tell("silent_days is not set in %(file)s", file="campaign.yaml")
        case "quit_date" if "quit_date" not in asked and KeywordAction.DATE not in actions:
            return tell("no question asks for the quit date, and no keyword sets it")
        case "entry" if stage.key not in entered(pack):
            return tell("no keyword, no answer and no other stage enters it")
    if stage.anchor in date_attributes(pack) and stage.anchor not in asked:
        return tell("no question sets %(anchor)s", anchor=stage.anchor)
    return ""


def entered(pack: Pack) -> frozenset[str]:
    """The stages something enters."""
    by_word = {keyword.stage for keyword in pack.keywords}
    by_answer = {
        outcome.stage for question in pack.questions for outcome in question.outcomes.values()
    }
    by_clock = {stage.then_enter for stage in pack.stages}
    return frozenset(by_word | by_answer | by_clock)


def check_entry(pack: Pack, stage: str, where: Node, problems: Problems) -> None:
    """A stage that a word, an answer or the clock enters."""
    entries = {found.key for found in pack.stages if found.anchor == ENTRY}
    if stage not in entries:
        problems.add(
            where,
            tell(
                "no stage with anchor entry is called %(stage)s%(suggestion)s",
                stage=f"{stage!r}",
                suggestion=suggestion(stage, entries),
            ),
        )


def _check_hand_over(pack: Pack, stage: PackStage, where: Node, problems: Problems) -> None:
    if not stage.then_enter and stage.then_after_days is None:
        return
    if not stage.then_enter or stage.then_after_days is None:
        problems.add(where, tell("then needs both after_days and enter"))
        return
    if stage.anchor != ENTRY:
        problems.add(where, tell("only a stage with anchor entry can hand over with then"))
    check_entry(pack, stage.then_enter, where, problems)


def _check_replacements(pack: Pack, marks: Marks, problems: Problems) -> None:
    dates = date_attributes(pack)
    for name, rule in pack.attributes.items():
        if rule.replaced_by and (rule.replaced_by not in dates or name not in dates):
            where = marks.at("campaign", "attributes")
            hint = suggestion(rule.replaced_by, dates)
            problems.add(
                where,
                tell("%(name)s can be replaced by another date only%(hint)s", name=name, hint=hint),
            )


def _circles(pack: Pack) -> Iterator[list[str]]:
    """Each circle once, from its first stage in the pack."""
    then = {stage.key: stage.then_enter for stage in pack.stages if stage.then_enter}
    seen: set[str] = set()
    for start in then:
        way = [start]
        while (following := then.get(way[-1])) is not None and following not in way:
            way.append(following)
        if following is not None and following == start and not seen & set(way):
            seen |= set(way)
            yield [*way, start]
