"""A content pack read from its folder: a Pack, or every problem named at once. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path

from campaigns.pack_campaign import read_attribute, read_native_readers, read_profile
from campaigns.pack_checks import check
from campaigns.pack_fields import Reader, clock
from campaigns.pack_marks import Marks, Node, Problem, Problems, read_file
from campaigns.pack_overlays import laid_over, read_overlay
from campaigns.pack_questions import read_key, read_keyword, read_question
from campaigns.pack_scales import read_scale
from campaigns.pack_texts import check_wordings
from campaigns.pack_trials import read_trial
from campaigns.pack_values import (
    FORMAT,
    Pack,
    PackBank,
    PackBankText,
    PackSlot,
    PackStage,
    PackStep,
    PackVariant,
)
from campaigns.rules import IfUnknown, LateRule, Priority, Track
from campaigns.schedule import Avoid
from campaigns.trial_values import PackTrial

_CAMPAIGN = (
    "format", "key", "name", "about", "review", "author", "languages", "default_language", "hours",
    "slots", "default_slot", "variables", "onboarding", "profiles", "default_profile",
    "min_gap_minutes", "caps", "silent_days", "attributes", "scales", "overlays",
    "native_readers", "trials",
)  # fmt: skip
_STAGE = (
    "key", "name", "anchor", "track", "late", "shelf_hours", "steps", "profiles", "when", "then",
    "pool", "avoid",
)  # fmt: skip
_STEP = (
    "key", "day", "slot", "after_minutes", "question", "late", "shelf_hours", "priority", "tags",
    "bank", "repeat", "profiles", "when", "variants", "avoid", "if_unknown",
)  # fmt: skip


class PackRefused(Exception):
    """The pack has problems: all of them, in the order of files and lines."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems in the content pack")
        self.problems = problems


#: The top value of one of the pack's files, by its name; None where it can't be had, which the
#: problems then tell.
Tops = Callable[[str, Problems], Node | None]


def read_pack(folder: Path) -> Pack:
    """Raises PackRefused."""
    return pack_of(tops_in(folder))


def tops_in(folder: Path) -> Tops:
    return lambda name, problems: read_file(folder / name, problems)


def pack_of(tops: Tops) -> Pack:
    """Raises PackRefused."""
    pack, marks, problems = unchecked(tops)
    if problems.found:
        # How the parts fit can't be asked of parts that were not read; each text can.
        check_wordings(pack, marks, problems)
    else:
        check(pack, marks, problems)
    if problems.found:
        raise PackRefused(tuple(sorted(set(problems.found))))
    return pack


def unchecked(tops: Tops) -> tuple[Pack, Marks, Problems]:
    """Each part read by itself; how they fit together is not yet looked at. With problems the pack
    has gaps."""
    reading = _Reading(tops)
    return reading.pack(), reading.marks, reading.problems


