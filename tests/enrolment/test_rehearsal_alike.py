"""The proof that memory and database decide alike: one life, lived in both."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest
from django.conf import settings

from campaigns import loading
from campaigns.compiling import content_of
from campaigns.models import CampaignVersion
from campaigns.pack import read_pack
from campaigns.pack_values import Pack
from enrolment.models import Enrolment
from enrolment.persona import Persona, PersonaOutage, ScriptLine, When, read_persona
from enrolment.rehearsal import rehearse
from messaging.models import Message
from tests import worlds
from tests.rehearsals import (
    ANSWERS,
    decided_in_database,
    decided_in_memory,
    entries,
    in_database,
    in_memory,
    persona,
    said,
)

pytestmark = pytest.mark.django_db

LIVES = {
    "on time": persona(),
    "slips": persona(script=(said(0, "19:30", "SLIP"), said(1, "09:00", "crave"))),
    "stops": persona(script=(said(1, "12:00", "stop"), said(2, "12:00", "hello"))),
    "late": persona(answers={**ANSWERS, "date": "tomorrow"}),
    "not eligible": persona(answers={**ANSWERS, "uses": "no"}),
    "odd words": persona(
        answers={**ANSWERS, "smoked": ("what?", "perhaps", "who?")},
        script=(said(0, "07:00", "why me"), said(0, "07:30", "why not"), said(1, "23:00", "help")),
    ),
    "moved twice": persona(
        joins=datetime(2026, 12, 1, 23, 30), script=(said(3, "20:29", "smoked"),), days=30
    ),
    "outage by day": persona(outages=(PersonaOutage(datetime(2026, 12, 10, 14, 0), 6),)),
    "outage by night": persona(
        outages=(PersonaOutage(datetime(2026, 12, 11, 2, 0), 6),),
        script=(said(0, "17:00", "SLIP"),),
    ),
    "far east": persona(zone="Asia/Kathmandu"),
    "clocks go forward": persona(
        zone="Europe/Oslo",
        joins=datetime(2027, 3, 19, 12, 0),
        script=(said(-1, "23:00", "CRAVE"), said(0, "12:00", "SLIP")),
    ),
    "may mean stop, and says no more": persona(script=(said(-3, "10:00", "quit"),)),
    "may mean stop, and stays": persona(
        answers={**ANSWERS, "leave": "2"}, script=(said(-3, "10:00", "quit"),)
    ),
    "may mean stop, and leaves": persona(
        answers={**ANSWERS, "leave": "1"}, script=(said(-3, "10:00", "quit"),)
    ),
    "may mean stop, and texts on": persona(
        script=(said(-3, "10:00", "quit"), said(-3, "19:00", "CRAVE"))
    ),
    "may mean stop in an outage": persona(
        script=(said(-3, "10:00", "quit"),),
        outages=(PersonaOutage(datetime(2026, 12, 8, 16, 0), 12),),
    ),
    "in need": persona(script=(said(-2, "02:00", "I want to kill myself"),)),
    "in need on the day": persona(
        script=(said(0, "17:59", "my chest hurts so much"), said(0, "18:20", "CRAVE"))
    ),
    "in need, and stops": persona(script=(said(0, "08:00", "STOP. I want to die"),)),
    "in need after leaving": persona(
        script=(said(0, "08:00", "STOP"), said(1, "08:00", "I want to die"))
    ),
    "in need while asked": persona(
        script=(said(-3, "10:00", "quit"), said(-3, "11:00", "I want to die"))
    ),
}


@pytest.mark.parametrize("name", LIVES)
def test_memory_and_database_decide_alike(name: str) -> None:
    version, life = worlds.version(), LIVES[name]

    clock = in_memory(version.pk, life)
    in_database(life, clock)

    assert decided_in_database() == decided_in_memory(clock)


WORDS = (
    "CRAVE", "SLIP", "LESS", "MORE", "PAUSE 2", "PAUSE", "RESUME", "LATER", "TIME 9-14",
    "TIME 15-21", "DATE in 3 days", "DATE tomorrow", "DATE today", "LANGUAGE en", "NOT READY",
    "SUG", "Språk nynorsk", "RELAPSE", "QUIT", "END", "I want to die",
    "MOOD", "TIP", "MEDS", "WHY", "hello", "yes", "no", "3", "JOIN", "help", "my dog",
)  # fmt: skip
ZONES = (
    "Europe/London", "Europe/Oslo", "Asia/Kathmandu", "America/Santiago", "Pacific/Kiritimati",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_any_life_in_the_shipped_curriculum_is_decided_alike(seed: int) -> None:
    version, life = curriculum(), any_life(Random(seed))

    clock = in_memory(version.pk, life)
    in_database(life, clock)

    assert decided_in_database() == decided_in_memory(clock)


@pytest.mark.parametrize("key", ["prevent_low_risk", "sugar_alarms"])
def test_readings_and_reminders_of_the_second_curriculum_are_decided_alike(key: str) -> None:
    """In a country without a calendar: nobody's texts wait for a month that has no day."""
    version = curriculum("mdiabetes")
    life = read_persona(Path(settings.CURRICULA_DIR) / "mdiabetes" / "personas" / f"{key}.yaml")

    clock = in_memory(version.pk, replace(life, days=35))
    in_database(life, clock)

    assert decided_in_database() == decided_in_memory(clock)
    assert {"live.05", "prevent.05"} & {
        told[1] for told in decided_in_database() if told[4] == "queued"
    }


