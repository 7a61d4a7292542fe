from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Job
from enrolment.people_rows import Kind as ListKind
from trust.fields import EncryptedText
from trust.models import MachineNow, User
from trust.sealed import SealedModel


class PeopleFile(SealedModel):
    """A list of people that somebody sent: kept sealed until it is read, then as rows until each is
    done. Only who sent it sees it; nothing of it is left once it is decided, but what became of
    each row."""

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    class Kind(models.TextChoices):
        ENROL = ListKind.ENROL.value, _("list of new people")
        IMPORT = ListKind.IMPORT.value, _("people of an existing programme")

    class Status(models.TextChoices):
        #: Its job reads it, and looks at each row.
        RECEIVED = "received", _("being checked")
        WRONG = "wrong", _("to be mended")
        READY = "ready", _("Ready")
        #: Its job does one row after the other; a stopped one can go on.
        APPLYING = "applying", _("being carried out")
        APPLIED = "applied", _("carried out")
        #: Thrown away, or nobody came back to it in time. What was done by then stays done.
        DISCARDED = "discarded", _("thrown away")

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.RECEIVED: (Status.WRONG, Status.READY, Status.DISCARDED),
        Status.WRONG: (Status.DISCARDED,),
        Status.READY: (Status.APPLYING, Status.DISCARDED),
        Status.APPLYING: (Status.APPLIED, Status.DISCARDED),
        Status.APPLIED: (),
        Status.DISCARDED: (),
    }
    #: Something personal of it is still kept.
    KEPT = (Status.RECEIVED, Status.READY, Status.APPLYING)

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="people_files")
    kind = models.CharField(max_length=6, choices=Kind)
    status = models.CharField(max_length=9, choices=Status, default=Status.RECEIVED)
    content = EncryptedText(null=True, blank=True, help_text="The file, in base 64.")
    #: Without a value of any cell: row, column, and what to do.
    problems = models.JSONField(default=list, blank=True)
    problem_count = models.PositiveIntegerField(default=0)
    refused = models.CharField(max_length=300, blank=True, help_text="Why it can't be read.")
    total = models.PositiveIntegerField(default=0, help_text="People in it.")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="received") | Q(content=None), name="read_list_is_empty"
            ),
        ]

    def __str__(self) -> str:
        return gettext("List %(number)s") % {"number": self.pk}

    @property
    def sealing_organisation_id(self) -> int:
        return self.campaign.organisation_id

    def move_to(self, status: str, **columns: object) -> bool:
        """Applies one of MOVES; False when the row has moved on meanwhile."""
        allowed = [before for before, after in self.MOVES.items() if status in after]
        values = {"status": status, **columns}
        if not PeopleFile.objects.filter(pk=self.pk, status__in=allowed).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
