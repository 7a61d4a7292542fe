"""The sessions somebody has open: told, and ended one by one or all at once.

The rows are Django's, which know no user: all that run are read and opened to find one user's. They
are staff's alone and twelve hours old at most, so there are as many as people at work. allauth's
list of sessions would keep addresses and whole lines of browsers, which nobody here needs."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from trust.audit import record
from trust.models.user import User
from trust.session_limits import BEGAN, SEEN, why_ended
from trust.session_store import SessionStore

#: Browser and system, as `trust.browsers` names them.
BROWSER = "session_browser"


@dataclass(frozen=True, slots=True)
class OpenSession:
    #: Names it on a page: its key would open it.
    handle: str
    began: datetime
    seen: datetime
    browser: str
    system: str
    is_this: bool


def open_to(user: User, *, this: str | None) -> list[OpenSession]:
    """`this` is the key of the session that asks; it stands first, then the last used."""
    found = [_told(key, kept, this) for key, kept in _of(user)]
    return sorted(found, key=lambda one: (one.is_this, one.seen), reverse=True)


@transaction.atomic
def end(*, user: User, handle: str, this: str | None) -> bool:
    """One's own. False when it is not there any more, or is the one that asks."""
    keys = [key for key, _ in _of(user) if key != this and handle_of(key) == handle]
    if not _delete(keys):
        return False
    record(verb="user.session_ended", subject=user, actor=user)
    return True


@transaction.atomic
def end_all(*, user: User, actor: User, this: str | None) -> int:
    """How many; all but the one that asks, which is open to `actor`."""
    count = _delete([key for key, _ in _of(user) if key != this])
    if count:
        record(verb="user.sessions_ended", subject=user, actor=actor, detail={"count": count})
    return count


def handle_of(key: str) -> str:
    return salted_hmac("trust.open_sessions", key, algorithm="sha256").hexdigest()[:32]


def _of(user: User) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Those that a next click would still find open."""
    store, now = SessionStore(), time.time()
    rows = Session.objects.filter(expire_date__gt=timezone.now())
    for key, data in rows.values_list("session_key", "session_data").iterator():
        kept = store.decode(data)
        if kept.get(SESSION_KEY) == str(user.pk) and _goes_on(user, kept, now):
            yield key, kept


def _goes_on(user: User, kept: Mapping[str, Any], now: float) -> bool:
    limits = {"idle": settings.SESSION_IDLE_SECONDS, "longest": settings.SESSION_LONGEST_SECONDS}
    # Of before the password was changed.
    is_current = constant_time_compare(kept.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return is_current and not why_ended(kept, now, **limits)


def _told(key: str, kept: Mapping[str, Any], this: str | None) -> OpenSession:
    browser, system = kept.get(BROWSER, ("", ""))
    began = kept.get(BEGAN, time.time())
    return OpenSession(
        handle=handle_of(key),
        began=datetime.fromtimestamp(began, tz=UTC),
        seen=datetime.fromtimestamp(kept.get(SEEN, began), tz=UTC),
        browser=browser,
        system=system,
        is_this=key == this,
    )


def _delete(keys: list[str]) -> int:
    """A request of theirs that is under way cannot write them anew: Django only updates a row."""
    count, _ = Session.objects.filter(session_key__in=keys).delete()
    return count
