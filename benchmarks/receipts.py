"""Delivery reports folded into their texts by the batch, against one at a time.

    python -m benchmarks.run receipts [--reports 5000] [--runs 3]

Both sides do the same to the same texts: the receipt appended, the message's status moved by rank.
One side finds its reports in the table where webhooks leave them and takes a thousand at once, the
other is given one after the other, each its own transaction.
"""

import argparse
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import wire  # noqa: E402
from benchmarks.figures import at_least, note  # noqa: E402
from messaging import clock, receipts, reports  # noqa: E402
from messaging.models import Attempt, Message, Receipt, Sender  # noqa: E402
from messaging.providers.base import DeliveryReport, ReportStatus  # noqa: E402

FLOOR = 5.0
_ONE_BY_ONE = 500


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    sender = wire.sender()
    recipient_ids = wire.recipients(sender, asked.reports)
    batch, single = [], []
    for _ in range(asked.runs):
        single.append(_one_at_a_time(_accepted(sender, recipient_ids[:_ONE_BY_ONE])))
        batch.append(_in_batches(_accepted(sender, recipient_ids)))
    note("reports_in_batches_per_second", batch)
    note("reports_one_at_a_time_per_second", single)
    ratios = [many / one for many, one in zip(batch, single, strict=True)]
    return 0 if at_least("reports_in_batches_over_one_at_a_time", ratios, FLOOR) else 1


def _accepted(sender: Sender, recipient_ids: list[int]) -> list[DeliveryReport]:
    """Texts on their way, and the report of each that it arrived."""
    wire.empty()
    wire.queue(sender, recipient_ids)
    now = clock.calendar_now()
    Message.objects.update(status=Message.Status.ACCEPTED, settled_at=now)
    Attempt.objects.bulk_create(
        Attempt(
            message_id=message_id,
            token=f"token-{message_id}",
            provider=wire.ALIAS,
            outcome=Attempt.Outcome.ACCEPTED,
            provider_message_id=f"SM{message_id}",
            started_at=now,
            calendar_at=now,
            settled_at=now,
        )
        for message_id in Message.objects.order_by("id").values_list("id", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE messaging_message, messaging_attempt")
    tokens = Attempt.objects.order_by("id").values_list("token", flat=True)
    return [DeliveryReport(ReportStatus.DELIVERED, token=token) for token in tokens]


def _in_batches(found: list[DeliveryReport]) -> float:
    reports.receive(provider=wire.ALIAS, reports=found)
    started = time.perf_counter()
    while reports.fold(now=clock.calendar_now()):
        pass
    return _rate(found, started)


def _one_at_a_time(found: list[DeliveryReport]) -> float:
    started = time.perf_counter()
    for report in found:
        assert receipts.append(provider=wire.ALIAS, report=report, now=clock.calendar_now())
    return _rate(found, started)


def _rate(found: list[DeliveryReport], started: float) -> float:
    seconds = time.perf_counter() - started
    assert Receipt.objects.count() == len(found)
    assert Message.objects.filter(status=Message.Status.DELIVERED).count() == len(found)
    return len(found) / seconds


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
