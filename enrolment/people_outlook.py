"""What a list would do, looked up for many rows at once: who may be signed up, and what an imported
person would get first. Nothing is changed, and no number becomes known by it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.calendars import calendars_of
from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.models import Campaign, CampaignVersion
from enrolment import journey
from enrolment.inviting import NOT_AGAIN_WITHIN
from enrolment.models.enrolment import Enrolment
from enrolment.models.people_row import PeopleRow
from enrolment.people_rows import Deed, Person
from enrolment.state import JUST_BEFORE, AnchorAt, State, Verdict
from enrolment.strangers import is_served
from enrolment.taking_over import anchors_of
from messaging.models import OptOut, Recipient
from trust.blind_index import number_indexes

_Reason = PeopleRow.Reason
#: Looks ahead of a journey, each to its next step; a person who gets nothing in so many gets
#: nothing soon.
_LOOKS = 60


def reasons(campaign: Campaign, people: Sequence[Person], now: datetime) -> dict[int, str]:
    """By row: why it would be left alone, one of PeopleRow.Reason; those to be done are not in it.
    Five queries, however many rows."""
    indexes = {
        person.row: number_indexes(campaign.organisation_id, person.number) for person in people
    }
    every = [index for found in indexes.values() for index in found]
    numbers = {"organisation_id": campaign.organisation_id, "number_index__in": every}
    found = OptOut.objects.filter(**numbers, lifted_at=None).values_list("number_index", flat=True)
    stopped = {bytes(index) for index in found}
    known = {
        bytes(index): pk
        for pk, index in Recipient.objects.filter(**numbers).values_list("pk", "number_index")
    }
    theirs = Enrolment.objects.filter(
        campaign=campaign, participant__recipient__in=known.values()
    ).values_list("participant__recipient_id", flat=True)
    inside = set(theirs.filter(status__in=Enrolment.OPEN))
    lately = set(
        theirs.filter(
            exit_reason__in=("declined", "not_answered"), ended_at__gt=now - NOT_AGAIN_WITHIN
        )
    )
    alone: dict[int, str] = {}
    for person in people:
        own = indexes[person.row]
        recipients = {known[index] for index in own if index in known}
        if person.deed is Deed.STOP:
            continue
        if stopped.intersection(own):
            alone[person.row] = _Reason.OPTED_OUT
        elif not is_served(sender=campaign.sender, number=person.number):
            alone[person.row] = _Reason.COUNTRY
        elif recipients & inside:
            alone[person.row] = _Reason.ALREADY_IN
        elif recipients & lately:
            alone[person.row] = _Reason.ASKED_LATELY
    return alone


def seed_of(row: PeopleRow) -> int:
    """The same in the preview and when it is done."""
    return (row.people_file_id * 1_000_003 + row.row * 7_919) % 2**31


class Foresight:
    """What people of one version would get first, at `now`."""

    def __init__(self, version: CampaignVersion, now: datetime) -> None:
        campaign = version.campaign
        self.content: Content = compiled(version)
        self.zone, self.now = ZoneInfo(campaign.time_zone), now
        place = (campaign.organisation_id, campaign.country)
        calendar = calendars_of([place], today=now.date())[place]
        self.days_off = calendar.days_off
        self.calendar = tuple(
            AnchorAt(day.kind, day.edition, day=day.day) for day in calendar.dates
        )

    def first(self, person: Person, seed: int) -> tuple[str, datetime | None]:
        """The step and when it leaves; nothing where nothing comes."""
        state, at = self._state(person, seed), self.now
        for _ in range(_LOOKS):
            plan = journey.plan(self.content, state, at)
            queued = [due for due in plan.dues if due.verdict is Verdict.QUEUED]
            if queued:
                due = min(queued, key=lambda each: max(each.not_before, at))
                return due.step.key, max(due.not_before, at)
            if plan.next_due_at is None:
                break
            state = state._replace(planned_through=plan.planned_through, load=plan.load)
            at = plan.next_due_at
        return "", None

    def _state(self, person: Person, seed: int) -> State:
        own = anchors_of(person, self.zone, self.now)
        return State(
            enrolment_id=0,
            attempt=1,
            seed=seed,
            zone=self.zone.key,
            slot="",
            planned_from=self.now,
            planned_through=self.now - JUST_BEFORE,
            anchors=(*own, *self.calendar) if self.content.minds_calendar else own,
            profile=person.dose or self.content.default_profile,
            language=person.language,
            heard_at=self.now,
            days_off=self.days_off,
        )
