import re
from datetime import timedelta

import pytest

from enrolment import erasing, finishing, replies
from enrolment.models import Case, Enrolment, Erasure, Participant, Withdrawal
from messaging.models import InboundMessage, Message, MessageBody, OptOut, Recipient
from tests import worlds
from tests.enrolment.everywhere import columns_with, found_anywhere
from tests.enrolment.test_replies import last_inbound, texted
from trust.blind_index import number_index
from trust.fields import encrypted_columns
from trust.models import AuditEvent, RetentionSettings

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
NAME = "Amina"


def code_in(said: list[str]) -> str:
    found = re.search(r"DELETE (\d{4})$", said[0])
    assert found, said
    return found[1]


def erased() -> Erasure:
    """By text, at NOON."""
    code = code_in(texted("DELETE"))
    texted(f"delete {code}")
    return Erasure.objects.get()


def settle(erasure: Erasure) -> None:
    Message.objects.filter(pk=erasure.last_message_id).update(
        status=Message.Status.ACCEPTED, settled_at=worlds.NOON
    )


def test_delete_asks_once_and_the_code_erases() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())

    erasure = erased()

    assert erasure.confirmed_at == worlds.NOON
    assert Enrolment.objects.get().status == Enrolment.Status.ERASED
    assert Enrolment.objects.get().exit_reason == "erased"
    assert Withdrawal.objects.get().source == "sms"
    assert last_inbound().end == InboundMessage.End.MATCHED
    last = Message.objects.get(pk=erasure.last_message_id)
    assert (last.status, last.kind) == (Message.Status.QUEUED, Message.Kind.HELP)
    assert last.body.text == "All of it goes. Goodbye."
    assert last.recipient.number == NUMBER
    assert OptOut.objects.get(lifted_at=None).source == "erased"


@pytest.mark.parametrize("spoken", ["DELETE {}", "Delete: {}!", "erase{}", " delete  {} "])
def test_code_is_read_as_people_write_it(spoken: str) -> None:
    edition = worlds.full_version(published=False)
    worlds._keyword(edition, "erase", action="erase")
    worlds.publish(edition)
    worlds.person(number=NUMBER, of=edition)

    texted(spoken.format(code_in(texted("DELETE"))))

    assert Enrolment.objects.get().status == Enrolment.Status.ERASED


def test_wrong_or_stale_code_is_asked_anew_and_nothing_goes() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    code = code_in(texted("DELETE"))
    wrong = f"{(int(code) + 1) % 10_000:04}"

    anew = code_in(texted(f"DELETE {wrong}"))
    code_in(texted(f"DELETE {anew}", minutes=60))

    assert Enrolment.objects.get().status == Enrolment.Status.ACTIVE
    assert Participant.objects.get().first_name == NAME


def test_code_is_kept_as_a_keyed_hash() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())

    code = code_in(texted("DELETE"))

    mark = bytes(Erasure.objects.get().code_mark or b"")
    assert len(mark) == 32
    assert code.encode() not in mark


def test_what_was_queued_is_cancelled() -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.full_version())
    texted("CRAVE")
    earlier = Message.objects.get()

    erased()

    earlier.refresh_from_db()
    assert (earlier.status, earlier.status_reason) == (Message.Status.CANCELLED, "erased")
    assert not Message.objects.filter(
        recipient_id=enrolment.participant.recipient_id, status__in=Message.OPEN
    ).exists()


def test_number_goes_once_the_last_text_is_with_the_provider() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    erasure = erased()

    assert finishing.finish(now=worlds.NOON + timedelta(minutes=1)) == 0
    settle(erasure)
    assert finishing.finish(now=worlds.NOON + timedelta(minutes=2)) == 1
    assert finishing.finish(now=worlds.NOON + timedelta(minutes=3)) == 0

    assert not Recipient.objects.exclude(number=None).exists()
    assert [bytes(row.number_index) for row in OptOut.objects.all()] == [
        number_index(worlds.organisation().pk, NUMBER)
    ]


def test_number_goes_after_a_day_whatever_becomes_of_the_last_text() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    erasure = erased()

    finishing.finish(now=worlds.NOON + timedelta(hours=24))

    assert not Recipient.objects.exclude(number=None).exists()
    last = Message.objects.get(pk=erasure.last_message_id)
    assert (last.status, last.status_reason) == (Message.Status.CANCELLED, "erased")


def test_organisation_may_let_the_number_go_sooner() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    RetentionSettings.objects.create(organisation=worlds.organisation(), erased_number_hours=2)
    erased()

    assert finishing.finish(now=worlds.NOON + timedelta(minutes=119)) == 0
    assert finishing.finish(now=worlds.NOON + timedelta(hours=2)) == 1


def test_whoever_joins_again_meanwhile_is_somebody_new() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    erasure = erased()
    settle(erasure)

    assert texted("JOIN") == ["Do you smoke? YES or NO"]
    finishing.finish(now=worlds.NOON + timedelta(hours=25))

    new = Participant.objects.exclude(pk=erasure.participant_id).get()
    assert new.recipient.number == NUMBER
    assert new.enrolments.get().status == Enrolment.Status.INVITED


