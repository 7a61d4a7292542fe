"""One campaign's rows as pages of FHIR resources."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.models import Arm, Campaign, Question, Trial
from research import reading_feeds
from research.fhir_checking import checked
from research.fhir_resources import RESOURCES, Study, research_study

STUDY = "ResearchStudy"
KINDS = (*RESOURCES, STUDY)


@dataclass(frozen=True, slots=True)
class FhirPage:
    """`cursor`: of the next page, a number for each feed."""

    resources: list[dict[str, Any]]
    cursor: tuple[int, ...]
    more: bool


def beginning(kind: str) -> tuple[int, ...]:
    return (0,) * len(RESOURCES.get(kind, ((),)))


def read(
    *, campaign: Campaign, kind: str, cursor: tuple[int, ...], limit: int, now: datetime
) -> FhirPage:
    """`kind`: one of KINDS."""
    study = study_of(campaign)
    if kind == STUDY:
        return FhirPage([checked(research_study(study))] if cursor == (0,) else [], (1,), False)
    found: dict[str, dict[str, Any]] = {}
    after, more = [], False
    for begun, (feed, make) in zip(cursor, RESOURCES[kind], strict=True):
        page = reading_feeds.read(campaign=campaign, name=feed, after=begun, limit=limit, now=now)
        # A person may be in twice; she is one Patient of a page.
        found |= {made["id"]: checked(made) for made in (make(row, study) for row in page.rows)}
        after.append(page.next)
        more = more or page.more
    return FhirPage(list(found.values()), tuple(after), more)


def read_all(*, campaign: Campaign, kind: str, now: datetime) -> Iterator[dict[str, Any]]:
    cursor, more, seen = beginning(kind), True, set[str]()
    while more:
        page = read(
            campaign=campaign, kind=kind, cursor=cursor, limit=reading_feeds.LARGEST, now=now
        )
        for resource in page.resources:
            if resource["id"] not in seen:
                yield resource
            if kind == "Patient":
                seen.add(resource["id"])
        cursor, more = page.cursor, page.more


def study_of(campaign: Campaign) -> Study:
    """Questions as the newest version that was ever published has them."""
    questions = (
        Question.objects.filter(version__campaign=campaign, version__published_at__isnull=False)
        .order_by("version__number")
        .values_list("key", "kind", "measure")
    )
    rows = list(questions)
    arms = (
        Arm.objects.filter(factor__trial__campaign=campaign)
        .exclude(factor__trial__state=Trial.State.DRAFT)
        .order_by("factor__trial", "factor__position", "position")
        .values_list("factor__key", "key", "name")
    )
    return Study(
        key=campaign.key.replace("_", "-"),
        name=campaign.name,
        kinds={key: kind for key, kind, _ in rows},
        measures={key: measure for key, _, measure in rows if measure},
        arms=tuple((f"{factor}:{key}", name) for factor, key, name in arms),
    )