@dataclass
class _Reading:
    """The files of a pack on their way to a Pack; `marks` remembers where each thing stood."""

    tops: Tops
    problems: Problems = field(default_factory=Problems)
    marks: Marks = field(default_factory=Marks)

    def pack(self) -> Pack:
        fields = self._campaign()
        names = fields.texts("overlays", required=False)
        tops = {name: self.tops(f"overlay.{name}.yaml", self.problems) for name in names}
        overlays = [
            read_overlay(top, name, self.problems) for name, top in tops.items() if top is not None
        ]
        pack = replace(self._plain(fields), trials=self._trials(fields))
        return laid_over(pack, overlays, self.marks, self.problems)

    def _trials(self, fields: Reader) -> tuple[PackTrial, ...]:
        items = self._items("trials.yaml") if fields.flag("trials") else []
        return tuple(read_trial(item, self.marks, self.problems) for item in items)

    def _plain(self, fields: Reader) -> Pack:
        """Without its overlays."""
        languages = fields.texts("languages")
        wordings = {language: self._wordings(language) for language in languages}
        variables = fields.mapping("variables", required=False)
        caps = self._part(fields, "caps", "day", "week")
        return Pack(
            key=fields.text("key"),
            name=fields.text("name"),
            about=fields.text("about", required=False),
            review=fields.text("review", required=False),
            author=fields.text("author", required=False),
            languages=languages,
            default_language=fields.text("default_language"),
            hours=self._slot(fields.at("hours")),
            slots={name: self._slot(slot) for name, slot in fields.mapping("slots").items()},
            default_slot=fields.text("default_slot"),
            variables={name: str(what.value or "") for name, what in variables.items()},
            onboarding=fields.texts("onboarding"),
            stages=tuple(self._stage(item) for item in self._items("stages.yaml")),
            questions=tuple(
                read_question(item, self.marks, self.problems)
                for item in self._items("questions.yaml")
            ),
            banks=tuple(self._bank(item) for item in self._items("banks.yaml")),
            keywords=tuple(
                read_keyword(item, self.marks, self.problems)
                for item in self._items("keywords.yaml")
            ),
            texts={language: texts for language, (texts, _) in wordings.items()},
            defaults={language: defaults for language, (_, defaults) in wordings.items()},
            profiles={
                name: read_profile(node, self.problems)
                for name, node in fields.mapping("profiles", required=False).items()
            },
            default_profile=fields.text("default_profile", required=False),
            min_gap_minutes=fields.whole("min_gap_minutes", default=0),
            cap_day=caps.optional_whole("day", lowest=1),
            cap_week=caps.optional_whole("week", lowest=1),
            silent_days=fields.optional_whole("silent_days", lowest=1),
            attributes={
                name: read_attribute(node, self.problems)
                for name, node in fields.mapping("attributes", required=False).items()
            },
            scales={
                name: read_scale(node, self.problems)
                for name, node in fields.mapping("scales", required=False).items()
            },
            native_readers=read_native_readers(fields, languages, self.problems),
        )

    def _campaign(self) -> Reader:
        top = self.tops("campaign.yaml", self.problems)
        if top is None:
            # Said already; the other files are still read, for all that is wrong with them.
            return Reader(Node("campaign.yaml", 1, {}), Problems(), *_CAMPAIGN)
        fields = Reader(top, self.problems, *_CAMPAIGN)
        if fields.whole("format") != FORMAT:
            self.problems.add(fields.at("format"), f"format must be {FORMAT}")
        self.marks.put("campaign", "", top)
        for name in _CAMPAIGN:
            self.marks.put("campaign", name, fields.at(name))
        return fields

    def _items(self, name: str) -> list[Node]:
        top = self.tops(name, self.problems)
        if top is None:
            return []
        if isinstance(top.value, list):
            return top.value
        self.problems.add(top, "the file must be a list, each item beginning with a dash")
        return []

    def _slot(self, node: Node) -> PackSlot:
        anytime = PackSlot(time(0), time(23, 59))
        if not self.marks.has("campaign", ""):
            return anytime
        fields = Reader(node, self.problems, "start", "end")
        start, end = clock(fields, "start"), clock(fields, "end")
        if start is None or end is None:
            return anytime
        if start >= end:
            self.problems.add(node, "start must lie before end, on the same day")
            return anytime
        return PackSlot(start, end)

    def _wordings(self, language: str) -> tuple[dict[str, str], dict[str, str]]:
        top = self.tops(f"texts.{language}.yaml", self.problems)
        if top is None:
            return {}, {}
        fields = Reader(top, self.problems, "language", "defaults", "texts")
        if fields.text("language") != language:
            self.problems.add(fields.at("language"), f"language must be {language}, as the name")
        texts: dict[str, str] = {}
        for key, node in fields.mapping("texts").items():
            self.marks.put(f"text.{language}", key, node)
            if isinstance(node.value, str) and node.value.strip():
                texts[key] = node.value.strip()
            elif node.value is None and node.column:
                # An empty cell: whether the text is needed is seen later.
                continue
            else:
                self.problems.add(node, f"{key} must be a text, found {node.kind}")
        defaults = fields.mapping("defaults", required=False)
        return texts, {key: str(node.value or "") for key, node in defaults.items()}

    def _part(self, fields: Reader, name: str, *known: str) -> Reader:
        """A mapping inside another; absent it is read as empty."""
        absent = Node(fields.node.file, fields.node.line, {})
        node = fields.fields.get(name)
        return Reader(absent if node is None or node.value is None else node, self.problems, *known)

    def _stage(self, node: Node) -> PackStage:
        fields = Reader(node, self.problems, *_STAGE)
        late = fields.word("late", LateRule)
        shelf_hours = fields.whole("shelf_hours")
        then = self._part(fields, "then", "after_days", "enter")
        return PackStage(
            key=self._key("stage", fields),
            name=fields.text("name"),
            anchor=fields.text("anchor"),
            track=fields.word("track", Track),
            late=late,
            shelf_hours=shelf_hours,
            steps=tuple(self._step(step, late, shelf_hours) for step in fields.nodes("steps")),
            profiles=fields.texts("profiles", required=False),
            when=fields.text("when", required=False),
            then_after_days=then.optional_whole("after_days", lowest=1),
            then_enter=then.text("enter", required=False),
            pool=fields.text("pool", required=False),
            avoid=fields.words("avoid", Avoid),
        )

    def _step(self, node: Node, late: str, shelf_hours: int) -> PackStep:
        fields = Reader(node, self.problems, *_STEP)
        question = fields.text("question", required=False)
        usual = Priority.ASSESSMENT if question else Priority.CORE
        repeat = self._part(fields, "repeat", "every_days", "times")
        return PackStep(
            key=self._key("step", fields),
            day=fields.optional_whole("day", lowest=-365),
            slot=fields.text("slot", required=False),
            after_minutes=fields.optional_whole("after_minutes"),
            question=question,
            late=fields.word("late", LateRule, late),
            shelf_hours=fields.whole("shelf_hours", default=shelf_hours),
            priority=str(fields.word("priority", Priority, usual)),
            tags=fields.texts("tags", required=False),
            bank=fields.text("bank", required=False),
            every_days=repeat.optional_whole("every_days", lowest=1),
            times=repeat.whole("times", default=1, lowest=1),
            profiles=fields.texts("profiles", required=False),
            when=fields.text("when", required=False),
            variants=tuple(
                self._variant(variant) for variant in fields.nodes("variants", required=False)
            ),
            avoid=fields.words("avoid", Avoid),
            if_unknown=fields.word("if_unknown", IfUnknown, IfUnknown.LEAVE.value),
        )

    def _variant(self, node: Node) -> PackVariant:
        fields = Reader(node, self.problems, "name", "when")
        return PackVariant(fields.text("name"), fields.text("when", required=False))

    def _bank(self, node: Node) -> PackBank:
        fields = Reader(node, self.problems, "key", "name", "texts")
        texts = tuple(self._bank_text(text) for text in fields.nodes("texts"))
        return PackBank(self._key("bank", fields), fields.text("name"), texts)

    def _bank_text(self, node: Node) -> PackBankText:
        fields = Reader(node, self.problems, "key", "tags")
        return PackBankText(self._key("step", fields), fields.texts("tags", required=False))

    def _key(self, kind: str, fields: Reader) -> str:
        """Bank texts share the steps' room: both are keys of what is sent."""
        return read_key(kind, fields, self.marks, self.problems)
