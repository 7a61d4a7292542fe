import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from enrolment import replies
from enrolment.models import CannedReply, Case, CaseTarget, Page, PagerContact
from messaging.clock import calendar_now
from messaging.models import Message
from tests import worlds
from tests.enrolment.test_matrix import client_of, user_with
from trust.models import AuditEvent, User
from trust.roles import ROLES

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"


@pytest.fixture
def case() -> Case:
    """Somebody in the clinic's campaign texts what no rule understands."""
    worlds.person(number=NUMBER)
    worlds.text(NUMBER, "my cat ate my patches")
    replies.answer_pending(now=calendar_now())
    return Case.objects.get()


@pytest.fixture
def counsellor() -> Client:
    return client_of(user_with("counsellor", organisation_wide=False))


def page(case: Case, deed: str = "change") -> str:
    return reverse(f"admin:enrolment_case_{deed}", args=[case.pk])


def shown(client: Client, show: str) -> int:
    found = client.get(reverse("admin:enrolment_case_changelist"), {"show": show})
    return found.context["cl"].queryset.count()


def test_list_shows_what_waits_and_its_clock(case: Case, counsellor: Client) -> None:
    content = counsellor.get(reverse("admin:enrolment_case_changelist")).content.decode()

    assert "my cat ate my patches" in content
    assert "due in 23 h" in content
    assert "Nobody is paged" in content


def test_list_is_narrowed(case: Case, counsellor: Client) -> None:
    assert [shown(counsellor, name) for name in ("waiting", "mine", "unassigned", "overdue")] == [
        1, 0, 1, 0,
    ]  # fmt: skip
    counsellor.post(page(case, "assign"))
    assert [shown(counsellor, name) for name in ("waiting", "mine", "unassigned")] == [1, 1, 0]
    counsellor.post(page(case, "resolve"), {"resolution": "nothing"})
    assert [shown(counsellor, name) for name in ("waiting", "mine", "resolved", "all")] == [
        0, 0, 1, 1,
    ]  # fmt: skip


def test_overdue_is_said_in_words(case: Case, counsellor: Client) -> None:
    opened = calendar_now() - timedelta(hours=30)
    Case.objects.update(opened_at=opened, due_at=opened + timedelta(hours=24))

    assert "overdue by 6 h" in counsellor.get(page(case)).content.decode()
    assert shown(counsellor, "overdue") == 1


def test_page_shows_both_ways_of_the_conversation(case: Case, counsellor: Client) -> None:
    content = counsellor.get(page(case)).content.decode()

    assert "my cat ate my patches" in content
    assert "A person will read it." in content
    assert NUMBER not in content


def test_answer_is_queued_and_shown(case: Case, counsellor: Client) -> None:
    answer = {"text": "Cats will be cats.", "turn": 0, "at_once": ""}

    content = counsellor.post(page(case, "answer"), answer, follow=True).content.decode()

    assert "The answer is on its way." in content
    assert "Cats will be cats." in content
    message = Message.objects.get(kind="staff")
    assert message.body.text == "Cats will be cats."


def test_button_pressed_twice_sends_once(case: Case, counsellor: Client) -> None:
    answer = {"text": "Cats will be cats.", "turn": 0}
    counsellor.post(page(case, "answer"), answer)

    again = counsellor.post(page(case, "answer"), answer).content.decode()

    assert "Somebody has answered meanwhile" in again
    assert "Cats will be cats.</textarea>" in again
    assert Message.objects.filter(kind="staff").count() == 1
    # Whoever has read the other answer may send this one all the same.
    turn = re.search(r'name="turn" value="(\d)"', again)
    assert turn
    counsellor.post(page(case, "answer"), {**answer, "turn": turn[1]})
    assert Message.objects.filter(kind="staff").count() == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 1531, "x" * 700])
