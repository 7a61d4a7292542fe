from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.enrolment import Enrolment
from enrolment.models.people_file import PeopleFile
from enrolment.people_rows import Deed as RowDeed
from trust.fields import EncryptedText
from trust.sealed import SealedModel


class PeopleRow(SealedModel):
    """One person of a list: what is to be done, and what became of it. Who it is stands here only
    until then."""

    scope_organisation: ClassVar[str] = "people_file__campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "people_file__campaign_id"

    class Deed(models.TextChoices):
        ASK = RowDeed.ASK.value, _("is asked")
        ENROL = RowDeed.ENROL.value, _("joins, consent on paper")
        TAKE_OVER = RowDeed.TAKE_OVER.value, _("goes on here")
        STOP = RowDeed.STOP.value, _("stopped before: never texted")

    class Status(models.TextChoices):
        UNSEEN = "unseen", _("not looked at yet")
        PLANNED = "planned", _("to be done")
        DONE = "done", _("Done")
        PASSED = "passed", _("left alone")

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.UNSEEN: (Status.PLANNED, Status.PASSED),
        Status.PLANNED: (Status.DONE, Status.PASSED),
        Status.DONE: (),
        Status.PASSED: (),
    }
    OPEN = (Status.UNSEEN, Status.PLANNED)

    class Reason(models.TextChoices):
        """Why a row is left alone."""

        OPTED_OUT = "opted_out", _("stopped before: never texted")
        COUNTRY = "country", _("the campaign does not text to that country")
        ALREADY_IN = "already_in", _("already in the campaign, or asked just now")
        ASKED_LATELY = "asked_lately", _("asked within thirty days")
        FULL = "full", _("as many people behind the number as there may be")
        NOT_OPEN = "not_open", _("the campaign takes nobody in")
        TWICE = "twice", _("the same number as another row")
        CAME_SINCE = "came_since", _("said yes here after that stop")
        ERASED = "erased", _("erased meanwhile")
        THROWN_AWAY = "thrown_away", _("the list was thrown away before its turn")
        FAULT = "fault", _("something broke here")

    people_file = models.ForeignKey(PeopleFile, on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField(help_text="Its place in the file.")
    deed = models.CharField(max_length=9, choices=Deed)
    status = models.CharField(max_length=7, choices=Status, default=Status.UNSEEN)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    person = EncryptedText(null=True, blank=True, help_text="What the row says, as JSON.")
    number_index = models.BinaryField(max_length=17, null=True, blank=True)
    is_test = models.BooleanField(default=False)
    #: The row that counts, of two with one number.
    same_as = models.PositiveIntegerField(null=True, blank=True)
    first_step = models.CharField(
        max_length=60, blank=True, help_text="What an imported person would get first."
    )
    first_at = models.DateTimeField(null=True, blank=True)
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("people_file", "row")
        indexes: ClassVar = [
            models.Index(
                fields=["number_index"],
                condition=Q(number_index__isnull=False),
                name="people_row_number",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["people_file", "row"], name="people_row_once"),
            models.CheckConstraint(
                condition=Q(status__in=("unseen", "planned"))
                | Q(status__in=("done", "passed"), person=None, number_index=None),
                name="done_row_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(status="passed") & ~Q(reason="") | ~Q(status="passed") & Q(reason=""),
                name="passed_row_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Row %(number)s") % {"number": self.row}

    @property
    def sealing_organisation_id(self) -> int:
        return self.people_file.campaign.organisation_id

    @staticmethod
    def forget(rows: "models.QuerySet[PeopleRow]", reason: str) -> int:
        """Of these rows, those that wait; how many."""
        return rows.filter(status__in=PeopleRow.OPEN).update(
            status=PeopleRow.Status.PASSED, reason=reason, person=None, number_index=None
        )

    def move_to(self, status: str, **columns: object) -> bool:
        """Applies one of MOVES; whoever it is about is forgotten at its end. False when the row has
        moved on meanwhile."""
        allowed = [before for before, after in self.MOVES.items() if status in after]
        values = {"status": status, **columns}
        if status not in self.OPEN:
            values |= {"person": None, "number_index": None}
        if not PeopleRow.objects.filter(pk=self.pk, status__in=allowed).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
