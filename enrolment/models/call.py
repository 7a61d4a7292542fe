from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.call_list import CallList
from enrolment.models.enrolment import Enrolment
from trust.models import User


class Call(models.Model):
    """One person to be called, and how far it came. Whoever calls holds it by name for a time, so
    that nobody is called by two."""

    scope_organisation: ClassVar[str] = "call_list__campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "call_list__campaign_id"

    class Status(models.TextChoices):
        WAITING = "waiting", _("to be called")
        CLAIMED = "claimed", _("being called")
        REACHED = "reached", _("reached")
        REFUSED = "refused", _("did not want to")
        WITHDREW = "withdrew", _("wants no more texts")
        WRONG_NUMBER = "wrong_number", _("wrong number")
        NOT_REACHED = "not_reached", _("not reached")
        #: The consent was taken back, the survey answered by text, or the number is gone.
        LAPSED = "lapsed", _("no call needed any more")

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.WAITING: (Status.CLAIMED, Status.LAPSED),
        # To itself: another takes over once the time is up. To waiting: nobody answered, or the
        # person asked to be called back.
        Status.CLAIMED: (
            Status.CLAIMED,
            Status.WAITING,
            Status.REACHED,
            Status.REFUSED,
            Status.WITHDREW,
            Status.WRONG_NUMBER,
            Status.NOT_REACHED,
            Status.LAPSED,
        ),
        Status.REACHED: (),
        Status.REFUSED: (),
        Status.WITHDREW: (),
        Status.WRONG_NUMBER: (),
        Status.NOT_REACHED: (),
        Status.LAPSED: (),
    }
    OPEN = (Status.WAITING, Status.CLAIMED)

    call_list = models.ForeignKey(CallList, on_delete=models.PROTECT, related_name="calls")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="calls")
    due_on = models.DateField(help_text="The survey's day.")
    place = models.PositiveIntegerField(help_text="In the order drawn.")
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    call_at = models.DateTimeField(null=True, blank=True, help_text="Not again before.")
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: Machine time: somebody who was called away must not hold it for ever.
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("call_list", "place")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call_list", "enrolment"], name="call_once_a_list"),
            models.CheckConstraint(
                condition=Q(status="claimed", claimed_by__isnull=False, claimed_until__isnull=False)
                | ~Q(status="claimed") & Q(claimed_by=None, claimed_until=None),
                name="claimed_call_has_its_caller",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Call %(number)s") % {"number": self.pk}
