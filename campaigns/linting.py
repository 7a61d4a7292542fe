"""A version looked at by the linter, and what it said kept with the version."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from campaigns.lint import lint
from campaigns.lint_findings import Finding, Place, Setting, Severity
from campaigns.models.calendar_date import CalendarDate
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.keyword import Keyword
from campaigns.models.language_review import LanguageReview
from campaigns.models.lint_report import LintReport
from campaigns.pack_values import Pack
from campaigns.reviewing import signatures
from campaigns.rules import KeywordAction
from campaigns.unloading import as_pack
from messaging.folding import fold
from trust import audit
from trust.models import User

Occasion = LintReport.Occasion


@dataclass(frozen=True, slots=True)
class Looked:
    """What a page has read of a version, whose campaign and sender it knows, for all that it
    shows."""

    pack: Pack
    signed: Mapping[str, LanguageReview]


def look(version: CampaignVersion) -> Looked:
    return Looked(as_pack(version), signatures(version))


def lint_version(version: CampaignVersion, *, now: datetime) -> tuple[Finding, ...]:
    """Of the rows as they are, with the campaign's country variables, sender and calendar."""
    # Read anew: variables and sender may have changed since the version was looked at.
    campaign = Campaign.objects.select_related("sender").get(pk=version.campaign_id)
    return _lint(look(version), campaign, now)


def lint_looked(version: CampaignVersion, looked: Looked, *, now: datetime) -> tuple[Finding, ...]:
    """The same for a page, as it has read the version."""
    return _lint(looked, version.campaign, now)


def _lint(looked: Looked, campaign: Campaign, now: datetime) -> tuple[Finding, ...]:
    natively = (language for language, review in looked.signed.items() if review.native)
    return lint(looked.pack, setting=_setting(campaign, frozenset(natively), now))


def _setting(campaign: Campaign, natively: frozenset[str], now: datetime) -> Setting:
    ahead = CalendarDate.objects.filter(
        organisation_id=campaign.organisation_id, country=campaign.country, day__gte=now.date()
    )
    return Setting(
        variables=campaign.variables,
        sender_address=campaign.sender.address,
        days_to_come=frozenset(ahead.values_list("key", flat=True)),
        signed_natively=natively,
        join_words=_join_words_beside(campaign),
    )


def _join_words_beside(campaign: Campaign) -> dict[str, str]:
    """Of the live versions of other campaigns on its sender; of two the older, which answers."""
    taken = Keyword.objects.filter(
        version__campaign__sender_id=campaign.sender_id,
        version__status=CampaignVersion.Status.PUBLISHED,
        action=KeywordAction.JOIN,
    ).exclude(version__campaign=campaign)
    rows = taken.order_by("-version__campaign_id").values_list("word", "version__campaign__name")
    return {fold(word): name for word, name in rows}


@transaction.atomic
def see_warnings(
    *, version: CampaignVersion, actor: User, now: datetime, shown: str = ""
) -> LintReport | None:
    """Somebody has read what the linter warns of and stands by the version as it is. `shown`: the
    digest of what they read; None, and nothing noted, where the warnings are others by now."""
    findings = lint_version(version, now=now)
    if shown and shown != digest(findings):
        return None
    report = keep_report(
        version=version, findings=findings, occasion=Occasion.SEEN, actor=actor, now=now
    )
    audit.record(
        verb="version.see_warnings",
        subject=version,
        actor=actor,
        detail={"warnings": len(warnings(findings))},
    )
    return report


@transaction.atomic
def keep_report(
    *,
    version: CampaignVersion,
    findings: Iterable[Finding],
    occasion: str,
    actor: User | None,
    now: datetime,
) -> LintReport:
    findings = tuple(findings)
    return LintReport.objects.create(
        version=version,
        occasion=occasion,
        findings=as_json(findings),
        digest=digest(findings),
        kept_by=actor,
        kept_at=now,
    )


def report_seen(version: CampaignVersion, findings: Iterable[Finding]) -> LintReport | None:
    """The last time somebody saw these warnings, and maybe others that have gone since."""
    now = {_sign(each) for each in warnings(findings)}
    kept = LintReport.objects.filter(version=version, occasion=Occasion.SEEN)
    for report in kept.select_related("kept_by"):
        if now <= {_sign(each) for each in warnings(findings_of(report))}:
            return report
    return None


def warnings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if each.severity is Severity.WARNING)


def digest(findings: Iterable[Finding]) -> str:
    """Of the warnings alone: a new hint asks nobody to look again."""
    told = sorted(_sign(each) for each in warnings(findings))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _sign(finding: Finding) -> str:
    """What makes it the same finding another time."""
    return f"{finding.rule}|{finding.place}|{finding.wrong}"


def as_json(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [json.loads(json.dumps(asdict(finding))) for finding in findings]


def findings_of(report: LintReport) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            each["rule"],
            Severity(each["severity"]),
            Place(**each["place"]),
            each["wrong"],
            each["remedy"],
        )
        for each in report.findings
    )
