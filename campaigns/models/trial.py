from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from campaigns.consent_scopes import ConsentScope
from campaigns.models.campaign import Campaign
from trust.fields import EncryptedText
from trust.models import User
from trust.sealed import SealedModel


class Trial(SealedModel):
    """A comparison of arms within a campaign. From its start the database refuses to change how
    people are allocated; what may be amended is amended by a TrialChange.

    The seed is made at the start and never shown; its SHA-256 is published, so that everybody can
    tell afterwards that it was not changed. `policy` counts the amendments of the odds.
    """

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class Method(models.TextChoices):
        SIMPLE = "simple", "simple: each draw for itself"
        BLOCKS = "blocks", "permuted blocks of random size"
        STRATIFIED = "stratified", "permuted blocks in each stratum"
        MINIMISATION = "minimisation", "minimisation with a biased coin"

    class State(models.TextChoices):
        DRAFT = "draft"
        RUNNING = "running"
        STOPPED = "stopped"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        State.DRAFT: (State.RUNNING,),
        State.RUNNING: (State.STOPPED,),
        State.STOPPED: (),
    }

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="trials")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    about = models.TextField(blank=True, help_text="What is compared, and where it is registered.")
    method = models.CharField(max_length=12, choices=Method, default=Method.SIMPLE)
    strata = models.JSONField(
        default=list,
        blank=True,
        help_text="Names whose value makes a stratum, such as language, answer.sex, or a "
        "condition. Minimisation balances each of them.",
    )
    block_sizes = models.JSONField(
        default=list, blank=True, help_text="Multiples of the ratio's sum; one is drawn each time."
    )
    coin = models.FloatField(
        default=0.8, help_text="Minimisation: how likely the arm that balances best is."
    )
    eligible = models.CharField(
        max_length=500, blank=True, help_text="A condition; nobody else is allocated."
    )
    consent = models.CharField(
        max_length=16,
        blank=True,
        choices=[(scope.value, scope.value.replace("_", " ")) for scope in ConsentScope],
        help_text="The consent without which nobody is allocated.",
    )
    blinded = models.BooleanField(
        default=True, help_text="Staff without the right to unblind see no arm."
    )
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    policy = models.PositiveSmallIntegerField(default=1)
    seed = EncryptedText(null=True, blank=True, editable=False)
    seed_hash = models.CharField(max_length=64, blank=True, editable=False)
    generator = models.CharField(max_length=40, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("campaign", "key"), name="trial_key_once"),
            models.CheckConstraint(
                condition=Q(state="draft", started_at=None, seed=None, seed_hash="")
                | (
                    ~Q(state="draft")
                    & Q(started_at__isnull=False, seed__isnull=False)
                    & ~Q(seed_hash="")
                ),
                name="trial_seed_stands_from_its_start",
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_at__isnull=False)
                | (~Q(state="stopped") & Q(stopped_at=None)),
                name="stopped_trial_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(coin__gt=0.5, coin__lt=1), name="trial_coin_is_biased"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def sealing_organisation_id(self) -> int:
        return self.campaign.organisation_id

    def move_to(self, state: str, **columns: Any) -> bool:
        """Applies one of MOVES and the columns that go with it; False when it is not legal from
        the state the row has now. This instance follows."""
        allowed = [before for before, after in self.MOVES.items() if state in after]
        values = {"state": state, **columns}
        if not Trial.objects.filter(pk=self.pk, state__in=allowed).update(**values):
            return False
        self.refresh_from_db(fields=list(values))
        return True
