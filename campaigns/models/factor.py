from django.db import models
from django.db.models import Q

from campaigns.models.trial import Trial


class Factor(models.Model):
    """One thing a trial varies: a trial of two arms has one, a factorial trial several.

    Of the first stage it is drawn as people join; of the second, for those who have not responded
    when a step of the journey comes to it. Its key is unique in the campaign, for conditions name
    it: arm.<key>.
    """

    scope_organisation = "trial__campaign__organisation_id"
    scope_campaign = "trial__campaign_id"

    class Stage(models.TextChoices):
        FIRST = "first", "as people join"
        SECOND = "second", "again, for those who have not responded"

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="factors")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=1)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.FIRST)
    non_responder = models.CharField(
        max_length=500, blank=True, help_text="Second stage: whom it is drawn for, a condition."
    )
    tailoring = models.CharField(
        max_length=60,
        blank=True,
        help_text="Second stage: the name whose value is recorded with the draw, such as "
        "answer.smoking.",
    )

    class Meta:
        ordering = ("trial", "position", "id")
        constraints = (
            models.UniqueConstraint(fields=("trial", "key"), name="factor_key_once"),
            models.CheckConstraint(
                condition=Q(stage="first", non_responder="", tailoring="")
                | (Q(stage="second") & ~Q(non_responder="")),
                name="second_stage_has_its_rule",
            ),
        )

    def __str__(self) -> str:
        return self.name
