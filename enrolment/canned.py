"""Ready replies: which are offered in a case, and their words with the placeholders filled in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from campaigns.compiling import compiled
from campaigns.wording import MissingValue, compile_wording, filled, placeholders
from enrolment import saying
from enrolment.models.canned_reply import CannedReply
from enrolment.models.case import Case


def offered(*, case: Case, now: datetime) -> Sequence[CannedReply]:
    """Those in the person's language come first. Their text is what would be sent; a placeholder
    nobody knows the value of stays, for the counsellor to fill in."""
    found = CannedReply.objects.filter(
        Q(campaign=None) | Q(campaign_id=case.campaign_id), organisation_id=case.organisation_id
    )
    language = case.participant.language if case.participant else ""
    rows = sorted(found, key=lambda row: (row.language != language, row.title, row.pk))
    known: dict[str, str] = {}
    for row in rows:
        for name in placeholders(row.text) - known.keys():
            known |= _value(case, name, now)
        row.text = filled(row.text, known)
    return rows


def _value(case: Case, name: str, now: datetime) -> Mapping[str, str]:
    token = f"{{{{ {name} }}}}"
    variables = case.campaign.variables if case.campaign is not None else {}
    try:
        wording = compile_wording(token, variables)
        if case.enrolment is None:
            return {} if wording.fields else {name: wording.parts[0]}
        content = compiled(case.enrolment.version)
        return {
            name: saying.rendered(
                enrolment=case.enrolment, content=content, wording=wording, now=now
            )
        }
    except MissingValue:
        return {}
