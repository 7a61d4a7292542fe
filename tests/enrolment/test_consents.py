"""Consents that a campaign's own questions ask for: by text and on the person's page."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from campaigns.loading import load
from campaigns.models import CampaignVersion
from campaigns.pack import read_pack
from enrolment import consents, joining, planner
from enrolment.models import Answer, Attribute, Consent, Decision, Enrolment, Participant
from messaging.models import InboundMessage, Message
from tests import worlds
from tests.enrolment.test_replies import texted
from tests.enrolment.test_web_links import token_in

pytestmark = pytest.mark.django_db

STUDY = Path(__file__).parents[1] / "packs" / "study"
SERVICE, RESEARCH = Consent.Scope.SERVICE, Consent.Scope.RESEARCH
CALL, SHARING = Consent.Scope.FOLLOW_UP_CALL, Consent.Scope.DATA_SHARING


@pytest.fixture
def version() -> CampaignVersion:
    edition = load(pack=read_pack(STUDY), campaign=worlds.campaign(), author=None)
    worlds.publish(edition)
    return edition


def joined(*answers: str) -> Enrolment:
    for body in ("TAKE PART", "Amina", "34", *answers):
        texted(body)
    return Enrolment.objects.get()


def test_yes_is_a_line_of_the_ledger_with_its_wording_and_words(version: CampaignVersion) -> None:
    enrolment = joined("Yes, of course")

    line = Consent.objects.get(scope=RESEARCH)
    assert (line.enrolment, line.is_given, line.exact_text) == (enrolment, True, "Yes, of course")
    assert (line.wording_version, line.wording_key) == (version, "question.study")
    assert (line.language, line.channel, line.given_at) == ("en", "sms", worlds.NOON)


def test_no_to_all_of_it_never_ends_the_service(version: CampaignVersion) -> None:
    enrolment = joined("no", "no")

    assert enrolment.status == Enrolment.Status.ACTIVE
    assert consents.standing(enrolment) == {SERVICE}
    assert list(Consent.objects.filter(is_given=False).values_list("scope", flat=True)) == [
        RESEARCH,
        CALL,
    ]


def test_yes_is_taken_back_by_text_and_given_again(version: CampaignVersion) -> None:
    enrolment = joined("yes", "yes")
    assert consents.standing(enrolment) == {SERVICE, RESEARCH, CALL}

    assert texted("STUDY")[0].startswith("May researchers use your answers")
    assert texted("NO") == ["That's fine, nothing changes for you."]
    assert consents.standing(enrolment) == {SERVICE, CALL}

    texted("study")
    texted("yes")
    assert consents.standing(enrolment) == {SERVICE, RESEARCH, CALL}


@pytest.mark.parametrize(
    ("study", "decided"),
    [
        ("yes", {"thanks.1": "queued", "only_ours.1": "queued"}),
        ("no", {"thanks.1": "suppressed", "only_ours.1": "queued"}),
    ],
)
def test_condition_asks_the_ledger(
    version: CampaignVersion, study: str, decided: dict[str, str]
) -> None:
    joined(study, "no")

    for day in (1, 2, 3):
        planner.tick(now=worlds.NOON + timedelta(days=day, hours=-2))

    found = Decision.objects.filter(step_key__in=decided).values_list("step_key", "outcome")
    assert dict(found) == decided


def test_condition_sees_what_was_taken_back_on_the_way(version: CampaignVersion) -> None:
    joined("yes", "no")
    texted("STUDY", 5)
    texted("no", 6)

    planner.tick(now=worlds.NOON + timedelta(days=1))

    assert Decision.objects.get(step_key="thanks.1").reason == "condition"


def test_call_agreed_to_outlives_the_texts(version: CampaignVersion) -> None:
    joined("yes", "yes")

    texted("STOP")

    assert consents.standing(Enrolment.objects.get()) == {RESEARCH, CALL}


def test_child_is_turned_away_and_nothing_she_told_is_kept(version: CampaignVersion) -> None:
    texted("TAKE PART")
    texted("Amina")

    assert texted("15") == [
        "These texts are for grown-ups. Talk to an adult you trust; that helps."
    ]

    enrolment = Enrolment.objects.get()
    assert (enrolment.status, enrolment.exit_reason) == ("ineligible", "under_age")
    assert Participant.objects.get().first_name is None
    assert not Attribute.objects.exists()
    assert not Answer.objects.exclude(raw=None, value="").exists()
    assert not InboundMessage.objects.exclude(body=None).exists()
    assert not Consent.objects.exclude(exact_text=None).exists()
    assert consents.standing(enrolment) == frozenset()
    # What is still on its way to her leaves: the kind words.
    assert not Message.objects.filter(body__text=None).exists()


def test_child_behind_a_shared_number_takes_nothing_of_the_other_with_her(
    version: CampaignVersion,
) -> None:
    other = worlds.person(of=worlds.version(worlds.campaign(key="other")))
    texted("crave")
    child = joining.enrol(
        version=version,
        recipient=other.participant.recipient,
        language="en",
        now=worlds.NOON,
    )
    child.question, child.asked_at = "age", worlds.NOON
    child.save()

    assert texted("15", 1)[0].startswith("These texts are for grown-ups.")

    assert Participant.objects.get().first_name == "Amina"
    assert [row.body for row in InboundMessage.objects.order_by("pk")] == ["crave", None]


class TestOwnPage:
    @pytest.fixture(autouse=True)
    def noon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("messaging.clock.calendar_now", lambda: worlds.NOON)

    @pytest.fixture
    def inside(self, client: Client, version: CampaignVersion) -> Client:
        joined("yes", "no")
        client.post(f"/me/{token_in(texted('WEB'))}/")
        return client

    def words(self, client: Client, path: str = "/me/") -> str:
        text = re.sub(r"<[^>]+>", " ", client.get(path).content.decode())
        return re.sub(r"\s+", " ", text)

    def test_each_consent_is_shown_with_its_day(self, inside: Client) -> None:
        shown = self.words(inside)

        assert "Our texts Yes, since 1 Dec 2026" in shown
        assert "Research Yes, since 1 Dec 2026" in shown
        assert "A call afterwards No, since 1 Dec 2026" in shown
        assert "Sharing what you tell us Not asked yet" in shown

    @pytest.mark.parametrize(
        ("what", "agreed", "standing"),
        [
            ("research", "no", {SERVICE}),
            ("follow_up_call", "yes", {SERVICE, RESEARCH, CALL}),
            ("data_sharing", "yes", {SERVICE, RESEARCH, SHARING}),
        ],
    )
    def test_it_is_given_and_taken_back(
        self, inside: Client, what: str, agreed: str, standing: set[str]
    ) -> None:
        enrolment = Enrolment.objects.get()

        answer = inside.post(f"/me/{enrolment.pk}/{what}/", {"agreed": agreed})

        assert answer.headers["Location"] == f"/me/?saved={what}"
        assert consents.standing(enrolment) == standing
        line = Consent.objects.order_by("-pk")[0]
        assert (line.channel, line.exact_text) == ("web", {"yes": "Yes, I agree"}.get(agreed, "No"))
        assert line.wording_key.startswith("question.")

    def test_form_asks_in_the_words_of_the_content(self, inside: Client) -> None:
        enrolment = Enrolment.objects.get()

        shown = self.words(inside, f"/me/{enrolment.pk}/research/")

        assert "May researchers use your answers, without your name?" in shown

    def test_no_choice_says_what_to_do(self, inside: Client) -> None:
        enrolment = Enrolment.objects.get()

        answer = inside.post(f"/me/{enrolment.pk}/research/", {})

        assert "Choose yes or no." in answer.content.decode()
        assert Consent.objects.filter(channel="web").count() == 0

    def test_it_can_be_taken_back_after_leaving(self, inside: Client) -> None:
        enrolment = Enrolment.objects.get()
        inside.post("/me/leave/")

        assert "Research Yes" in self.words(inside)
        assert "Our texts" not in self.words(inside)
        inside.post(f"/me/{enrolment.pk}/research/", {"agreed": "no"})

        assert consents.standing(Enrolment.objects.get()) == frozenset()

    def test_nothing_else_is_changed_after_leaving(self, inside: Client) -> None:
        enrolment = Enrolment.objects.get()
        inside.post("/me/leave/")

        inside.post(f"/me/{enrolment.pk}/name/", {"first_name": "Eve"})

        assert Participant.objects.get().first_name == "Amina"

    def test_programme_that_asks_none_offers_none(self, inside: Client) -> None:
        version = worlds.version(worlds.campaign(key="quit3"))
        other = worlds.person(of=version)

        answer = inside.post(f"/me/{other.pk}/research/", {"agreed": "yes"})

        assert answer.headers["Location"] == "/me/"
        assert not Consent.objects.filter(enrolment=other, scope=RESEARCH).exists()
