from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from trust.models import Organisation


class OptOut(models.Model):
    """A number that wants nothing more, for all its campaigns. Not a foreign key to Recipient, so
    it outlives erasure. Both times are machine time, taken under the recipient's lock: an attempt
    that started between them breaks I3."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number_index = models.BinaryField(max_length=17)
    opted_out_at = models.DateTimeField()
    source = models.CharField(max_length=40)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_source = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("-opted_out_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "number_index"], name="opt_out_number_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lift_source="")
                | Q(lifted_at__gte=F("opted_out_at")) & ~Q(lift_source=""),
                name="opt_out_lifted_by_a_source",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Opt-out %(pk)s") % {"pk": self.pk}
