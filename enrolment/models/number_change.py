from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.participant import Participant


class NumberChange(models.Model):
    """A person's wish that her texts come to another number. Nothing moves before that number has
    texted the code. Calendar time.

    Of the new number only its blind index is kept, and only while the change is open.
    """

    scope_organisation = "participant__organisation_id"
    scope_campaign = "participant__enrolments__campaign_id"

    class Source(models.TextChoices):
        SMS = "sms", _("a text")
        WEB = "web", _("the person's own page")
        STAFF = "staff", _("Staff")

    class Status(models.TextChoices):
        OPEN = "open", _("waits for the new number")
        DONE = "done", _("the texts come to the new number")
        ENDED = "ended", _("came to nothing")

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.OPEN: (Status.DONE, Status.ENDED),
        Status.DONE: (),
        Status.ENDED: (),
    }

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="number_changes"
    )
    source = models.CharField(max_length=5, choices=Source)
    to_caregiver = models.BooleanField(default=False)
    status = models.CharField(max_length=5, choices=Status, default=Status.OPEN)
    number_index = models.BinaryField(max_length=17, null=True, blank=True)
    code_mark = models.BinaryField(
        max_length=32, null=True, blank=True, help_text="The keyed hash of the code."
    )
    tries = models.PositiveSmallIntegerField(default=0, help_text="Wrong codes so far.")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("number_index",), condition=Q(status="open"), name="number_change_open"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("participant",), condition=Q(status="open"), name="one_open_number_change"
            ),
            models.CheckConstraint(
                condition=Q(
                    status="open",
                    ended_at=None,
                    number_index__isnull=False,
                    code_mark__isnull=False,
                )
                | ~Q(status="open") & Q(ended_at__isnull=False, number_index=None, code_mark=None),
                name="ended_change_knows_no_number",
            ),
        )

    def __str__(self) -> str:
        return gettext("Number change %(number)s") % {"number": self.pk}

    def close(self, status: str, **columns: object) -> bool:
        """Applies one of MOVES; the number is forgotten with it. False when it had ended."""
        allowed = [before for before, after in self.MOVES.items() if status in after]
        values = {"status": status, "number_index": None, "code_mark": None, **columns}
        if not NumberChange.objects.filter(pk=self.pk, status__in=allowed).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
