from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from messaging.models import InboundMessage, Recipient
from trust.models import Organisation


class Case(models.Model):
    """What waits for a person: at most one a text, and none of the person's words. Calendar time.

    A number in no campaign has neither participant nor enrolment, and a campaign only where the
    number it texted serves no other. `due_at`: by then somebody should have answered or ended it.
    """

    scope_organisation = "organisation_id"
    scope_campaign = "campaign_id"

    class Reason(models.TextChoices):
        UNKNOWN_WORD = "unknown_word", _("no rule understood it")
        UNREADABLE = "unreadable", _("an answer nobody could read")
        FAULT = "fault", _("a fault of ours")
        CRISIS = "crisis", _("words of need")
        ALARMING_READING = "alarming_reading", _("an alarming reading")
        TWO_BAD_MOODS = "two_bad_moods", _("two bad moods in a row")
        TELLING_WORD = "telling_word", _("a word that tells a person")
        OTHER = "other", _("Other")

    class Urgency(models.IntegerChoices):
        """Lower comes first."""

        URGENT = 1, _("Urgent")
        SOON = 2, _("Soon")
        ORDINARY = 3, _("Ordinary")

    class Status(models.TextChoices):
        OPEN = "open", _("nobody's yet")
        ASSIGNED = "assigned", _("Assigned")
        ANSWERED = "answered", _("Answered")
        RESOLVED = "resolved", _("Resolved")

    class Resolution(models.TextChoices):
        ANSWERED = "answered", _("answered")
        SPOKEN = "spoken", _("spoken with on the phone")
        REFERRED = "referred", _("referred to somebody else")
        NOTHING = "nothing", _("nothing was needed")
        NOT_MEANT = "not_meant", _("not meant for us")
        ERASED = "erased", _("the person was erased")

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.OPEN: (Status.ASSIGNED, Status.ANSWERED, Status.RESOLVED),
        # To somebody else, too.
        Status.ASSIGNED: (Status.ASSIGNED, Status.ANSWERED, Status.RESOLVED),
        Status.ANSWERED: (Status.OPEN, Status.ANSWERED, Status.RESOLVED),
        Status.RESOLVED: (Status.OPEN,),
    }
    #: The clock runs.
    WAITING = (Status.OPEN, Status.ASSIGNED)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="cases")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    inbound = models.OneToOneField(
        InboundMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="case"
    )
    reason = models.CharField(max_length=20, choices=Reason)
    detail = models.CharField(
        max_length=40, blank=True, help_text="A plain word: the kind of need, or of reading."
    )
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=10, choices=Resolution, blank=True)
    alarmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody was told that it is overdue."
    )
    unsent = models.PositiveSmallIntegerField(
        default=0, help_text="Answers that never arrived, for which it was opened again."
    )

    class Meta:
        ordering = ("urgency", "due_at", "id")
        indexes = (
            models.Index(
                fields=("urgency", "due_at"),
                condition=Q(status__in=("open", "assigned")),
                name="case_waiting",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status="open", assigned_to=None, answered_at=None)
                | Q(status="assigned", assigned_to__isnull=False, answered_at=None)
                | Q(status="answered", assigned_to__isnull=False, answered_at__isnull=False)
                | Q(status="resolved"),
                name="case_status_has_its_person",
            ),
            models.CheckConstraint(
                condition=Q(status="resolved", resolved_at__isnull=False) & ~Q(resolution="")
                | ~Q(status="resolved") & Q(resolved_at=None, resolution=""),
                name="case_resolved_with_a_word",
            ),
            models.CheckConstraint(
                condition=Q(enrolment=None) | Q(participant__isnull=False, campaign__isnull=False),
                name="case_enrolment_has_its_person",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=models.F("opened_at")), name="case_due_after_it_opened"
            ),
        )

    def __str__(self) -> str:
        return gettext("Case %(number)s") % {"number": self.pk}

    def move_to(self, status: str, **columns: Any) -> bool:
        """Applies one of MOVES and the columns that go with it; False when it is not legal from
        the status the row has now. This instance follows."""
        allowed = [before for before, after in self.MOVES.items() if status in after]
        values = {"status": status, **columns}
        if not Case.objects.filter(pk=self.pk, status__in=allowed).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
