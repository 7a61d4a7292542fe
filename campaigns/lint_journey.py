"""Rules about the way through a campaign: what can never come, what comes too seldom. Pure."""

from collections.abc import Iterator

from campaigns.lint_findings import Found, Place, Rule, Setting, Severity
from campaigns.lint_privacy import says_stop
from campaigns.pack_dose import on_days
from campaigns.pack_values import Pack, PackStage, PackStep
from campaigns.rules import CALENDAR_PREFIX, ENTRY
from messaging.addresses import can_be_answered
from trust.telling import tell

#: Planned texts in a row without a word to leave by. A fortnight of a dense stretch.
MOST_WITHOUT_STOP = 12
#: A bank that answers a word; of fewer, the same tips come round within days.
FEWEST_IN_BANK = 5


def _unanswerable(pack: Pack, setting: Setting) -> Iterator[Found]:
    address = setting.sender_address
    if address is not None and not can_be_answered(address):
        yield Found(
            Place("campaign", "sender"),
            tell(
                "nobody can text to the sender, whose address is a name: JOIN, STOP and answers "
                "would never come in"
            ),
        )


def _calendar_day(pack: Pack, setting: Setting) -> Iterator[Found]:
    if setting.days_to_come is None:
        return
    for stage in pack.stages:
        key = stage.anchor.removeprefix(CALENDAR_PREFIX)
        if stage.anchor.startswith(CALENDAR_PREFIX) and key not in setting.days_to_come:
            yield Found(
                Place("stage", stage.key),
                tell(
                    "stage %(stage)s counts from %(anchor)s, which has no day to come in the "
                    "country's calendar",
                    stage=stage.key,
                    anchor=stage.anchor,
                ),
            )


def _unreachable_stage(pack: Pack, setting: Setting) -> Iterator[Found]:
    reached = reachable(pack)
    for stage in pack.stages:
        if stage.key not in reached:
            yield Found(
                Place("stage", stage.key),
                tell(
                    "stage %(stage)s is entered only from stages and questions nobody comes to",
                    stage=stage.key,
                ),
            )


def reachable(pack: Pack) -> frozenset[str]:
    """Stages somebody can come to: by their own anchor, by a word, by an answer to a question that
    is really asked, or handed over to by one of these."""
    stages = {stage.key: stage for stage in pack.stages}
    questions = {question.key: question for question in pack.questions}
    open_stages = [stage.key for stage in pack.stages if stage.anchor != ENTRY]
    open_stages += [keyword.stage for keyword in pack.keywords if keyword.stage]
    asked = [*pack.onboarding, *(word.question for word in pack.keywords if word.question)]
    reached: set[str] = set()
    heard: set[str] = set()
    while open_stages or asked:
        if open_stages:
            stage = stages.get(open_stages.pop())
            if stage is not None and stage.key not in reached:
                reached.add(stage.key)
                open_stages += [stage.then_enter] if stage.then_enter else []
                asked += [step.question for step in stage.steps if step.question]
            continue
        question = questions.get(asked.pop())
        if question is not None and question.key not in heard:
            heard.add(question.key)
            open_stages += [each.stage for each in question.outcomes.values() if each.stage]
            asked += [each.next for each in question.outcomes.values() if each.next]
    return frozenset(reached)


def _unreachable_dose(pack: Pack, setting: Setting) -> Iterator[Found]:
    reached, ahead = set(), [pack.default_profile]
    while ahead:
        name = ahead.pop()
        if name in pack.profiles and name not in reached:
            reached.add(name)
            ahead += [pack.profiles[name].less, pack.profiles[name].more]
    for name in sorted(pack.profiles):
        if name not in reached:
            yield Found(
                Place("campaign", name),
                tell("LESS and MORE never lead to the dose %(name)s", name=name),
            )


def _thin_bank(pack: Pack, setting: Setting) -> Iterator[Found]:
    answered = {keyword.bank for keyword in pack.keywords}
    for bank in pack.banks:
        if bank.key in answered and 0 < len(bank.texts) < FEWEST_IN_BANK:
            yield Found(
                Place("bank", bank.key),
                tell(
                    "bank %(bank)s has %(texts)s texts; they come round soon",
                    bank=bank.key,
                    texts=len(bank.texts),
                ),
            )


