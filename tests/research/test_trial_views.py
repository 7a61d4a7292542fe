"""The report of a trial: what it says, its file, and who sees the arms."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Membership, Trial
from enrolment import leaving
from messaging.models import CalendarOffset
from tests import trials, worlds
from tests.research import trial_people
from tests.research.trial_people import LATER, allocate, on, person, says
from tests.signing_in import with_second_factor
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db


def staff(role: str) -> Client:
    user = User.objects.create(
        email=f"{role}@clinic.example", name=role, organisation=worlds.organisation(), is_staff=True
    )
    Membership.objects.create(user=user, campaign=worlds.campaign(), role=role)
    return with_second_factor(user)


@pytest.fixture
def trial() -> Trial:
    """Ten people: of five in each arm three and two are smoke-free, one of each does not answer,
    and one of the new arm has left."""
    ahead = max(timedelta(0), LATER - datetime.now(UTC))
    CalendarOffset.objects.update_or_create(pk=1, defaults={"offset": ahead})
    version = trial_people.version()
    row = trials.trial(running=False)
    for place in range(10):
        each = person(place + 1, version)
        arm = "usual" if place < 5 else "new"
        allocate(each, row, arm)
        if place == 9:
            leaving.withdraw(enrolment=each, source="sms", now=worlds.NOON + timedelta(days=3))
        elif place != 4:
            free = place in (0, 1, 5, 6, 7)
            says(each, "use7", "no" if free else "yes", on(30))
    trials.start(row)
    return row


def page(client: Client, trial: Trial, **query: str) -> str:
    answer = client.get(reverse("research:trial", args=[trial.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client: Client, trial: Trial) -> list[dict[str, str]]:
    answer = client.get(reverse("research:trial_csv", args=[trial.pk]))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_page_says_the_flow_and_the_effects(trial: Trial) -> None:
    told = page(staff("trial_keeper"), trial)

    assert "10 people came, 0 not allocated, 10 allocated at random." in told
    assert "New: 5 allocated, 1 withdrew, 0 lost, 5 analysed" in told
    assert "60.0 % (3 of 5)" in told
    assert "40.0 % (2 of 5)" in told
    assert "75.0 % (3 of 4)" in told
    assert "1.50 (" in told
    assert told.count("<svg") == 2
    assert trial.seed_hash in told


def test_file_holds_every_figure_of_the_page(trial: Trial) -> None:
    found = {
        (row["figure"], row["arm"], row["basis"]): row for row in rows(staff("trial_keeper"), trial)
    }

    ratio = found["d30.w7.ratio", "new", "due"]
    assert (ratio["value"], ratio["against"]) == ("1.5", "usual")
    assert [ratio[name] for name in ("numerator", "denominator")] == ["3", "5"]
    assert float(ratio["low"]) < 1.5 < float(ratio["high"])
    assert found["allocated", "new", ""]["value"] == "5"
    assert found["hazard_ratio", "new", ""]["value"] == ""
    assert found["language=en", "usual", ""]["value"] == "1.0"


def test_blinded_running_trial_shows_no_arm_to_a_manager(trial: Trial) -> None:
    manager = staff("programme_manager")

    told = page(manager, trial)

    assert "blinded and still running" in told
    assert "All arms together" in told
    assert "10 allocated at random" in told
    for hidden in ("Usual", "New", "Hazard", "60.0"):
        assert hidden not in told
    assert {row["arm"] for row in rows(manager, trial)} == {"", "all"}
    assert not AuditEvent.objects.filter(verb="trial.report").exists()


def test_open_or_stopped_trial_shows_its_arms_to_a_manager(trial: Trial) -> None:
    manager = staff("programme_manager")
    trial.move_to(Trial.State.STOPPED, stopped_at=LATER)

    assert "New: 5 allocated" in page(manager, trial)


def test_looking_at_arms_is_audited(trial: Trial) -> None:
    researcher = staff("trial_keeper")

    page(researcher, trial)
    rows(researcher, trial)

    shown = AuditEvent.objects.filter(verb="trial.report").order_by("id")
    assert [event.detail["file"] for event in shown] == [False, True]
    assert {event.subject_id for event in shown} == {str(trial.pk)}


def test_arm_of_fewer_than_five_is_not_told_apart(trial: Trial) -> None:
    Trial.objects.filter(pk=trial.pk).update(state=Trial.State.STOPPED, stopped_at=LATER)
    other = trials.trial(key="small", running=False)
    for n in (50, 51):
        allocate(person(n, worlds.campaign().versions.get()), other, "usual")
    trials.start(other)

    told = page(staff("trial_keeper"), other)

    assert "Fewer than five people" in told
    assert "Usual" not in told


def test_draft_and_another_campaign_have_no_report(trial: Trial) -> None:
    draft = trials.trial(key="draft", running=False)
    researcher = staff("trial_keeper")

    assert researcher.get(reverse("research:trial", args=[draft.pk])).status_code == 404
    stranger = User.objects.create(
        email="s@clinic.example", name="s", organisation=worlds.organisation(), is_staff=True
    )
    answer = with_second_factor(stranger).get(reverse("research:trial", args=[trial.pk]))
    assert answer.status_code == 404


def test_unheard_of_choices_give_way_to_the_usual(trial: Trial) -> None:
    told = page(staff("trial_keeper"), trial, factor="nothing", time="7")

    assert '<option value="30" selected>' in told


def test_page_takes_few_queries(trial: Trial, django_assert_max_num_queries: object) -> None:
    client = staff("trial_keeper")

    with django_assert_max_num_queries(24):  # type: ignore[operator]
        page(client, trial)
