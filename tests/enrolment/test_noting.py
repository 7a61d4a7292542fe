from datetime import timedelta

import pytest

from enrolment import leaving, noting, unnaming
from enrolment.models import Enrolment, Note
from tests import worlds
from tests.enrolment.everywhere import found_anywhere
from tests.enrolment.test_erasing import erased
from tests.factories.user import UserFactory
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

WORDS = "Rang at noon about the patches"


@pytest.fixture
def enrolment() -> Enrolment:
    return worlds.person(of=worlds.full_version())


def note(enrolment: Enrolment) -> Note | None:
    actor = UserFactory(organisation=worlds.organisation())
    return noting.add(
        enrolment=enrolment, words=WORDS, is_confidential=False, actor=actor, now=worlds.NOON
    )


def test_note_is_sealed_and_its_words_are_in_no_audit_row(enrolment: Enrolment) -> None:
    assert note(enrolment) is not None

    assert found_anywhere(WORDS) == ["enrolment_note.words"]
    assert AuditEvent.objects.get(verb="person.note").actor is not None


def test_erasure_takes_the_words_and_nothing_is_written_afterwards(enrolment: Enrolment) -> None:
    note(enrolment)

    erased()

    assert found_anywhere(WORDS) == []
    assert note(enrolment) is None


def test_words_go_with_the_number(enrolment: Enrolment) -> None:
    note(enrolment)
    leaving.withdraw(enrolment=enrolment, source="sms", now=worlds.NOON)
    later = worlds.NOON + timedelta(days=200)

    assert unnaming.unname(participant_id=enrolment.participant_id, before=later, now=later)

    assert Note.objects.get().words is None
