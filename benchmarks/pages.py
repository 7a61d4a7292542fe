"""Each page that a manager opens, over a large invented installation: its queries, its median and
slowest time, how long the processor worked for it in this process, and its slowest queries.

    python -m benchmarks.run pages [--participants 100000] [--messages 500000] [--inbound 20000]
                                   [--runs 5] [--slow 0.1]

Loads by `enrolment.seeding`, counts the roll-ups of the figures, and opens every page of
tests/config/page_list.py in this process, first once unmeasured. Printed, never judged.
"""

import argparse
import statistics
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from benchmarks import people  # noqa: E402
from benchmarks.figures import say  # noqa: E402
from campaigns.models import CampaignVersion  # noqa: E402
from enrolment import seeding  # noqa: E402
from enrolment.seeding import Amounts  # noqa: E402
from messaging import clock  # noqa: E402
from research import counting  # noqa: E402
from tests.config.page_list import address, manager_of, pages  # noqa: E402

#: Of a slow query; the rest is ids.
_SHOWN = 2_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=500_000)
    parser.add_argument("--inbound", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slow", type=float, default=0.1, help="seconds; such queries are shown")
    asked = parser.parse_args()
    campaign = people.fresh_database()
    _load(campaign.pk, Amounts(asked.participants, asked.messages, asked.inbound))
    setup_test_environment(debug=False)
    client = Client()
    client.force_login(manager_of(campaign.organisation))
    for name in sorted(pages()):
        _measure(client, name, asked.runs, asked.slow)
    return 0


def _load(campaign: int, amounts: Amounts) -> None:
    version = CampaignVersion.objects.select_related("campaign").get(
        campaign=campaign, status="published"
    )
    now = clock.calendar_now()
    began = time.perf_counter()
    for done in seeding.seed(version=version, amounts=amounts, seed_number=1, now=now):
        if done % 50_000 == 0:
            sys.stderr.write(f"{done} people, {time.perf_counter() - began:.0f} s\n")
    say("seed_seconds", time.perf_counter() - began, participants=amounts.participants,
        messages=amounts.messages, inbound=amounts.inbound)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    began = time.perf_counter()
    counting.count_all(now=now, anew=False)
    say("roll_up_seconds", time.perf_counter() - began)


def _measure(client: Client, name: str, runs: int, slow: float) -> None:
    url = address(name)
    if url is None:
        return
    client.get(url)
    found, own = [], []
    for _ in range(runs):
        began, busy = time.perf_counter(), time.process_time()
        status = client.get(url).status_code
        found.append(time.perf_counter() - began)
        own.append(time.process_time() - busy)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    say("page_milliseconds", 1000 * statistics.median(found), page=name, queries=len(asked),
        slowest=round(1000 * max(found)), processor=round(1000 * statistics.median(own)),
        status=status)  # fmt: skip
    for query in asked:
        if float(query["time"]) >= slow:
            say("slow_query_milliseconds", 1000 * float(query["time"]), page=name,
                sql=query["sql"][:_SHOWN])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
