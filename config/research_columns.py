"""What the database role for research reads: rows under ids, nothing sealed, no keyed index of a
number, no token, and nothing that tells an arm of a trial."""

from django.db import models

from campaigns.models import (
    BankText,
    Campaign,
    CampaignVersion,
    Keyword,
    MessageBank,
    Question,
    Stage,
    Step,
    Text,
)
from enrolment.models import (
    Anchor,
    Answer,
    BankUse,
    BroadcastDecision,
    Consent,
    Decision,
    Enrolment,
    Participant,
    Reading,
    Withdrawal,
)
from messaging.models import Attempt, InboundMessage, Message, Receipt
from research.models import DayCount, StandingCount
from trust.fields import EncryptedText

_TABLES: tuple[type[models.Model], ...] = (
    Campaign, CampaignVersion, Stage, Step, Question, Keyword, MessageBank, BankText, Text,
    Participant, Enrolment, Anchor, Decision, BroadcastDecision, Answer, Reading, BankUse, Consent,
    Withdrawal, Message, Attempt, Receipt, InboundMessage, DayCount, StandingCount,
)  # fmt: skip
#: An arm may be blinded; a token or a provider's id leads to a call, and from there to a number.
_LEFT_OUT = {
    Enrolment: {"arms", "begins_at"},
    Decision: {"variant", "arm", "options", "probabilities", "draw", "policy_version"},
    Attempt: {"token", "provider_message_id"},
    Message: {"provider_message_id"},
    InboundMessage: {"provider_message_id"},
    Reading: {"token_id", "idempotency_key", "digest"},
}


def readable() -> dict[type[models.Model], list[str]]:
    return {model: list(_columns(model)) for model in _TABLES}


def _columns(model: type[models.Model]) -> list[str]:
    left_out = _LEFT_OUT.get(model, set())
    return [
        str(field.column)
        for field in model._meta.concrete_fields
        if not isinstance(field, EncryptedText | models.BinaryField)
        and field.column not in left_out
    ]
