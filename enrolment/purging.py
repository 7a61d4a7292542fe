"""What an organisation has kept long enough is taken away, a little at a time.

Safe at any time and twice at once: a batch is one transaction, or one a person, takes away only
what still holds something, and the next goes on where it ended. What was measured, decided and sent
stays, and leads to nobody.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import transaction

from enrolment import unnaming
from enrolment.models.answer import Answer
from enrolment.models.web_link import WebLink
from messaging.models import InboundMessage, Message, MessageBody
from trust import audit, retention
from trust.models import Organisation, Purge, RetentionSettings

_What = Purge.What


@dataclass(frozen=True, slots=True)
class _Job:
    organisation_id: int
    kept: RetentionSettings
    now: datetime
    limit: int

    def months_ago(self, months: int) -> datetime:
        return retention.months_before(self.now, months)


@dataclass(frozen=True, slots=True)
class _Taken:
    """How many rows were emptied or removed, the last that was looked at, and whether there was
    more to look at than fitted in."""

    count: int
    reached: int = 0
    is_full: bool = False


def purge(*, now: datetime, limit: int = 500) -> tuple[Counter[str], bool]:
    """One batch of each sort in each organisation: how many rows of which, and whether there may be
    more."""
    taken: Counter[str] = Counter()
    more = False
    for organisation_id in Organisation.objects.order_by("pk").values_list("pk", flat=True):
        job = _Job(organisation_id, retention.of(organisation_id), now, limit)
        for what, take in _TAKES.items():
            found = _batch(job, what, take)
            taken[what] += found.count
            more = more or found.is_full
    return taken, more


@transaction.atomic
def _batch(job: _Job, what: str, take: Callable[[_Job, int], _Taken]) -> _Taken:
    before = retention.reached(organisation_id=job.organisation_id, what=what)
    found = take(job, before)
    if found.count or found.reached > before:
        retention.book(
            organisation_id=job.organisation_id,
            what=what,
            count=found.count,
            reached=found.reached,
            now=job.now,
        )
    return found


def _old(rows: Iterable[tuple[int, datetime]], before: datetime) -> list[int]:
    """Ids of rows in the order they were made, up to the first that is still to be kept."""
    return [row_id for row_id, _ in takewhile(lambda row: row[1] < before, rows)]


def _words_out(job: _Job, reached: int) -> _Taken:
    rows = Message.objects.filter(organisation_id=job.organisation_id, pk__gt=reached)
    ids = _old(
        rows.order_by("pk").values_list("pk", "created_at")[: job.limit],
        job.months_ago(job.kept.words_months),
    )
    bodies = MessageBody.objects.filter(message_id__in=ids, text__isnull=False)
    return _taken(bodies.update(text=None), ids, job)


def _words_in(job: _Job, reached: int) -> _Taken:
    rows = InboundMessage.objects.filter(organisation_id=job.organisation_id, pk__gt=reached)
    ids = _old(
        rows.order_by("pk").values_list("pk", "received_at")[: job.limit],
        job.months_ago(job.kept.words_months),
    )
    texts = InboundMessage.objects.filter(pk__in=ids, body__isnull=False)
    return _taken(texts.update(body=None), ids, job)


def _answers(job: _Job, reached: int) -> _Taken:
    """The words alone: what was understood stays."""
    rows = Answer.objects.filter(
        enrolment__campaign__organisation_id=job.organisation_id, pk__gt=reached
    )
    ids = _old(
        rows.order_by("pk").values_list("pk", "answered_at")[: job.limit],
        job.months_ago(job.kept.words_months),
    )
    return _taken(Answer.objects.filter(pk__in=ids, raw__isnull=False).update(raw=None), ids, job)


def _taken(count: int, ids: list[int], job: _Job) -> _Taken:
    return _Taken(count, ids[-1] if ids else 0, len(ids) == job.limit)


def _numbers(job: _Job, _reached: int) -> _Taken:
    before = job.months_ago(job.kept.number_months)
    found = unnaming.long_gone(job.organisation_id, before).values_list("pk", flat=True)
    ids = list(found[: job.limit])
    gone = [unnaming.unname(participant_id=pk, before=before, now=job.now) for pk in ids]
    return _Taken(sum(gone), is_full=len(ids) == job.limit)


def _strangers(job: _Job, _reached: int) -> _Taken:
    before = job.months_ago(job.kept.number_months)
    found = unnaming.strangers(job.organisation_id, before).values_list("pk", flat=True)
    ids = list(found[: job.limit])
    gone = [unnaming.forget_stranger(recipient_id=pk, before=before, now=job.now) for pk in ids]
    return _Taken(sum(gone), is_full=len(ids) == job.limit)


def _links(job: _Job, _reached: int) -> _Taken:
    old = WebLink.objects.filter(
        participant__organisation_id=job.organisation_id,
        made_at__lt=job.now - timedelta(days=job.kept.link_days),
    )
    ids = list(old.order_by("pk").values_list("pk", flat=True)[: job.limit])
    WebLink.objects.filter(pk__in=ids).delete()
    return _Taken(len(ids), is_full=len(ids) == job.limit)


def _audit(job: _Job, _reached: int) -> _Taken:
    count = audit.forget_old(
        organisation_id=job.organisation_id, years=job.kept.audit_years, limit=job.limit
    )
    return _Taken(count, is_full=count == job.limit)


_TAKES: Mapping[str, Callable[[_Job, int], _Taken]] = {
    _What.WORDS_OUT: _words_out,
    _What.WORDS_IN: _words_in,
    _What.ANSWERS: _answers,
    _What.NUMBERS: _numbers,
    _What.STRANGERS: _strangers,
    _What.LINKS: _links,
    _What.AUDIT: _audit,
}
