"""Several people behind one number: who joins, whose a text is, and whom a text is for."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import CampaignVersion
from enrolment import inviting, joining, own_history, planner, replies
from enrolment.models import Answer, Consent, Decision, Enrolment, Hearing, Participant
from messaging.models import Message, OptOut, Recipient
from tests import worlds
from tests.enrolment.test_replies import NUMBER, texted

pytestmark = pytest.mark.django_db

DAY_ZERO = datetime(2026, 12, 10, 9, 31, tzinfo=UTC)


def second(edition: CampaignVersion, name: str = "Per") -> Enrolment:
    """Somebody else behind the same number, through onboarding."""
    enrolment = joining.join(
        version=edition,
        recipient=Recipient.objects.get(),
        language="en",
        channel="sms",
        exact_text="JOIN / 2",
        now=worlds.NOON,
        is_newcomer=True,
    )
    Participant.objects.filter(pk=enrolment.participant_id).update(first_name=None)
    enrolment.participant.first_name = name
    enrolment.participant.save()
    joining.activate(enrolment=enrolment, now=worlds.NOON)
    return enrolment


def family(edition: CampaignVersion | None = None) -> tuple[Enrolment, Enrolment]:
    """Amina and Per, in one campaign."""
    edition = edition or worlds.full_version()
    return worlds.person(number=NUMBER, of=edition), second(edition)


def test_second_join_asks_who_and_somebody_else_joins() -> None:
    worlds.person(number=NUMBER)

    assert texted("JOIN") == ["Who would like to join? Reply 1 Amina, 2 somebody else"]
    assert texted("2") == ["Do you smoke? YES or NO"]

    amina, newcomer = Enrolment.objects.order_by("pk")
    assert amina.participant_id != newcomer.participant_id
    assert amina.participant.recipient_id == newcomer.participant.recipient_id
    assert newcomer.participant.has_company
    assert newcomer.participant.is_shared
    assert Consent.objects.get(enrolment=newcomer).exact_text == "JOIN / 2"


def test_second_join_of_the_same_person_changes_nothing() -> None:
    worlds.person(number=NUMBER)
    texted("JOIN")

    assert texted("1") == ["You are in."]
    assert Enrolment.objects.count() == 1


def test_anything_else_after_who_joins_is_heard_as_ever() -> None:
    worlds.person(number=NUMBER)
    texted("JOIN")

    (tip,) = texted("CRAVE")
    texted("2")

    assert tip.startswith("Tip")
    assert Participant.objects.count() == 1


def test_another_campaigns_join_may_be_the_same_persons() -> None:
    worlds.person(number=NUMBER)
    other = worlds.version(worlds.campaign(key="move"), published=False)
    other.keywords.filter(action="join").update(word="MOVE", folded="move")
    worlds.publish(other)

    assert texted("MOVE") == ["Who would like to join? Reply 1 Amina, 2 somebody else"]
    texted("1")

    assert Participant.objects.count() == 1
    assert Enrolment.objects.filter(version=other).count() == 1


def test_joining_twice_while_joining_only_asks_again() -> None:
    worlds.version()
    texted("JOIN")

    assert texted("JOIN") == ["Do you smoke? YES or NO"]


def test_number_takes_no_more_people_than_a_family_has() -> None:
    edition = worlds.version()
    worlds.person(number=NUMBER, of=edition)
    for name in ("Per", "Kim", "Sam", "Ola", "Eva"):
        second(edition, name)

    assert texted("JOIN") == ["No more people can join from this number. Text HELP to reach us."]


def test_word_that_may_be_anybodys_is_asked_about_once_and_remembered() -> None:
    _, per = family()

    assert texted("CRAVE") == ["Who is this text about? Reply 1 Amina, 2 Per"]
    (tip,) = texted("2", minutes=1)
    (another,) = texted("CRAVE", minutes=30)

    assert tip.startswith("Per: Tip")
    assert another.startswith("Per: Tip")
    heard = Hearing.objects.order_by("pk").values_list("participant", flat=True)
    assert list(heard) == [per.participant_id] * 3


def test_whose_it_is_is_forgotten_after_an_hour() -> None:
    family()
    texted("CRAVE")
    texted("per", minutes=1)

    assert texted("CRAVE", minutes=90) == ["Who is this text about? Reply 1 Amina, 2 Per"]


def test_name_beside_the_word_says_whose_it_is() -> None:
    family()

    (tip,) = texted("Amina crave")

    assert tip.startswith("Amina: Tip")


def test_open_questions_person_is_heard_first() -> None:
    amina, per = family()
    planner.tick(now=datetime(2026, 12, 10, 18, 31, tzinfo=UTC))
    asked = Enrolment.objects.get(pk=amina.pk)
    assert asked.question == "smoked"

    minutes = 9 * 24 * 60 + 7 * 60
    assert texted("no", minutes=minutes) == ["Amina: Well done."]

    assert Answer.objects.get(question_key="smoked").enrolment_id == amina.pk
    assert per.pk != amina.pk


def test_word_of_one_persons_campaign_is_hers() -> None:
    amina = worlds.person(number=NUMBER, of=worlds.version())
    other = worlds.full_version(worlds.campaign(key="move"))
    per = second(other)

    (said,) = texted("LESS")

    assert said.startswith("Per: ")
    assert Enrolment.objects.get(pk=per.pk).profile == "light"
    assert Enrolment.objects.get(pk=amina.pk).profile == ""


def test_planned_texts_say_whom_they_are_for() -> None:
    family(worlds.version(extra_days=(3,)))

    planner.tick(now=DAY_ZERO)

    bodies = [row.body.text for row in Message.objects.filter(kind="due")]
    assert "Today is the day, Amina." in bodies
    assert all("Amina" in (body or "") or "Per" in (body or "") for body in bodies)


def test_caps_are_kept_over_everybody_behind_the_number() -> None:
    edition = worlds.version(published=False)
    edition.cap_day = 2
    edition.save()
    worlds.publish(edition)
    worlds.person(number=NUMBER, of=edition)
    per = second(edition)
    joining.anchors.set_day(
        enrolment=per, kind="quit_date", day=DAY_ZERO.date(), source="test", now=worlds.NOON
    )

    planner.tick(now=DAY_ZERO)

    sent = Decision.objects.filter(local_date=DAY_ZERO.date(), outcome="queued", step_key="day.0")
    assert sent.count() == 1
    assert Decision.objects.filter(reason="day_cap", step_key="day.0").count() == 1


def test_stop_is_everybodys() -> None:
    family()

    texted("STOP")

    assert set(Enrolment.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert OptOut.objects.filter(lifted_at=None).count() == 1


def test_neither_reads_the_others_texts() -> None:
    amina, per = family()
    texted("Amina crave")
    texted("Per crave", minutes=1)
    planner.tick(now=DAY_ZERO)
    Message.objects.update(status="delivered", settled_at=DAY_ZERO)

    hers, his = (
        " ".join(line.body or "" for line in own_history.texts(Participant.objects.get(pk=pk)))
        for pk in (amina.participant_id, per.participant_id)
    )

    assert "Amina crave" in hers
    assert "Per" not in hers
    assert "Per crave" in his
    assert "Amina" not in his


def test_somebody_else_may_be_invited_to_a_number_in_use() -> None:
    edition = worlds.full_version()
    worlds.person(number=NUMBER, of=edition)

    with pytest.raises(inviting.InviteRefused):
        invite(edition, is_newcomer=False)
    enrolment = invite(edition, is_newcomer=True)

    assert enrolment.participant.has_company
    assert texted("yes") == ["Do you smoke? YES or NO"]


def invite(edition: CampaignVersion, *, is_newcomer: bool) -> Enrolment:
    return inviting.invite(
        version=edition,
        number=NUMBER,
        language="en",
        channel="referral",
        now=worlds.NOON,
        is_newcomer=is_newcomer,
    )


def test_caregivers_number_gets_texts_about_the_person() -> None:
    edition = worlds.version()
    child = inviting.invite(
        version=edition,
        number=NUMBER,
        language="en",
        channel="referral",
        now=worlds.NOON,
        first_name="Sam",
        is_cared_for=True,
    )

    (asked,) = [row.body.text for row in Message.objects.all()]
    assert asked == "About Sam: Do you want our texts? YES or NO"
    assert texted("yes") == ["About Sam: Do you smoke? YES or NO"]
    assert Enrolment.objects.get(pk=child.pk).participant.is_cared_for


def test_texts_to_a_single_person_leave_no_trace_of_whose_they_were() -> None:
    worlds.person(number=NUMBER)

    texted("CRAVE")

    assert not Hearing.objects.exists()


def test_two_that_text_in_one_batch_are_both_answered() -> None:
    edition = worlds.full_version()
    worlds.person(number=NUMBER, of=edition)
    worlds.person(number="+447700900002", of=edition)
    worlds.text(NUMBER, "CRAVE")
    worlds.text("+447700900002", "CRAVE")

    assert replies.answer_pending(now=worlds.NOON + timedelta(minutes=1)) == 2
