"""A large simulation as a job: the same figures, whoever was killed on the way."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import jobs
from campaigns.models import CampaignVersion, Job, Membership
from enrolment import rehearsing, simulating
from enrolment.simulation import Crowd, simulate
from enrolment.simulation_tally import Tally, tally_of
from tests import announcements, long_work, worlds
from trust.models import User

pytestmark = pytest.mark.django_db

START = date(2026, 12, 1)
ASKED = {"people": 45, "days": 30, "seed": 3}


@pytest.fixture
def version() -> CampaignVersion:
    return worlds.version()


def begun(version: CampaignVersion) -> Job:
    return simulating.begin(
        version=version, asked=ASKED, start=START, actor=announcements.manager()
    )


def at_once(version: CampaignVersion) -> Tally:
    stage = rehearsing.stage_of(version, today=START)
    return simulate(stage.content, Crowd(45, 30, 3, START, stage.zone), country=stage.country)


def test_job_comes_to_the_same_figures(version: CampaignVersion) -> None:
    job = begun(version)

    assert jobs.run_next(workers=simulating.WORKERS)

    job.refresh_from_db()
    assert (job.status, job.percent) == ("done", 100)
    assert tally_of(job.result) == at_once(version)


def test_killed_worker_is_followed_by_another(
    version: CampaignVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begun(version)
    real, calls = simulating.simulate, []

    def dies(*given: object, **options: object) -> object:
        calls.append(options)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given, **options)

    monkeypatch.setattr(simulating, "simulate", dies)
    long_work.kill(simulating.WORKERS)
    jobs.run_next(workers=simulating.WORKERS)

    job.refresh_from_db()
    assert tally_of(job.result) == at_once(version)
    assert [options["places"].start for options in calls] == [0, 20, 20, 40]


def test_page_shows_progress_stop_and_figures(version: CampaignVersion) -> None:
    user = announcements.manager()
    Membership.objects.create(user=user, campaign=version.campaign, role="author")
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    posted = {"do": "simulate", "people": 1000, "days": 182, "seed": 1}
    answer = client.post(f"{reverse('enrolment:rehearsal')}?version={version.pk}", posted)
    job = Job.objects.get()

    assert answer["Location"] == reverse("enrolment:simulation", args=[job.pk])
    assert "It waits for its turn" in client.get(answer["Location"]).content.decode()
    assert client.post(answer["Location"]).status_code == 302
    assert "It was stopped" in client.get(answer["Location"]).content.decode()
    done = begun(version)
    jobs.run_next(workers=simulating.WORKERS)

    shown = client.get(reverse("enrolment:simulation", args=[done.pk])).content.decode()
    assert "45 people, 30 days each" in shown
    chosen = client.get(f"{reverse('enrolment:rehearsal')}?version={version.pk}")
    assert "Large crowds before" in chosen.content.decode()


def test_small_crowd_is_waited_for(version: CampaignVersion) -> None:
    user = announcements.manager()
    Membership.objects.create(user=user, campaign=version.campaign, role="author")
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))

    answer = client.post(
        f"{reverse('enrolment:rehearsal')}?version={version.pk}", {"do": "simulate", **ASKED}
    )

    assert "45 people, 30 days each" in answer.content.decode()
    assert not Job.objects.exists()
