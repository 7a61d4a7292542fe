"""What the linter's page shows: findings by severity and rule, and how long each language's texts
get."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from campaigns.lint import PACK, RULES, counted_by_severity
from campaigns.lint_findings import SEVERITIES, Finding, Severity
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.lint_report import LintReport
from campaigns.pack_values import Pack
from campaigns.wording import worst_case

_ABOUT = {rule.name: rule.about for rule in RULES} | {
    PACK: "The content does not hold together, and could not run."
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
    pack: Pack,
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
        groups=grouped(
            version, pack, (each for each in findings if chosen in (None, each.severity))
        ),
        counts=counted_by_severity(findings),
        chosen=chosen,
        sizes=sizes(version, pack),
        seen=seen,
        may_see=may_see,
        digest=digest,
    )


def grouped(version: CampaignVersion, pack: Pack, findings: Iterable[Finding]) -> tuple[Group, ...]:
    """By rule, worst first, as the linter gave them."""
    keys = {key for texts in pack.texts.values() for key in texts}
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.rule, []).append(finding)
    return tuple(
        Group(
            rule,
            rule.replace("_", " ").capitalize(),
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


def sizes(version: CampaignVersion, pack: Pack) -> tuple[Size, ...]:
    found = []
    for language in version.languages:
        measured = [
            worst_case(body, version.campaign.variables) for body in pack.texts[language].values()
        ]
        longest = max((size.units for size in measured), default=0)
        two = sum(size.segments > 1 for size in measured)
        found.append(Size(language, len(measured), longest, two))
    return tuple(found)
