"""What was asked about who speaks behind a number, and whose turn it is. The caller of each holds
the number's row lock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from enrolment.models.hearing import Hearing
from enrolment.models.participant import Participant
from enrolment.models.turn import Turn
from enrolment.own_texts import own_text
from messaging.models import InboundMessage

#: An answer that comes later answers something else.
STANDS = timedelta(hours=12)
#: Whoever spoke last is taken to speak on for so long.
REMEMBERED = timedelta(hours=1)
SOMEBODY_ELSE = 0


def is_asking(turn: Turn, now: datetime) -> bool:
    return turn.asked_at is not None and now <= turn.asked_at + STANDS


def remembered(turn: Turn | None, now: datetime) -> int | None:
    if turn is None or turn.until is None or now > turn.until:
        return None
    return turn.participant_id


def ask(*, kind: str, inbound: InboundMessage, options: Sequence[int], now: datetime) -> None:
    Turn.objects.update_or_create(
        recipient_id=inbound.recipient_id,
        defaults={
            "kind": kind,
            "inbound": inbound,
            "options": list(options),
            "asked_at": now,
        },
    )


def names(options: Sequence[int], language: str) -> list[str]:
    """As they are called in the question."""
    rows = Participant.objects.in_bulk([pk for pk in options if pk != SOMEBODY_ELSE])
    nameless = own_text("nameless", language)
    return [
        (rows[pk].first_name or nameless) if pk in rows else own_text("somebody_else", language)
        for pk in options
    ]


def close(turn: Turn) -> None:
    turn.kind, turn.inbound, turn.asked_at, turn.options = "", None, None, []
    turn.save(update_fields=["kind", "inbound", "asked_at", "options"])


def remember(*, recipient_id: int, participant_id: int, now: datetime) -> None:
    Turn.objects.update_or_create(
        recipient_id=recipient_id,
        defaults={"participant_id": participant_id, "until": now + REMEMBERED},
    )


def note(*, inbound: InboundMessage, participant_id: int | None) -> None:
    """Whose text it was. What was nobody's yet may become somebody's."""
    if participant_id is None:
        Hearing.objects.get_or_create(inbound=inbound)
        return
    Hearing.objects.update_or_create(inbound=inbound, defaults={"participant_id": participant_id})
