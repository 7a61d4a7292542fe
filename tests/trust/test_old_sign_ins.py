"""Sessions that are over and wrong tries to sign in go; what holds still stays."""

from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session

from trust import old_sign_ins

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_session_goes_once_it_is_over() -> None:
    Session.objects.create(session_key="over", expire_date=NOW - timedelta(seconds=1))
    Session.objects.create(session_key="open", expire_date=NOW + timedelta(seconds=1))

    assert old_sign_ins.remove(now=NOW) == 1
    assert Session.objects.get().session_key == "open"


def test_wrong_tries_go_after_ninety_days() -> None:
    for digest in ("old", "young"):
        tried = AccessAttempt.objects.create(username=digest, failures_since_start=3)
        AccessLog.objects.create(username=digest)
    # Both note the moment they are made, whatever they are told.
    AccessAttempt.objects.update(attempt_time=NOW - timedelta(days=89))
    AccessLog.objects.update(attempt_time=NOW - timedelta(days=91))
    AccessAttempt.objects.exclude(pk=tried.pk).update(attempt_time=NOW - timedelta(days=91))

    assert old_sign_ins.remove(now=NOW) == 3
    assert AccessAttempt.objects.get().username == "young"
