"""What one would build without a tick: a Celery task for each message, rows saved by the ORM.

The other side of benchmarks.celery_tick, and meant to be a fair one. Whoever is due was found by
somebody else, whose time isn't counted. The step is found by the project's own journey from the
same compiled content, kept in the process; the wording, the sealing and the rows written are the
tick's. It reads less than the tick does (no past Decisions, no attributes), takes no lock, writes
only the columns that changed, and commits once a task. No results are kept, nothing is rate-limited
or retried, prefetching is Celery's default. So is a new database connection for each task: Celery
does not keep them, whatever Django's settings say, for it holds that unsafe (celery/celery#9824).
KEEP_CONNECTIONS makes it keep them all the same.

    python -m celery -A benchmarks.naive worker --concurrency 2
"""

import os
from datetime import datetime

import django

django.setup()

from celery import Celery  # noqa: E402
from django.db import transaction  # noqa: E402

from campaigns.compiling import content_of  # noqa: E402
from campaigns.content import Content  # noqa: E402
from campaigns.models import CampaignVersion  # noqa: E402
from campaigns.wording import render  # noqa: E402
from config import queues  # noqa: E402
from enrolment import journey  # noqa: E402
from enrolment.fields import Person, field_values  # noqa: E402
from enrolment.load import Load  # noqa: E402
from enrolment.models import Decision, Enrolment  # noqa: E402
from enrolment.state import AnchorAt, Due, Plan, State, Verdict  # noqa: E402
from messaging.models import Message, MessageBody, OptOut  # noqa: E402
from messaging.segments import measure  # noqa: E402

QUEUE = "naive"

app = Celery("naive", broker=queues.broker_url, set_as_current=False)
app.conf.update(
    broker_transport_options=queues.broker_transport_options,
    broker_connection_retry_on_startup=True,
    result_backend=None,
    task_ignore_result=True,
    task_default_queue=QUEUE,
    CELERY_DB_REUSE_MAX=1_000_000_000 if os.environ.get("KEEP_CONNECTIONS") else None,
)
#: A published version never changes: its content, and whether it is clinically approved.
_editions: dict[int, tuple[Content, bool]] = {}


@app.task
@transaction.atomic
def send_due(enrolment_id: int, at: str) -> None:
    """`at` is the calendar time; everything due to this person by then is queued."""
    now = datetime.fromisoformat(at)
    enrolment = Enrolment.objects.select_related("participant__recipient", "campaign").get(
        pk=enrolment_id
    )
    content, is_approved = _edition(enrolment.version_id)
    state = _state(enrolment)
    plan = journey.plan(content, state, now)
    for due in plan.dues:
        text = _text(content, state, enrolment, due)
        decision = _decision(enrolment, due, now)
        decision.save(force_insert=True)
        if text:
            message = _message(enrolment, content, decision, due, text, now)
            message.is_approved = is_approved
            message.save(force_insert=True)
            MessageBody.objects.create(message=message, text=text)
    _advance(enrolment, plan)


def _advance(enrolment: Enrolment, plan: Plan) -> None:
    enrolment.planned_through = plan.planned_through
    enrolment.next_due_at = plan.next_due_at
    enrolment.load_day = plan.load.day
    enrolment.load = list(plan.load.counts)
    enrolment.last_text_at = plan.load.last_at
    enrolment.save(
        update_fields=["planned_through", "next_due_at", "load_day", "load", "last_text_at"]
    )


def _edition(version_id: int) -> tuple[Content, bool]:
    if version_id not in _editions:
        version = CampaignVersion.objects.get(pk=version_id)
        _editions[version_id] = content_of(version_id), version.clinically_approved
    return _editions[version_id]


def _state(enrolment: Enrolment) -> State:
    person = enrolment.participant
    assert enrolment.planned_from is not None
    assert enrolment.planned_through is not None
    load = Load(enrolment.load_day, tuple(enrolment.load) or Load().counts, enrolment.last_text_at)
    return State(
        enrolment_id=enrolment.pk,
        attempt=enrolment.attempt,
        seed=enrolment.seed,
        zone=person.time_zone,
        slot=person.slot,
        planned_from=enrolment.planned_from,
        planned_through=enrolment.planned_through,
        anchors=tuple(
            AnchorAt(anchor.kind, anchor.occurrence, anchor.day, anchor.instant, anchor.replaced_at)
            for anchor in enrolment.anchors.filter(attempt=enrolment.attempt, replaced_at=None)
        ),
        profile=enrolment.profile,
        language=person.language,
        slips=enrolment.slips,
        load=load,
        paused_at=enrolment.paused_at,
        rest_until=enrolment.rest_until,
        heard=enrolment.heard,
        heard_at=enrolment.heard_at,
    )


def _text(content: Content, state: State, enrolment: Enrolment, due: Due) -> str:
    if due.verdict is not Verdict.QUEUED:
        return ""
    person = enrolment.participant
    wording = content.wording(due.text_key, person.language)
    quit_days = [anchor.day for anchor in state.anchors if anchor.kind == "quit_date"]
    known = Person(
        today=due.local_date,
        language=person.language,
        first_name=person.first_name if "first_name" in wording.fields else None,
        quit_date=quit_days[0] if quit_days else None,
    )
    values = field_values(known, wording.fields)
    return render(wording, values, content.defaults.get(person.language, {}))


def _decision(enrolment: Enrolment, due: Due, now: datetime) -> Decision:
    return Decision(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        step_key=due.step.key,
        occurrence=due.occurrence,
        version_id=enrolment.version_id,
        due_at=due.due_at,
        local_date=due.local_date,
        outcome=due.verdict.value,
        reason=due.reason.value,
        text_key=due.text_key,
        variant=due.variant,
        decided_at=now,
    )


def _message(
    enrolment: Enrolment, content: Content, decision: Decision, due: Due, text: str, now: datetime
) -> Message:
    recipient = enrolment.participant.recipient
    opted_out = OptOut.objects.filter(
        organisation_id=recipient.organisation_id,
        number_index=bytes(recipient.number_index),
        lifted_at=None,
    ).exists()
    size = measure(text)
    return Message(
        organisation_id=recipient.organisation_id,
        sender_id=enrolment.campaign.sender_id,
        recipient=recipient,
        kind=Message.Kind.DUE,
        cause_kind=Message.CauseKind.DECISION,
        cause_key=str(decision.pk),
        priority=due.step.priority.rank,
        status=Message.Status.BLOCKED if opted_out else Message.Status.QUEUED,
        status_reason="opted_out" if opted_out else "",
        settled_at=now if opted_out else None,
        not_before=due.not_before,
        valid_until=due.valid_until,
        hours_start=content.hours.start,
        hours_end=content.hours.end,
        zone=enrolment.participant.time_zone,
        segments=size.segments,
        encoding=size.encoding,
        is_test=enrolment.participant.is_test,
        created_at=now,
    )
