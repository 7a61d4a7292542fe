"""What the linter's page shows: findings by severity and rule, and how long each language's texts
get."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from campaigns.lint import PACK, RULES, counted_by_severity
from campaigns.lint_findings import SEVERITIES, Finding, Severity
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.lint_report import LintReport
from campaigns.wording import worst_case
from trust.telling import tell

_ABOUT = {rule.name: rule.about for rule in RULES} | {
    PACK: tell("The content does not hold together, and could not run.")
}
#: What a rule is called on the page.
_TITLES = {
    "pack": gettext_noop("Pack"),
    "segments": gettext_noop("Segments"),
    "two_segments": gettext_noop("Two segments"),
    "variable_value": gettext_noop("Variable value"),
    "variable_size": gettext_noop("Variable size"),
    "unused_variable": gettext_noop("Unused variable"),
    "missing_wording": gettext_noop("Missing wording"),
    "invisible_signs": gettext_noop("Invisible signs"),
    "same_words": gettext_noop("Same words"),
    "unread_language": gettext_noop("Unread language"),
    "phone_number": gettext_noop("Phone number"),
    "web_address": gettext_noop("Web address"),
    "illness_named": gettext_noop("Illness named"),
    "illness_first": gettext_noop("Illness first"),
    "discreet_named": gettext_noop("Discreet named"),
    "leaving_word": gettext_noop("Leaving word"),
    "join_word": gettext_noop("Join word"),
    "near_reserved": gettext_noop("Near reserved"),
    "near_words": gettext_noop("Near words"),
    "word_language": gettext_noop("Word language"),
    "choice_language": gettext_noop("Choice language"),
    "near_choices": gettext_noop("Near choices"),
    "urgent_number": gettext_noop("Urgent number"),
    "unanswerable": gettext_noop("Unanswerable"),
    "calendar_day": gettext_noop("Calendar day"),
    "unreachable_stage": gettext_noop("Unreachable stage"),
    "unreachable_dose": gettext_noop("Unreachable dose"),
    "thin_bank": gettext_noop("Thin bank"),
    "stop_reminder": gettext_noop("Stop reminder"),
    "no_caps": gettext_noop("No caps"),
    "week_cap": gettext_noop("Week cap"),
    "stacked": gettext_noop("Stacked"),
    "one_technique": gettext_noop("One technique"),
    "few_techniques": gettext_noop("Few techniques"),
    "hard_reading": gettext_noop("Hard reading"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding, with the text's page where it is about one."""

    finding: Finding
    link: str


@dataclass(frozen=True, slots=True)
class Group:
    rule: str
    title: str
    severity: Severity
    about: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """The texts of one language, each at its longest."""

    language: str
    texts: int
    longest: int
    two_segments: int


@dataclass(frozen=True, slots=True)
class LintPage:
    """`seen`: who saw exactly these warnings; None while nobody has."""

    version: CampaignVersion
    groups: tuple[Group, ...]
    counts: dict[Severity, int]
    chosen: Severity | None
    sizes: tuple[Size, ...]
    seen: LintReport | None
    may_see: bool
    #: Of the warnings shown: what is said to be seen is what was on the page.
    digest: str

    @property
    def asks_to_be_seen(self) -> bool:
        return self.counts[Severity.WARNING] > 0 and self.seen is None


def lint_page(
    version: CampaignVersion,
    findings: tuple[Finding, ...],
    *,
    severity: str,
    seen: LintReport | None,
    may_see: bool,
    digest: str,
) -> LintPage:
    chosen = Severity(severity) if severity in set(SEVERITIES) else None
    return LintPage(
        version=version,
        groups=grouped(version, (each for each in findings if chosen in (None, each.severity))),
        counts=counted_by_severity(findings),
        chosen=chosen,
        sizes=sizes(version),
        seen=seen,
        may_see=may_see,
        digest=digest,
    )


def grouped(version: CampaignVersion, findings: Iterable[Finding]) -> tuple[Group, ...]:
    """By rule, worst first, as the linter gave them."""
    keys = set(version.texts.values_list("key", flat=True))
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.rule, []).append(finding)
    return tuple(
        Group(
            rule,
            gettext(_TITLES[rule]) if rule in _TITLES else rule,
            lines[0].severity,
            _ABOUT.get(rule, ""),
            tuple(Line(each, _link(version, each, keys)) for each in lines),
        )
        for rule, lines in found.items()
    )


def _link(version: CampaignVersion, finding: Finding, keys: set[str]) -> str:
    if finding.place.key not in keys:
        return ""
    return reverse("campaigns:text", args=[version.pk, finding.place.key])


def sizes(version: CampaignVersion) -> tuple[Size, ...]:
    found = []
    for language in version.languages:
        measured = [
            worst_case(body, version.campaign.variables)
            for body in version.texts.filter(language=language).values_list("body", flat=True)
        ]
        longest = max((size.units for size in measured), default=0)
        two = sum(size.segments > 1 for size in measured)
        found.append(Size(language, len(measured), longest, two))
    return tuple(found)
