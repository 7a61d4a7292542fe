"""Another number for a person's texts: asked for, agreed to by that number, moved.

Asked for by text, the code goes to the number she has now, and counts only when it comes from the
one she named: a forged text of either is not enough. Asked for on her own page, which a link to her
number opened, or by staff, the code goes to the new number. Whoever asks gets the same answer
whether or not the new number is known to us, and of it only an index is kept.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from campaigns.compiling import compiled
from campaigns.rules import Priority
from enrolment import strangers
from enrolment.models.enrolment import Enrolment
from enrolment.models.number_change import NumberChange
from enrolment.models.participant import Participant
from enrolment.own_texts import own_text
from enrolment.saying import QUESTION_SHELF
from enrolment.spoken_digits import plain
from messaging import inbox, outbox
from messaging.addresses import is_number, normalised
from messaging.models import InboundMessage, Message, Recipient
from trust import audit
from trust.blind_index import number_indexes
from trust.models import User

STANDS = timedelta(hours=24)
#: A number that must first be asked may take its time.
ASKED_STANDS = timedelta(days=3)
MOST_A_DAY = 3
#: A number is asked so often in so long, by whomever: it may be anybody's.
MOST_ASKED = 3
ASKED_WITHIN = timedelta(days=30)
#: After so many wrong codes the change ends.
MOST_TRIES = 5
_DAY = timedelta(hours=24)
_CODE = 6


class NotANumber(Exception):
    """The words are no number, or one of a country we don't text to. It tells nothing of whether
    the number is known."""


@dataclass(frozen=True, slots=True)
class Asked:
    change: NumberChange
    code: str


def are_too_many(*, participant: Participant, now: datetime) -> bool:
    asked = NumberChange.objects.filter(participant=participant, asked_at__gt=now - _DAY)
    return asked.count() >= MOST_A_DAY


def read_number(*, enrolment: Enrolment, said: str) -> str:
    """E.164. Raises NotANumber."""
    sender = enrolment.campaign.sender
    number = normalised(plain(said).strip(" .,!"), sender.country)
    if not is_number(number) or not strangers.is_served(sender=sender, number=number):
        raise NotANumber
    return number


@transaction.atomic
def ask(
    *,
    enrolment: Enrolment,
    number: str,
    source: str,
    now: datetime,
    to_caregiver: bool = False,
    actor: User | None = None,
) -> Asked:
    """An earlier wish ends. `number` is E.164. The caller has asked `are_too_many`, and holds the
    row lock of the number she has now."""
    participant = enrolment.participant
    end_open(participant=participant, now=now)
    code = f"{secrets.randbelow(10**_CODE):0{_CODE}}"
    by_text = source == NumberChange.Source.SMS
    change = NumberChange.objects.create(
        participant=participant,
        source=source,
        to_caregiver=to_caregiver,
        number_index=_index(participant.organisation_id, number),
        code_mark=b"",
        asked_at=now,
        expires_at=now + (STANDS if by_text else ASKED_STANDS),
    )
    change.code_mark = _mark(change.pk, code)
    change.save(update_fields=["code_mark"])
    audit.record(
        verb="participant.ask_number",
        subject=participant,
        actor=actor,
        detail={"source": source, "change": change.pk},
    )
    if not by_text:
        _ask_new_number(enrolment, change, number, code, now)
    return Asked(change, code)


def end_open(*, participant: Participant, now: datetime) -> None:
    for change in NumberChange.objects.filter(
        participant=participant, status=NumberChange.Status.OPEN
    ):
        change.close(NumberChange.Status.ENDED, ended_at=now)


def agreed(*, inbound: InboundMessage, now: datetime) -> NumberChange | None:
    """The change that this text agrees to; None for any other text. The caller holds the row lock
    of the number it came from."""
    code = _code_in(inbound.body or "")
    if not code:
        return None
    open_ones = NumberChange.objects.filter(
        number_index=bytes(inbound.recipient.number_index),
        status=NumberChange.Status.OPEN,
        participant__organisation_id=inbound.organisation_id,
        expires_at__gt=now,
    ).select_related("participant")
    for change in open_ones.order_by("pk"):
        if hmac.compare_digest(bytes(change.code_mark or b""), _mark(change.pk, code)):
            return change
        change.tries += 1
        change.save(update_fields=["tries"])
        if change.tries >= MOST_TRIES:
            change.close(NumberChange.Status.ENDED, ended_at=now)
    return None


def expire(*, now: datetime) -> int:
    """Ends the wishes whose time is up, so that nothing is kept of the numbers; how many."""
    late = NumberChange.objects.filter(status=NumberChange.Status.OPEN, expires_at__lte=now)
    return sum(change.close(NumberChange.Status.ENDED, ended_at=now) for change in late[:200])


def _ask_new_number(
    enrolment: Enrolment, change: NumberChange, number: str, code: str, now: datetime
) -> None:
    """One neutral question, which an opt-out of that number stands in the way of."""
    participant = enrolment.participant
    found = inbox.recipient_for(organisation_id=participant.organisation_id, number=number)
    if _asked_often(found, now):
        return
    content = compiled(enrolment.version)
    key = "new_number_ask_care" if change.to_caregiver else "new_number_ask"
    outbox.queue(
        organisation_id=participant.organisation_id,
        sender_id=enrolment.campaign.sender_id,
        recipient_id=found.pk,
        kind=Message.Kind.STAFF,
        cause_kind=Message.CauseKind.STAFF,
        cause_key=f"number:{change.pk}",
        text=own_text(key, participant.language, code=code),
        not_before=now,
        valid_until=now + QUESTION_SHELF,
        hours=(content.hours.start, content.hours.end),
        zone=participant.time_zone,
        priority=Priority.REPLY.rank,
        is_test=enrolment.is_test,
        approved=True,
        now=now,
    )


def _asked_often(recipient: Recipient, now: datetime) -> bool:
    asked = Message.objects.filter(
        recipient=recipient,
        cause_kind=Message.CauseKind.STAFF,
        cause_key__startswith="number:",
        created_at__gt=now - ASKED_WITHIN,
    )
    return asked.count() >= MOST_ASKED


def _index(organisation_id: int, number: str) -> bytes:
    """The one its row has, so that they meet after the index key was changed."""
    indexes = number_indexes(organisation_id, number)
    known = Recipient.objects.filter(organisation_id=organisation_id, number_index__in=indexes)
    found = known.order_by("pk").values_list("number_index", flat=True).first()
    return bytes(found or indexes[0])


def _code_in(text: str) -> str:
    """Six digits by themselves, in whatever script, with no more than a word beside them."""
    words = plain(text).split()
    codes = [word.strip(".,!") for word in words]
    codes = [word for word in codes if len(word) == _CODE and word.isdecimal()]
    return codes[0] if len(codes) == 1 and len(words) <= 2 else ""


def _mark(change_id: int, code: str) -> bytes:
    """Keyed, or whoever reads the table could try every code."""
    said = f"enrolment.number:{change_id}:{code}"
    return hmac.digest(settings.SECRET_KEY.encode(), said.encode(), "sha256")
