"""scratch"""
import time
from datetime import timedelta
from dataclasses import replace
import pytest
from benchmarks import crowd, people
from campaigns import loading
from campaigns.pack import read_pack
from campaigns.models import CampaignVersion, Campaign
from enrolment import impact, planner, batch_moves, impact_figures
from enrolment.models import Enrolment, Decision
from tests import worlds
from pathlib import Path

@pytest.mark.django_db
def test_bench() -> None:
    from tests.campaigns.test_loading import VARIABLES
    campaign = worlds.campaign()
    campaign.variables = VARIABLES; campaign.save()
    pack = read_pack(Path("curricula/mcessation"))
    first = loading.load(pack=pack, campaign=campaign, author=None)
    worlds.publish(first)
    one = worlds.person(of=first)
    N = 20000
    from django.db import connection
    with connection.cursor() as c: c.execute("SET session_replication_role = replica")
    person, _ = crowd.persons(one, N - 1, named=True)
    from enrolment.models import Anchor
    crowd.copies(Enrolment, one.pk, N - 1, participant_id=f"{person} + n", seed=f"{person} + n")
    with connection.cursor() as c:
        c.execute("INSERT INTO enrolment_anchor (enrolment_id, attempt, kind, occurrence, day, instant, source, set_at, replaced_at) SELECT enrolment_id + n, attempt, kind, occurrence, day, instant, source, set_at, replaced_at FROM enrolment_anchor, generate_series(1, %s) n", [N - 1])
    with connection.cursor() as c: c.execute("SET session_replication_role = DEFAULT"); c.execute("ANALYZE")
    from datetime import datetime, UTC
    t = time.perf_counter()
    for day in range(6, 12):
        planner.tick(now=datetime(2026, 12, day, 19, 30, tzinfo=UTC))
    print("ticks", time.perf_counter() - t, Decision.objects.count(), Enrolment.objects.values_list("status").distinct().count())
    from messaging.models import Message
    latest = Message.objects.order_by("-pk")[:N // 2].values("pk")
    Message.objects.exclude(pk__in=latest).update(status="delivered", settled_at=worlds.NOON)
    with connection.cursor() as c: c.execute("ANALYZE")
    second = loading.load(pack=pack, campaign=campaign, author=None)
    second.steps.filter(key=second.steps.exclude(day=None).order_by("day").last().key).update(day=20, slot="morning")
    now = datetime(2026, 12, 12, 12, tzinfo=UTC)
    for label, change in (("few", False), ("all", True)):
        if change:
            CampaignVersion.objects.filter(pk=second.pk).update(min_gap_minutes=0, default_slot=sorted(second.slots)[0], silent_days=9)
        t = time.perf_counter()
        c0 = time.process_time(); found = impact.preview(version=second, now=now); print("cpu", time.process_time() - c0)
        print(label, time.perf_counter() - t, found)
    worlds.publish(second)
    batch_moves.start(version=second, pace="now", now=now)
    t = time.perf_counter()
    print(batch_moves.run_some(now=now, limit=300), time.perf_counter() - t)
