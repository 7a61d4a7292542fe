"""Rows of an enrolment -> Talk, the value a conversation is decided from."""

from campaigns.rules import (
    QUIT_DATE_ANCHOR,
    SLIP_ANCHOR,
)
from enrolment.models.anchor import Anchor
from enrolment.models.bank_use import BankUse
from enrolment.models.enrolment import Enrolment
from enrolment.talk import Talk


def talk_of(enrolment: Enrolment) -> Talk:
    """Two queries; the caller holds the enrolment's row lock and has its participant."""
    quit_date, last_slip_at = None, None
    in_force = Anchor.objects.filter(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        kind__in=(QUIT_DATE_ANCHOR, SLIP_ANCHOR),
        replaced_at=None,
    )
    for kind, day, instant in in_force.order_by("occurrence").values_list("kind", "day", "instant"):
        if kind == QUIT_DATE_ANCHOR:
            quit_date = day
        else:
            last_slip_at = instant
    uses: dict[str, dict[str, int]] = {}
    for bank, text in BankUse.objects.filter(enrolment=enrolment).values_list(
        "bank_key", "text_key"
    ):
        counts = uses.setdefault(bank, {})
        counts[text] = counts.get(text, 0) + 1
    return Talk(
        enrolment_id=enrolment.pk,
        seed=enrolment.seed,
        zone=enrolment.participant.time_zone,
        language=enrolment.participant.language,
        joining=enrolment.status == Enrolment.Status.INVITED,
        question=enrolment.question,
        asked_at=enrolment.asked_at,
        tries=enrolment.tries,
        quit_date=quit_date,
        last_slip_at=last_slip_at,
        bank_uses=uses,
        helped_at=enrolment.helped_at,
    )
