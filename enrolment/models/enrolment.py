from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from campaigns.models import Campaign, CampaignVersion
from enrolment.models.participant import Participant


class Enrolment(models.Model):
    """One participant in one campaign, and where the journey stands.

    `next_due_at` is what the tick looks for; NULL costs it nothing. All times are calendar time.
    """

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class Status(models.TextChoices):
        INVITED = "invited", "joining"
        ACTIVE = "active"
        PAUSED = "paused"
        COMPLETED = "completed"
        INELIGIBLE = "ineligible", "not eligible"
        WITHDRAWN = "withdrawn"
        ERASED = "erased"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.INVITED: (Status.ACTIVE, Status.INELIGIBLE, Status.WITHDRAWN),
        Status.ACTIVE: (Status.PAUSED, Status.COMPLETED, Status.WITHDRAWN),
        Status.PAUSED: (Status.ACTIVE, Status.WITHDRAWN),
        # A slip told after the last step opens the slip path again.
        Status.COMPLETED: (Status.ACTIVE, Status.WITHDRAWN),
        Status.INELIGIBLE: (Status.ERASED,),
        # START takes up again what STOP has ended.
        Status.WITHDRAWN: (Status.ACTIVE, Status.INVITED, Status.ERASED),
        Status.ERASED: (),
    }
    #: In the programme: at most one of these per participant and campaign.
    OPEN = (Status.INVITED, Status.ACTIVE, Status.PAUSED, Status.COMPLETED)
    ENDED = (Status.INELIGIBLE, Status.WITHDRAWN, Status.ERASED)

    # Found by the index below, which the list of people is read by.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="enrolments", db_index=False
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="enrolments"
    )
    version = models.ForeignKey(CampaignVersion, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.INVITED)
    attempt = models.PositiveSmallIntegerField(default=1)
    seed = models.PositiveIntegerField(help_text="Draws this person's send times and tip order.")
    profile = models.CharField(max_length=20, blank=True, help_text="The dose chosen.")
    arms = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text="{factor: arm}, for the tick; Allocation is the record.",
    )
    begins_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Of an arm that starts later: until then outcome surveys alone come.",
    )
    slips = models.PositiveSmallIntegerField(default=0)
    is_test = models.BooleanField(
        default=False, db_default=False, help_text="A test participant, left out of every figure."
    )

    enrolled_at = models.DateTimeField()
    started_at = models.DateTimeField(
        null=True, blank=True, help_text="When this attempt's journey began."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    exit_reason = models.CharField(max_length=40, blank=True)

    planned_from = models.DateTimeField(
        null=True,
        blank=True,
        help_text="The attempt's start, or when dose, hours or slot last changed.",
    )
    planned_through = models.DateTimeField(
        null=True, blank=True, help_text="Every step due up to here has its Decision."
    )
    next_due_at = models.DateTimeField(null=True, blank=True)
    replanning = models.BooleanField(
        default=False, help_text="Anchors or the version moved: the tick reads past Decisions too."
    )

    load_day = models.DateField(
        null=True, blank=True, help_text="The last local day with a planned text."
    )
    load = ArrayField(
        models.PositiveSmallIntegerField(),
        size=7,
        default=list,
        blank=True,
        help_text="Planned texts on that day and on the six before it.",
    )
    last_text_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(help_text="When a text last came in.")
    heard = models.PositiveSmallIntegerField(default=0)

    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=20, blank=True)
    rest_until = models.DateTimeField(
        null=True, blank=True, help_text="LATER: nothing planned leaves before."
    )

    question = models.CharField(max_length=40, blank=True, help_text="The open question's key.")
    asked_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    helped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-enrolled_at",)
        indexes = (
            # Turned round, so that no other index has this order: of a state that few are in the
            # database would else read the whole table from its newest row on.
            models.Index(F("campaign"), F("status"), F("id") * -1, name="enrolment_of_campaign"),
            models.Index(
                fields=("next_due_at",),
                condition=Q(next_due_at__isnull=False),
                name="enrolment_due",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("participant", "campaign"),
                condition=Q(status__in=("invited", "active", "paused", "completed")),
                name="one_open_enrolment",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("invited", "ineligible", "withdrawn", "erased"))
                | Q(
                    started_at__isnull=False,
                    planned_from__isnull=False,
                    planned_through__isnull=False,
                ),
                name="journey_has_its_start",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=("ineligible", "withdrawn", "erased"),
                    ended_at__isnull=False,
                    next_due_at=None,
                    question="",
                )
                | Q(status__in=("invited", "active", "paused", "completed"), ended_at=None),
                name="ended_enrolment_has_its_time",
            ),
            models.CheckConstraint(
                # A paused journey's next look is the end of its pause.
                condition=Q(next_due_at=None) | Q(status__in=("active", "paused")),
                name="only_running_is_due",
            ),
            models.CheckConstraint(
                condition=Q(status="paused", paused_at__isnull=False) & ~Q(pause_reason="")
                | ~Q(status="paused") & Q(paused_at=None, pause_reason=""),
                name="pause_has_its_time_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(question="", asked_at=None)
                | (~Q(question="") & Q(asked_at__isnull=False)),
                name="open_question_has_its_time",
            ),
            models.CheckConstraint(condition=Q(attempt__gte=1), name="attempt_from_one"),
            models.CheckConstraint(
                condition=Q(planned_through=None)
                | Q(next_due_at=None)
                | Q(next_due_at__gt=F("planned_through")),
                name="due_lies_ahead",
            ),
        )

    def __str__(self) -> str:
        return f"Enrolment {self.pk}"

    def move_to(self, status: str, **columns: Any) -> bool:
        """Applies one of MOVES and the columns that go with it; False when it is not legal from
        the status the row has now. This instance follows."""
        allowed = [before for before, after in self.MOVES.items() if status in after]
        values = {"status": status, **columns}
        if not Enrolment.objects.filter(pk=self.pk, status__in=allowed).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True

    @classmethod
    def move_all(
        cls, enrolments: "Sequence[Enrolment]", status: str, **columns: Any
    ) -> "list[Enrolment]":
        """The same of many, whose row locks the caller holds; those that moved."""
        allowed = [before for before, after in cls.MOVES.items() if status in after]
        values = {"status": status, **columns}
        movable = cls.objects.filter(pk__in=[row.pk for row in enrolments], status__in=allowed)
        found = set(movable.order_by().values_list("pk", flat=True))
        moved = [row for row in enrolments if row.pk in found]
        if moved:
            cls.objects.filter(pk__in=found).update(**values)
        for row in moved:
            for name, value in values.items():
                setattr(row, name, value)
        return moved
