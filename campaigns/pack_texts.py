"""A pack's texts: none missing, none left over, each fit to send in the worst case. Pure."""

from collections.abc import Iterator, Mapping

from campaigns.age_gate import AGE
from campaigns.draw_rules import OWN_TEXT
from campaigns.manners import base_of, resolved
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import Pack, PackBand, PackStep
from campaigns.plain_signs import advice
from campaigns.rules import BAD_MOOD, BAD_MOOD_HELP, MOOD, REMIND, KeywordAction
from campaigns.trial_values import PackDraw
from campaigns.wording import (
    LONGEST_OWN,
    PERSONAL_FIELDS,
    placeholders,
    stray_braces,
    unknown_placeholders,
    worst_case,
)
from messaging.language_packs import CRISES
from messaging.segments import foreign_characters, is_gsm7

#: What the engine itself says in every campaign.
SYSTEM = (
    "system.help", "system.stopped", "system.unknown", "system.person", "system.already_in",
    "system.slip_before_quit", "system.joined", "system.staying", "system.welcome_back",
    "system.declined", "system.did_you_mean", "system.crisis", "question.leave", "question.consent",
    "again.consent", "question.still",
)  # fmt: skip
#: What the engine has words of its own for.
OPTIONAL = (
    "system.discreet_on", "system.plain_on", "system.new_number_how", "system.new_number_limit",
)  # fmt: skip
#: What is said when a keyword of that action comes.
BY_ACTION = {
    KeywordAction.LESS: ("system.less", "system.least"),
    KeywordAction.MORE: ("system.more", "system.most"),
    KeywordAction.PAUSE: ("system.paused",),
    KeywordAction.RESUME: ("system.resumed", "system.not_paused"),
    KeywordAction.LATER: ("system.later",),
    KeywordAction.TIME: ("system.time_set", "system.time_unclear"),
    KeywordAction.DATE: ("system.date_set", "system.date_unclear", "system.new_attempt"),
    KeywordAction.LANGUAGE: ("system.language_set", "system.language_unclear"),
    KeywordAction.DATA: ("system.data",),
    KeywordAction.ERASE: ("system.erase_confirm", "system.erased"),
    KeywordAction.WEB: ("system.web", "system.web_limit"),
}
#: Fields that may lack a value when they are written; the others are known by then.
_NEEDS_DEFAULT = frozenset({"first_name", "days_smoke_free", "money_saved", "own_reason"})
#: Fields that have a value only in the text that tells of them.
_ONLY_IN = {
    "resume_date": "system.paused",
    "own_hours": "system.time_set",
    "erase_code": "system.erase_confirm",
    "web_link": "system.web",
}

#: Above this share of signs outside GSM-7 a text is in a script of its own, such as Arabic.
_OWN_SCRIPT = 0.2


def check_texts(pack: Pack, marks: Marks, problems: Problems) -> None:
    needed, allowed, early = set(_needed(pack)), set(_allowed(pack)), set(_before_the_date(pack))
    for language in pack.languages:
        texts = pack.texts.get(language, {})
        file, kind = Node(f"texts.{language}.yaml", 1, None), f"text.{language}"
        for key in sorted(needed - set(texts)):
            where = marks.at(kind, key, file)
            problems.add(where, f"text {key} is missing")
        for key in sorted(set(texts) - needed - allowed):
            where = marks.at(f"text.{language}", key)
            if base_of(key) == key or base_of(key) not in needed | allowed:
                problems.add(where, f"nothing says {key}{suggestion(key, needed - set(texts))}")
            elif resolved(key, texts) is None:
                problems.add(where, f"{key}: there is no {base_of(key)} to be like")
        for key, text in texts.items():
            where = marks.at(f"text.{language}", key)
            _check_text(key, text, pack, pack.defaults.get(language, {}), where, problems)
            if base_of(key) in early and "quit_date" in placeholders(text):
                problems.add(where, f"{key}: it may be sent before the quit date is known")


def check_wordings(pack: Pack, marks: Marks, problems: Problems) -> None:
    """Only what a text can be asked by itself, and whether it is there in each language."""
    usual = pack.texts.get(pack.default_language, {})
    for language, texts in pack.texts.items():
        kind = f"text.{language}"
        for key, text in texts.items():
            defaults = pack.defaults.get(language, {})
            _check_text(key, text, pack, defaults, marks.at(kind, key), problems)
        for key in usual if texts else ():
            if key not in texts and marks.has(kind, key) and marks.at(kind, key).value is None:
                problems.add(marks.at(kind, key), f"text {key} is missing")


