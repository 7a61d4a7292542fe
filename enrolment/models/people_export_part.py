from typing import ClassVar

from django.db import models

from enrolment.models.people_export import PeopleExport


class PeopleExportPart(models.Model):
    """Some people of an exported list, newest first: each the enrolment's id and her cells, without
    a name or a number."""

    scope_organisation: ClassVar[str] = "people_export__campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "people_export__campaign_id"

    people_export = models.ForeignKey(
        PeopleExport, on_delete=models.CASCADE, related_name="kept_parts"
    )
    place = models.PositiveIntegerField()
    rows = models.JSONField()

    class Meta:
        ordering = ("people_export", "place")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["people_export", "place"], name="people_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.people_export_id}/{self.place}"
