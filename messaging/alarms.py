"""What keeps a sender's texts from leaving, told where staff look, and over when it is over.

A circuit breaker: after several calls in a row that found nobody, or one that was refused for a
reason that holds for every text, the sender rests, and one text at a time probes whether it is over
(`messaging.senders`). A breakdown of the provider shows on every sender it carries.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from django.db import connection, transaction

from messaging.models.alarm import Alarm
from messaging.models.sender import Sender
from messaging.providers.base import Advice, SendOutcome, SendResult
from messaging.providers.registry import ProviderMissing, provider
from trust import audit
from trust.models import User

log = structlog.get_logger(__name__)

#: Calls in a row, of one process, that came to nothing before the provider counts as down.
IN_A_ROW = 10

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
    result: SendResult
    probing: bool = False


class Watch:
    """What this process has seen of its senders since it began to send."""

    def __init__(self) -> None:
        self._failures: Counter[int] = Counter()

    def note(self, calls: Iterable[Called]) -> None:
        """Raises and clears alarms by what calls came to. Every answer of substance, also a
        refusal of one number, proves that the provider is there."""
        refused: dict[str, set[int]] = {}
        well: set[int] = set()
        for call in calls:
            if call.result.advice is Advice.STOP_SENDER:
                refused.setdefault(call.result.error_code, set()).add(call.sender_id)
            elif _found_nobody(call.result):
                self._failures[call.sender_id] += 1
                continue
            elif call.probing and call.result.outcome is SendOutcome.ACCEPTED:
                well.add(call.sender_id)
            self._failures.pop(call.sender_id, None)
        for code, sender_ids in refused.items():
            sound(kind=Alarm.Kind.REFUSED, sender_ids=sender_ids, code=code)
        down = {sender_id for sender_id, times in self._failures.items() if times >= IN_A_ROW}
        if down:
            sound(kind=Alarm.Kind.UNREACHABLE, sender_ids=down)
        if well:
            clear(sender_ids=well - down, kinds=(Alarm.Kind.REFUSED, Alarm.Kind.UNREACHABLE))


def sound(*, kind: Alarm.Kind, sender_ids: Iterable[int], code: str = "", detail: str = "") -> int:
    """How many senders have the alarm now that had not. That a provider is down is told of all its
    senders."""
    with connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {
                "kind": kind.value,
                "code": code[:40],
                "detail": detail[:300],
                "probe": _FIRST_PROBE[kind],
                "senders": sorted(sender_ids),
                "whole_provider": kind is Alarm.Kind.UNREACHABLE,
            },
        )
        raised = [row[0] for row in cursor.fetchall()]
    for sender_id in raised:
        log.error("sender_alarm", sender_id=sender_id, status=kind.value, error_code=code[:40])
    return len(raised)


def clear(*, sender_ids: Iterable[int], kinds: Iterable[Alarm.Kind]) -> int:
    with connection.cursor() as cursor:
        values = {"senders": sorted(sender_ids), "kinds": [kind.value for kind in kinds]}
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
            raised += sound(
                kind=Alarm.Kind.MISCONFIGURED, sender_ids=[sender_id], detail=str(missing)
            )
        else:
            sound_again.append(sender_id)
    clear(sender_ids=sound_again, kinds=(Alarm.Kind.MISCONFIGURED,))
    return raised


def _found_nobody(result: SendResult) -> bool:
    return result.outcome is SendOutcome.UNKNOWN or result.advice is Advice.UNREACHABLE
