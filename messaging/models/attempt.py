from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from messaging.models.message import Message
from trust.models import MachineNow


class Attempt(models.Model):
    """One call to a provider, committed before it is made. While one is unresolved no other may
    exist, and none after one was accepted: both are unique indexes (I1).

    `look_ups` counts how often the provider was asked for it in vain, `look_up_at` is when to ask
    next. `started_at`, `look_up_at` and `settled_at` are machine time; `calendar_at` is the
    calendar at the start."""

    scope_organisation: ClassVar[str] = "message__organisation_id"
    scope_campaign: ClassVar[str | None] = None

    class Outcome(models.TextChoices):
        STARTED = "started"
        UNKNOWN = "unknown"
        ACCEPTED = "accepted"
        REJECTED_PERMANENT = "rejected_permanent", "rejected for good"
        REJECTED_RETRYABLE = "rejected_retryable", "rejected for now"
        #: Never left: too long after its commit, or the text could not be read.
        NOT_MADE = "not_made", "not made"
        #: The provider, asked afterwards, never had it.
        NOT_ACCEPTED = "not_accepted", "not accepted"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Outcome.STARTED: (
            Outcome.UNKNOWN, Outcome.ACCEPTED, Outcome.REJECTED_PERMANENT,
            Outcome.REJECTED_RETRYABLE, Outcome.NOT_MADE,
        ),
        Outcome.UNKNOWN: (
            Outcome.ACCEPTED, Outcome.NOT_ACCEPTED, Outcome.REJECTED_PERMANENT,
            Outcome.REJECTED_RETRYABLE, Outcome.NOT_MADE,
        ),
        Outcome.ACCEPTED: (),
        Outcome.REJECTED_PERMANENT: (),
        Outcome.REJECTED_RETRYABLE: (),
        Outcome.NOT_MADE: (),
        # A report that came after all.
        Outcome.NOT_ACCEPTED: (Outcome.ACCEPTED,),
    }  # fmt: skip
    #: Whether the text went out is open.
    UNRESOLVED = (Outcome.STARTED, Outcome.UNKNOWN)

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    token = models.CharField(max_length=32)
    provider = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.STARTED)
    started_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    calendar_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    look_ups = models.PositiveSmallIntegerField(default=0, db_default=0)
    look_up_at = models.DateTimeField(null=True, blank=True)
    provider_message_id = models.CharField(max_length=80, blank=True)
    error_code = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(
                fields=["provider", "provider_message_id"],
                name="attempt_by_provider_id",
                condition=~Q(provider_message_id=""),
            ),
            BrinIndex(fields=["started_at"], name="attempt_by_time", autosummarize=True),
            models.Index(
                fields=["started_at"],
                name="attempt_unresolved",
                condition=Q(outcome__in=["started", "unknown"]),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token"], name="attempt_token_once"),
            models.UniqueConstraint(
                fields=["message"],
                name="attempt_one_unresolved",
                condition=Q(outcome__in=["started", "unknown"]),
            ),
            models.UniqueConstraint(
                fields=["message"],
                name="attempt_one_accepted",
                condition=Q(outcome="accepted"),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["started", "unknown"], settled_at=None)
                | ~Q(outcome__in=["started", "unknown"]) & Q(settled_at__isnull=False),
                name="attempt_settled_at_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Attempt %(pk)s") % {"pk": self.pk}
