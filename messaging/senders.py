"""Which senders may be used now: switched on, with a provider, without an alarm that holds them;
none while the house is held."""

from collections.abc import Sequence

from django.db import connection

from messaging.holding import NOT_HELD
from messaging.providers.registry import ProviderMissing, provider
from messaging.routing import Route
from messaging.statements import rows

# A sender whose texts may leave, and with it those that stand in for it.
_DUE = f"""
WITH due AS (
    SELECT s.id, s.group_id FROM messaging_sender s
     WHERE s.is_active
       AND EXISTS (SELECT 1 FROM messaging_message m
                    WHERE m.sender_id = s.id AND m.status = 'queued' AND m.not_before <= {{now}})
)
SELECT s.id, s.provider, s.group_id, least(s.weight_now, s.weight),
       s.budget_state = 'stopped',
       EXISTS (SELECT 1 FROM due WHERE due.id = s.id),
       (SELECT coalesce(array_agg(a.id), '{{{{}}}}') FROM messaging_alarm a
         WHERE a.sender_id = s.id AND a.cleared_at IS NULL)
  FROM messaging_sender s
 WHERE s.is_active AND {NOT_HELD}
   AND (s.id IN (SELECT id FROM due) OR s.group_id IN (SELECT group_id FROM due))
 ORDER BY s.id
"""

# All of them must be due; and whoever moves the time of the next probe makes this one, as nobody
# else sees it due.
_PROBE = """
UPDATE messaging_alarm
   SET probes = least(probes + 1, 1000),
       probe_at = clock_timestamp() + make_interval(secs => least(600, 30 * 2.0 ^ least(probes, 5)))
 WHERE id = ANY(%(ids)s) AND probe_at <= clock_timestamp()
   AND NOT EXISTS (SELECT 1 FROM messaging_alarm a
                    WHERE a.id = ANY(%(ids)s)
                      AND (a.probe_at IS NULL OR a.probe_at > clock_timestamp()))
RETURNING id
"""


def due(*, now_sql: str) -> tuple[dict[int, int | None], dict[int, Route]]:
    """Senders with texts whose time has come, with their groups, and the routes that are open to
    them. `now_sql` is the calendar, as SQL."""
    waiting: dict[int, int | None] = {}
    routes: dict[int, Route] = {}
    found = rows(_DUE.format(now=now_sql), {})
    for sender_id, alias, group_id, weight, spent, is_due, alarms in found:
        if is_due:
            waiting[sender_id] = group_id
        if not is_usable(alias) or (alarms and not _may_probe(alarms)):
            continue
        routes[sender_id] = Route(sender_id, alias, group_id, weight, bool(alarms), spent)
    return waiting, routes


def is_usable(alias: str) -> bool:
    """A sender on a provider that cannot be made waits, and harms no other."""
    try:
        provider(alias)
    except ProviderMissing:
        return False
    return True


def fakes(routes: Sequence[Route]) -> list[int]:
    return [route.sender_id for route in routes if provider(route.provider).capabilities.is_fake]


def _may_probe(alarm_ids: Sequence[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_PROBE, {"ids": list(alarm_ids)})
        return len(cursor.fetchall()) == len(alarm_ids)
