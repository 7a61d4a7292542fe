"""STOP with a campaign's word, while more of them wait to be read."""

from datetime import datetime

import pytest

from campaigns.models import CampaignVersion
from enrolment import replies
from enrolment.models import Enrolment
from messaging import clock, dispatch, ledger, optout
from messaging.models import Message, Recipient
from tests import worlds

pytestmark = pytest.mark.django_db
NUMBER = "+447700900001"


def in_campaigns(*words: str, mute: str = "") -> None:
    """The number in a campaign of each word to join, which says its word where it is left; the
    `mute` one has no words for that."""
    for word in words:
        edition = _edition(word)
        if word == mute:
            edition.texts.filter(key="system.stopped").delete()
        worlds.publish(edition)
        worlds.person(number=NUMBER, of=edition)


def _edition(word: str) -> CampaignVersion:
    edition = worlds.version(worlds.campaign(key=word.lower()), published=False)
    edition.keywords.filter(action="join").update(word=word, folded=word.lower())
    edition.texts.filter(key="system.stopped").update(body=f"You have left {word}.")
    return edition


def said(now: datetime, *words: str) -> list[str]:
    """All stored, and obeyed, before the first of them is answered; what then reached her."""
    for word in words:
        worlds.text(NUMBER, word)
    replies.answer_pending(now=now)
    while dispatch.send_due():
        pass
    told = Message.objects.filter(kind=Message.Kind.STOP_CONFIRMATION, status="delivered")
    return [message.body.text or "" for message in told.order_by("pk")]


def still_in() -> list[str]:
    open_ones = Enrolment.objects.filter(status__in=Enrolment.OPEN).order_by("pk")
    return list(open_ones.values_list("campaign__key", flat=True))


def is_out() -> bool:
    return optout.is_opted_out(recipient=Recipient.objects.get())


def test_two_campaigns_left_at_once_are_each_told_of() -> None:
    in_campaigns("MOVE", "EAT")
    now = worlds.at_noon()

    assert said(now, "STOP MOVE", "STOP EAT") == ["You have left MOVE.", "You have left EAT."]
    assert (still_in(), is_out()) == ([], True)
    assert ledger.violations() == []


def test_third_campaign_goes_on_when_two_are_left_at_once() -> None:
    in_campaigns("MOVE", "EAT", "REST")
    now = worlds.at_noon()

    assert said(now, "STOP MOVE", "STOP EAT") == ["You have left MOVE.", "You have left EAT."]
    assert (still_in(), is_out()) == (["rest"], False)
    assert ledger.violations() == []


def test_stop_behind_a_stop_of_one_campaign_ends_the_rest_and_is_told_of() -> None:
    in_campaigns("MOVE", "EAT", "REST")
    now = worlds.at_noon()

    assert said(now, "STOP MOVE", "STOP", "STOP") == ["You have left MOVE.", "You have left REST."]
    assert (still_in(), is_out()) == ([], True)
    assert ledger.violations() == []


def test_stop_behind_a_stop_that_breaks_is_confirmed_once() -> None:
    in_campaigns("MOVE", "EAT", mute="MOVE")
    now = worlds.at_noon()

    assert said(now, "STOP MOVE", "STOP EAT") == ["No more texts."]
    assert (still_in(), is_out()) == ([], True)


def test_one_campaign_left_before_another_leaves_both_confirmations_standing() -> None:
    """The second STOP comes before the first one's confirmation has left."""
    in_campaigns("MOVE", "EAT", "REST")
    now = worlds.at_noon()
    worlds.text(NUMBER, "STOP MOVE")
    replies.answer_pending(now=clock.calendar_now())

    assert said(now, "STOP EAT") == ["You have left MOVE.", "You have left EAT."]
    assert still_in() == ["rest"]
    assert ledger.violations() == []
