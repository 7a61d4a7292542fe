"""Models for these tests only, kept out of the registry so that no other test meets them."""

from typing import ClassVar

from django.db import models
from django.test.utils import isolate_apps

from trust.fields import EncryptedText
from trust.sealed import SealedModel

with isolate_apps("trust"):

    class Note(SealedModel):
        scope_organisation: ClassVar[str] = "organisation_id"
        scope_campaign: ClassVar[str | None] = "campaign_id"

        organisation_id = models.BigIntegerField()
        campaign_id = models.BigIntegerField(null=True)
        label = models.CharField(max_length=20, default="")
        body = EncryptedText(null=True)
        title = EncryptedText(null=True)

        class Meta:
            app_label = "trust"

        def __str__(self) -> str:
            return f"Note {self.pk}"

    class NoteBody(SealedModel):
        """Shares its key with another row, as a narrow table beside a wide one does."""

        note_id = models.BigIntegerField(primary_key=True)
        text = EncryptedText()
        owner_id = models.BigIntegerField()

        class Meta:
            app_label = "trust"

        def __str__(self) -> str:
            return f"Body {self.pk}"

        @property
        def sealing_organisation_id(self) -> int | None:
            return self.owner_id

    class Unscoped(models.Model):
        body = EncryptedText()

        class Meta:
            app_label = "trust"

        def __str__(self) -> str:
            return f"Unscoped {self.pk}"
