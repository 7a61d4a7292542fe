"""What an organisation has kept long enough goes, and nothing before."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client

from enrolment import inviting, leaving, purging, unnaming
from enrolment.models import (
    Answer,
    Attribute,
    Consent,
    Enrolment,
    Invitation,
    Participant,
    Reading,
    WebLink,
)
from messaging.models import InboundMessage, Message, MessageBody, OptOut, Recipient
from tests import worlds
from tests.enrolment.everywhere import found_anywhere
from tests.enrolment.test_matrix import client_of, user_with
from tests.enrolment.test_replies import NUMBER, texted
from trust import retention
from trust.models import AuditEvent, Organisation, Purge, RetentionSettings

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=366)
A_MONTH = timedelta(days=31)


@pytest.fixture
def person() -> Enrolment:
    """Has joined by text, told a reason and a reading, asked for her page."""
    worlds.full_version()
    for body in ("JOIN", "yes", "Amina", "10 december", "ask reason", "my quiet garden"):
        texted(body)
    for body in ("ask glucose", "6.5", "WEB"):
        texted(body, 2)
    moved_to_noon()
    return Enrolment.objects.get()


def moved_to_noon() -> None:
    """Texts of these tests come in at the real hour; what counts is the calendar's."""
    InboundMessage.objects.update(received_at=worlds.NOON)
    for model in (Recipient, Participant):
        model.objects.update(created_at=worlds.NOON)


def purged(after: timedelta) -> dict[str, int]:
    taken, _ = purging.purge(now=worlds.NOON + after)
    return {what: count for what, count in taken.items() if count}


def leave(enrolment: Enrolment) -> None:
    texted("STOP", 10)
    InboundMessage.objects.update(received_at=worlds.NOON)
    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.WITHDRAWN


def test_words_stay_twelve_months_and_go_then(person: Enrolment) -> None:
    purged(timedelta(days=364))
    assert InboundMessage.objects.filter(body=None).count() == 0
    assert not MessageBody.objects.filter(text=None).exists()

    taken = purged(YEAR)

    assert taken["words_in"] == InboundMessage.objects.count() == 9
    assert taken["words_out"] == Message.objects.count()
    assert taken["answers"] == Answer.objects.count()
    assert not InboundMessage.objects.exclude(body=None).exists()
    assert Answer.objects.exclude(value="").exists()
    assert Reading.objects.get().value == 6.5
    assert Participant.objects.get().first_name == "Amina"


def test_next_batch_goes_on_where_the_last_one_ended(person: Enrolment) -> None:
    now = worlds.NOON + YEAR

    first, more = purging.purge(now=now, limit=4)
    again, _ = purging.purge(now=now, limit=100)

    assert (first["words_in"], more, again["words_in"]) == (4, True, 5)
    row = Purge.objects.get(what="words_in")
    assert (row.count, row.day, row.reached) == (
        9,
        now.date(),
        InboundMessage.objects.order_by("-pk")[0].pk,
    )


def test_what_was_purged_is_booked_and_audited_once(person: Enrolment) -> None:
    assert purged(YEAR)
    assert purged(YEAR + timedelta(hours=1)) == {}

    audited = AuditEvent.objects.filter(verb="retention.purge")
    booked = Purge.objects.filter(count__gt=0)
    assert {row.detail["what"]: row.detail["rows"] for row in audited} == dict(
        booked.values_list("what", "count")
    )


def test_number_and_name_go_six_months_after_leaving(person: Enrolment) -> None:
    leave(person)

    assert "numbers" not in purged(timedelta(days=180))
    assert Recipient.objects.get().number == NUMBER
    assert purged(timedelta(days=183))["numbers"] == 1

    assert found_anywhere(NUMBER, NUMBER[1:], "Amina", "quiet", "garden") == []
    assert not Attribute.objects.exclude(words=None).exists()
    assert not Consent.objects.exclude(exact_text=None).exists()
    assert Answer.objects.filter(question_key="glucose").exists()
    assert OptOut.objects.filter(lifted_at=None).count() == 1
    assert person.status == Enrolment.Status.WITHDRAWN