def _stop_reminder(pack: Pack, setting: Setting) -> Iterator[Found]:
    """The longest stretch of each dose; where doses share it, once."""
    for language in pack.languages:
        told: set[tuple[str, str]] = set()
        for profile in sorted(pack.profiles) or [""]:
            runs = [
                run for run in _silent_runs(pack, profile, language) if len(run) > MOST_WITHOUT_STOP
            ]
            run = max(runs, key=len, default=[])
            if run and (ends := (run[0].key, run[-1].key)) not in told:
                told.add(ends)
                wrong: str = tell(
                    "%(count)s planned texts from %(first)s to %(last)s never say how to leave",
                    count=len(run),
                    first=run[0].key,
                    last=run[-1].key,
                )
                if len(runs) > 1:
                    wrong = tell(
                        "%(wrong)s; %(count)s more such stretches", wrong=wrong, count=len(runs) - 1
                    )
                yield Found(Place("step", run[0].key, language), at_dose(wrong, profile))


def at_dose(wrong: str, profile: str) -> str:
    return tell("%(wrong)s (at dose %(dose)s)", wrong=wrong, dose=profile) if profile else wrong


def _silent_runs(pack: Pack, profile: str, language: str) -> Iterator[list[PackStep]]:
    """Steps of one date in the order they come, cut at each one that names the word."""
    ways: dict[str, list[tuple[int, str, PackStep]]] = {}
    for stage, step, day in on_days(pack):
        if comes_at(stage, step, profile):
            slot = pack.slots.get(step.slot)
            starts = slot.start.isoformat() if slot else ""
            way = stage.key if stage.anchor == ENTRY else stage.anchor
            ways.setdefault(way, []).append((day, starts, step))
    for comings in ways.values():
        run: list[PackStep] = []
        for _, _, step in sorted(comings, key=lambda coming: coming[:2]):
            if _names_stop(pack, step, language):
                yield run
                run = []
            else:
                run.append(step)
        yield run


def comes_at(stage: PackStage, step: PackStep, profile: str) -> bool:
    chosen = step.profiles or stage.profiles
    return not chosen or not profile or profile in chosen or stage.track == "outcome"


def _names_stop(pack: Pack, step: PackStep, language: str) -> bool:
    """A bank's step does where each text of the bank does."""
    texts = pack.texts.get(language, {})
    keys = [step.key, *(f"{step.key}@{variant.name}" for variant in step.variants)]
    keys += [text.key for bank in pack.banks if bank.key == step.bank for text in bank.texts]
    if step.question and step.key not in texts:
        keys.append(f"question.{step.question}")
    said = [texts[key] for key in keys if key in texts]
    return bool(said) and all(says_stop(text, language) for text in said)


JOURNEY_RULES = (
    Rule(
        "unanswerable",
        Severity.ERROR,
        tell("The campaign's sender is a name, which nobody can text to."),
        tell("Choose a number or a short code."),
        _unanswerable,
    ),
    Rule(
        "calendar_day",
        Severity.ERROR,
        tell("Stages count from a day that the country's calendar does not have."),
        tell("Enter the day under Calendar dates."),
        _calendar_day,
    ),
    Rule(
        "unreachable_stage",
        Severity.ERROR,
        tell("A stage is entered only from where nobody comes to."),
        tell("Let a keyword, an answer or another stage enter it, or take it out."),
        _unreachable_stage,
    ),
    Rule(
        "unreachable_dose",
        Severity.HINT,
        tell("LESS and MORE never lead to a dose."),
        tell("Fine for a dose that a trial or staff give; else name it in another's less or more."),
        _unreachable_dose,
    ),
    Rule(
        "thin_bank",
        Severity.HINT,
        tell("A bank that answers a word has fewer than %(count)s texts.", count=FEWEST_IN_BANK),
        tell("Write more: people text the word many times."),
        _thin_bank,
    ),
    Rule(
        "stop_reminder",
        Severity.WARNING,
        tell(
            "More than %(count)s planned texts in a row never say how to leave.",
            count=MOST_WITHOUT_STOP,
        ),
        tell("Add the word to one in the middle, such as: (STOP ends these texts.)"),
        _stop_reminder,
    ),
)
