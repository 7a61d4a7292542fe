"""The weekly report: to whom, when, once, and without anybody in it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Membership
from enrolment.models import Participant
from messaging.models import Recipient
from research import counting, weekly
from research.models import ReportRefusal, WeeklyReport
from research.weekly_words import Report, monday_before
from tests import worlds
from tests.research import crowd
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

#: 7 to 13 December is over.
MONDAY = datetime(2026, 12, 14, 7, 5, tzinfo=UTC)


class Refusing(BaseEmailBackend):
    """A mail server that is not there."""

    def send_messages(self, email_messages: object) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def manager() -> User:
    user = made("mona@clinic.example")
    Membership.objects.create(user=user, campaign=worlds.campaign(), role="programme_manager")
    return user


@pytest.fixture
def _crowd() -> None:
    crowd.people()
    counting.count_all(now=MONDAY, anew=False)


def made(email: str, slug: str = "clinic", role: str = "") -> User:
    user = User.objects.create(
        email=email,
        name=email.split("@")[0],
        organisation=worlds.organisation(slug),
        organisation_role=role,
        is_staff=True,
    )
    User.objects.filter(pk=user.pk).update(created_at=worlds.NOON)
    return user


@pytest.mark.usefixtures("_crowd")
def test_week_is_sent_once_to_those_who_manage_it(manager: User) -> None:
    made("wide@clinic.example", role="programme_manager")
    made("author@clinic.example", role="author")
    made("other@hospital.example", "hospital", "programme_manager")

    assert weekly.send_due(now=MONDAY) == 2
    assert weekly.send_due(now=MONDAY + timedelta(hours=1)) == 0

    assert [message.to for message in mail.outbox] == [
        ["mona@clinic.example"],
        ["wide@clinic.example"],
    ]
    assert mail.outbox[0].subject == "Quit: the week of 7 to 13 December 2026"
    assert AuditEvent.objects.filter(verb="report.send").count() == 2


@pytest.mark.usefixtures("_crowd", "manager")
def test_report_says_the_weeks_figures_and_names_nobody() -> None:
    weekly.send_due(now=MONDAY)

    (message,) = mail.outbox
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    for words in (message.body, str(html)):
        assert "1 of 2 planned questions were answered (50 %)." in words
        assert "Left: 1" in words or "<strong>1</strong> (in this time)" in words
        # before.1 of three on the 8th, three of two on the 10th and 11th; not the 1st's welcome.
        assert "9 planned" in words
        for told in [*crowd.NUMBERS.values(), "Amina", "crave.1", "Tip one"]:
            assert told not in words
    for participant in Participant.objects.all():
        assert participant.first_name
        assert participant.first_name not in message.body
    assert Recipient.objects.exists()


@pytest.mark.usefixtures("_crowd")
def test_each_manager_reads_it_in_her_own_language(manager: User) -> None:
    User.objects.filter(pk=manager.pk).update(language="nn")
    made("wide@clinic.example", role="programme_manager")

    weekly.send_due(now=MONDAY)

    nynorsk, english = mail.outbox
    assert nynorsk.subject == "Quit: veka 7. til 13. desember 2026"
    assert "1 av 2 planlagde spørsmål vart svara på (50 %)." in nynorsk.body
    assert '<html lang="nn">' in str(nynorsk.alternatives[0][0])
    assert english.subject == "Quit: the week of 7 to 13 December 2026"


@pytest.mark.usefixtures("_crowd", "manager")
def test_nothing_leaves_before_monday_morning_of_the_campaign() -> None:
    assert weekly.send_due(now=MONDAY - timedelta(minutes=10)) == 0

    Campaign.objects.update(time_zone="Europe/Oslo")
    assert weekly.send_due(now=MONDAY - timedelta(minutes=10)) == 1


@pytest.mark.usefixtures("_crowd", "manager")
def test_missed_monday_is_made_up_for_in_the_week() -> None:
    thursday = MONDAY + timedelta(days=3)
    counting.count_all(now=thursday, anew=False)

    assert weekly.send_due(now=thursday) == 1
    assert WeeklyReport.objects.get().monday == date(2026, 12, 7)


@pytest.mark.usefixtures("manager")
def test_week_that_is_not_counted_waits() -> None:
    crowd.people()

    assert weekly.send_due(now=MONDAY) == 0
    counting.note_days(now=MONDAY)
    assert weekly.send_due(now=MONDAY) == 0
    counting.count_all(now=MONDAY, anew=False)
    assert weekly.send_due(now=MONDAY) == 1


@pytest.mark.usefixtures("manager")
def test_campaign_nobody_ever_joined_sends_nothing() -> None:
    worlds.version()
    counting.count_all(now=MONDAY, anew=False)

    assert weekly.send_due(now=MONDAY) == 0


@pytest.mark.usefixtures("_crowd", "manager")
def test_mail_that_was_refused_is_tried_again(settings: object) -> None:
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    assert weekly.send_due(now=MONDAY) == 0
    assert not WeeklyReport.objects.exists()

    settings.EMAIL_BACKEND = before
    assert weekly.send_due(now=MONDAY) == 1


@pytest.mark.usefixtures("_crowd")
def test_who_came_after_the_week_is_not_sent_it(manager: User) -> None:
    User.objects.filter(pk=manager.pk).update(created_at=MONDAY)

    assert weekly.send_due(now=MONDAY) == 0


@pytest.mark.usefixtures("_crowd")
def test_user_stops_and_wants_them_again_on_the_page(manager: User) -> None:
    client, url = Client(), reverse("research:reports")
    client.force_login(manager)

    assert "Yours: Quit." in client.get(url).content.decode()
    told = client.post(url, {"do": "stop"}, follow=True).content.decode()
    assert "You have stopped them." in told
    assert weekly.send_due(now=MONDAY) == 0

    client.post(url, {"do": "stop"})
    assert ReportRefusal.objects.count() == 1
    client.post(url, {"do": "want"})
    assert weekly.send_due(now=MONDAY) == 1
    assert client.post(url, {"do": "else"}).status_code == 400
    events = AuditEvent.objects.filter(verb__in=("report.want", "report.refuse"))
    assert events.count() == 2


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2026, 12, 14), date(2026, 12, 7)),
        (date(2026, 12, 20), date(2026, 12, 7)),
        (date(2026, 12, 21), date(2026, 12, 14)),
    ],
)
def test_week_is_the_last_that_is_over(today: date, monday: date) -> None:
    assert monday_before(today) == monday


def test_week_across_two_months_names_both_and_a_subject_has_one_line() -> None:
    report = Report("Quit\nBcc: x", date(2026, 11, 30), (), (), "", "")

    assert report.week == "30 November to 6 December 2026"
    assert report.subject == "Quit Bcc: x: the week of 30 November to 6 December 2026"
