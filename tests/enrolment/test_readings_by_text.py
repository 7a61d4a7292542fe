"""Readings after a word and as answers, from the text to the rows, of tests/packs/sugar."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.loading import load
from campaigns.models import CampaignVersion
from campaigns.pack import read_pack
from enrolment import planner, replies
from enrolment.models import Answer, Case, Enrolment, Reading
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db

SUGAR = Path(__file__).parents[1] / "packs" / "sugar"
NUMBER = "+447700900001"


def sugar_version(country: str = "GB") -> CampaignVersion:
    campaign = worlds.campaign()
    campaign.country = country
    campaign.save()
    version = load(pack=read_pack(SUGAR), campaign=campaign, author=None)
    worlds.publish(version)
    return version


def person(country: str = "GB") -> Enrolment:
    return worlds.person(number=NUMBER, of=sugar_version(country), quit_day=None)


def texted(body: str, minutes: int = 0) -> list[str]:
    inbound = worlds.text(NUMBER, body)
    assert inbound is not None
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=minutes))
    inbound.refresh_from_db()
    assert inbound.end_reason != "fault"
    queued = Message.objects.filter(
        cause_kind="inbound", cause_key__startswith=f"{inbound.pk}:"
    ).order_by("cause_key")
    return [(message.body.text or "")[:14] for message in queued.exclude(status="blocked")]


def flags() -> list[dict[str, object]]:
    return [
        {"reason": case.reason, "detail": case.detail}
        for case in Case.objects.filter(reason="alarming_reading")
    ]


@pytest.mark.parametrize(
    ("text", "said", "kind", "value", "second"),
    [
        ("SUGAR 6.5", "Thank you, not", "sugar", 6.5, None),
        ("sugar 6,5", "Thank you, not", "sugar", 6.5, None),
        ("Sugar 117", "Thank you, not", "sugar", 6.5, None),
        ("SUGAR6.5", "Thank you, not", "sugar", 6.5, None),
        ("SUGAR 12", "Thank you. Tha", "sugar", 12.0, None),
        ("BP 130/85", "Thank you, not", "pressure", 130.0, 85.0),
        ("BP 130/92", "Thank you. Tha", "pressure", 130.0, 92.0),
        ("WEIGHT 82", "Thank you, not", "weight", 82.0, None),
        ("STEPS 8000", "Well walked.", "steps", 8000.0, None),
    ],
)
def test_reading_after_its_word(
    text: str, said: str, kind: str, value: float, second: float | None
) -> None:
    person()

    assert texted(text) == [said]

    reading = Reading.objects.get()
    assert (reading.kind, reading.value, reading.second) == (kind, value, second)
    assert reading.source == Reading.Source.SMS
    assert reading.answer is None
    assert reading.inbound is not None
    assert flags() == []


def test_a_word_alone_asks_for_the_number() -> None:
    person()

    assert texted("SUGAR") == ["What is your s"]
    assert texted("7.1", 1) == ["Thank you, not"]

    reading = Reading.objects.get()
    assert reading.value == 7.1
    assert reading.answer == Answer.objects.get()
    assert Enrolment.objects.get().question == ""


@pytest.mark.parametrize("text", ["SUGAR high", "SUGAR 19", "SUGAR 900"])
def test_words_that_tell_no_one_number_are_asked_again(text: str) -> None:
    person()

    assert texted(text) == ["A number with "]
    assert not Reading.objects.exists()
    assert texted("19 mmol", 1) == ["Thank you. Tha"]
    assert Reading.objects.get().value == 19


@pytest.mark.parametrize(
    ("text", "said", "kind"),
    [
        ("SUGAR 3.2", "That is low. E", "sugar"),
        ("SUGAR 420", "That is very h", "sugar"),
        ("BP 170/125", "That is very h", "pressure"),
    ],
)
def test_alarming_reading_is_answered_with_the_safety_text_and_flagged(
    text: str, said: str, kind: str
) -> None:
    person()

    assert texted(text) == [said]
    assert Reading.objects.get().kind == kind
    assert flags() == [{"reason": "alarming_reading", "detail": kind}]


def test_number_that_is_alarming_in_either_unit_brings_help_before_the_question() -> None:
    """25 is very high in one unit and far too low in the other."""
    person()

    assert texted("SUGAR 25") == ["That is very h"]
    assert not Reading.objects.exists()
    assert len(flags()) == 1


def test_so_does_an_answer() -> None:
    person()
    texted("SUGAR")

    assert texted("25", 1) == ["That is very h"]
    assert len(flags()) == 1
    assert Enrolment.objects.get().question == "sugar"


def test_in_a_country_of_the_other_unit_the_same_number_is_the_same_sugar() -> None:
    person("US")

    texted("SUGAR 117")

    assert (Reading.objects.get().value, Reading.objects.get().unit) == (6.5, "mmol/L")


def test_while_joining_nothing_is_written_but_help_comes() -> None:
    sugar_version()
    texted("SWEET")

    assert texted("SUGAR 6.5", 1) == ["How many a day"]
    assert texted("SUGAR 3.1", 2) == ["That is low. E"]
    assert not Reading.objects.exists()
    assert len(flags()) == 1
    assert Enrolment.objects.get().question == "per_day"


def test_reading_to_another_open_question_leaves_it_open() -> None:
    person()
    texted("STEPS")

    assert texted("SUGAR 6.5", 1) == ["Thank you, not"]
    assert Enrolment.objects.get().question == "steps"
    assert texted("4000", 2) == ["Well walked."]


def test_conditions_see_a_scale_and_both_pressures() -> None:
    sugar_version()
    for minute, text in enumerate(("SWEET", "40", "1", "BP 135/88")):
        texted(text, minute)

    decided = {}
    for day in (1, 2):
        planner.tick(now=worlds.NOON + timedelta(days=day))
    for decision in Enrolment.objects.get().decisions.all():
        decided[decision.step_key] = decision.outcome

    assert decided == {"high.1": "queued", "pressed.1": "queued"}
