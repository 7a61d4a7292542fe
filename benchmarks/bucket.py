"""A sender's bucket against the rate it stands for: nearly all of it, and never more.

    python -m benchmarks.run bucket [--seconds 8]

Two processes' worth of dispatch (two threads, each its own connection) send from a backlog by the
same sender, at rates from slow to quick, some texts of two segments among them. Counted are the
segments of the attempts, by their own clock. For nearly all: from the second second on, as a share
of what the rate allows. For never more: the worst of all stretches from the first text on, as a
share of the bucket's depth, what the rate adds to it, and the one text (two segments) that may
overdraw it.
"""

import argparse
import sys
import threading

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import wire  # noqa: E402
from benchmarks.figures import at_least, at_most  # noqa: E402
from messaging import bucket, dispatch  # noqa: E402
from messaging.models import Message, Sender  # noqa: E402

FLOOR, CEILING = 0.95, 1.0
RATES = (10, 100, 400)

_SHARE = """
WITH seen AS (
    SELECT a.started_at AS at, m.segments,
           min(a.started_at) OVER () + interval '1 s' AS first, max(a.started_at) OVER () AS last
      FROM messaging_attempt a JOIN messaging_message m ON m.id = a.message_id
)
SELECT sum(segments) / (extract(epoch FROM max(last) - max(first)) * %(rate)s)
  FROM seen WHERE at >= first AND at < last
"""
_WORST = """
WITH seen AS (
    SELECT extract(epoch FROM a.started_at - min(a.started_at) OVER ()) AS after,
           sum(m.segments) OVER (ORDER BY a.started_at) AS so_far
      FROM messaging_attempt a JOIN messaging_message m ON m.id = a.message_id
)
SELECT max(so_far / (%(depth)s + after * %(rate)s + 2)) FROM seen
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    asked = parser.parse_args()
    sender = wire.sender()
    recipient_ids = wire.recipients(sender, int(max(RATES) * asked.seconds) + 500)
    passed = []
    with wire.provider(20):
        for rate in RATES:
            _send_for(asked.seconds, sender, rate, recipient_ids)
            values = {"rate": rate, "depth": max(1.0, rate * bucket.DEPTH)}
            passed.append(at_least(f"bucket_{rate}_over_rate", [_ask(_SHARE, values)], FLOOR))
            passed.append(at_most(f"bucket_{rate}_at_most", [_ask(_WORST, values)], CEILING))
    return 0 if all(passed) else 1


def _send_for(seconds: float, sender: Sender, rate: int, recipient_ids: list[int]) -> None:
    wire.empty()
    wire.queue(sender, recipient_ids[: int(rate * seconds) + 400])
    Message.objects.filter(pk__in=list(Message.objects.values_list("pk", flat=True)[::5])).update(
        segments=2
    )
    Sender.objects.filter(pk=sender.pk).update(segments_per_second=rate)
    threads = [threading.Thread(target=_send, args=(seconds,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ask(sql: str, values: dict[str, float]) -> float:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return float(cursor.fetchone()[0])


def _send(seconds: float) -> None:
    dispatch.send_due(limit=1_000_000, seconds=seconds)
    connection.close()


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
