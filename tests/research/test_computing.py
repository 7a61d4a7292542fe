"""One definition for every door: the plain entry gives what the page shows, hides what is too few,
and keeps a blinded trial's arms apart from nobody but those who may unblind."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Arm, Membership, Trial
from enrolment import blinding
from enrolment.models import Participant
from research import computing, counting, figures
from research.blinding import Blinded
from research.computing import UnknownIndicator, compute
from research.indicators.estimates import INDICATORS
from research.tallies import Slice
from tests import trials, worlds
from tests.enrolment.test_matrix import client_of, user_with
from tests.research import crowd
from trust.models import User
from trust.scope import Reach

pytestmark = pytest.mark.django_db

UNTIL = date(2026, 12, 12)
NEW = Slice("arm", "dose:dose:new")


@pytest.fixture
def trial() -> Trial:
    """Running, blinded; five and more in each arm, so that none is too small."""
    crowd.people()
    made = trials.trial(arms={"usual": {}, "new": {}}, running=False)
    arms = list(Arm.objects.order_by("key"))
    for place in range(12):
        number = f"+4477009002{place:02}"
        enrolment = worlds.person(number=number, of=worlds.campaign().versions.first())
        crowd.allocate(enrolment, arms[place % 2])
    trials.start(made)
    crowd.move_calendar()
    counting.count_all(now=crowd.NOW, anew=False)
    return made


def reader(role: str) -> Client:
    user = user_with(role, organisation_wide=False)
    Membership.objects.filter(user=user).update(campaign=worlds.campaign())
    return client_of(user)


def page(client: Client, **query: str) -> str:
    url = reverse("research:figures", args=[worlds.campaign().pk])
    answer = client.get(url, {"days": "all", **query})
    assert answer.status_code == 200
    return answer.content.decode()


def test_entry_gives_what_the_page_shows(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    crowd.people()
    counting.count_all(now=crowd.NOW, anew=False)
    campaign = worlds.campaign()

    with django_assert_max_num_queries(4):
        found = compute(campaign, "replies", until=UNTIL)

    shown = figures.figures(campaign, since=None, until=UNTIL)
    (first, *_) = found.estimates
    assert (first.key, first.numerator, first.denominator) == ("all", 1, 2)
    assert first.value == shown.replies.all.value == 0.5
    assert first.low == shown.replies.all.interval.low
    latency = {each.key: each for each in found.estimates}["latency.median"]
    # Ten minutes are told as more than five, and fifteen at most.
    assert (latency.low, latency.value, latency.high) == (300, 900, 900)
    assert (found.key, found.code_version, found.campaign) == ("replies", "replies/1", "quit")
    assert found.counted_at == crowd.NOW
    assert found.definition.numerator == "Planned questions with a readable answer."


def test_all_of_them_take_as_many_queries_as_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    crowd.people()
    counting.count_all(now=crowd.NOW, anew=False)
    campaign = worlds.campaign()

    with django_assert_max_num_queries(4):
        found = computing.compute_all(campaign, until=UNTIL)

    assert [each.key for each in found] == list(INDICATORS)
    reach, funnel = found[0], found[1]
    assert {each.key: each.numerator for each in reach.estimates}["enrolled"] == 3
    assert {each.key: each.numerator for each in funnel.estimates}["quit"] == 2


def test_unknown_indicator_is_refused() -> None:
    worlds.version()

    with pytest.raises(UnknownIndicator):
        compute(worlds.campaign(), "wealth", until=UNTIL)


def test_group_too_small_has_no_figures(trial: Trial) -> None:
    person = Participant.objects.order_by("-pk").first()
    Participant.objects.filter(pk=person.pk).update(language="nb")
    counting.count_all(now=crowd.NOW, anew=False)
    campaign = worlds.campaign()

    few = compute(campaign, "funnel", Slice("language", "nb"), until=UNTIL)
    # The only other language would give the small one away.
    most = compute(campaign, "funnel", Slice("language", "en"), until=UNTIL)
    none = compute(campaign, "funnel", Slice("language", "fr"), until=UNTIL)

    for found in (few, most, none):
        assert found.is_suppressed
        assert found.estimates == ()
    assert compute(campaign, "funnel", until=UNTIL).estimates


def test_arms_of_a_blinded_trial_that_runs_are_refused(trial: Trial) -> None:
    campaign = worlds.campaign()

    with pytest.raises(Blinded):
        compute(campaign, "funnel", NEW, until=UNTIL)
    seen = compute(campaign, "funnel", NEW, until=UNTIL, may_unblind=True)
    assert {each.key: each.numerator for each in seen.estimates}["enrolled"] == 6

    trial.move_to("stopped", stopped_at=crowd.NOW)
    assert compute(campaign, "funnel", NEW, until=UNTIL).estimates == seen.estimates


def test_open_trial_is_nobodys_secret(trial: Trial) -> None:
    Trial.objects.filter(pk=trial.pk).update(blinded=False)

    assert compute(worlds.campaign(), "funnel", NEW, until=UNTIL).estimates


def test_page_shows_no_arm_to_whoever_may_not_unblind(trial: Trial) -> None:
    client = reader("programme_manager")

    blind = page(client, by="arm", of="arm:dose:dose:new")
    assert "dose, dose, new" not in blind
    assert "its arms are not shown apart" in blind
    assert "15 people began" in blind
    url = reverse("research:figures_csv", args=[worlds.campaign().pk, "groups"])
    rows = client.get(url, {"by": "arm", "days": "all"})
    assert rows.status_code == 404

    assert "15 people began" in page(reader("researcher"), of="arm:dose:dose:new")
    keeper = User.objects.create(email="k@clinic.example", is_superuser=True, is_staff=True)
    open_eyed = page(client_of(keeper), by="arm", of="arm:dose:dose:new")
    assert "6 people began" in open_eyed
    assert "dose, dose, usual" in open_eyed


def test_only_the_roles_that_may_unblind_do() -> None:
    campaign = worlds.campaign()

    def reach(*permissions: str) -> Reach:
        return Reach(1, campaign.organisation_id, False, frozenset(permissions), {})

    assert blinding.may_unblind(campaign, reach(blinding.UNBLIND))
    assert not blinding.may_unblind(campaign, reach("campaign.view", "campaign.edit"))
