"""The pages of trials, and who sees an arm: nobody blinded, anywhere."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Membership, Trial
from enrolment import joining, planner
from enrolment.models import Allocation, Enrolment, Unblinding
from messaging import inbox
from tests import trials, worlds
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

REASON = {"reason": "An allergic reaction"}


def signed_in(role: str, client: Client | None = None) -> tuple[User, Client]:
    user = User.objects.create(
        email=f"{role}@clinic.example",
        name=role,
        organisation=worlds.organisation(),
        is_staff=True,
    )
    Membership.objects.create(user=user, campaign=worlds.campaign(), role=role)
    opened = client or Client()
    opened.force_login(user)
    return user, opened


def person_in(**trial: object) -> tuple[Trial, Enrolment]:
    """Somebody in an arm; the two are called by words that stand nowhere else."""
    version = worlds.full_version()
    arms = {"zebra": {"profile": "light"}, "walrus": {"profile": "light"}}
    made = trials.trial(arms=arms, **trial)
    recipient = inbox.recipient_for(
        organisation_id=version.campaign.organisation_id, number="+447700900001"
    )
    enrolment = joining.join(
        version=version,
        recipient=recipient,
        language="en",
        channel="sms",
        exact_text="JOIN",
        now=worlds.NOON,
    )
    joining.activate(enrolment=enrolment, now=worlds.NOON)
    planner.tick(now=worlds.NOON)
    return made, enrolment


def person_page(enrolment: Enrolment) -> str:
    return reverse("admin:enrolment_enrolment_change", args=[enrolment.pk])


def tells(client: Client, url: str) -> bool:
    response = client.get(url)
    assert response.status_code == 200, url
    page = response.content.decode().casefold()
    return "zebra" in page or "walrus" in page


FORM = {
    "name": "Fewer or more", "key": "dose", "method": "blocks", "block_sizes": "4, 6",
    "blinded": "on", "arm-TOTAL_FORMS": "2", "arm-INITIAL_FORMS": "0",
    "arm-0-name": "Usual", "arm-0-key": "usual", "arm-0-ratio": "1",
    "arm-1-name": "Waits", "arm-1-key": "waits", "arm-1-ratio": "1", "arm-1-delay_days": "28",
}  # fmt: skip


def test_trial_is_made_started_amended_and_stopped_on_its_pages() -> None:
    worlds.version()
    _, client = signed_in("trial_keeper")
    assert client.get(reverse("enrolment:trials")).status_code == 200

    made = client.post(reverse("enrolment:new_trial", args=[worlds.campaign().pk]), FORM)
    trial = Trial.objects.get()
    page = reverse("enrolment:trial", args=[trial.pk])
    assert made.headers["Location"] == page
    assert b"28 days later" in client.get(page).content
    client.post(page, {"do": "start", "reason": "Ethics agree"})
    trial.refresh_from_db()
    assert trial.state == "running"
    shown = client.get(page).content.decode()
    assert trial.seed_hash in shown
    assert str(trial.seed) not in shown
    given = {"name": "Clearer", "about": "", "eligible": "", "block_sizes": "2", "blinded": "on"}
    ratios = {f"ratio_{arm.pk}": 1 for arm in trial.factors.get().arms.all()}
    client.post(page, {"do": "amend", "reason": "Smaller", **given, **ratios})
    client.post(page, {"do": "stop", "reason": "All are in"})

    trial.refresh_from_db()
    assert (trial.name, trial.block_sizes, trial.policy) == ("Clearer", [2], 2)
    assert trial.state == "stopped"
    assert list(trial.changes.values_list("kind", flat=True)) == ["start", "amend", "stop"]


def test_form_says_what_is_wrong() -> None:
    worlds.version()
    _, client = signed_in("programme_manager")
    url = reverse("enrolment:new_trial", args=[worlds.campaign().pk])

    odd = client.post(url, {**FORM, "block_sizes": "5"})
    empty = client.post(url, {**FORM, "arm-1-name": "", "arm-1-key": ""})

    assert odd.status_code == empty.status_code == 400
    assert b"must be a multiple of 2" in odd.content
    assert not Trial.objects.exists()


def test_press_without_a_reason_changes_nothing() -> None:
    worlds.version()
    trial = trials.trial(running=False)
    _, client = signed_in("trial_keeper")

    pressed = client.post(reverse("enrolment:trial", args=[trial.pk]), {"do": "start"})

    assert pressed.status_code == 400
    trial.refresh_from_db()
    assert trial.state == "draft"


@pytest.mark.parametrize("role", ["author", "reviewer", "counsellor", "researcher", "auditor"])
def test_who_does_not_manage_trials_looks_and_presses_nothing(role: str) -> None:
    worlds.version()
    trial = trials.trial(running=False)
    _, client = signed_in(role)
    page = reverse("enrolment:trial", args=[trial.pk])

    assert b"Start the trial" not in client.get(page).content
    assert client.post(page, {"do": "start", "reason": "Mine"}).status_code == 403
    new = reverse("enrolment:new_trial", args=[worlds.campaign().pk])
    assert client.post(new, FORM).status_code == 403


@pytest.mark.parametrize("role", ["programme_manager", "counsellor"])
def test_blinded_staff_see_no_arm_of_anybody(role: str) -> None:
    trial, enrolment = person_in()
    _, client = signed_in(role)

    assert not tells(client, person_page(enrolment))
    page = client.get(person_page(enrolment)).content.decode()
    assert "in it, blinded" in page
    assert "<dd>light</dd>" not in page
    assert "<dt>Version</dt>" not in page
    decisions = reverse("admin:enrolment_decision_changelist")
    assert not tells(client, decisions)
    for decision in enrolment.decisions.all():
        assert not tells(client, reverse("admin:enrolment_decision_change", args=[decision.pk]))
    shown = client.get(reverse("enrolment:trial", args=[trial.pk])).content.decode()
    assert "blinded</td>" in shown


def test_try_to_unblind_without_the_right_is_refused_and_written_down() -> None:
    trial, enrolment = person_in()
    user, client = signed_in("counsellor")
    url = reverse("enrolment:unblind", args=[trial.pk, enrolment.pk])

    assert client.get(url).status_code == 403
    assert client.post(url, REASON).status_code == 403

    tries = AuditEvent.objects.filter(verb="trial.unblind.refused", actor=user)
    assert tries.count() == 2
    assert not Unblinding.objects.exists()


def test_unblinding_is_a_deed_with_a_reason_and_tells_those_with_the_right_alone() -> None:
    trial, enrolment = person_in()
    keeper, client = signed_in("trial_keeper")
    url = reverse("enrolment:unblind", args=[trial.pk, enrolment.pk])
    assert not tells(client, person_page(enrolment))
    assert client.post(url, {"reason": " "}).status_code == 400

    client.post(url, REASON)

    assert tells(client, person_page(enrolment))
    row = Unblinding.objects.get()
    assert (row.actor, row.reason) == (keeper, REASON["reason"])
    assert AuditEvent.objects.filter(verb="trial.unblind", actor=keeper).count() == 1
    _, other = signed_in("counsellor")
    assert not tells(other, person_page(enrolment))


def test_open_trial_shows_arms_to_whoever_sees_people() -> None:
    _, enrolment = person_in(blinded=False)
    _, client = signed_in("counsellor")

    assert tells(client, person_page(enrolment))


def test_counts_by_arm_and_block_sizes_are_for_the_keeper_while_it_is_blinded() -> None:
    trial, _ = person_in(method="blocks", block_sizes=[2, 14])
    page = reverse("enrolment:trial", args=[trial.pk])
    _, manager = signed_in("programme_manager")
    _, keeper = signed_in("trial_keeper")

    assert b"2, 14" not in manager.get(page).content
    assert b"2, 14" in keeper.get(page).content
    assert b'class="number" data-label="People">1<' in keeper.get(page).content


def test_audit_of_an_allocation_tells_no_arm() -> None:
    person_in()
    arm = Allocation.objects.get().arm.key

    events = AuditEvent.objects.filter(verb="allocation.make")
    assert events.count() == 1
    assert arm not in str(events.get().detail)
