"""The linter: everything wrong with a pack, and everything legal but unwise, with its place. Pure.

What makes a pack unfit to run is asked by `pack_checks`; the linter reports that too, as the rule
`pack`, and adds the rules of its own. docs/linter.md lists them; a test holds the list.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from campaigns.lint_dose import DOSE_RULES
from campaigns.lint_findings import SEVERITIES, Finding, Place, Rule, Setting, Severity
from campaigns.lint_journey import JOURNEY_RULES
from campaigns.lint_privacy import PRIVACY_RULES
from campaigns.lint_reading import READING_RULES
from campaigns.lint_texts import TEXT_RULES
from campaigns.lint_words import WORD_RULES
from campaigns.pack_checks import check
from campaigns.pack_marks import Marks, Names, Node, Problem, Problems
from campaigns.pack_values import Pack

RULES: tuple[Rule, ...] = (
    *TEXT_RULES, *PRIVACY_RULES, *WORD_RULES, *JOURNEY_RULES, *DOSE_RULES,
    *READING_RULES,
)  # fmt: skip
#: What makes a pack unfit to run.
PACK = "pack"
_NOTHING_KNOWN = Setting()


def lint(
    pack: Pack, *, setting: Setting = _NOTHING_KNOWN, marks: Marks | None = None
) -> tuple[Finding, ...]:
    """Worst first, then as the rules stand. `marks`: where the pack's files hold each thing."""
    problems = Problems()
    check(pack, Names() if marks is None else marks, problems)
    found = list(of_problems(dict.fromkeys(problems.found)))
    for rule in RULES:
        for seen in rule.look(pack, setting):
            place = seen.place if marks is None else _marked(seen.place, marks)
            remedy = seen.remedy or rule.remedy
            found.append(Finding(rule.name, rule.severity, place, seen.wrong, remedy))
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def of_problems(problems: Iterable[Problem]) -> Iterable[Finding]:
    """What refuses a pack. Its reasons end in what to do, after a semicolon."""
    for problem in problems:
        wrong, _, remedy = problem.reason.partition("; ")
        yield Finding(PACK, Severity.ERROR, _place(problem), wrong, remedy)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if each.severity is Severity.ERROR)


def counted_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    counts = Counter(finding.severity for finding in findings)
    return {severity: counts[severity] for severity in SEVERITIES}


def _place(problem: Problem) -> Place:
    """A file's line; or, of content that lies in rows, what `Names` made of its kind and key."""
    if problem.line:
        return Place("file", file=problem.file, line=problem.line)
    kind, _, key = problem.file.partition(" ")
    kind, _, language = kind.partition(".")
    return Place(kind, key, language)


def _marked(place: Place, marks: Marks) -> Place:
    kind, file = place.kind, "campaign.yaml"
    if place.kind == "text":
        kind, file = f"text.{place.language}", f"texts.{place.language}.yaml"
    node = marks.at(kind, place.key, Node(file, 1, None))
    return replace(place, file=node.file, line=node.line)
