from django.db import models

from enrolment.models.reachable import ONE_WAY, ONE_WAY_WORDS, Reachable
from trust.models import Organisation


class OperatorContact(Reachable):
    """Who is told of troubles of the house and of the organisation's senders."""

    scope_organisation = "organisation_id"
    scope_campaign = None

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta(Reachable.Meta):
        constraints = (
            models.CheckConstraint(
                condition=ONE_WAY,
                name="operator_contact_has_one_way",
                violation_error_message=ONE_WAY_WORDS,
            ),
        )