def curriculum(key: str = "mcessation") -> CampaignVersion:
    pack = shipped_pack(key)
    campaign = worlds.campaign()
    campaign.variables = dict.fromkeys(pack.variables, "Breathe Easy")
    campaign.save()
    version = loading.load(pack=pack, campaign=campaign, author=None)
    worlds.publish(version)
    return version


@cache
def shipped_pack(key: str) -> Pack:
    return read_pack(Path(settings.CURRICULA_DIR) / key)


def any_life(draw: Random) -> Persona:
    """Five weeks around a clock change or two, with words, slips, pauses and outages at random."""
    joins = datetime(
        2026, draw.choice((3, 10, 12)), draw.randrange(10, 28), draw.randrange(24),
        draw.randrange(60),
    )  # fmt: skip
    script = [
        ScriptLine(When(draw.randrange(26), time(draw.randrange(24), draw.randrange(60))), word)
        for word in draw.choices(WORDS, k=draw.randrange(14))
    ]
    outages = [
        PersonaOutage(
            joins.replace(hour=draw.randrange(24), minute=0) + timedelta(draw.randrange(1, 20)),
            draw.randrange(1, 40),
        )
        for _ in range(draw.randrange(3))
    ]
    return persona(
        joins=joins,
        zone=draw.choice(ZONES),
        days=35,
        seed=draw.randrange(2**31),
        script=tuple(script),
        outages=tuple(outages),
        answers={
            "language": draw.choice("123"),
            "uses_tobacco": "yes",
            "age": draw.choice(("19", "34")),
            "first_name": "Amina",
            "quit_date": draw.choice(("today", "in 3 days", "in 9 days", "not yet")),
            "best_time": draw.choice("123"),
            "product": draw.choice("123456"),
            "per_day": draw.choice(("0", "12")),
            "first_use": "2",
            "own_reason": "my children",
            "smoked": draw.choice(("yes", "no", "what")),
            "how_many": draw.choice("12"),
            "craving": draw.choice("123"),
            "mood": draw.choice("123"),
            "pack_price": "14",
            "frequency": draw.choice("123"),
            "pregnant": draw.choice("123"),
            "study": draw.choice(("yes", "no")),
        },
    )


def test_memory_and_database_remind_alike() -> None:
    version = worlds.version(published=False)
    version.questions.filter(key="smoked").update(reminder_hours=14)
    worlds.publish(version)
    life = persona(answers={**ANSWERS, "smoked": ("what?",)})

    clock = in_memory(version.pk, life)
    in_database(life, clock)

    decided = decided_in_memory(clock)
    assert decided == decided_in_database()
    assert any("remind.smoked" in str(decision) for decision in decided)


SILENT = {
    "never heard of again": persona(days=220, silent_from=When(3, time(8))),
    "still there": persona(days=200, answers={**ANSWERS, "still": "yes"}),
    "somebody else by now": persona(days=200, answers={**ANSWERS, "still": "no"}),
    "answers it after days": persona(days=200, script=(ScriptLine(When(192, time(12)), "yes"),)),
}


@pytest.mark.parametrize("name", SILENT)
def test_half_a_year_of_silence_is_asked_about_alike(name: str) -> None:
    """The question of the quit day is the last thing ever answered, so that half a year passes."""
    version, life = worlds.version(extra_days=(180, 195)), SILENT[name]

    clock = in_memory(version.pk, life)
    in_database(life, clock)

    assert decided_in_database() == decided_in_memory(clock)
    asked = Message.objects.filter(cause_key__startswith="still:").exists()
    assert asked == any(entry.key == "question.still" for entry in entries(clock))
    assert asked
    ends = {"still there": "active", "answers it after days": "active"}
    assert Enrolment.objects.get().status == ends.get(name, "withdrawn")


def test_persona_file_holds_words_of_need_and_a_silence_that_leaves(tmp_path: Path) -> None:
    file = tmp_path / "need.yaml"
    file.write_text(PERSONA)
    version = worlds.version()

    found = rehearse(content_of(version.pk), read_persona(file))

    told = [(row.kind.value, row.key, row.reason) for row in found.entries]
    assert ("heard", "I want to die", "crisis_self_harm") in told
    assert ("reply", "system.crisis", "") in told
    assert ("heard", "QUIT", "leave_or_stay") in told
    left = next(row for row in found.entries if row.key == "left")
    assert left.at == datetime(2026, 12, 7, 20, 0)


PERSONA = """
format: 1
key: in_need
name: In need
joins: "2026-12-01 12:00"
zone: Europe/London
days: 20
answers: {uses: "yes", name: Amina, date: in 9 days}
script:
  - {day: 3, at: "02:00", text: I want to die}
  - {day: 5, at: "20:00", text: QUIT}
"""
