from django.db import models

from trust.models import Organisation


class DayOff(models.Model):
    """An organisation's correction of its country's public holidays: one more, or one fewer."""

    scope_organisation = "organisation_id"
    scope_campaign = None

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    country = models.CharField(max_length=2)
    day = models.DateField()
    name = models.CharField(max_length=80)
    is_off = models.BooleanField(default=True, help_text="Off: it is no holiday here.")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("country", "day")
        verbose_name_plural = "days off"
        constraints = (
            models.UniqueConstraint(fields=("organisation", "country", "day"), name="day_off_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.day}"
