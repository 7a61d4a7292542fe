"""All of a person erased, at her own word.

At once, in one transaction: her enrolments end, what is queued is cancelled, and name, answers,
readings, hours and the words of every text go. Her number moves to a row of its own, which nothing
leads to from what is left of her, and waits there for one last text; as soon as a provider has that
text, or when a day has passed, the number goes as well (`finish`). What stays: that somebody was
here, when and which texts went out, and the opt-out, so that nobody texts the number again.
"""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.compiling import compiled
from campaigns.rules import Priority
from campaigns.wording import render
from enrolment import (
    belonging,
    broadcast_lists,
    cases,
    company,
    erasure_log,
    leaving,
    renumbering,
)
from enrolment.models.answer import Answer
from enrolment.models.attribute import Attribute
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.models.erasure import Erasure
from enrolment.models.invitation import Invitation
from enrolment.models.note import Note
from enrolment.models.participant import Participant
from enrolment.models.people_row import PeopleRow
from enrolment.models.reading import Reading
from enrolment.models.web_link import WebLink
from enrolment.saying import REPLY_SHELF
from messaging import forgetting, inbox, optout, outbox
from messaging.models import InboundMessage, Message, Recipient
from trust import audit
from trust.blind_index import number_indexes

CODE_STANDS = timedelta(hours=1)
REASON = "erased"
_TEXT = "system.erased"


@transaction.atomic
def ask(*, participant: Participant, now: datetime) -> str:
    """The code to be texted; an earlier one counts no more. The caller holds the recipient's row
    lock."""
    code = f"{secrets.randbelow(10_000):04}"
    Erasure.objects.update_or_create(
        participant=participant,
        confirmed_at=None,
        defaults={
            "asked_at": now,
            "source": "sms",
            "code_mark": _mark(participant.pk, code),
            "code_expires_at": now + CODE_STANDS,
        },
    )
    audit.record(verb="participant.ask_erase", subject=participant)
    return code


def fits(*, participant: Participant, code: str, now: datetime) -> bool:
    """Whether this is the code that was texted, within the hour. The caller asks anew when not, so
    each guess is one of ten thousand."""
    asked = Erasure.objects.filter(
        participant=participant, confirmed_at=None, code_expires_at__gt=now
    ).first()
    if asked is None or asked.code_mark is None:
        return False
    return hmac.compare_digest(bytes(asked.code_mark), _mark(participant.pk, code))


@transaction.atomic
def erase(
    *, participant: Participant, source: str, cause_key: str | None, now: datetime
) -> Erasure:
    """`cause_key`: of the inbound text that brought it about, its id and a place; None for an
    erasure done before, of which she was told then. The caller holds the row locks of the recipient
    and of her open enrolments. Of a number that others share only what is hers goes, and the
    others' texts go on."""
    recipient = participant.recipient
    has_company = len(company.people(recipient.pk)) > 1
    enrolments = list(
        participant.enrolments.select_related("participant", "version__campaign").order_by("pk")
    )
    running = [row for row in enrolments if row.status in Enrolment.OPEN]
    leaving.withdraw_all(enrolments=running, source=source, reason=REASON, now=now)
    Enrolment.move_all(enrolments, Enrolment.Status.ERASED)
    theirs, name = belonging.texts_from(participant), participant.first_name or ""
    _forget_invitations(participant, name, has_company=has_company)
    _end_in_inbox(theirs, now)
    cases.close_erased(participant=participant, recipient=recipient, now=now)
    answered = int(cause_key.partition(":")[0]) if cause_key is not None else 0
    waiting = forgetting.waiting_after(recipient=recipient, answered=answered)
    came = theirs.exclude(pk__in=waiting.order_by().values("pk"))
    forgetting.forget_texts(came=came, sent=belonging.texts_to(participant))
    _forget_person(participant, now)
    numbers = company.recipients_of(participant)
    _forget_lists(numbers)
    if has_company or len(numbers) > 1:
        for number in numbers:
            forgetting.forget_name(recipient=number, name=name, answered=answered)
    if has_company:
        company.refresh(recipient.pk)
        last = recipient
    else:
        outbox.cancel_recipient(recipient_id=recipient.pk, reason=REASON, now=now)
        end_in_inbox(recipient=recipient, now=now)
        optout.opt_out(recipient=recipient, source=REASON, now=now)
        last = forgetting.set_apart(recipient=recipient, answered=answered)
    asked = Erasure.objects.filter(participant=participant, confirmed_at=None).first()
    erasure = asked or Erasure(participant=participant, asked_at=now)
    erasure.source, erasure.confirmed_at = source, now
    erasure.code_mark = erasure.code_expires_at = None
    erasure.last_recipient = last
    if cause_key is not None:
        erasure.last_message_id = _queue_last(enrolments[-1], last, cause_key, now)
    erasure.save()
    _log_once_committed(participant, now)
    audit.record(verb="participant.erase", subject=participant, detail={"source": source})
    return erasure


