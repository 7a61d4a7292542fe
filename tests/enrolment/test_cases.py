from datetime import timedelta

import pytest

from enrolment import cases, erasing, replies, responding
from enrolment.models import Case
from messaging.models import InboundMessage
from tests import worlds
from tests.enrolment.test_replies import texted

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"


@pytest.mark.parametrize(
    ("words", "reason", "urgency"),
    [
        ("my cat ate my patches", Case.Reason.UNKNOWN_WORD, Case.Urgency.ORDINARY),
        ("i want to die", Case.Reason.CRISIS, Case.Urgency.URGENT),
    ],
)
def test_what_no_rule_understood_and_what_is_flagged_is_a_case(
    words: str, reason: str, urgency: int
) -> None:
    enrolment = worlds.person(number=NUMBER)
    texted(words)

    case = Case.objects.get()
    assert (case.reason, case.urgency, case.status) == (reason, urgency, Case.Status.OPEN)
    assert case.enrolment == enrolment
    assert case.inbound is not None
    assert case.inbound.body == words


def test_answer_nobody_can_read_is_a_case_at_the_third_try() -> None:
    worlds.version()
    texted("JOIN")
    for words in ("purple", "elephants", "dance"):
        texted(words)

    assert Case.objects.get().reason == Case.Reason.UNREADABLE


def test_fault_of_ours_is_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds.person(number=NUMBER)

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(responding.conversation, "respond", broken)
    texted("CRAVE")

    assert Case.objects.get().reason == Case.Reason.FAULT


def test_every_text_in_the_inbox_has_its_case_and_no_other_has() -> None:
    worlds.person(number=NUMBER)
    for words in ("CRAVE", "HELP", "unheard of", "thanks", "i want to die", "STOP", "hm?"):
        texted(words)

    inbox = set(InboundMessage.objects.filter(end="inbox").values_list("pk", flat=True))
    assert set(Case.objects.values_list("inbound_id", flat=True)) == inbox
    assert len(inbox) >= 2


def test_stranger_in_need_is_a_case_of_the_senders_only_campaign() -> None:
    version = worlds.version()
    texted("i want to die")

    case = Case.objects.get()
    assert (case.enrolment, case.campaign) == (None, version.campaign)


def test_text_has_one_case_however_often_it_is_opened() -> None:
    worlds.person(number=NUMBER)
    texted("unheard of")
    inbound = InboundMessage.objects.get()

    assert cases.open_each(openings=[cases.Opening(inbound, "fault")], now=worlds.NOON) == []
    assert Case.objects.count() == 1


def test_erasure_ends_the_cases_and_takes_the_words() -> None:
    enrolment = worlds.person(number=NUMBER)
    texted("i want to die")
    erasing.erase(participant=enrolment.participant, source="staff", cause_key="1", now=worlds.NOON)
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=1))

    case = Case.objects.get()
    assert (case.status, case.resolution) == (Case.Status.RESOLVED, Case.Resolution.ERASED)
