from messaging.models import InboundMessage


class InboxText(InboundMessage):
    """An inbound text as the people of its campaign reach it; the row is the transport's own."""

    scope_organisation = "organisation_id"
    scope_campaign = "recipient__participant__enrolments__campaign_id"

    class Meta:
        proxy = True
        verbose_name = "inbox text"
        verbose_name_plural = "inbox"
