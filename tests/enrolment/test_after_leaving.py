"""What people behind one number ask once all of them have left: it is asked whose it is."""

import pytest

from enrolment.models import Enrolment
from tests.enrolment.test_families import family
from tests.enrolment.test_family_erasing import code_in
from tests.enrolment.test_replies import texted

pytestmark = pytest.mark.django_db

ASKED = ["Who is this text about? Reply 1 Amina, 2 Per"]
TOLD = "Your name and our texts. WEB, DELETE."


@pytest.fixture
def both() -> tuple[Enrolment, Enrolment]:
    """Amina and Per, who have left. Per came last."""
    amina, per = family()
    texted("STOP")
    return amina, per


def status(enrolment: Enrolment) -> str:
    return Enrolment.objects.get(pk=enrolment.pk).status


def test_it_is_asked_whose_data_are_wanted_and_answered(both: tuple[Enrolment, Enrolment]) -> None:
    assert texted("MYDATA", 90) == ASKED
    assert texted("1", 91) == [f"Amina: {TOLD}"]


def test_name_in_the_text_says_whose(both: tuple[Enrolment, Enrolment]) -> None:
    amina, per = both

    code = code_in(texted("Amina DELETE", 90))
    texted(f"DELETE {code}", 91)

    assert (status(amina), status(per)) == ("erased", "withdrawn")


def test_answer_to_whose_erases_nobody_else(both: tuple[Enrolment, Enrolment]) -> None:
    amina, per = both

    assert texted("DELETE", 90) == ASKED
    code = code_in(texted("amina", 91))
    texted(f"Per DELETE {code}", 92)
    assert (status(amina), status(per)) == ("withdrawn", "withdrawn")
    texted(f"DELETE {code}", 93)

    assert (status(amina), status(per)) == ("erased", "withdrawn")
    assert texted("MYDATA", 200) == [TOLD]


def test_page_is_the_persons_who_is_named(both: tuple[Enrolment, Enrolment]) -> None:
    amina, _ = both

    assert texted("WEB", 90) == ASKED
    assert texted("1", 91)[0].startswith("Your page: ")

    assert amina.participant.web_links.count() == 1


def test_why_she_left_is_no_answer_to_whose(both: tuple[Enrolment, Enrolment]) -> None:
    """The digit comes right after leaving, when nothing was asked about who speaks."""
    assert texted("1", 1) == []
    assert Enrolment.objects.filter(withdrawals__told="quit").exists()


def test_question_whose_from_before_they_left_is_over() -> None:
    family()
    assert texted("CRAVE") == ASKED
    texted("STOP", 1)

    assert texted("1", 2) == []
    assert Enrolment.objects.filter(withdrawals__told="quit").exists()


def test_other_words_ask_nothing(both: tuple[Enrolment, Enrolment]) -> None:
    assert texted("hello there", 90) != ASKED
    assert texted("START", 91) == ["Per: Welcome back."]
