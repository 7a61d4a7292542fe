"""Answers of counsellors that never arrived: their cases wait again.

A number that has said STOP meanwhile is no such case: nothing may be sent to it, and the page of
the case says so.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from enrolment import cases
from enrolment.counselling import CASE_KEY
from enrolment.models.case import Case
from messaging.models import Message

_LATELY = timedelta(days=7)
_LOST = (Message.Status.FAILED, Message.Status.UNDELIVERED, Message.Status.EXPIRED)


def reopen(*, now: datetime) -> int:
    """How many cases wait again. Safe at any time, also twice at once."""
    lost = _lost(now)
    return _reopen(lost, now) if lost else 0


@transaction.atomic
def _reopen(lost: Mapping[int, int], now: datetime) -> int:
    opened = 0
    answered = Case.objects.filter(
        pk__in=lost, status__in=(Case.Status.ANSWERED, Case.Status.RESOLVED)
    ).exclude(resolution=Case.Resolution.ERASED)
    for case in answered.select_for_update(of=("self",)).order_by("pk"):
        if lost[case.pk] > case.unsent:
            opened += cases.reopen(case=case, actor=None, now=now)
            Case.objects.filter(pk=case.pk).update(unsent=lost[case.pk])
    return opened


def _lost(now: datetime) -> Counter[int]:
    keys = Message.objects.filter(
        cause_kind=Message.CauseKind.STAFF,
        cause_key__startswith=CASE_KEY,
        status__in=_LOST,
        settled_at__gt=now - _LATELY,
    ).order_by()
    return Counter(int(key.split(":")[1]) for key in keys.values_list("cause_key", flat=True))
