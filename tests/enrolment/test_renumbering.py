"""Another number for somebody's texts: both numbers have their say before anything moves."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from enrolment import ledger, own_history, planner, renumbering, replies
from enrolment.models import (
    Consent,
    Enrolment,
    FormerNumber,
    NumberChange,
    Participant,
    WebLink,
)
from messaging import ledger as wire_ledger
from messaging.models import Message, OptOut, Recipient
from tests import worlds
from tests.enrolment.test_families import second
from tests.enrolment.test_replies import NUMBER, texted

pytestmark = pytest.mark.django_db

NEW = "+447700900009"
#: Texts of the days before lie an hour or more ahead of it.
MORNING = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)


def heard(body: str, number: str = NEW, minutes: int = 0) -> list[str]:
    inbound = worlds.text(number, body)
    assert inbound is not None
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=minutes))
    sent = Message.objects.filter(cause_kind="inbound", cause_key__startswith=f"{inbound.pk}:")
    return [row.body.text or "" for row in sent.exclude(status="blocked").order_by("cause_key")]


def asked(number: str = NEW) -> str:
    """By text; the code."""
    (said,) = texted(f"NEWNUMBER {number}")
    found = re.search(r"text (\d{6}) to us", said)
    assert found, said
    return found[1]


def test_code_from_the_new_number_moves_the_texts() -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.full_version())
    code = asked()

    assert heard(code, minutes=5) == [
        "Done. The texts come to this number from now on. To end them, reply STOP."
    ]

    participant = Participant.objects.get()
    assert participant.recipient.number == NEW
    assert FormerNumber.objects.get().recipient.number == NUMBER
    assert NumberChange.objects.get().status == "done"
    assert Consent.objects.filter(enrolment=enrolment).count() == 2
    notice = Message.objects.get(cause_key__startswith="moved:")
    assert notice.recipient.number == NUMBER
    assert "quit" not in (notice.body.text or "").casefold()
    assert heard("CRAVE", minutes=6) != []
    assert texted("CRAVE", minutes=7) == []


def test_code_from_any_other_number_does_nothing() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    code = asked()

    heard(code, number="+447700900077")
    texted(code)

    assert Participant.objects.get().recipient.number == NUMBER


def test_wrong_codes_end_the_change() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    code = asked()
    wrong = f"{(int(code) + 1) % 10**6:06}"

    for minute in range(renumbering.MOST_TRIES):
        heard(wrong, minutes=minute)
    heard(code, minutes=10)

    assert Participant.objects.get().recipient.number == NUMBER
    assert NumberChange.objects.get().status == "ended"
    assert NumberChange.objects.get().number_index is None


def test_code_does_not_stand_for_ever() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    code = asked()
    day = 24 * 60

    heard(code, minutes=day + 1)
    renumbering.expire(now=worlds.NOON + timedelta(minutes=day + 1))

    assert Participant.objects.get().recipient.number == NUMBER
    assert NumberChange.objects.get().number_index is None


@pytest.mark.parametrize("known", ["stranger", "person", "opted out", "own"])
def test_answer_is_the_same_whoever_has_the_number(known: str) -> None:
    edition = worlds.full_version()
    worlds.person(number=NUMBER, of=edition)
    if known == "person":
        worlds.person(number=NEW, of=edition)
    elif known == "opted out":
        worlds.text(NEW, "STOP")
        replies.answer_pending(now=worlds.NOON)
    queued = Message.objects.count()

    (said,) = texted(f"NEWNUMBER {NUMBER if known == 'own' else NEW}")

    assert re.fullmatch(
        r"Now text \d{6} to us from the new number, within 24 hours. Nothing changes before that.",
        said.removeprefix("Amina: "),
    )
    assert Message.objects.count() == queued + 1


def test_it_is_asked_so_often_a_day() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    for _ in range(renumbering.MOST_A_DAY):
        asked()

    assert texted(f"NEWNUMBER {NEW}") == [
        "That was the last try for today. Please try again tomorrow."
    ]


@pytest.mark.parametrize("said", ["NEWNUMBER", "newnumber 12", "NEWNUMBER +15005550006"])
def test_what_is_no_number_of_ours_is_explained(said: str) -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())

    (answer,) = texted(said)

    assert answer.startswith("To have our texts on another number, reply NEWNUMBER")
    assert not NumberChange.objects.exists()


def test_what_is_queued_follows_once() -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.version())
    planner.tick(now=MORNING + timedelta(hours=1, minutes=31))
    queued = Message.objects.filter(kind="due", status="queued").order_by("pk").last()
    assert queued is not None
    code = asked()

    heard(code)

    queued.refresh_from_db()
    assert queued.recipient.number == NEW
    assert queued.status == "queued"
    assert Message.objects.filter(cause_key=queued.cause_key, kind="due").count() == 1
    hers = own_history.texts(Enrolment.objects.get(pk=enrolment.pk).participant)
    assert any((line.body or "").startswith("NEWNUMBER") for line in hers)
    assert wire_ledger.violations() == []
    assert ledger.violations(now=MORNING + timedelta(hours=1, minutes=31)) == []


def test_where_others_have_texts_what_is_queued_is_taken_back() -> None:
    edition = worlds.version()
    worlds.person(number=NUMBER, of=edition)
    worlds.person(number=NEW, of=edition)
    planner.tick(now=MORNING + timedelta(hours=1, minutes=31))
    code = asked()

    heard(code)

    mine = Message.objects.filter(kind="due", recipient__number_index__isnull=False)
    taken = mine.filter(status="cancelled", status_reason="number_changed")
    assert taken.exists()
    people = Participant.objects.filter(recipient__in=Recipient.objects.all())
    assert {row.recipient.number for row in people} == {NEW}
    assert all(row.has_company and row.is_shared for row in people)


def test_others_behind_the_old_number_stay() -> None:
    edition = worlds.full_version()
    worlds.person(number=NUMBER, of=edition)
    per = second(edition)
    (said,) = texted(f"Amina newnumber {NEW}")
    code = re.search(r"\d{6}", said)
    assert code

    heard(code[0], minutes=1)

    stays = Participant.objects.get(pk=per.participant_id)
    assert stays.recipient.number == NUMBER
    assert not stays.has_company


def test_number_that_had_opted_out_comes_back_by_its_own_word() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    worlds.text(NEW, "STOP")
    replies.answer_pending(now=worlds.NOON)
    code = asked()

    heard(code, minutes=1)

    assert OptOut.objects.get().lift_source == "new_number"


def test_staff_and_web_ask_the_new_number_and_an_opt_out_stands() -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.full_version())
    worlds.text(NEW, "STOP")
    replies.answer_pending(now=worlds.NOON)

    renumbering.ask(enrolment=enrolment, number=NEW, source="staff", now=worlds.NOON)

    question = Message.objects.get(cause_key__startswith="number:")
    assert (question.status, question.status_reason) == ("blocked", "opted_out")


def test_a_number_is_asked_no_more_than_a_few_times() -> None:
    edition = worlds.full_version()
    for place in range(renumbering.MOST_ASKED + 2):
        enrolment = worlds.person(number=f"+44770090030{place}", of=edition)
        renumbering.ask(enrolment=enrolment, number=NEW, source="web", now=worlds.NOON)

    sent = Message.objects.filter(cause_key__startswith="number:")
    assert sent.count() == renumbering.MOST_ASKED


def test_caregiver_agrees_and_texts_speak_of_the_person() -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.full_version())
    asked_for = renumbering.ask(
        enrolment=enrolment, number=NEW, source="staff", to_caregiver=True, now=worlds.NOON
    )

    heard(f"yes {asked_for.code}", minutes=1)

    assert Participant.objects.get().is_cared_for
    (tip,) = heard("CRAVE", minutes=2)
    assert tip.startswith("About Amina: Tip")


def test_links_texted_to_the_old_number_open_nothing_any_more() -> None:
    worlds.person(number=NUMBER, of=worlds.full_version())
    texted("WEB")
    code = asked()

    heard(code, minutes=1)

    assert not WebLink.objects.filter(used_at=None).exists()
