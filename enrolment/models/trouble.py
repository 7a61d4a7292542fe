from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trust.models import Organisation


class Trouble(models.Model):
    """Something an operator must know of, from when it was seen until it was over: one open row
    each. Machine time. `subject` says which one of its kind: an id, or a queue's name.

    Without an organisation it is a trouble of the whole house."""

    scope_organisation = "organisation_id"
    scope_campaign = None

    class Kind(models.TextChoices):
        SENDER = "sender", _("a sender's texts cannot leave")
        BEAT = "beat", _("the beat is silent")
        QUEUE = "queue", _("no worker takes from a queue")
        AUDIT = "audit", _("the audit found something")
        BACKLOG = "backlog", _("texts that are due do not leave")
        HELD = "held", _("sending is held")
        BUDGET = "budget", _("a sender's budget is spent, or nearly")
        KEYS = "keys", _("an old key is still needed")
        ROUND = "round", _("the audit does not get round")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    subject = models.CharField(max_length=30, blank=True)
    detail = models.CharField(max_length=200, blank=True, help_text="Ids and plain words.")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject"), condition=Q(ended_at=None), name="trouble_open_once"
            ),
        )

    def __str__(self) -> str:
        return gettext("Trouble %(number)s") % {"number": self.pk}
