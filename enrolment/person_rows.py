"""A person's enrolment with all that stands at the head of her page, in one query."""

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models import Case as SqlCase
from django.db.models.functions import Cast, JSONObject

from enrolment.models.anchor import Anchor
from enrolment.models.case import Case
from enrolment.models.consent import Consent
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.number_change import NumberChange
from enrolment.state import AnchorAt
from messaging.models import Message, OptOut
from trust.scope import Reach, scope

VIEW = "person.view"


def people(reach: Reach) -> QuerySet[Enrolment]:
    return scope(Enrolment.objects.all(), reach, VIEW)


def with_head(rows: QuerySet[Enrolment], reach: Reach) -> QuerySet[Enrolment]:
    """`rows`: within the reach already. Other enrolments of the number are told within it, too."""
    return rows.select_related(
        "participant__recipient",
        "participant__organisation",
        "campaign__sender",
        "version__campaign",
    ).annotate(
        open_cases=_cases(),
        consent_lines=_consents(),
        anchor_rows=_anchors(),
        others=_others(reach),
        has_opted_out=Exists(
            OptOut.objects.filter(
                organisation=OuterRef("participant__recipient__organisation"),
                number_index=OuterRef("participant__recipient__number_index"),
                lifted_at=None,
            )
        ),
        number_asked_at=Subquery(
            NumberChange.objects.filter(
                participant=OuterRef("participant"), status=NumberChange.Status.OPEN
            ).values("asked_at")[:1],
            output_field=DateTimeField(),
        ),
        waiting=_waiting(),
    )


def anchors_of(enrolment: Enrolment) -> tuple[AnchorAt, ...]:
    """Of this attempt: those in force, and the stages that were left. Of rows by `with_head`."""
    rows: list[dict[str, Any]] = enrolment.anchor_rows  # type: ignore[attr-defined]
    return tuple(
        AnchorAt(
            row["kind"],
            row["occurrence"],
            day=date.fromisoformat(row["day"]) if row["day"] else None,
            instant=_instant(row["instant"]),
            until=_instant(row["until"]),
        )
        for row in rows
    )


def _instant(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)


def _cases() -> ArraySubquery:
    waiting = Case.objects.filter(
        participant=OuterRef("participant"),
        campaign=OuterRef("campaign"),
        status__in=Case.WAITING,
    )
    names = ("id", "reason", "urgency")
    return ArraySubquery(
        waiting.order_by("urgency", "due_at").values(
            each=JSONObject(**{name: name for name in names})
        )[:5]
    )


def _consents() -> ArraySubquery:
    lines = Consent.objects.filter(enrolment=OuterRef("pk")).order_by("pk")
    return ArraySubquery(
        lines.values(each=JSONObject(scope="scope", is_given="is_given", at="given_at"))
    )


def _anchors() -> ArraySubquery:
    found = Anchor.objects.filter(
        Q(replaced_at=None) | Q(kind__startswith="stage."),
        enrolment=OuterRef("pk"),
        attempt=OuterRef("attempt"),
    )
    names = {name: name for name in ("kind", "occurrence", "day", "instant")}
    return ArraySubquery(found.order_by("pk").values(each=JSONObject(**names, until="replaced_at")))


def _others(reach: Reach) -> ArraySubquery:
    """Of the same number, whoever's they are."""
    found = people(reach).filter(participant__recipient=OuterRef("participant__recipient"))
    names = {"id": "id", "status": "status", "campaign": "campaign__name"}
    return ArraySubquery(
        found.exclude(pk=OuterRef("pk"))
        .order_by("pk")
        .values(each=JSONObject(**names, person="participant_id"))[:20]
    )


def _waiting() -> ArraySubquery:
    """The next planned text that is queued already, and when it may leave; none or one."""
    its_decision = SqlCase(
        When(cause_kind=Message.CauseKind.DECISION, then=Cast(F("cause_key"), BigIntegerField())),
        default=None,
    )
    queued = Message.objects.filter(
        recipient=OuterRef("participant__recipient"), status=Message.Status.QUEUED
    ).annotate(decision_id=its_decision)
    mine = Decision.objects.filter(pk=OuterRef("decision_id"), enrolment=OuterRef(OuterRef("pk")))
    step = Subquery(mine.values("step_key")[:1])
    return ArraySubquery(
        queued.filter(Exists(mine))
        .order_by("not_before")
        .values(each=JSONObject(at="not_before", step=step))[:1]
    )