def test_unfit_answer_is_kept_and_sends_nothing(case: Case, counsellor: Client, text: str) -> None:
    answer = counsellor.post(page(case, "answer"), {"text": text, "turn": 0})

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert text in answer.content.decode()
    assert not Message.objects.filter(kind="staff").exists()


def test_canned_reply_begins_the_answer(case: Case, counsellor: Client) -> None:
    theirs = {"organisation": worlds.organisation("hospital"), "language": "en"}
    foreign = CannedReply.objects.create(title="Other", text="Not yours", **theirs)
    own = CannedReply.objects.create(
        organisation=case.organisation, title="Lost patches", language="en", text="Ask for more."
    )

    content = counsellor.get(page(case), {"canned": own.pk}).content.decode()
    assert "Ask for more.</textarea>" in content
    assert "Not yours" not in counsellor.get(page(case), {"canned": foreign.pk}).content.decode()


def test_canned_replys_placeholders_are_filled_in(case: Case, counsellor: Client) -> None:
    Campaign.objects.update(variables={"quitline": "0800 000 0000"})
    reply = CannedReply.objects.create(
        organisation=case.organisation,
        title="Ring us",
        language="en",
        text="{{ first_name }}, ring {{ quitline }} {{ hotline }}",
    )

    content = counsellor.get(page(case), {"canned": reply.pk}).content.decode()
    assert "Amina, ring 0800 000 0000 {{ hotline }}</textarea>" in content
    answer = {"text": "Ring {{ hotline }}", "turn": 0}
    assert (
        "in place of {{ hotline }}"
        in counsellor.post(page(case, "answer"), answer).content.decode()
    )


def test_canned_reply_with_an_unknown_placeholder_is_not_kept(case: Case) -> None:
    client = client_of(user_with("counsellor", organisation_wide=True))
    form = {"organisation": case.organisation_id, "title": "Ring", "language": "en"}
    url = reverse("admin:enrolment_cannedreply_add")

    for text in ("Ring {{ hotline }}", "Hi {{ first name }}", "Hi {{first_name"):
        content = client.post(url, {**form, "text": text}).content.decode()
        assert "placeholder" in content or "Nobody knows what to put" in content
    assert not CannedReply.objects.exists()
    client.post(url, {**form, "text": "Hi {{ first_name }}"})
    assert CannedReply.objects.count() == 1


def test_counsellor_of_a_campaign_writes_its_replies_and_nobody_elses(
    case: Case, counsellor: Client
) -> None:
    url = reverse("admin:enrolment_cannedreply_add")
    form = {"title": "Hello", "language": "en", "text": "Hello there."}

    content = counsellor.post(url, form).content.decode()
    assert "Choose a campaign" in content
    assert "Hello there.</textarea>" in content
    foreign = worlds.campaign("hospital").pk
    assert counsellor.post(url, {**form, "campaign": foreign}).status_code == 200
    assert not CannedReply.objects.exists()
    counsellor.post(url, {**form, "campaign": case.campaign_id})
    assert CannedReply.objects.get().organisation == case.organisation


def test_target_is_set_once_for_each_urgency(case: Case) -> None:
    manager = client_of(user_with("programme_manager", organisation_wide=True))
    url = reverse("admin:enrolment_casetarget_add")

    for minutes in ("0", "99999"):
        assert manager.post(url, {"urgency": "1", "minutes": minutes}).status_code == 200
    manager.post(url, {"urgency": "1", "minutes": "10"})
    again = manager.post(url, {"urgency": "1", "minutes": "20"}).content.decode()
    assert "There is a target for these cases already." in again
    assert CaseTarget.objects.get().minutes == 10


