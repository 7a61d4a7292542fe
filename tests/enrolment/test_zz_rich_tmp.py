"""Random lives in a content with everything: memory against database (temporary)."""
import random
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from campaigns import compiling
from campaigns.rules import Caps, KeywordAction, KeywordRule, Priority, StageRule, Track, LateRule, REPEAT_STRIDE, VariantRule
from campaigns.conditions import compile_condition
from campaigns.wording import compile_wording
from enrolment.persona import PersonaOutage, ScriptLine, When
from tests import worlds
from tests.contents import ACTIONS, MORE_QUESTIONS, DOSES, day_step, event_step, full
from tests.enrolment.test_rehearsal import (
    NotingClock, decided_in_database, decided_in_memory, in_database, in_memory, persona,
)

STAGES = {
    "relapse": StageRule("relapse", "entry", Track.PATH, timedelta(days=3), "not_ready"),
    "not_ready": StageRule("not_ready", "entry", Track.PATH),
    "module": StageRule("module", "entry", Track.CORE),
}
STEPS = (
    event_step("w1", 1, priority=Priority.REPLY), event_step("w2", 200),
    *(day_step(f"d{d}", d, late=random.Random(d).choice(list(LateRule)), pool="crave") for d in range(-5, 20)),
    *(day_step(f"e{d}", d, "evening", profiles=frozenset({"standard", "high"})) for d in range(-5, 20)),
    *(day_step(f"m{d}", d, "midday", profiles=frozenset({"high"}), priority=Priority.EXTRA) for d in range(0, 10)),
    *(day_step(f"q{d}", d, "evening", question=q, priority=Priority.ASSESSMENT, late=LateRule.NEXT_WINDOW) for d, q in ((0, "smoked"), (3, "craving"), (5, "often"), (7, "glucose"), (9, "started"))),
    day_step("tip", 4, "midday", bank="crave"),
    day_step("c1", 2, "midday", when=compile_condition("slips = 0 and attempt = 1")),
    day_step("v1", 6, "midday", variants=(VariantRule("a", compile_condition("per_day > 10")), VariantRule("b"))),
    day_step("out", 10, "midday", track=Track.OUTCOME),
    event_step("s1", 180, anchor="slip", track=Track.SLIP),
    event_step("r1", 60, anchor="stage.relapse", track=Track.PATH), day_step("r2", 1, anchor="stage.relapse", track=Track.PATH),
    day_step("n1", 1, anchor="stage.not_ready", track=Track.PATH), day_step("n3", 3, anchor="stage.not_ready", track=Track.PATH),
    day_step("mod1", 1, "evening", anchor="stage.module"), day_step("mod2", 4, "evening", anchor="stage.module"),
    event_step("sil1", 30, anchor="silence"), day_step("sil2", 2, anchor="silence"),
)
KEYS = {s.text_key for s in STEPS} | {"v1@a", "v1@b"} | {f"question.{q}" for q in MORE_QUESTIONS} | {f"again.{q}" for q in MORE_QUESTIONS} | {
    f"crave.{i}" for i in range(1, 6)} | {"slip.1", "slip.2", "reply.not_using", "reply.smoked.yes", "reply.smoked.no", "reply.not_yet", "reply.less", "reply.why"} | {
    f"system.{k}" for k in ("joined", "stopped", "help", "unknown", "person", "already_in", "slip_before_quit", "less", "more", "least", "most", "paused", "resumed", "not_paused", "later", "time_set", "time_unclear", "date_set", "date_unclear", "new_attempt", "language_set", "language_unclear")}
WORDS = ["CRAVE", "SLIP", "LESS", "MORE", "PAUSE 2", "PAUSE", "RESUME", "LATER", "TIME 9-14", "TIME 15-21", "DATE in 3 days", "new date tomorrow", "DATE today", "LANGUAGE nb", "LANGUAGE en", "NOT READY", "RELAPSE", "MODULE", "why", "hello", "yes", "no", "3", "JOIN", "help", "my dog", "12", "1"]


def rules(version_id, **kw):
    return replace(full(*STEPS, stages=STAGES, texts={(k, "en"): k for k in KEYS}, onboarding=("uses", "name", "per_day", "date"),
        keywords=ACTIONS | {"relapse": KeywordRule(KeywordAction.ENTER, stage="relapse"), "module": KeywordRule(KeywordAction.ENTER, stage="module")},
        min_gap=timedelta(minutes=90), caps=Caps(4, 20), silent=timedelta(days=6), **kw), version_id=version_id)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(120))
def test_rich(seed):
    version = worlds.version(published=False)
    type(version).objects.filter(pk=version.pk).update(default_profile="standard")
    worlds.publish(version)
    r = random.Random(seed)
    content = rules(version.pk)
    compiling._compiled[(version.pk, hash(tuple(sorted(version.campaign.variables.items()))))] = content
    script = tuple(ScriptLine(When(r.randrange(0, 26), time(r.randrange(0, 24), r.randrange(60))), r.choice(WORDS)) for _ in range(r.randrange(0, 14)))
    if r.random() < .2: script += (ScriptLine(When(r.randrange(5, 26), time(13)), "STOP"),)
    life = persona(
        joins=datetime(2026, r.choice([3, 10, 12]), r.randrange(10, 28), r.randrange(24), r.randrange(60)), zone=r.choice(["Europe/London", "Europe/Oslo", "Asia/Kathmandu", "America/Santiago", "Pacific/Kiritimati"]),
        days=32, seed=r.randrange(2**31), script=script,
        answers={"uses": "yes", "name": "Amina", "per_day": r.choice(["5", "20"]), "date": r.choice(["today", "in 3 days", "in 9 days"]), "smoked": r.choice(["yes", "no", "what"]), "craving": "3", "often": r.choice(["1", "2", "3"]), "reason": "my kids", "glucose": "7.5", "started": r.choice(["1", "in 5 days"])},
    )
    life = replace(life, outages=tuple(PersonaOutage(life.joins.replace(hour=r.randrange(24), minute=0) + timedelta(days=r.randrange(1, 20)), r.randrange(1, 40)) for _ in range(r.randrange(0, 3))))
    clock = in_memory(version.pk, life)
    in_database(life, clock)
    a, b = decided_in_database(), decided_in_memory(clock)
    # variant isn't told by the transcript
    a = [(*x[:6], x[7]) for x in a]; b = [(*x[:6], x[7]) for x in b]
    assert sorted(a) == sorted(b)
