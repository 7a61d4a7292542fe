"""A pack laid out to be read from end to end: what is said when and to whom, by language. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from campaigns.diff_words import counted, when_words
from campaigns.pack_values import Pack, PackKeyword, PackQuestion, PackStage, PackStep
from trust.telling import tell


@dataclass(frozen=True, slots=True)
class Said:
    """One wording; `variant` is the name of the one it is, `only` the condition for it."""

    key: str
    language: str
    text: str
    variant: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing sent: `when` and `whom` in words."""

    key: str
    when: str
    whom: str
    tags: tuple[str, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    about: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ReadingCopy:
    """All of a pack's texts, each once: what is planned, asked, answered, and the rest."""

    planned: tuple[Part, ...]
    questions: Part
    banks: tuple[Part, ...]
    consent: Part
    other: Part
    words: tuple[tuple[str, str], ...]


_CONSENT = ("question.consent", "again.consent", "system.declined", "question.still")


def reading_copy(pack: Pack) -> ReadingCopy:
    planned = tuple(_stage(pack, stage) for stage in pack.stages)
    questions = Part(tell("Questions"), "", tuple(_question(pack, each) for each in pack.questions))
    banks = tuple(
        Part(bank.name, counted(len(bank.texts), "text"), tuple(
            Row(text.key, "", "", text.tags, _wordings(pack, [text.key])) for text in bank.texts
        ))
        for bank in pack.banks
    )  # fmt: skip
    consent = Part(
        tell("Asking for consent"),
        tell("Said to people whom somebody else has named, and after long silence."),
        _plain(pack, _CONSENT),
    )
    shown = {
        said.key
        for part in (*planned, questions, *banks, consent)
        for row in part.rows
        for said in row.said
    }
    rest = dict.fromkeys(key for texts in pack.texts.values() for key in texts if key not in shown)
    return ReadingCopy(
        planned,
        questions,
        banks,
        consent,
        Part(tell("Replies and other texts"), "", _plain(pack, rest)),
        tuple(_words(pack)),
    )


def _stage(pack: Pack, stage: PackStage) -> Part:
    anchor = stage.anchor.replace("_", " ")
    about = tell("Counts from %(anchor)s", anchor=anchor)
    if stage.when:
        about = tell(
            "Counts from %(anchor)s, only if %(condition)s", anchor=anchor, condition=stage.when
        )
    return Part(stage.name, about, tuple(_step(pack, stage, step) for step in stage.steps))


def _step(pack: Pack, stage: PackStage, step: PackStep) -> Row:
    when = when_words(step)
    if step.every_days:
        when = tell(
            "%(when)s, %(times)s times, every %(days)s",
            when=when,
            times=step.times,
            days=counted(step.every_days, "day"),
        )
    only = {variant.name: variant.when for variant in step.variants}
    keys = [step.key, *(f"{step.key}@{name}" for name in only)]
    return Row(step.key, when, _whom(stage, step), step.tags, _wordings(pack, keys, only))


def _whom(stage: PackStage, step: PackStep) -> str:
    doses = step.profiles or stage.profiles
    whom: list[str] = []
    if doses:
        whom.append(tell("at dose %(doses)s", doses=doses))
    if step.when:
        whom.append(tell("only if %(condition)s", condition=step.when))
    if step.question:
        whom.append(tell("asks %(question)s", question=step.question))
    if step.bank:
        whom.append(tell("a text of the bank %(bank)s", bank=step.bank))
    return tell("%(whom)s", whom=whom) if whom else ""


def _wordings(
    pack: Pack, keys: Iterable[str], only: dict[str, str] | None = None
) -> tuple[Said, ...]:
    found = []
    for key in keys:
        variant = key.partition("@")[2]
        for language in pack.languages:
            if key in pack.texts[language]:
                when = (only or {}).get(variant, "")
                found.append(Said(key, language, pack.texts[language][key], variant, when))
    return tuple(found)


def _question(pack: Pack, question: PackQuestion) -> Row:
    keys = [f"question.{question.key}", f"again.{question.key}", f"remind.{question.key}"]
    keys += [f"reply.{question.key}"]
    keys += [each.reply for each in question.outcomes.values() if each.reply]
    keys += [band.reply for band in question.bands if band.reply]
    choices = ", ".join(f"{each.number} {each.value}" for each in question.choices)
    kind = question.kind.replace("_", " ")
    return Row(
        question.key, kind, tell("answers: %(choices)s", choices=choices) if choices else "", (),
        _wordings(pack, dict.fromkeys(keys)),
    )  # fmt: skip


def _plain(pack: Pack, keys: Iterable[str]) -> tuple[Row, ...]:
    rows = (Row(key, "", "", (), _wordings(pack, [key])) for key in keys)
    return tuple(row for row in rows if row.said)


def _words(pack: Pack) -> Iterator[tuple[str, str]]:
    for keyword in pack.keywords:
        words = [word for found in keyword.words.values() for word in found]
        yield ", ".join(dict.fromkeys(words)), _does(keyword)


def _does(keyword: PackKeyword) -> str:
    opens = filter(None, (keyword.bank, keyword.question, keyword.stage))
    does = ": ".join((keyword.action, *opens))
    if keyword.case:
        return tell("%(does)s (a person is told: %(case)s)", does=does, case=keyword.case)
    return does
