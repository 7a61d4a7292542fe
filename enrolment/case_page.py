"""What the page of a case shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from enrolment import counselling, page_calls
from enrolment.case_clock import standing
from enrolment.case_forms import AnswerForm, ResolveForm
from enrolment.dialogue import dialogue
from enrolment.models.canned_reply import CannedReply
from enrolment.models.case import Case
from enrolment.models.pager_contact import PagerContact
from trust.models import Organisation
from trust.scope import Reach, scope


def context(
    *,
    case: Case,
    reach: Reach,
    now: datetime,
    form: AnswerForm | None = None,
    text: str = "",
    number: str = "",
) -> dict[str, Any]:
    """`text`: what the answer begins with. `number`: shown, to whoever asked for it."""
    turn = counselling.turns(case=case)
    found = counselling.outlook(case=case, now=now)
    return {
        "case": case,
        "kind": case.detail.replace("_", " "),
        "clock": standing(due_at=case.due_at, now=now),
        "waits": case.status in Case.WAITING,
        "lines": dialogue(case=case),
        "zone": found.hours.zone,
        "outlook": found,
        "form": form or AnswerForm(initial={"text": text, "turn": turn}),
        "resolve": ResolveForm(initial={"resolution": "answered" if turn else "nothing"}),
        "canned": canned_replies(case=case),
        "others": _others(case, reach),
        "pages": list(case.pages.select_related("contact")),
        "held_until": _held_until(case, now),
        "number": number,
        "may_reveal": reach.may("number.reveal", case.campaign_id),
        "may_see_person": bool(case.enrolment_id) and reach.may("person.view", case.campaign_id),
    }


def canned_replies(*, case: Case) -> Sequence[CannedReply]:
    """Those in the person's language come first."""
    found = CannedReply.objects.filter(
        Q(campaign=None) | Q(campaign_id=case.campaign_id), organisation_id=case.organisation_id
    )
    language = case.participant.language if case.participant else ""
    return sorted(found, key=lambda row: (row.language != language, row.title, row.pk))


def canned_reply(*, case: Case, chosen: str) -> str:
    """Its words, when one of the case's is chosen by its id."""
    words = {str(row.pk): row.text for row in canned_replies(case=case)}
    return words.get(chosen, "")


def nobody_is_paged(*, reach: Reach) -> bool:
    """Whether an organisation within reach has no contact: urgent cases then wait unseen."""
    mine = Organisation.objects.all()
    if not reach.platform:
        mine = mine.filter(pk__in=[reach.organisation_id])
    paged = PagerContact.objects.filter(is_active=True).values("organisation_id")
    return mine.exclude(pk__in=paged).exists()


def webhook_secret(contact: PagerContact) -> str:
    """What the receiver checks our signature with."""
    if contact._state.adding:
        return "Made when the contact is saved."
    return page_calls.secret_of(contact) if contact.webhook else "Only a webhook has one."


def _others(case: Case, reach: Reach) -> Sequence[Case]:
    waiting = Case.objects.filter(recipient_id=case.recipient_id, status__in=Case.WAITING)
    return list(scope(waiting.exclude(pk=case.pk), reach, "inbox.answer")[:20])


def _held_until(case: Case, now: datetime) -> datetime | None:
    """Planned texts wait: after words of need for a day."""
    until = case.enrolment.rest_until if case.enrolment is not None else None
    return until if until is not None and until > now else None
