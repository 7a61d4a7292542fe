from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from campaigns.models.campaign import Campaign
from trust.models import User


class CampaignVersion(models.Model):
    """One edition. Once published it never changes; editing means a new version."""

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class Status(models.TextChoices):
        DRAFT = "draft"
        IN_REVIEW = "in_review", "in review"
        APPROVED = "approved"
        PUBLISHED = "published"
        RETIRED = "retired"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.DRAFT: (Status.IN_REVIEW,),
        Status.IN_REVIEW: (Status.DRAFT, Status.APPROVED),
        Status.APPROVED: (Status.DRAFT, Status.PUBLISHED),
        Status.PUBLISHED: (Status.RETIRED,),
        Status.RETIRED: (),
    }
    #: Content may be read by the engine; its rows are frozen.
    FROZEN = (Status.PUBLISHED, Status.RETIRED)

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    languages = models.JSONField(default=list)
    default_language = models.CharField(max_length=8)
    hours_start = models.TimeField()
    hours_end = models.TimeField()
    slots = models.JSONField(default=dict, help_text='Slot name -> ["HH:MM", "HH:MM"].')
    default_slot = models.CharField(max_length=40)
    onboarding = models.JSONField(default=list, help_text="Question keys in the order asked.")
    defaults = models.JSONField(default=dict, help_text="Language -> {field: default value}.")
    attributes = models.JSONField(
        default=dict, blank=True, help_text='{name: {"type", "replaced_by"}}'
    )
    profiles = models.JSONField(default=dict, blank=True, help_text='{dose: {"less", "more"}}')
    scales = models.JSONField(
        default=dict, blank=True, help_text='{name: {"parts", "bands"}}, as in the content pack.'
    )
    default_profile = models.CharField(max_length=20, blank=True)
    min_gap_minutes = models.PositiveSmallIntegerField(default=0)
    cap_day = models.PositiveSmallIntegerField(null=True, blank=True)
    cap_week = models.PositiveSmallIntegerField(null=True, blank=True)
    silent_days = models.PositiveSmallIntegerField(null=True, blank=True)
    pack = models.JSONField(
        default=dict, help_text="The content pack's own head: key, name, about, review, author."
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approver = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    clinical_reviewer = models.CharField(max_length=120, blank=True)
    clinical_body = models.CharField(max_length=120, blank=True)
    clinical_date = models.DateField(null=True, blank=True)
    clinical_reference = models.CharField(
        max_length=120, blank=True, help_text="Of the approval, such as a case number."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("campaign", "-number")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "number"), name="version_number_once"),
            models.UniqueConstraint(
                fields=("campaign",),
                condition=Q(status="published"),
                name="one_published_version",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "in_review"), approved_at=None)
                | Q(status__in=("approved", "published", "retired"), approved_at__isnull=False),
                name="approved_status_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("published", "retired"), published_at__isnull=False)
                | Q(status__in=("draft", "in_review", "approved"), published_at=None),
                name="published_status_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(author=None) | Q(approver=None) | ~Q(author=F("approver")),
                name="author_is_not_approver",
            ),
            models.CheckConstraint(
                condition=Q(clinical_reviewer="", clinical_body="", clinical_date=None)
                | (
                    ~Q(clinical_reviewer="") & ~Q(clinical_body="") & Q(clinical_date__isnull=False)
                ),
                name="clinical_approval_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign} v{self.number}"

    @property
    def clinically_approved(self) -> bool:
        """Named person, body and date; without it only a fake provider may carry the texts."""
        return bool(self.clinical_reviewer)
