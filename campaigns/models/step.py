from django.db import models
from django.db.models import Q

from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.message_bank import MessageBank
from campaigns.models.question import Question
from campaigns.models.stage import Stage
from campaigns.rules import (
    IfUnknown,
    LateRule,
    Priority,
)


class Step(models.Model):
    """A planned text or question. Its key lives across versions: it is how history is known."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="steps")
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    day = models.SmallIntegerField(null=True, blank=True, help_text="Days from the anchor's date.")
    slot = models.CharField(max_length=40, blank=True)
    after_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Minutes after an anchor that is a moment."
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, blank=True)
    bank = models.ForeignKey(
        MessageBank,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Sends this bank's next text instead of one of its own.",
    )
    repeat_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    repeat_times = models.PositiveSmallIntegerField(default=1)
    profiles = models.JSONField(default=list, blank=True, help_text="Only in these doses.")
    when = models.CharField(max_length=500, blank=True, help_text="A condition.")
    variants = models.JSONField(
        default=list, blank=True, help_text='[{"name", "when"}]; wording under key@name'
    )
    draw = models.JSONField(
        default=dict,
        blank=True,
        db_default={},
        help_text="What a trial draws here: its options and their odds, or a factor of the second "
        "stage, as in the content pack.",
    )
    avoid = models.JSONField(default=list, blank=True, help_text="weekends, holidays")
    late = models.CharField(max_length=16, choices=[(rule.value, rule.value) for rule in LateRule])
    shelf_hours = models.PositiveSmallIntegerField()
    if_unknown = models.CharField(
        max_length=8,
        choices=[(rule.value, rule.value) for rule in IfUnknown],
        default=IfUnknown.LEAVE.value,
        help_text="When the provider's answer is lost: leave it, or send again at the risk of two.",
    )
    priority = models.CharField(
        max_length=12, choices=[(rank.value, rank.value) for rank in Priority]
    )
    tags = models.JSONField(default=list, blank=True, help_text="BCTTv1 codes.")

    class Meta:
        ordering = ("version", "stage__position", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "key"), name="step_key_once"),
            models.CheckConstraint(
                condition=(Q(day__isnull=False) & ~Q(slot="") & Q(after_minutes=None))
                | Q(day=None, slot="", after_minutes__isnull=False),
                name="step_has_day_and_slot_or_minutes",
            ),
            models.CheckConstraint(
                condition=Q(repeat_every_days=None, repeat_times=1)
                | Q(repeat_every_days__gte=1, repeat_times__gte=1, day__isnull=False),
                name="step_repeats_on_days",
            ),
            models.CheckConstraint(
                condition=Q(bank=None) | Q(question=None), name="step_draws_or_asks"
            ),
        )

    def __str__(self) -> str:
        return self.key
