"""An invitation that another system handed in: written down once, and asked a moment later.

Nothing here looks at what is known of the number, so the answer can tell nothing of it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from campaigns.models import CampaignVersion
from enrolment import inviting
from enrolment.api_problems import Refused, Unreadable
from enrolment.invited import Invited
from enrolment.missed_call import MissedCall
from enrolment.models.api_token import ApiToken
from enrolment.models.consent import Consent
from enrolment.models.invitation import Invitation
from messaging import inbox

#: Each brings a text to somebody who has not asked for it here; a token that has leaked must not
#: reach many.
MOST_A_MINUTE = 60
MOST_A_DAY = 2000
#: Of one number.
ONE_CALL_WITHIN = timedelta(days=1)
#: Span, how many, what is said, and for how many seconds to wait.
LIMITS = (
    (timedelta(minutes=1), MOST_A_MINUTE, "Too many invitations in a minute.", "60"),
    (timedelta(days=1), MOST_A_DAY, "Too many invitations in a day.", "3600"),
)


@transaction.atomic
def take_in(
    *, token_id: int, asked: Invited, idempotency_key: str, digest: str, now: datetime
) -> Invitation:
    """The invitation; of a request that comes again, the one it made before. Raises Refused and
    Unreadable."""
    # Held to the end, so that one key sent twice at once is one request after the other.
    token = (
        ApiToken.objects.select_for_update(no_key=True, of=("self",))
        .select_related("campaign")
        .get(pk=token_id)
    )
    before = Invitation.objects.filter(token=token, idempotency_key=idempotency_key).first()
    if before is not None:
        if before.digest != digest:
            raise Refused(409, "This Idempotency-Key was used for another body.")
        return before
    _require_room(token)
    return inviting.note(
        campaign=token.campaign,
        number=asked.number,
        language=_language(token, asked),
        channel=asked.how,
        first_name=asked.first_name,
        told=inviting.Told(by=asked.referrer),
        token=token,
        idempotency_key=idempotency_key,
        digest=digest,
        now=now,
    )


@transaction.atomic
def take_call(*, token_id: int, call: MissedCall, now: datetime) -> Invitation | None:
    """A call asks to be asked. None, and nothing is written, for a hidden number and for one that
    has rung before within a day: whoever rings ten times gets one question. Raises Refused."""
    token = (
        ApiToken.objects.select_for_update(no_key=True, of=("self",))
        .select_related("campaign")
        .get(pk=token_id)
    )
    before = Invitation.objects.filter(token=token, idempotency_key=call.call).first()
    if before is not None or not call.number:
        return before
    recipient = inbox.recipient_for(
        organisation_id=token.campaign.organisation_id, number=call.number
    )
    lately = Invitation.objects.filter(
        campaign=token.campaign,
        recipient=recipient,
        channel=Consent.Channel.MISSED_CALL,
        stored_at__gt=Now() - ONE_CALL_WITHIN,
    )
    if lately.exists():
        return None
    _require_room(token)
    version = token.campaign.versions.filter(status=CampaignVersion.Status.PUBLISHED).first()
    if version is None:
        raise Refused(409, "The campaign takes nobody in at present.")
    return inviting.note(
        campaign=token.campaign,
        number=call.number,
        language=version.default_language,
        channel=Consent.Channel.MISSED_CALL,
        token=token,
        idempotency_key=call.call,
        now=now,
    )


def _require_room(token: ApiToken) -> None:
    taken = Invitation.objects.filter(token=token)
    for span, most, title, wait in LIMITS:
        if taken.filter(stored_at__gt=Now() - span).count() >= most:
            raise Refused(429, title, {"Retry-After": wait})


def _language(token: ApiToken, asked: Invited) -> str:
    version = token.campaign.versions.filter(status=CampaignVersion.Status.PUBLISHED).first()
    if version is None:
        raise Refused(409, "The campaign takes nobody in at present.")
    if asked.language and asked.language not in version.languages:
        raise Unreadable("/language", f"expected one of {', '.join(version.languages)}")
    return asked.language or version.default_language
