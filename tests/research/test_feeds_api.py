"""What researchers' programs read: each row once, under pseudonyms, of one campaign."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from campaigns.models import Membership, Trial
from enrolment import api_tokens, consents, leaving, planner, replies
from enrolment.models import Answer, Decision, Enrolment
from messaging import clock
from messaging.models import Message
from research import counting
from research.feeds import FEEDS
from research.figures import figures
from tests import trials, worlds
from tests.enrolment.test_allocation_ledger import allocation
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db
NUMBER = "+447700900001"
LATER = worlds.NOON + timedelta(days=3)


@pytest.fixture
def person() -> Enrolment:
    enrolment = worlds.person(quit_day=worlds.NOON.date())
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    worlds.text(NUMBER, "CRAVE", at=worlds.NOON + timedelta(hours=1))
    replies.answer_pending(now=worlds.NOON + timedelta(hours=1))
    planner.tick(now=worlds.NOON + timedelta(hours=8))
    worlds.text(NUMBER, "no", at=worlds.NOON + timedelta(hours=9))
    replies.answer_pending(now=worlds.NOON + timedelta(hours=9))
    Message.objects.filter(status="queued").update(status="delivered", settled_at=LATER)
    return enrolment


@pytest.fixture
def token(person: Enrolment) -> str:
    return api_tokens.create(
        campaign=person.campaign, name="Lab", may={"research"}, now=worlds.NOON
    )[1]


def get(token: str, name: str, **asked: object) -> HttpResponse:
    return Client().get(
        f"/api/v1/research/{name}/", asked, headers={"Authorization": f"Bearer {token}"}
    )


def rows(token: str, name: str) -> list[dict[str, object]]:
    answer = get(token, name)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["rows"])


@pytest.mark.parametrize("name", sorted(FEEDS))
def test_columns_are_the_bundle_s(person: Enrolment, token: str, name: str) -> None:
    found = rows(token, name)

    if name not in {"readings", "withdrawals", "allocations"}:
        assert found
    for row in found:
        assert list(row) == [column.name for column in FEEDS[name].table.columns]


def test_person_is_told_of_by_one_pseudonym_and_days_of_the_study(
    person: Enrolment, token: str
) -> None:
    told = {name: rows(token, name) for name in FEEDS}

    pids = {row["pid"] for found in told.values() for row in found}
    assert len(pids) == 1
    assert pids.pop().startswith("p")  # type: ignore[union-attr]
    (enrolment,) = told["enrolments"]
    assert (enrolment["state"], enrolment["first_quit_day"]) == ("active", 0)
    assert enrolment["consented"] is True
    (answer,) = told["answers"]
    assert (answer["question"], answer["value"], answer["answered_day"]) == ("smoked", "no", 0)
    out = {row["msg_id"]: row for row in told["messages_out"]}
    assert {row["decision_id"] for row in out.values()} > {
        row["decision_id"] for row in told["decisions"] if row["outcome"] == "queued"
    }
    kinds = {row["kind"] for row in told["messages_in"]}
    assert kinds == {"answer", "keyword"}


def test_no_number_name_word_or_date_is_told(person: Enrolment, token: str) -> None:
    everything = b"".join(get(token, name).content for name in FEEDS).decode()

    for secret in ("7700900", "Amina", "CRAVE", "2026", f'"{person.pk}"'):
        assert secret not in everything, secret


def test_pages_tell_each_row_once(person: Enrolment, token: str) -> None:
    whole, after, found = rows(token, "decisions"), 0, []
    assert len(whole) == 2

    while True:
        page = get(token, "decisions", after=after, limit=1).json()
        found += page["rows"]
        after = page["next"]
        if not page["more"]:
            break

    assert found == whole
    assert get(token, "decisions", after=after).json() == {
        "rows": [], "next": after, "more": False
    }  # fmt: skip


def test_feed_waits_at_a_text_that_is_still_on_its_way(person: Enrolment, token: str) -> None:
    first, second, *_ = Message.objects.order_by("pk")
    Message.objects.filter(pk=second.pk).update(status="queued", settled_at=None)

    page = get(token, "messages_out").json()

    assert len(page["rows"]) == 1
    assert (page["next"], page["more"]) == (first.pk, False)
    Message.objects.filter(pk=second.pk).update(status="delivered", settled_at=LATER)
    assert get(token, "messages_out", after=page["next"]).json()["rows"]


def test_numbering_of_a_page_is_that_of_the_whole(person: Enrolment, token: str) -> None:
    last = Decision.objects.order_by("pk").last()
    assert last is not None

    (row,) = get(token, "decisions", after=last.pk - 1).json()["rows"]

    assert row["t_index"] == Decision.objects.count()


def test_others_are_never_told_of(person: Enrolment, token: str) -> None:
    elsewhere = worlds.person(
        number="+447700900002", of=worlds.version(worlds.campaign("elsewhere", "other"))
    )
    here_too = worlds.person(
        number="+447700900003", of=worlds.version(worlds.campaign(key="second"))
    )
    tested = worlds.person(number="+447700900004", of=person.version)
    Enrolment.objects.filter(pk=tested.pk).update(is_test=True)
    planner.tick(now=worlds.NOON + timedelta(days=1))
    for name in FEEDS:
        assert len({row["pid"] for row in rows(token, name)}) <= 1, name
    assert elsewhere.pk != here_too.pk


def test_whoever_says_no_to_research_is_told_of_no_more(person: Enrolment, token: str) -> None:
    for given in (True, False):
        consents.record(
            enrolment=person, scope="research", is_given=given, channel="sms",
            exact_text="x", now=LATER,
        )  # fmt: skip
        assert bool(rows(token, "answers")) is given
        assert bool(rows(token, "enrolments")) is given


def test_leaving_is_told(person: Enrolment, token: str) -> None:
    leaving.withdraw(enrolment=person, source="staff", reason="told_by_call", now=LATER)

    (row,) = rows(token, "withdrawals")
    assert (row["source"], row["reason"], row["day"]) == ("staff", "told_by_call", 3)


def test_token_for_other_things_reads_nothing_and_the_try_is_audited(person: Enrolment) -> None:
    _, secret = api_tokens.create(
        campaign=person.campaign, name="Meter", may={"readings", "fhir"}, now=worlds.NOON
    )

    for name in FEEDS:
        assert get(secret, name).status_code == 403

    assert AuditEvent.objects.filter(verb="api_token.refused").count() == len(FEEDS)


def test_maker_who_lost_the_role_takes_the_token_along(person: Enrolment) -> None:
    maker = User.objects.create(email="r@clinic.example", organisation=worlds.organisation())
    Membership.objects.create(user=maker, campaign=person.campaign, role="researcher")
    _, secret = api_tokens.create(
        campaign=person.campaign, name="Lab", may={"research"}, now=worlds.NOON, actor=maker
    )
    assert get(secret, "answers").status_code == 200

    Membership.objects.all().delete()

    assert get(secret, "answers").status_code == 403
    assert AuditEvent.objects.filter(verb="api_token.refused").exists()


def test_each_page_is_audited(person: Enrolment, token: str) -> None:
    get(token, "answers", limit=5)

    (event,) = AuditEvent.objects.filter(verb="research.read")
    assert event.detail == {"what": "answers", "rows": Answer.objects.count(), "after": 0}


@pytest.mark.parametrize(
    "asked",
    [{"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"after": "-1"}, {"after": "1.5"},
     {"page": "2"}, {"limit": ["1", "2"]}, {"after": "99999999999999999999"}],
)  # fmt: skip
def test_what_is_asked_wrongly_is_refused(
    person: Enrolment, token: str, asked: dict[str, object]
) -> None:
    assert get(token, "answers", **asked).status_code == 422


def test_token_that_asks_too_often_waits(person: Enrolment, token: str) -> None:
    person.campaign.api_tokens.update(most_a_minute=1)
    minute = datetime.now(UTC).replace(second=0, microsecond=0)

    statuses = []
    for _ in range(2):
        person.campaign.api_tokens.update(window_at=minute, window_count=1)
        statuses.append(get(token, "answers").status_code)

    assert 429 in statuses


def test_campaign_is_told_by_its_versions(person: Enrolment, token: str) -> None:
    (row,) = rows(token, "campaigns")

    assert (row["campaign"], row["version"], row["state"]) == ("quit", 1, "published")
    assert row["time_zone"] == "Europe/London"


def test_indicators_are_those_of_the_figures_page(person: Enrolment, token: str) -> None:
    for number in range(5, 10):
        worlds.person(number=f"+44770090000{number}", of=person.version)
    counting.count_all(now=clock.calendar_now(), anew=False)

    found = {(row["indicator"], row["key"]): row for row in rows(token, "indicators")}

    expected = figures(person.campaign, since=None, until=LATER.date()).funnel[0]
    began = found["funnel", "began"]
    assert (began["numerator"], began["denominator"]) == (6, 6) == (expected.count, 6)
    assert began["value"] == 1
    assert get(token, "indicators", days=0).status_code == 422
    told = {(row["indicator"], row["key"]): row for row in rows(token, "indicators")}
    assert {name for name, _ in told} >= {"funnel", "dose", "completion"}
    few = [row for row in told.values() if row["suppressed"]]
    assert all(row["numerator"] is row["denominator"] is row["value"] is None for row in few)


def test_indicators_of_a_group_are_told_and_of_a_small_one_not(
    person: Enrolment, token: str
) -> None:
    for number in range(5, 10):
        worlds.person(number=f"+44770090000{number}", of=person.version)
    counting.count_all(now=clock.calendar_now(), anew=False)

    def told(**slice_: str) -> list[dict[str, object]]:
        return list(get(token, "indicators", **slice_).json()["rows"])

    english = {(row["indicator"], row["key"]): row for row in told(by="language", value="en")}
    assert english["funnel", "began"]["denominator"] == 6
    nobody = told(by="language", value="nb")
    assert {(row["key"], row["suppressed"], row["numerator"]) for row in nobody} == {
        ("", True, None)
    }


@pytest.mark.parametrize(
    "asked",
    [{"by": "shoe"}, {"by": "language"}, {"value": "en"}, {"by": "age", "value": "x" * 131}],
)
def test_group_that_is_none_is_said(token: str, asked: dict[str, str]) -> None:
    assert get(token, "indicators", **asked).status_code == 422


def test_arms_of_a_blinded_trial_are_told_to_no_token(person: Enrolment, token: str) -> None:
    trials.trial(person.campaign)

    answer = get(token, "indicators", by="arm", value="dose:dose:new")

    assert answer.status_code == 422
    assert "blinded" in answer.content.decode()


def test_allocation_is_told_and_its_arm_once_the_trial_is_open(
    person: Enrolment, token: str
) -> None:
    # Both are there before the trial runs: nobody draws for them but this test.
    tested = worlds.person(number="+447700900002", of=person.version)
    trial = trials.trial(person.campaign, method="blocks", block_sizes=[4])
    allocation(trial, enrolment=person, block=1, position=3)
    allocation(trial, enrolment=tested, is_test=True)

    (row,) = rows(token, "allocations")

    assert (row["trial"], row["factor"], row["method"]) == ("dose", "dose", "blocks")
    assert row["seed_hash"] == trial.seed_hash
    hidden = ("arm", "block_id", "seq_no", "probabilities", "draw")
    assert {row[name] for name in hidden} == {None}
    assert row["blinded"] is True
    Trial.objects.update(state="stopped", stopped_at=LATER)
    (row,) = rows(token, "allocations")
    assert (row["arm"], row["block_id"], row["seq_no"], row["draw"]) == ("usual", 1, 3, 0.25)