def _needed(pack: Pack) -> Iterator[str]:
    """Every key that is said whatever happens, in each language."""
    yield from SYSTEM
    for keyword in pack.keywords:
        yield from BY_ACTION.get(KeywordAction(keyword.action), ())
        if keyword.action == KeywordAction.ENTER and not keyword.bank:
            yield f"entered.{keyword.stage}"
    asked = {step.question for stage in pack.stages for step in stage.steps if step.question}
    asked_plainly = set(pack.onboarding) | {keyword.question for keyword in pack.keywords}
    asked_plainly |= {
        outcome.next for question in pack.questions for outcome in question.outcomes.values()
    }
    if any(question.attribute == AGE for question in pack.questions):
        yield "system.under_age"
    for question in pack.questions:
        if question.key == MOOD and any(row.value == BAD_MOOD for row in question.choices):
            yield BAD_MOOD_HELP
        yield f"again.{question.key}"
        if question.key in asked_plainly or _falls_back(pack, question.key, asked):
            yield f"question.{question.key}"
        elif question.reminder_hours:
            yield REMIND + question.key
        yield from (outcome.reply for outcome in question.outcomes.values() if outcome.reply)
        yield from (band.reply for band in question.bands if band.reply)
        if question.key in _read_by_word(pack) and not all(map(_says, question.bands or (None,))):
            # A word is never answered with silence.
            yield f"reply.{question.key}"
    draws = {draw.step: draw for trial in pack.trials for draw in trial.draws}
    again = {factor.step for trial in pack.trials for factor in trial.factors}
    for stage in pack.stages:
        for step in stage.steps:
            if step.key not in again:
                yield from _wordings(step, draws.get(step.key))
    for bank in pack.banks:
        yield from (text.key for text in bank.texts)


def _read_by_word(pack: Pack) -> set[str]:
    reading = KeywordAction.READING
    return {keyword.question for keyword in pack.keywords if keyword.action == reading}


def _says(band: PackBand | None) -> bool:
    return band is not None and bool(band.reply)


def _wordings(step: PackStep, draw: PackDraw | None) -> Iterator[str]:
    """A step's own texts: its variants, and its usual wording unless one of them is open to all
    and no draw may fall on it."""
    yield from (f"{step.key}@{variant.name}" for variant in step.variants)
    drawn = draw is not None and OWN_TEXT in (*draw.options, draw.otherwise)
    all_may_fail = all(variant.when for variant in step.variants)
    if not step.question and not step.bank and (drawn or all_may_fail):
        yield step.key


def _falls_back(pack: Pack, question: str, asked: set[str]) -> bool:
    """Whether a step asks the question without wording of its own in the default language."""
    own = pack.texts.get(pack.default_language, {})
    return question in asked and any(
        step.question == question and step.key not in own
        for stage in pack.stages
        for step in stage.steps
    )


def _allowed(pack: Pack) -> Iterator[str]:
    """A step's own wording of its question may stand or not, and so may words for one kind of
    need."""
    yield from (f"system.crisis.{kind}" for kind in CRISES)
    yield from OPTIONAL
    for stage in pack.stages:
        yield from (step.key for step in stage.steps if step.question)
    for question in pack.questions:
        yield from (f"question.{question.key}", f"reply.{question.key}")
        if question.reminder_hours:
            yield REMIND + question.key


def _check_text(
    key: str,
    text: str,
    pack: Pack,
    defaults: Mapping[str, str],
    where: Node,
    problems: Problems,
) -> None:
    if stray_braces(text):
        problems.add(where, f"{key}: braces are only for placeholders such as {{{{ first_name }}}}")
    for name in unknown_placeholders(text, pack.variables):
        hint = suggestion(name, [*PERSONAL_FIELDS, *pack.variables])
        problems.add(where, f"{key}: no placeholder is called {name!r}{hint}")
    for name in sorted(placeholders(text) & _NEEDS_DEFAULT):
        default = defaults.get(name, "")
        if not default or len(default) > LONGEST_OWN[name] or not is_gsm7(default):
            problems.add(where, f"{key}: defaults has no short GSM-7 value for {name}")
    for name, only in _ONLY_IN.items():
        if name in placeholders(text) and base_of(key) != only:
            problems.add(where, f"{key}: {name} is known only in {only}")
    _check_size(key, text, where, problems)


def _before_the_date(pack: Pack) -> Iterator[str]:
    """Keys that may be said to someone who has not chosen a quit date yet."""
    yield from (key for key in SYSTEM if key != "system.joined")
    for question in pack.questions:
        if question.key in pack.onboarding:
            yield from (f"question.{question.key}", f"again.{question.key}")
            yield from (outcome.reply for outcome in question.outcomes.values())
    for bank in pack.banks:
        yield from (text.key for text in bank.texts)


def _check_size(key: str, text: str, where: Node, problems: Problems) -> None:
    """One GSM-7 segment, or two in a script that GSM-7 doesn't have."""
    size = worst_case(text)
    foreign = foreign_characters(text)
    own_script = sum(text.count(sign) for sign in foreign) > len(text) * _OWN_SCRIPT
    if foreign and not own_script:
        for sign in foreign:
            problems.add(
                where,
                f"{key}: {_shown(sign)} is not in GSM-7, which doubles the price; {advice(sign)}",
            )
    if size.segments > (2 if own_script else 1):
        problems.add(
            where,
            f"{key}: {size.segments} segments with every placeholder at its longest "
            f"({size.units} units); shorten it",
        )


def _shown(sign: str) -> str:
    """Blanks that look like others, and what nobody sees, by their number."""
    return sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}"
