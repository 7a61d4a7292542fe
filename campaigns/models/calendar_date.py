from django.db import models

from trust.models import Organisation


class CalendarDate(models.Model):
    """A day a country shares, such as 1 Ramadan. It can be moved: plans that count from it follow.

    `edition` tells one year's from the next and never changes, so that a moved day is known to be
    the same one; 1 Ramadan can fall twice in one year of the common calendar.
    """

    scope_organisation = "organisation_id"
    scope_campaign = None

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    country = models.CharField(max_length=2)
    key = models.SlugField(max_length=40, help_text="As stages name it: calendar.<key>")
    edition = models.PositiveSmallIntegerField(help_text="Such as 1448, or the year.")
    day = models.DateField()
    name = models.CharField(max_length=80)
    is_expected = models.BooleanField(
        default=False, help_text="Still to be confirmed, as by the moon."
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("country", "key", "edition")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "country", "key", "edition"), name="calendar_date_once"
            ),
            models.CheckConstraint(
                condition=models.Q(edition__gte=1, edition__lt=10_000), name="edition_below_stride"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"
