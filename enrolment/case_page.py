"""What the page of a case shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from enrolment import canned, counselling
from enrolment.case_clock import standing
from enrolment.case_forms import AnswerForm, AssignForm, ResolveForm
from enrolment.counsellors import counsellors_of
from enrolment.dialogue import dialogue
from enrolment.models.case import Case
from enrolment.models.page import Page
from enrolment.models.pager_contact import PagerContact
from enrolment.person_words import plain
from enrolment.two_clocks import TwoClocks
from trust.models import Organisation, User
from trust.scope import Reach, scope


def context(
    *,
    case: Case,
    reach: Reach,
    now: datetime,
    user: User,
    form: AnswerForm | None = None,
    resolve: ResolveForm | None = None,
    chosen: str = "",
    number: str = "",
) -> dict[str, Any]:
    """`case`: as `counselling.with_outlook` reads it. `chosen`: the id of the ready reply that the
    answer begins with. `number`: shown, to whoever asked for it."""
    turn: int = case.turn_count  # type: ignore[attr-defined]
    found = counselling.outlook(case=case, now=now)
    ready = canned.offered(case=case, now=now)
    text = {str(row.pk): row.text for row in ready}.get(chosen, "")
    pages = list(case.pages.select_related("contact"))
    here = user.time_zone or case.organisation.time_zone
    clocks = TwoClocks(ZoneInfo(here), ZoneInfo(found.hours.zone))
    return {
        "case": case,
        "kind": plain(case.detail),
        "clock": standing(due_at=case.due_at, now=now),
        "waits": case.status in Case.WAITING,
        "lines": [(line, clocks.beside(line.at)) for line in dialogue(case=case)],
        "zone": clocks.viewer.key,
        "their_zone": clocks.person.key.replace("_", " "),
        "theirs_now": clocks.theirs(now),
        "now": now,
        "outlook": found,
        "form": form or AnswerForm(initial={"text": text, "turn": turn}),
        "resolve": resolve or ResolveForm(initial={"resolution": "answered"} if turn else {}),
        "assign": AssignForm(counsellors=_colleagues(case, user)),
        "canned": ready,
        "others": _others(case, reach),
        "pages": pages,
        "untold": any(page.status != Page.Status.SENT and page.trouble for page in pages),
        "held_until": _held_until(case, now),
        "number": number,
        "may_reveal": reach.may("number.reveal", case.campaign_id),
        "may_see_person": bool(case.enrolment_id) and reach.may("person.view", case.campaign_id),
    }


def nobody_is_paged(*, reach: Reach) -> bool:
    """Whether an organisation within reach has no contact: urgent cases then wait unseen."""
    mine = Organisation.objects.all()
    if not reach.platform:
        mine = mine.filter(pk__in=[reach.organisation_id])
    paged = PagerContact.objects.filter(is_active=True).values("organisation_id")
    return mine.exclude(pk__in=paged).exists()


def _colleagues(case: Case, user: User) -> Sequence[User]:
    has_it = {user.pk, case.assigned_to_id}
    return [found for found in counsellors_of(case=case) if found.pk not in has_it]


def _others(case: Case, reach: Reach) -> Sequence[Case]:
    waiting = Case.objects.filter(recipient_id=case.recipient_id, status__in=Case.WAITING)
    return list(scope(waiting.exclude(pk=case.pk), reach, "inbox.answer")[:20])


def _held_until(case: Case, now: datetime) -> datetime | None:
    """Planned texts wait: after words of need for a day."""
    until = case.enrolment.rest_until if case.enrolment is not None else None
    return until if until is not None and until > now else None
