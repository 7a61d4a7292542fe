import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campaigns import linting
from campaigns.lint import counted_by_severity, lint, of_problems
from campaigns.lint_findings import SEVERITIES, Finding, Severity
from campaigns.models import Campaign, CampaignVersion
from campaigns.pack import tops_in, unchecked
from messaging.clock import calendar_now


class Command(BaseCommand):
    help = "Says what is wrong or unwise in a campaign's content. Fails at --fail-on or worse."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="a campaign's key, or the folder of a content pack")
        parser.add_argument("--version-number", type=int, help="else the newest")
        parser.add_argument("--organisation", help="where two have a campaign of that key")
        parser.add_argument("--json", action="store_true", help="one JSON object a finding")
        parser.add_argument(
            "--fail-on",
            choices=[severity.value for severity in SEVERITIES],
            default=Severity.ERROR.value,
            help="the mildest severity that makes the command fail",
        )

    def handle(
        self,
        *,
        campaign: str,
        version_number: int | None,
        organisation: str | None,
        json: bool,
        fail_on: str,
        **options: object,
    ) -> None:
        findings = _of_folder(Path(campaign)) if Path(campaign).is_dir() else None
        if findings is None:
            version = _version(campaign, version_number, organisation)
            findings = linting.lint_version(version, now=calendar_now())
        for finding in findings:
            self.stdout.write(_as_line(finding) if json else _in_words(finding))
        counts = counted_by_severity(findings)
        if not json:
            told = ", ".join(f"{count} {severity.value}s" for severity, count in counts.items())
            self.stdout.write(told)
        worse = SEVERITIES[: SEVERITIES.index(Severity(fail_on)) + 1]
        if any(counts[severity] for severity in worse):
            raise CommandError(f"there are findings of severity {fail_on} or worse")


def _of_folder(folder: Path) -> tuple[Finding, ...]:
    """Where a file can't be read at all, the rules about its content have to wait."""
    pack, marks, problems = unchecked(tops_in(folder))
    if problems.found:
        return tuple(of_problems(tuple(sorted(set(problems.found)))))
    return lint(pack, marks=marks)


def _version(key: str, number: int | None, organisation: str | None) -> CampaignVersion:
    campaigns = Campaign.objects.filter(key=key)
    if organisation:
        campaigns = campaigns.filter(organisation__slug=organisation)
    if campaigns.count() != 1:
        raise CommandError(
            f"No one campaign has the key {key!r}, and no folder has that name. "
            "Where two organisations have one, add --organisation SLUG."
        )
    versions = campaigns.get().versions.select_related("campaign__sender").order_by("-number")
    if number is not None:
        versions = versions.filter(number=number)
    version = versions.first()
    if version is None:
        raise CommandError("The campaign has no such version.")
    return version


def _as_line(finding: Finding) -> str:
    return json.dumps(asdict(finding), ensure_ascii=False)


def _in_words(finding: Finding) -> str:
    said = f"{finding.severity.value:8} {finding.rule:18} {finding.place}: {finding.wrong}."
    return f"{said} {finding.remedy}".rstrip()
