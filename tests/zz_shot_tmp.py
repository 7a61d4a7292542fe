from datetime import timedelta
import pytest
from pathlib import Path
from dataclasses import replace
from decimal import Decimal
from tests.enrolment.test_version_views import *
from campaigns import loading
from campaigns.pack import read_pack
from tests.campaigns.test_loading import VARIABLES
from messaging.models import Sender

def dump(html, name):
    css = "".join(f"<style>{Path(p).read_text()}</style>" for p in ("static/sendwell/base.css", "enrolment/static/enrolment/version.css"))
    html = html.replace("</head>", css + "</head>")
    Path(f"/tmp/moves/{name}.html").write_text(html)

def test_shot():
    worlds.at_noon()
    Sender.objects.update(segment_price=Decimal("0.035"), currency="GBP")
    campaign = worlds.campaign(); campaign.variables = VARIABLES; campaign.save()
    Sender.objects.update(segment_price=Decimal("0.035"), currency="GBP")
    pack = read_pack(Path("curricula/mcessation"))
    first = loading.load(pack=pack, campaign=campaign, author=None); worlds.publish(first)
    from enrolment import planner
    now = worlds.calendar_now()
    for n in range(12):
        worlds.person(of=first, number=f"+4477009000{n:02}", joined=now - timedelta(days=3), quit_day=now.date() + timedelta(days=n % 5 - 2))
    planner.tick(now=now)
    second = loading.load(pack=pack, campaign=campaign, author=None)
    steps = list(second.steps.exclude(day=None).order_by("stage__position", "day"))
    steps[4].delete()
    second.steps.filter(pk=steps[6].pk).update(day=steps[6].day + 2, slot="evening")
    t = second.texts.get(key=steps[8].key, language="en"); second.texts.filter(pk=t.pk).update(body=t.body + " Reply CRAVE any time.")
    second.keywords.filter(word="CRAVE").update(word="URGE")
    publish.submit(version=second, actor=None); publish.approve(version=second, actor=staff("reviewer", "reviewer"), now=now)
    m = client_of(staff("manager", "programme_manager"))
    second.refresh_from_db()
    dump(page(m, second), "a")
    press(m, second, do="publish", people="now")
    batch_moves.run_some(now=worlds.calendar_now(), limit=5)
    dump(page(m, second), "b")
    dump(m.get(reverse("admin:campaigns_campaignversion_change", args=[second.pk])).content.decode(), "c")
