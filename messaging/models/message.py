from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from trust.models import Organisation


class Message(models.Model):
    """One text out, and what the wire did with it. Times are calendar time.

    `settled_at`: when its call was answered for good, or it ended without one. `cancel_reason` is
    set on a text that was cancelled while its call was on the wire: it must not be queued again.
    `retimed_at` is machine time: attempts before it were made when it had other times.
    """

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    class Kind(models.TextChoices):
        DUE = "due"
        REPLY = "reply"
        HELP = "help"
        STOP_CONFIRMATION = "stop_confirmation", "stop confirmation"
        BROADCAST = "broadcast"
        STAFF = "staff"
        #: Answers words of need.
        CRISIS = "crisis"

    class CauseKind(models.TextChoices):
        DECISION = "decision"
        INBOUND = "inbound"
        BROADCAST = "broadcast"
        STAFF = "staff"

    class Encoding(models.TextChoices):
        GSM7 = "gsm7", "GSM-7"
        UCS2 = "ucs2", "UCS-2"

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        UNKNOWN = "unknown"
        ACCEPTED = "accepted"
        SENT = "sent"
        DELIVERED = "delivered"
        UNDELIVERED = "undelivered"
        FAILED = "failed"
        CANCELLED = "cancelled"
        EXPIRED = "expired"
        BLOCKED = "blocked"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.QUEUED: (
            Status.SENDING, Status.CANCELLED, Status.EXPIRED, Status.BLOCKED,
            # By a report on a call that had been given up.
            Status.ACCEPTED, Status.SENT, Status.FAILED, Status.UNDELIVERED, Status.DELIVERED,
        ),
        Status.SENDING: (
            Status.QUEUED, Status.CANCELLED, Status.UNKNOWN, Status.ACCEPTED, Status.SENT,
            Status.FAILED, Status.UNDELIVERED, Status.DELIVERED,
        ),
        Status.UNKNOWN: (
            Status.QUEUED, Status.CANCELLED, Status.ACCEPTED, Status.SENT, Status.FAILED,
            Status.UNDELIVERED, Status.DELIVERED,
        ),
        Status.ACCEPTED: (Status.SENT, Status.FAILED, Status.UNDELIVERED, Status.DELIVERED),
        Status.SENT: (Status.FAILED, Status.UNDELIVERED, Status.DELIVERED),
        # A handset that has the text has it, whatever was reported before.
        Status.FAILED: (Status.UNDELIVERED, Status.DELIVERED),
        Status.UNDELIVERED: (Status.DELIVERED,),
        Status.DELIVERED: (),
        Status.CANCELLED: (),
        Status.EXPIRED: (),
        Status.BLOCKED: (),
    }  # fmt: skip
    #: Still to be settled; every other status carries `settled_at`.
    OPEN = (Status.QUEUED, Status.SENDING, Status.UNKNOWN)
    #: Ended without the wire; every one of them says why.
    SILENT = (Status.CANCELLED, Status.EXPIRED, Status.BLOCKED)
    #: Kinds that answer the person who opted out: they pass an opt-out.
    PAST_OPT_OUT = (Kind.HELP, Kind.STOP_CONFIRMATION, Kind.CRISIS)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Found by the indexes below; each more would be written at every change of status.
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="+", db_index=False)
    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    cause_kind = models.CharField(max_length=12, choices=CauseKind.choices)
    cause_key = models.CharField(max_length=64)
    priority = models.PositiveSmallIntegerField(help_text="Lower goes first.")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    status_reason = models.CharField(max_length=40, blank=True)
    not_before = models.DateTimeField()
    valid_until = models.DateTimeField()
    hours_start = models.TimeField(null=True, blank=True)
    hours_end = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=64)
    segments = models.PositiveSmallIntegerField()
    encoding = models.CharField(max_length=4, choices=Encoding.choices)
    provider_message_id = models.CharField(max_length=80, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=40, blank=True)
    resend_unknown = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Sent again when its provider, asked twice, does not know of it.",
    )
    is_test = models.BooleanField(default=False)
    is_approved = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    retimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(
                fields=["sender", "priority", "not_before", "id"],
                name="message_sendable",
                condition=Q(status="queued"),
            ),
            models.Index(
                fields=["valid_until"], name="message_expiring", condition=Q(status="queued")
            ),
            models.Index(
                fields=["recipient"],
                name="message_on_wire",
                condition=Q(status__in=["sending", "unknown"]),
            ),
            models.Index(fields=["recipient", "-id"], name="message_of_recipient"),
            models.Index(
                fields=["settled_at"],
                name="message_came_to_nothing",
                condition=Q(status__in=["failed", "undelivered"]),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cause_kind", "cause_key"], name="message_cause_once"),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "sending", "unknown"], settled_at=None)
                | ~Q(status__in=["queued", "sending", "unknown"]) & Q(settled_at__isnull=False),
                name="message_settled_at_with_status",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["cancelled", "expired", "blocked", "failed"])
                | ~Q(status_reason=""),
                name="message_silence_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(retry_at=None) | Q(status="queued"), name="message_retry_only_queued"
            ),
            models.CheckConstraint(
                condition=Q(hours_start=None, hours_end=None)
                | Q(hours_start__lt=F("hours_end"), hours_end__isnull=False),
                name="message_hours_in_one_day",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Message %(pk)s") % {"pk": self.pk}
