from typing import ClassVar

from django.db import models

from trust.models.organisation import Organisation


class Purge(models.Model):
    """What was taken away on one day because its time was over: a report, and by `reached` where
    the next batch goes on."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    class What(models.TextChoices):
        WORDS_OUT = "words_out", "words of texts sent"
        WORDS_IN = "words_in", "words of texts received"
        ANSWERS = "answers", "answers as they were texted"
        NUMBERS = "numbers", "numbers and names of people who have left"
        STRANGERS = "strangers", "numbers of people who never joined"
        LINKS = "links", "links to own pages"
        AUDIT = "audit", "lines of the audit"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="purges")
    what = models.CharField(max_length=12, choices=What)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(
        default=0, help_text="The last row that was looked at, where they are taken in order."
    )
    last_at = models.DateTimeField(help_text="Of the day's last batch.")

    class Meta:
        ordering = ("-day", "what")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "what", "day"], name="purge_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.day}"
