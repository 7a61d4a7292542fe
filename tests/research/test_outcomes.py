"""What is counted of answers about quitting, joining, liking it and calls, over a few people."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.models import CampaignVersion, Question
from campaigns.rules import QuestionKind
from enrolment import attempts, call_lists, calls, consents, inviting
from enrolment.call_lists import Wanted
from enrolment.calls import Said
from enrolment.models import Answer, Enrolment, Invitation
from research import counting, tallies
from research.counts import Counts, Measure
from research.indicators import eligible, prolonged, quit_attempts, recontact, satisfaction
from research.indicators.definition import Line
from research.share import Share
from tests import worlds
from tests.enrolment.people_lists import manager
from tests.enrolment.test_calls import caller

pytestmark = pytest.mark.django_db

QUIT_DAY = date(2026, 12, 10)


def at(days: float) -> datetime:
    """So many days after the midnight that began the quit date."""
    return datetime(2026, 12, 10, tzinfo=UTC) + timedelta(days=days)


@pytest.fixture
def version() -> CampaignVersion:
    edition = worlds.version(published=False)
    keys = ("use7", "use30", "since_quit", "uses_tobacco", "already_quit", "helpful", "frequency")
    for place, key in enumerate(keys, start=8):
        Question.objects.create(
            version=edition, key=key, kind=QuestionKind.YES_NO, position=place, outcomes={}
        )
    worlds.publish(edition)
    return edition


def person(n: int, version: CampaignVersion) -> Enrolment:
    return worlds.person(number=f"+44770090000{n}", of=version, quit_day=QUIT_DAY)


def says(enrolment: Enrolment, question: str, value: str, days: float) -> None:
    number = enrolment.participant.recipient.number
    Answer.objects.create(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        question_key=question,
        wording_version=enrolment.version,
        inbound=worlds.text(number or "", value, at=at(days)),
        value=value,
        is_valid=True,
        asked_at=at(days),
        answered_at=at(days) + timedelta(minutes=5),
    )


def counted(days: float) -> Counts:
    counting.count_all(now=at(days), anew=False)
    return tallies.counts(worlds.campaign(), since=None, until=at(days).date())


def shares(lines: tuple[Line, ...]) -> dict[str, object]:
    return {line.key: line.of for line in lines}


def test_day_without_is_told_a_whole_day_after_the_quit_date(version: CampaignVersion) -> None:
    tried, too_soon, smoked, again, silent = (person(n, version) for n in range(1, 6))
    says(tried, "smoked", "no", 2.75)
    says(tried, "smoked", "yes", 7)
    says(too_soon, "smoked", "no", 0.75)
    says(smoked, "smoked", "yes", 2)
    # A second attempt from day 20 on; the day after it nothing was smoked.
    says(again, "use7", "yes", 8)
    attempts.start(enrolment=again, day=QUIT_DAY + timedelta(days=20), source="t", now=at(15))
    says(again, "smoked", "no", 20.5)
    says(again, "smoked", "no", 22)

    found = shares(quit_attempts.quit_attempts(counted(30)))

    assert found == {"of_due": Share(2, 5), "of_answers": Share(2, 3)}
    assert silent.attempt == 1


def test_nobody_is_due_before_the_quit_date_is_over(version: CampaignVersion) -> None:
    person(1, version)

    assert quit_attempts.quit_attempts(counted(0.5)) == ()
    assert shares(quit_attempts.quit_attempts(counted(1)))["of_due"] == Share(0, 1)


def test_prolonged_is_five_at_most_from_the_first_quit_date(version: CampaignVersion) -> None:
    kept, few, more, forgot, another, silent = (person(n, version) for n in range(1, 7))
    says(kept, "since_quit", "none", 182)
    says(few, "since_quit", "one_to_five", 180)
    says(more, "since_quit", "over_five", 182)
    says(forgot, "since_quit", "over_five", 91)
    says(forgot, "since_quit", "none", 182)
    attempts.start(enrolment=another, day=QUIT_DAY + timedelta(days=40), source="t", now=at(35))
    says(another, "since_quit", "none", 182)

    found = shares(prolonged.prolonged(counted(200)))

    # Whoever set another quit date has answered of another time.
    assert found == {"d182.of_due": Share(2, 6), "d182.of_answers": Share(2, 4)}
    assert silent.attempt == 1


def test_screening_tells_users_quitters_and_never_users_apart(version: CampaignVersion) -> None:
    uses, quit_before, never, _untold = (person(n, version) for n in range(1, 5))
    says(uses, "uses_tobacco", "yes", -9)
    says(quit_before, "uses_tobacco", "no", -9)
    says(quit_before, "already_quit", "yes", -9)
    says(never, "uses_tobacco", "no", -9)
    says(never, "already_quit", "no", -9)
    Enrolment.objects.filter(pk=never.pk).update(
        status="ineligible", started_at=None, next_due_at=None, ended_at=at(-9)
    )

    assert shares(eligible.eligible(counted(0))) == {
        "uses": Share(1, 3),
        "has_quit": Share(1, 3),
        "untold": Share(1, 3),
        "turned_away": Share(1, 3),
    }


def test_newest_answer_says_how_she_likes_it(version: CampaignVersion) -> None:
    one, other = person(1, version), person(2, version)
    says(one, "helpful", "2", 30)
    says(one, "helpful", "5", 91)
    says(other, "helpful", "3", 30)
    says(other, "frequency", "too_many", 33)

    found = shares(satisfaction.satisfaction(counted(92), 2))

    assert found["helpful"] == Share(1, 2)
    assert found["too_many"] == Share(1, 1)


def test_recontact_tells_texts_calls_and_tries_apart(version: CampaignVersion) -> None:
    texted, called, nobody = (person(n, version) for n in range(1, 4))
    says(texted, "use7", "no", 30)
    for enrolment in (called, nobody):
        consents.record(
            enrolment=enrolment, scope="follow_up_call", is_given=True, channel="sms",
            exact_text="yes", now=worlds.NOON,
        )  # fmt: skip
    wanted = Wanted("ask.smoked", QUIT_DAY, QUIT_DAY, seed=1)
    made = call_lists.make(campaign=worlds.campaign(), wanted=wanted, actor=manager(), now=at(30))
    for enrolment, ends in ((called, ("no_answer", "reached")), (nobody, ("no_answer",))):
        for place, outcome in enumerate(ends):
            now = at(30 + place)
            made.calls.exclude(enrolment=enrolment).update(call_at=at(90))
            made.calls.filter(enrolment=enrolment).update(call_at=None)
            call = calls.take_next(call_list=made, caller=caller(), now=now)
            assert call is not None
            told = {"use7": Said("no")} if outcome == "reached" else {}
            calls.end(call=call, caller=caller(), outcome=outcome, answers=told, now=now)

    found = shares(recontact.recontact(counted(60)))

    assert found == {
        "d30.sms": Share(1, 3),
        "d30.call": Share(1, 3),
        "try1": Share(0, 2),
        "try2": Share(1, 1),
    }


def test_invitations_are_counted_asked_or_not(version: CampaignVersion) -> None:
    person(1, version)
    inviting.invite(
        version=version, number="+447700900009", language="en", channel="referral", now=at(1)
    )
    refused = inviting.note(
        campaign=version.campaign, number="+447700900008", language="nb", channel="web", now=at(1)
    )
    refused.move_to(Invitation.Status.REFUSED, refusal="opted_out")

    found = counted(2)

    assert found.by_key(Measure.INVITED) == {"asked": 1, "not_asked": 1}
    steps = found.by_key(Measure.FUNNEL)
    assert (steps["began"], steps["in_touch"], steps["answered"]) == (2, 1, 1)
    web = tallies.counts(
        version.campaign, since=None, until=at(2).date(), slice_=tallies.Slice("channel", "web")
    )
    assert web.by_key(Measure.INVITED) == {"not_asked": 1}
    referral = tallies.Slice("channel", "referral")
    asked = tallies.counts(version.campaign, since=None, until=at(2).date(), slice_=referral)
    assert asked.by_key(Measure.FUNNEL) == {"began": 1}