def test_person_in_two_campaigns_is_erased_from_both() -> None:
    first = worlds.person(number=NUMBER, of=worlds.full_version())
    second = worlds.person(number=NUMBER, of=worlds.full_version(worlds.campaign(key="sugar")))
    assert first.participant_id == second.participant_id

    erased()

    assert {row.status for row in Enrolment.objects.all()} == {Enrolment.Status.ERASED}


def test_one_who_has_left_can_still_be_erased_and_is_answered() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    texted("STOP")

    assert texted("MYDATA", 1) == ["Your name and our texts. WEB, DELETE."]
    texted(f"DELETE {code_in(texted('DELETE', 2))}", 3)

    erasure = Erasure.objects.get()
    assert erasure.last_message is not None
    assert erasure.last_message.status == Message.Status.QUEUED
    assert Enrolment.objects.get().status == Enrolment.Status.ERASED
    assert texted("MYDATA", 4) == []


def test_nothing_in_the_database_leads_back_to_the_person() -> None:
    """Every text and every byte column, opened with every key: not the name, the words, the number
    or its index, but for the opt-out."""
    worlds.full_version()
    for body in ("JOIN from quiet Amina", "JOIN", "yes I do", NAME, "10 december"):
        texted(body)
    for body in ("ask reason", "for my quiet daughter", "ask glucose", "6.5 quiet", "CRAVE"):
        texted(body, 2)
    texted("my quiet cat ate the patches", 3)
    assert found_anywhere(NUMBER, NAME, "quiet")
    erasure = erased()
    assert found_anywhere(NUMBER) == ["messaging_recipient.number"]

    settle(erasure)
    finishing.finish(now=worlds.NOON + timedelta(minutes=1))

    assert found_anywhere(NUMBER, NUMBER[1:], NAME, "quiet", "daughter") == []
    index = number_index(worlds.organisation().pk, NUMBER)
    assert columns_with(index) == ["messaging_optout.number_index"]
    assert MessageBody.objects.exclude(text=None).count() == 0
    assert AuditEvent.objects.filter(verb="participant.erase").count() == 1


def test_every_sealed_column_is_known_to_erasure() -> None:
    """A new one fails here until erasing takes care of it."""
    assert {f"{model.__name__}.{field.name}" for model, field in encrypted_columns()} == {
        "Answer.raw",
        "Attribute.words",
        "BroadcastList.content",
        "Consent.exact_text",
        # Of an export, and nobody's: without it a pseudonym leads to no one.
        "ExportKey.secret",
        "InboundMessage.body",
        "InboundPart.body",
        "Invitation.first_name",
        "MessageBody.text",
        "Note.words",
        "Participant.first_name",
        "PeopleFile.content",
        "PeopleRow.person",
        "Recipient.number",
        # Nobody's: what the arms of a trial are drawn from.
        "Trial.seed",
    }


def test_codes_are_of_one_person() -> None:
    one = worlds.person(number=NUMBER, of=worlds.full_version()).participant
    other = worlds.person(number="+447700900002").participant

    code = erasing.ask(participant=one, now=worlds.NOON)

    assert erasing.fits(participant=one, code=code, now=worlds.NOON)
    assert not erasing.fits(participant=other, code=code, now=worlds.NOON)


def test_code_is_asked_for_whatever_question_is_open() -> None:
    """A question that is open adds its own changes; a wrong code must not pass beside them."""
    worlds.person(number=NUMBER, of=worlds.full_version())
    texted("QUIT")

    code = code_in(texted("DELETE 0000 please", 1))
    assert Enrolment.objects.get().status == Enrolment.Status.ACTIVE
    texted("quit", 2)
    texted(f"DELETE {code}", 3)

    assert Enrolment.objects.get().status == Enrolment.Status.ERASED


def test_what_waited_for_a_counsellor_waits_no_more() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    texted("my cat ate my patches")

    erased()

    assert not InboundMessage.objects.filter(end=InboundMessage.End.INBOX).exists()


def test_cry_for_help_that_came_behind_the_code_is_heard() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    code = code_in(texted("DELETE"))
    worlds.text(NUMBER, f"DELETE {code}")
    worlds.text(NUMBER, "I want to kill myself")

    for _ in range(2):
        replies.answer_pending(now=worlds.NOON)
    settle(Erasure.objects.get())

    assert last_inbound().end_reason == "crisis_self_harm"
    answer = Message.objects.get(kind=Message.Kind.CRISIS)
    assert answer.recipient.number == NUMBER
    case = Case.objects.get()
    assert (case.urgency, case.status) == (Case.Urgency.URGENT, Case.Status.OPEN)
    assert finishing.finish(now=worlds.NOON + timedelta(hours=23)) == 0
    assert finishing.finish(now=worlds.NOON + timedelta(hours=24)) == 1
    assert not InboundMessage.objects.exclude(body=None).exists()
