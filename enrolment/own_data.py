"""All that is kept of a person, as one JSON value. docs/self-service.md is its description; a new
field may come, and none changes its meaning without another `format`."""

from datetime import datetime
from typing import Any

from enrolment import own_history
from enrolment.models.anchor import Anchor
from enrolment.models.attribute import Attribute
from enrolment.models.call_attempt import CallAttempt
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.models.invitation import Invitation
from enrolment.models.participant import Participant
from enrolment.models.reading import Reading
from enrolment.own_page import programme_name

FORMAT = "sendwell.my-data/1"


def own_data(participant: Participant, now: datetime) -> dict[str, Any]:
    """Times are ISO 8601 in UTC, days and hours the person's own."""
    rows = participant.enrolments.select_related("campaign", "version").order_by("pk")
    return {
        "format": FORMAT,
        "made_at": _time(now),
        "person": _person(participant),
        "programmes": [_programme(row) for row in rows],
        "told": _attributes(participant),
        "answers": [
            {
                "at": _time(told.at),
                "question": told.key,
                "asked": told.asked,
                "said": told.said,
                "understood_as": told.value,
                "was_understood": told.is_valid,
                "by": told.by,
            }
            for told in own_history.answers(participant)
        ],
        "readings": _readings(participant),
        "consents": _consents(participant),
        "invitations": _invitations(participant),
        "calls": _calls(participant),
        "texts": [
            {"at": _time(line.at), "from": "us" if line.ours else "you", "words": line.body}
            for line in own_history.texts(participant)
        ],
    }


def _person(participant: Participant) -> dict[str, Any]:
    return {
        "number": participant.recipient.number,
        "first_name": participant.first_name,
        "language": participant.language,
        "time_zone": participant.time_zone,
        "discreet": participant.is_discreet,
        "cared_for": participant.is_cared_for,
        "former_numbers": [
            {"until": _time(row.until), "because": row.reason, "number": row.recipient.number}
            for row in participant.former_numbers.select_related("recipient")
        ],
        "time_of_day": participant.slot or None,
        "hours_start": _wall(participant.hours_start),
        "hours_end": _wall(participant.hours_end),
        "since": _time(participant.created_at),
    }


def _programme(enrolment: Enrolment) -> dict[str, Any]:
    anchors = Anchor.objects.filter(enrolment=enrolment).order_by("set_at", "pk")
    return {
        "name": programme_name(enrolment),
        "status": enrolment.status,
        "joined_at": _time(enrolment.enrolled_at),
        "ended_at": _time(enrolment.ended_at),
        "reason_ended": enrolment.exit_reason or None,
        "paused_since": _time(enrolment.paused_at),
        "dose": enrolment.profile or None,
        "attempt": enrolment.attempt,
        "slips": enrolment.slips,
        "dates": [
            {
                "what": anchor.kind,
                "day": anchor.day.isoformat() if anchor.day else None,
                "moment": _time(anchor.instant),
                "set_at": _time(anchor.set_at),
                "set_by": anchor.source,
                "replaced_at": _time(anchor.replaced_at),
            }
            for anchor in anchors
        ],
    }


def _attributes(participant: Participant) -> list[dict[str, Any]]:
    rows = Attribute.objects.filter(participant=participant).select_related("participant")
    return [
        {"what": row.name, "value": row.words or row.value, "at": _time(row.set_at)} for row in rows
    ]


def _readings(participant: Participant) -> list[dict[str, Any]]:
    rows = Reading.objects.filter(enrolment__participant=participant).order_by("measured_at")
    return [
        {"what": row.kind, "value": row.value, "unit": row.unit, "at": _time(row.measured_at)}
        for row in rows
    ]


def _consents(participant: Participant) -> list[dict[str, Any]]:
    rows = Consent.objects.filter(enrolment__participant=participant).select_related(
        "enrolment__campaign"
    )
    return [
        {
            "at": _time(row.given_at),
            "to": row.scope,
            "yes": row.is_given,
            "by": row.channel,
            "words": row.exact_text,
        }
        for row in rows.order_by("pk")
    ]


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None


def _wall(wall: Any) -> str | None:
    return f"{wall:%H:%M}" if wall is not None else None


def _invitations(participant: Participant) -> list[dict[str, Any]]:
    """By whom else her number was handed in."""
    rows = Invitation.objects.filter(recipient=participant.recipient).select_related("campaign")
    return [
        {
            "at": _time(row.invited_at),
            "by": row.channel,
            "name": row.first_name,
            "sent_by": row.referrer or None,
            "asked_on": row.asked_on.isoformat() if row.asked_on else None,
        }
        for row in rows.order_by("pk")
    ]


def _calls(participant: Participant) -> list[dict[str, Any]]:
    """When staff called, and how it ended."""
    rows = CallAttempt.objects.filter(call__enrolment__participant=participant)
    return [{"at": _time(row.ended_at), "ended": row.outcome} for row in rows.order_by("pk")]