def test_case_is_given_to_a_colleague_and_to_nobody_else(case: Case, counsellor: Client) -> None:
    worlds.organisation("hospital")
    colleague = User.objects.create(
        email="b@clinic.example", name="Bo", organisation=case.organisation,
        organisation_role="counsellor", is_staff=True,
    )  # fmt: skip
    stranger = User.objects.create(
        email="h@hospital.example", name="Hal", organisation=worlds.organisation("hospital"),
        organisation_role="counsellor", is_staff=True,
    )  # fmt: skip

    content = counsellor.get(page(case)).content.decode()
    assert "Bo</option>" in content
    assert "Hal</option>" not in content
    counsellor.post(page(case, "assign"), {"to": colleague.pk})
    case.refresh_from_db()
    assert case.assigned_to == colleague
    counsellor.post(page(case, "assign"), {"to": stranger.pk})
    case.refresh_from_db()
    assert case.assigned_to == colleague


def test_resolving_without_a_word_asks_for_it(case: Case, counsellor: Client) -> None:
    content = counsellor.post(page(case, "resolve"), {"resolution": ""}).content.decode()

    assert "Choose how it ended." in content
    assert Case.objects.get().status == Case.Status.OPEN


def test_page_that_reached_nobody_is_seen(case: Case, counsellor: Client) -> None:
    contact = PagerContact.objects.create(
        organisation=case.organisation, name="Nurse", email="n@clinic.example"
    )
    Page.objects.create(
        case=case, contact=contact, status="failed", attempts=20, made_at=case.opened_at,
        settled_at=case.opened_at, trouble="mail_refused",
    )  # fmt: skip

    content = counsellor.get(page(case)).content.decode()
    assert "given up after 20 tries: mail refused" in content


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("counsellor", "1 case is overdue in the counsellors&#x27; inbox"),
        ("programme_manager", "1 page reached nobody, and the case still waits"),
    ],
)
def test_first_page_tells_of_what_is_overdue_and_of_pages_lost(
    case: Case, role: str, words: str
) -> None:
    test_page_that_reached_nobody_is_seen(
        case, client_of(user_with("counsellor", organisation_wide=True))
    )
    opened = calendar_now() - timedelta(hours=30)
    Case.objects.update(opened_at=opened, due_at=opened + timedelta(hours=24))
    client = client_of(user_with(role, organisation_wide=False))

    content = client.get(reverse("admin:index")).content.decode()
    assert words in content
    assert "1 case is overdue" in content


def test_number_is_shown_to_whoever_may_and_written_down(case: Case, counsellor: Client) -> None:
    assert NUMBER in counsellor.post(page(case, "reveal")).content.decode()
    assert AuditEvent.objects.filter(verb="number.reveal").count() == 1


def test_deeds_are_posted(case: Case, counsellor: Client) -> None:
    for deed in ("assign", "answer", "resolve", "reopen", "reveal"):
        assert counsellor.get(page(case, deed)).status_code == 405
    assert counsellor.post(page(case)).status_code == 405


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"counsellor"}))
def test_other_roles_open_nothing(case: Case, role: str) -> None:
    client = client_of(user_with(role, organisation_wide=True))

    assert client.get(page(case)).status_code in {403, 404}
    assert client.post(page(case, "answer"), {"text": "hi", "turn": 0}).status_code in {403, 404}
    assert not Message.objects.filter(kind="staff").exists()


def test_manager_makes_a_contact_and_sees_its_secret() -> None:
    worlds.version()
    manager = client_of(user_with("programme_manager", organisation_wide=True))
    form = {
        "organisation": worlds.organisation().pk,
        "name": "Nurse on duty",
        "webhook": "https://pager.example/in",
        "is_active": "on",
    }

    manager.post(reverse("admin:enrolment_pagercontact_add"), form)

    contact = PagerContact.objects.get()
    change = reverse("admin:enrolment_pagercontact_change", args=[contact.pk])
    assert len(manager.get(change).context["adminform"].form.instance.webhook) > 0
    refused = {**form, "name": "Plain", "webhook": "http://pager.example/in"}
    manager.post(reverse("admin:enrolment_pagercontact_add"), refused)
    assert PagerContact.objects.count() == 1
