"""What keeps a sender's texts from leaving, told where staff look, and over when it is over.

A circuit breaker: when half of the last calls found nobody, or after one that was refused for a
reason that holds for every text, the sender rests, and one text at a time probes whether it is over
(`messaging.senders`). A breakdown of the provider shows on every sender it carries.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import connection, transaction

from messaging.models.alarm import Alarm
from messaging.models.sender import Sender
from messaging.providers.base import Advice, SendOutcome, SendResult
from messaging.providers.registry import ProviderMissing, provider
from trust import audit
from trust.models import User

log = structlog.get_logger(__name__)

#: So many of a sender's last calls, of one process, and at least half of them, came to nothing: the
#: provider counts as down. By when they started: those that hang come to nothing long after others.
IN_A_ROW = 10
OF_THE_LAST = 20

# A wrong secret is not mended by asking again soon; a lost connection may be.
_FIRST_PROBE = {Alarm.Kind.REFUSED: 300, Alarm.Kind.UNREACHABLE: 30, Alarm.Kind.MISCONFIGURED: None}

_RAISE = """
INSERT INTO messaging_alarm (sender_id, kind, code, detail, raised_at, probe_at, probes)
SELECT s.id, %(kind)s, %(code)s, %(detail)s, clock_timestamp(),
       clock_timestamp() + make_interval(secs => %(probe)s::float), 0
  FROM messaging_sender s
 WHERE s.id = ANY(%(senders)s)
    OR %(whole_provider)s AND s.is_active AND s.provider IN
           (SELECT provider FROM messaging_sender WHERE id = ANY(%(senders)s))
ON CONFLICT (sender_id, kind) WHERE cleared_at IS NULL DO NOTHING
RETURNING sender_id
"""

_CLEAR = """
UPDATE messaging_alarm SET cleared_at = clock_timestamp()
 WHERE cleared_at IS NULL AND sender_id = ANY(%(senders)s) AND kind = ANY(%(kinds)s)
RETURNING sender_id, kind
"""


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was made, by the sender it was made for; `probing` whether its alarm is over."""

    sender_id: int
    attempt_id: int
    result: SendResult
    probing: bool = False


class Watch:
    """What this process has seen of its senders since it began to send."""

    def __init__(self) -> None:
        self._failed: dict[int, dict[int, bool]] = {}

    def note(self, calls: Iterable[Called]) -> None:
        """Raises and clears alarms by what calls came to. Every answer of substance, also a
        refusal of one number, proves that the provider is there."""
        refused: dict[str, set[int]] = {}
        well: set[int] = set()
        for call in calls:
            if call.result.advice is Advice.STOP_SENDER:
                refused.setdefault(call.result.error_code, set()).add(call.sender_id)
            elif call.probing and call.result.outcome is SendOutcome.ACCEPTED:
                well.add(call.sender_id)
            self._remember(call)
        for code, sender_ids in refused.items():
            sound(kind=Alarm.Kind.REFUSED, sender_ids=sender_ids, code=code)
        down = {sender_id for sender_id, last in self._failed.items() if _is_down(last.values())}
        if down:
            sound(kind=Alarm.Kind.UNREACHABLE, sender_ids=down)
            # Counted anew, or what staff or another process have cleared would be raised again by
            # failures of long ago.
            for sender_id in down:
                del self._failed[sender_id]
        if well:
            clear(sender_ids=well - down, kinds=(Alarm.Kind.REFUSED, Alarm.Kind.UNREACHABLE))

    def _remember(self, call: Called) -> None:
        last = self._failed.setdefault(call.sender_id, {})
        last[call.attempt_id] = _found_nobody(call.result)
        if len(last) > OF_THE_LAST:
            del last[min(last)]


def sound(*, kind: Alarm.Kind, sender_ids: Iterable[int], code: str = "", detail: str = "") -> int:
    """How many senders have the alarm now that had not. That a provider is down is told of all its
    senders."""
    values: dict[str, Any] = {
        "kind": kind.value,
        "code": code[:40],
        "detail": detail[:300],
        "probe": _FIRST_PROBE[kind],
        "senders": sorted(sender_ids),
        "whole_provider": kind is Alarm.Kind.UNREACHABLE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, values)
        raised = [row[0] for row in cursor.fetchall()]
    for sender_id in raised:
        log.error("sender_alarm", sender_id=sender_id, status=kind.value, error_code=code[:40])
    return len(raised)


def clear(*, sender_ids: Iterable[int], kinds: Iterable[Alarm.Kind]) -> int:
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "senders": sorted(sender_ids),
            "kinds": [kind.value for kind in kinds],
        }
        cursor.execute(_CLEAR, values)
        cleared = cursor.fetchall()
    for sender_id, kind in cleared:
        log.warning("sender_alarm_over", sender_id=sender_id, status=kind)
    return len(cleared)


@transaction.atomic
def try_again(*, alarm: Alarm, actor: User) -> bool:
    """Staff say that it is mended: texts leave at once. False when it was over already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_alarm SET cleared_at = clock_timestamp(), cleared_by_id = %s"
            " WHERE id = %s AND cleared_at IS NULL",
            [actor.pk, alarm.pk],
        )
        if not cursor.rowcount:
            return False
    audit.record(
        verb="alarm.try_again", subject=alarm.sender, actor=actor, detail={"kind": alarm.kind}
    )
    return True


def watch_settings() -> int:
    """Alarms for senders whose provider cannot be made, in the words of what is wrong; how many
    were raised."""
    raised = 0
    sound_again: list[int] = []
    for sender_id, alias in Sender.objects.filter(is_active=True).values_list("pk", "provider"):
        try:
            provider(alias)
        except ProviderMissing as missing:
            kind, detail = Alarm.Kind.MISCONFIGURED, str(missing)[:300]
            raised += sound(kind=kind, sender_ids=[sender_id], detail=detail)
            # Mended in part, it is something else that is wrong.
            same = Alarm.objects.filter(sender_id=sender_id, kind=kind, cleared_at=None)
            same.exclude(detail=detail).update(detail=detail)
        else:
            sound_again.append(sender_id)
    clear(sender_ids=sound_again, kinds=(Alarm.Kind.MISCONFIGURED,))
    return raised


def _is_down(failed: Collection[bool]) -> bool:
    return sum(failed) >= max(IN_A_ROW, len(failed) / 2)


def _found_nobody(result: SendResult) -> bool:
    return result.outcome is SendOutcome.UNKNOWN or result.advice is Advice.UNREACHABLE
