"""Discreet texts: nothing planned tells of the illness, nor what anybody may bring about."""

from datetime import UTC, datetime

import pytest

from campaigns.models import CampaignVersion, Text
from enrolment import planner
from enrolment.addressing import Manner, addressed, is_to_caregiver, own_words, wording_for
from enrolment.journey import plan
from enrolment.models import Decision, Enrolment
from enrolment.state import Reason, Verdict
from messaging.models import Message
from tests import contents, states, worlds
from tests.enrolment.test_replies import NUMBER, texted

DAY_ZERO = datetime(2026, 12, 10, 9, 31, tzinfo=UTC)
DISCREET = Manner(is_discreet=True)


def edition() -> CampaignVersion:
    found = worlds.full_version(published=False)
    for key, body in (("day.0~discreet", "A good day to you."), ("day.1~discreet", "=")):
        Text.objects.create(version=found, key=key, language="en", body=body)
    worlds.publish(found)
    return found


@pytest.mark.django_db
def test_word_makes_texts_discreet_and_back() -> None:
    enrolment = worlds.person(number=NUMBER, of=edition())

    (said,) = texted("Discreet")

    assert said.startswith("From now on our texts don't say what they are about.")
    assert Enrolment.objects.get(pk=enrolment.pk).participant.is_discreet
    texted("plain", minutes=1)
    assert not Enrolment.objects.get(pk=enrolment.pk).participant.is_discreet


@pytest.mark.django_db
def test_planned_text_goes_in_its_discreet_words_or_not_at_all() -> None:
    worlds.person(number=NUMBER, of=edition())
    texted("DISCREET")

    planner.tick(now=datetime(2026, 12, 8, 9, 31, tzinfo=UTC))
    planner.tick(now=DAY_ZERO)

    assert [row.body.text for row in Message.objects.filter(kind="due")] == ["A good day to you."]
    silent = Decision.objects.filter(reason="not_discreet").values_list("step_key", flat=True)
    assert "before.1" in silent


@pytest.mark.django_db
def test_usual_words_serve_where_the_pack_says_so() -> None:
    worlds.person(number=NUMBER, of=edition())
    texted("DISCREET")

    planner.tick(now=datetime(2026, 12, 11, 9, 31, tzinfo=UTC))

    assert Message.objects.filter(kind="due").latest("pk").body.text == "Day one is behind you."


@pytest.mark.django_db
def test_what_is_queued_in_usual_words_is_taken_back() -> None:
    worlds.person(number=NUMBER, of=edition())
    planner.tick(now=datetime(2026, 12, 8, 9, 31, tzinfo=UTC))
    assert Message.objects.filter(kind="due", status="queued").exists()

    texted("DISCREET")

    assert not Message.objects.filter(kind="due", status="queued").exists()


@pytest.mark.django_db
def test_help_and_unknown_words_tell_nothing() -> None:
    worlds.person(number=NUMBER, of=edition())
    texted("DISCREET")

    (helped,) = texted("HELP", minutes=1)
    (unknown,) = texted("who is it", minutes=2)

    assert helped.startswith("You get these texts because you asked for them.")
    assert unknown == "Thank you, we have that."


@pytest.mark.django_db
def test_word_of_hers_is_answered_in_its_words() -> None:
    worlds.person(number=NUMBER, of=edition())
    texted("DISCREET")

    (tip,) = texted("CRAVE", minutes=1)

    assert tip.startswith("Tip")


@pytest.mark.django_db
def test_campaign_may_ask_while_joining() -> None:
    found = worlds.version(published=False)
    found.questions.filter(key="uses").update(attribute="discreet", outcomes={})
    worlds.publish(found)
    texted("JOIN")

    texted("yes")

    assert Enrolment.objects.get().participant.is_discreet


def test_journey_holds_back_what_has_no_discreet_wording() -> None:
    step = contents.day_step("day.0", 0)
    texts = {("day.0", "en"): "Today you stop smoking."}
    from_morning = states.state(states.QUIT, discreet=True)

    plain = contents.content(step, texts=texts)
    worded = contents.content(step, texts={**texts, ("day.0~discreet", "en"): "Hello"})

    assert verdict(plain, from_morning) == (Verdict.SUPPRESSED, Reason.NOT_DISCREET)
    assert verdict(worded, from_morning) == (Verdict.QUEUED, Reason.NONE)


def verdict(content: object, state: object) -> tuple[Verdict, Reason]:

    (due,) = plan(content, state, states.at(10, 9, 31)).dues  # type: ignore[arg-type]
    return due.verdict, due.reason


def test_alarms_and_words_of_need_are_never_neutral() -> None:
    content = contents.content(
        texts={
            ("system.crisis", "en"): "Ring 999.",
            ("system.help", "en"): "Stop smoking with us.",
            ("reply.smoked.no", "en"): "Smoke-free!",
        }
    )

    assert wording_for(content, "system.crisis", "en", DISCREET) is not None
    assert wording_for(content, "system.help", "en", DISCREET) is None
    assert own_words(content, "reply.smoked.no", "en", DISCREET) == "Thank you, we have that."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Anna", "Anna: Hello"),
        ("", "Hello"),
        ("Łukasz", "ukasz: Hello"),
        ("Zoë", "Zoe: Hello"),
        ("أمينة", "أمينة: Hello"),
    ],
)
def test_name_in_front_costs_no_more_than_it_must(name: str, said: str) -> None:
    content = contents.content(texts={("day.0", "en"): "Hello"})
    manner = Manner(has_company=True)
    wording = wording_for(content, "day.0", "en", manner)
    assert wording is not None

    assert addressed("Hello", wording, name=name, language="en", manner=manner) == said


def test_care_wording_serves_a_caregiver() -> None:
    texts = {("day.0", "en"): "You do well.", ("day.0~care", "en"): "{{ first_name }} does well."}
    content = contents.content(texts=texts)

    wording = wording_for(content, "day.0", "en", Manner(is_cared_for=True))

    assert wording is not None
    assert wording.fields == ("first_name",)


def test_caregiver_is_told_whom_a_text_is_about_unless_it_was_made_for_her() -> None:
    texts = {
        ("day.0", "en"): "Well done, {{ first_name }}.",
        ("day.1", "en"): "Well done.",
        ("day.1~care", "en"): "{{ first_name }} does well.",
    }
    content, manner = contents.content(texts=texts), Manner(is_cared_for=True)

    def said(key: str, text: str) -> str:
        wording = wording_for(content, key, "en", manner)
        assert wording is not None
        return addressed(
            text,
            wording,
            name="Sam",
            language="en",
            manner=manner,
            is_to_caregiver=is_to_caregiver(content, key),
        )

    assert said("day.0", "Well done, Sam.") == "About Sam: Well done, Sam."
    assert said("day.1", "Sam does well.") == "Sam does well."