def end_in_inbox(*, recipient: Recipient, now: datetime) -> None:
    """What waits for a counsellor is taken from her: its words are gone."""
    _end_in_inbox(InboundMessage.objects.filter(recipient=recipient), now)
    cases.close_erased(participant=None, recipient=recipient, now=now)


def _end_in_inbox(texts: QuerySet[InboundMessage], now: datetime) -> None:
    for inbound in texts.filter(end=InboundMessage.End.INBOX):
        inbox.end(inbound=inbound, end=InboundMessage.End.ANSWERED, reason=REASON, now=now)


def _forget_person(participant: Participant, now: datetime) -> None:
    participant.first_name, participant.slot = None, ""
    participant.hours_start = participant.hours_end = None
    participant.save(update_fields=["first_name", "slot", "hours_start", "hours_end"])
    theirs = {"enrolment__participant": participant}
    Reading.objects.filter(**theirs).delete()
    Answer.objects.filter(**theirs).update(raw=None, value="")
    # The ledger of consent keeps its lines, and the database lets nothing but the words go.
    Consent.objects.filter(**theirs, exact_text__isnull=False).update(exact_text=None)
    Attribute.objects.filter(participant=participant).delete()
    broadcast_lists.forget_person(participant=participant)
    Note.objects.filter(**theirs).update(words=None)
    WebLink.objects.filter(participant=participant).delete()
    renumbering.end_open(participant=participant, now=now)


def _forget_invitations(participant: Participant, name: str, *, has_company: bool) -> None:
    """Of a number that others share, those that are hers or say her name."""
    named = Invitation.objects.filter(
        Q(recipient=participant.recipient) | Q(enrolment__participant=participant),
        first_name__isnull=False,
    )
    for invitation in named.select_related("enrolment"):
        asked, said = invitation.enrolment, (invitation.first_name or "").casefold()
        is_hers = asked is not None and asked.participant_id == participant.pk
        if is_hers or not has_company or said == name.casefold():
            Invitation.objects.filter(pk=invitation.pk).update(first_name=None)


def _forget_lists(numbers: Iterable[Recipient]) -> None:
    """Lists of people that wait to be carried out and name one of her numbers."""
    indexes = [
        index
        for recipient in numbers
        if recipient.number
        for index in number_indexes(recipient.organisation_id, recipient.number)
    ]
    PeopleRow.forget(PeopleRow.objects.filter(number_index__in=indexes), PeopleRow.Reason.ERASED)


def _queue_last(
    enrolment: Enrolment, recipient: Recipient, cause_key: str, now: datetime
) -> int | None:
    """It passes the opt-out, as HELP does: it answers the person who asked."""
    content, participant = compiled(enrolment.version), enrolment.participant
    if not content.has_text(_TEXT):
        return None
    wording = content.wording(_TEXT, participant.language)
    return outbox.queue(
        organisation_id=recipient.organisation_id,
        sender_id=enrolment.version.campaign.sender_id,
        recipient_id=recipient.pk,
        kind=Message.Kind.HELP,
        cause_kind=Message.CauseKind.INBOUND,
        cause_key=cause_key,
        text=render(wording, {}, content.defaults.get(participant.language, {})),
        not_before=now,
        valid_until=now + REPLY_SHELF,
        hours=None,
        zone=participant.time_zone,
        priority=Priority.REPLY.rank,
        is_test=enrolment.is_test,
        approved=enrolment.version.clinically_approved,
        now=now,
    )


def _log_once_committed(participant: Participant, at: datetime) -> None:
    """A disk that is full undoes no erasure: `erasure_log.complete` adds it later."""

    def log() -> None:
        erasure_log.note(participant=participant, at=at)

    transaction.on_commit(log, robust=True)


def _mark(participant_id: int, code: str) -> bytes:
    """Keyed, or whoever reads the table could try ten thousand codes."""
    said = f"enrolment.erase:{participant_id}:{code}"
    return hmac.digest(settings.SECRET_KEY.encode(), said.encode(), "sha256")
