"""One text to one's own telephone, to see it where people will: filled in with invented values, of
no cause but this, and counted in no figure."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.manners import resolved
from campaigns.models.campaign_version import CampaignVersion
from campaigns.rules import Priority
from campaigns.sample_values import USUAL
from campaigns.wording import MissingValue, compile_wording, render
from messaging import inbox, outbox
from messaging.addresses import is_number, normalised
from messaging.models import Message
from trust import audit
from trust.models import User

#: By one person in one hour of the clock: enough to look, too few to text to strangers.
MOST_AN_HOUR = 6
_SHELF = timedelta(hours=1)
_HELD_BACK = {
    "opted_out": _(
        "This number has asked for no more texts, so nothing is sent to it. Text START "
        "from it first, or try another."
    ),
    "not_clinically_approved": _(
        "The campaign's sender is on a real network, which carries no text "
        "without a named clinical approval. Try it on a campaign with a fake sender."
    ),
}


class SampleRefused(Exception):
    """The message says why and what to do; it never repeats the number."""


@transaction.atomic
def send(
    *, version: CampaignVersion, key: str, language: str, number: str, actor: User, now: datetime
) -> int:
    """The id of the queued message. Raises SampleRefused; then nothing was queued."""
    campaign = version.campaign
    text = _text(version, key, language)
    address = normalised(number, campaign.country)
    if not is_number(address):
        raise SampleRefused(
            gettext("Write the whole number with + and its country, such as +44 7700 900123.")
        )
    recipient = inbox.recipient_for(organisation_id=campaign.organisation_id, number=address)
    for turn in range(1, MOST_AN_HOUR + 1):
        message_id = outbox.queue(
            organisation_id=campaign.organisation_id,
            sender_id=campaign.sender_id,
            recipient_id=recipient.pk,
            kind=Message.Kind.STAFF,
            cause_kind=Message.CauseKind.STAFF,
            # Its cause can be queued once, so that the hour's last turn is the last.
            cause_key=f"sample:{actor.pk}:{now:%Y%m%d%H}:{turn}",
            text=text,
            not_before=now,
            valid_until=now + _SHELF,
            hours=None,
            zone=campaign.time_zone,
            priority=Priority.REPLY.rank,
            is_test=True,
            approved=version.clinically_approved,
            now=now,
        )
        if message_id is not None:
            return _sent(message_id, version, key, language, actor)
    raise SampleRefused(
        gettext(
            "You have sent yourself %(most_an_hour)s texts in this hour, which is "
            "the most. The next can go when the hour is over."
        )
        % {"most_an_hour": MOST_AN_HOUR}
    )


def _sent(message_id: int, version: CampaignVersion, key: str, language: str, actor: User) -> int:
    reason = Message.objects.values_list("status_reason", flat=True).get(pk=message_id)
    if reason:
        raise SampleRefused(
            _HELD_BACK.get(reason, gettext("The text was held back; ask an operator."))
        )
    audit.record(
        verb="version.send_sample",
        subject=version,
        actor=actor,
        detail={"key": key, "language": language, "message": message_id},
    )
    return message_id


def _text(version: CampaignVersion, key: str, language: str) -> str:
    found = version.texts.filter(language=language).values_list("key", "body")
    texts = dict(found)
    words = resolved(key, texts) if key in texts else None
    if words is None:
        raise SampleRefused(gettext("There is no text of that name in that language."))
    try:
        wording = compile_wording(words, version.campaign.variables)
        return render(wording, USUAL, version.defaults.get(language, {}))
    except MissingValue as missing:
        raise SampleRefused(
            gettext(
                "The text uses {{ %(missing)s }}, which has no value in this campaign "
                "yet. Set it on the campaign's page."
            )
            % {"missing": missing}
        ) from None