def test_whoever_joins_after_that_is_somebody_new(person: Enrolment) -> None:
    leave(person)
    purged(timedelta(days=183))

    assert texted("JOIN", 60 * 24 * 184) == ["Do you smoke? YES or NO"]

    assert Participant.objects.count() == 2


@pytest.mark.parametrize("status", ["active", "paused", "invited"])
def test_nobody_in_a_programme_loses_her_number(person: Enrolment, status: str) -> None:
    paused = {"paused_at": worlds.NOON, "pause_reason": "asked"} if status == "paused" else {}
    Enrolment.objects.update(status=status, next_due_at=None, **paused)

    purged(YEAR)

    assert Recipient.objects.get().number == NUMBER


def test_whoever_has_finished_counts_from_the_last_text(person: Enrolment) -> None:
    late = worlds.NOON + timedelta(days=90)
    Enrolment.objects.update(status="completed", next_due_at=None, last_text_at=late)

    assert "numbers" not in purged(timedelta(days=200))
    assert purged(timedelta(days=90 + 185))["numbers"] == 1


def test_whoever_has_come_back_since_is_left_alone(person: Enrolment) -> None:
    leave(person)
    now = worlds.NOON + timedelta(days=183)
    before = retention.months_before(now, 6)
    assert unnaming.long_gone(worlds.organisation().pk, before).exists()
    Enrolment.objects.update(
        status="active", ended_at=None, exit_reason="", heard_at=now, next_due_at=None
    )

    assert not unnaming.unname(participant_id=person.participant_id, before=before, now=now)
    assert Recipient.objects.get().number == NUMBER


def test_number_that_only_texted_once_goes_too() -> None:
    texted("who is this?")
    moved_to_noon()
    Message.objects.update(created_at=worlds.NOON)

    assert "strangers" not in purged(timedelta(days=180))
    assert purged(timedelta(days=183))["strangers"] == 1
    assert found_anywhere(NUMBER, "who is") == []


def test_name_of_an_invitation_goes_with_the_number() -> None:
    worlds.version()
    inviting.invite(
        version=worlds.version(),
        number=NUMBER,
        language="en",
        channel="paper",
        first_name="Amina",
        now=worlds.NOON,
    )
    moved_to_noon()
    leaving.take_silence_as_leaving(now=worlds.NOON + timedelta(days=7))

    purged(timedelta(days=190))

    assert Invitation.objects.get().first_name is None
    assert Recipient.objects.get().number is None


def test_links_go_after_their_days(person: Enrolment) -> None:
    purged(timedelta(days=29))
    assert WebLink.objects.count() == 1

    assert purged(A_MONTH)["links"] == 1
    assert not WebLink.objects.exists()


def test_each_organisation_keeps_as_it_has_set(person: Enrolment) -> None:
    RetentionSettings.objects.create(organisation=worlds.organisation(), words_months=1)
    worlds.text(NUMBER, "elsewhere", worlds.sender("hospital"))
    InboundMessage.objects.update(received_at=worlds.NOON)

    purged(timedelta(days=40))

    [kept] = InboundMessage.objects.exclude(body=None)
    assert kept.organisation == worlds.organisation("hospital")


def test_longer_or_shorter_time_counts_from_the_next_run(person: Enrolment) -> None:
    kept = RetentionSettings.objects.create(organisation=worlds.organisation(), words_months=1)
    purged(timedelta(days=40))
    kept.words_months = 24
    kept.save()
    texted("CRAVE", 60 * 24 * 41)
    InboundMessage.objects.filter(body__isnull=False).update(
        received_at=worlds.NOON + timedelta(days=41)
    )

    purged(timedelta(days=400))

    assert [row.body for row in InboundMessage.objects.exclude(body=None)] == ["CRAVE"]


def test_audit_goes_after_its_years_and_the_database_keeps_the_younger() -> None:
    here = worlds.organisation()
    now = datetime.now(UTC)
    for years in (2, 4, 6):
        event = AuditEvent(organisation=here, actor_label="test", verb=f"old.{years}")
        event.subject_type = "test"
        event.at = now - timedelta(days=366 * years)
        event.save(force_insert=True)

    taken, _ = purging.purge(now=worlds.NOON)

    assert taken["audit"] == 1
    left = AuditEvent.objects.filter(verb__startswith="old.")
    assert set(left.values_list("verb", flat=True)) == {"old.2", "old.4"}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        left.filter(verb="old.2").delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        left.filter(verb="old.4").update(verb="new")


@pytest.mark.parametrize(
    ("field", "value"),
    [("words_months", 0), ("number_months", 25), ("audit_years", 2), ("erased_number_hours", 73)],
)
def test_time_out_of_range_is_refused_by_the_form_and_the_database(field: str, value: int) -> None:
    row = RetentionSettings(organisation=worlds.organisation(), **{field: value})

    with pytest.raises(ValidationError, match=r"At (least|most)"):
        row.full_clean()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


def test_admin_of_the_organisation_edits_and_is_audited() -> None:
    row = RetentionSettings.objects.create(organisation=worlds.organisation())
    client = client_of(user_with("organisation_admin", organisation_wide=True))
    page = f"/admin/trust/retentionsettings/{row.pk}/change/"
    fields = {
        "words_months": 0,
        "number_months": 3,
        "link_days": 30,
        "erased_number_hours": 24,
        "audit_years": 5,
    }

    refused = client.post(page, fields)
    saved = client.post(page, {**fields, "words_months": 6})

    assert "At least 1." in refused.content.decode()
    assert saved.status_code == 302
    row.refresh_from_db()
    assert (row.words_months, row.number_months) == (6, 3)
    event = AuditEvent.objects.get(verb="retentionsettings.changed")
    assert event.detail == {"fields": ["Words, months", "Number, months"]}


@pytest.mark.parametrize("role", ["programme_manager", "auditor", "counsellor"])
def test_nobody_else_edits(role: str) -> None:
    row = RetentionSettings.objects.create(organisation=worlds.organisation())
    client = client_of(user_with(role, organisation_wide=True))

    answer = client.post(f"/admin/trust/retentionsettings/{row.pk}/change/", {"words_months": 1})

    assert answer.status_code in {302, 403, 404}
    row.refresh_from_db()
    assert row.words_months == 12


def test_new_organisation_has_a_row_to_edit() -> None:
    platform = user_with("organisation_admin", organisation_wide=True)
    platform.is_superuser = True
    platform.save()

    client_of(platform).post(
        "/admin/trust/organisation/add/",
        {
            "name": "Ward",
            "slug": "ward",
            "country": "GB",
            "time_zone": "UTC",
            "default_language": "en",
        },
    )

    assert Organisation.objects.get(slug="ward").retention.words_months == 12


def test_command_says_what_it_took(
    person: Enrolment, capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    call_command("purge")
    assert capsys.readouterr().out == "nothing was due\n"
    RetentionSettings.objects.create(organisation=worlds.organisation(), words_months=1)
    InboundMessage.objects.update(received_at=datetime(2026, 1, 1, tzinfo=UTC))

    call_command("purge")

    assert "9 words of texts received" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        (datetime(2027, 3, 31, 12), 1, datetime(2027, 2, 28, 12)),
        (datetime(2027, 1, 15), 1, datetime(2026, 12, 15)),
        (datetime(2028, 2, 29), 12, datetime(2027, 2, 28)),
        (datetime(2027, 6, 1), 60, datetime(2022, 6, 1)),
    ],
)
def test_months_are_the_calendars(now: datetime, months: int, then: datetime) -> None:
    assert retention.months_before(now, months) == then
