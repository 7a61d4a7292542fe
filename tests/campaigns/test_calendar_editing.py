from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.calendar_editing import (
    CalendarRefused,
    add_date,
    campaigns_counting_from,
    change_date,
    remove_date,
    seed,
)
from campaigns.calendars import changed_keys
from campaigns.models import CalendarDate, CampaignVersion, Stage
from campaigns.national_days import known_days
from messaging.clock import calendar_now
from messaging.models import CalendarOffset
from tests import worlds
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

DAY = date(2027, 2, 8)
TODAY = date(2026, 12, 1)


def written(edition: int = 1448, day: date = DAY, country: str = "GB") -> CalendarDate:
    row = CalendarDate(
        organisation=worlds.organisation(),
        country=country,
        key="ramadan",
        edition=edition,
        day=day,
        name="1 Ramadan",
        is_expected=True,
    )
    add_date(calendar_date=row, actor=None)
    return row


def move(row: CalendarDate, day: date) -> bool:
    return change_date(calendar_date=row, day=day, name=row.name, is_expected=False, actor=None)


def count_from(key: str, *, published: bool = True) -> CampaignVersion:
    version = worlds.version(published=False)
    Stage.objects.create(
        version=version,
        key=key,
        name=key,
        position=9,
        anchor=f"calendar.{key}",
        track="core",
        late="skip",
        shelf_hours=4,
    )
    if published:
        worlds.publish(version)
    return version


def test_moved_day_is_told_and_kept_in_the_audit() -> None:
    row = written()
    before = calendar_now()

    moved = move(row, DAY + timedelta(days=1))

    row.refresh_from_db()
    event = AuditEvent.objects.get(verb="calendar_date.move")
    assert moved
    assert row.day == date(2027, 2, 9)
    assert not row.is_expected
    assert changed_keys(before) == [(row.organisation_id, "GB", "calendar.ramadan")]
    assert event.organisation_id == row.organisation_id
    assert (event.detail["from"], event.detail["to"]) == ("2027-02-08", "2027-02-09")


def test_new_name_alone_moves_nobodys_plans() -> None:
    row = written()
    before = calendar_now()

    moved = change_date(
        calendar_date=row, day=DAY, name="Ramadan begins", is_expected=False, actor=None
    )

    row.refresh_from_db()
    assert not moved
    assert row.name == "Ramadan begins"
    assert changed_keys(before) == []


def test_changes_are_stamped_in_calendar_time() -> None:
    CalendarOffset.objects.create(pk=1, offset=timedelta(days=30))
    before = calendar_now()

    row = written()

    row.refresh_from_db()
    assert before < row.changed_at < calendar_now()


@pytest.mark.parametrize(
    ("edition", "day"), [(1449, DAY), (1449, date(2027, 2, 1)), (1447, date(2027, 2, 9))]
)
def test_day_out_of_order_is_refused(edition: int, day: date) -> None:
    written()

    with pytest.raises(CalendarRefused, match="edition 1448"):
        written(edition, day)


def test_day_moved_past_the_next_edition_is_refused() -> None:
    row = written()
    written(1449, date(2028, 1, 28))

    with pytest.raises(CalendarRefused, match="before edition 1449"):
        move(row, date(2028, 1, 28))
    row.refresh_from_db()
    assert row.day == DAY


def test_date_a_published_version_counts_from_can_not_be_removed() -> None:
    count_from("ramadan")
    row = written()

    with pytest.raises(CalendarRefused, match="Move the date"):
        remove_date(calendar_date=row, actor=None)
    assert campaigns_counting_from(row) == ["Quit"]
    assert CalendarDate.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(("key", "country"), [("eid", "GB"), ("ramadan", "NO")])
def test_date_nobody_counts_from_can_be_removed(key: str, country: str) -> None:
    count_from(key)
    row = written(country=country)

    remove_date(calendar_date=row, actor=None)

    assert not CalendarDate.objects.exists()
    assert AuditEvent.objects.filter(verb="calendar_date.remove").count() == 1


def test_date_only_a_draft_counts_from_can_be_removed() -> None:
    count_from("ramadan", published=False)

    remove_date(calendar_date=written(), actor=None)

    assert not CalendarDate.objects.exists()


def test_seed_leaves_what_is_there() -> None:
    row = written(day=date(2027, 2, 10), country="EG")
    days = known_days("EG", range(2026, 2029), ramadan=True)
    place = {"organisation": worlds.organisation(), "country": "EG"}

    first = seed(**place, days=days, today=TODAY, actor=None)
    second = seed(**place, days=days, today=TODAY, actor=None)

    row.refresh_from_db()
    assert first == len(days) - 1
    assert second == 0
    assert row.day == date(2027, 2, 10)


def test_seed_expects_only_what_the_moon_has_yet_to_tell() -> None:
    days = known_days("EG", range(2026, 2029), ramadan=True)

    seed(organisation=worlds.organisation(), country="EG", days=days, today=TODAY, actor=None)

    expected = CalendarDate.objects.filter(is_expected=True)
    assert set(expected.values_list("key", "edition")) == {
        ("ramadan", 1448),
        ("ramadan", 1449),
        ("eid_al_fitr", 1448),
        ("eid_al_fitr", 1449),
    }


def test_seed_leaves_out_a_day_that_no_longer_fits() -> None:
    """1448 was moved past where the table has 1449: nobody is to get it twice."""
    written(day=date(2028, 2, 1), country="EG")
    days = [day for day in known_days("EG", range(2027, 2029), ramadan=True) if day.edition == 1449]

    seed(organisation=worlds.organisation(), country="EG", days=days, today=TODAY, actor=None)

    assert not CalendarDate.objects.filter(key="ramadan", edition=1449).exists()


def command(*words: str) -> str:
    out = StringIO()
    call_command("seed_calendar", "--organisation", "clinic", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["--country", "EG"], 5),
        (["--country", "NO"], 3),
        (["--country", "NO", "--ramadan"], 5),
    ],
)
def test_command_writes_ramadan_where_it_is_kept_or_asked_for(words: list[str], keys: int) -> None:
    worlds.organisation()

    said = command(*words, "--years", "2")

    assert CalendarDate.objects.values("key").distinct().count() == keys
    assert f"{CalendarDate.objects.count()} dates added, 0 left" in said


def test_command_again_adds_nothing() -> None:
    worlds.organisation()
    command("--country", "EG")

    assert ": 0 dates added" in command("--country", "EG")


@pytest.mark.parametrize(
    "words", [["--country", "XX"], ["--country", "egypt"], ["--country", "EG", "--years", "0"]]
)
def test_command_refuses_what_it_can_not_do(words: list[str]) -> None:
    worlds.organisation()

    with pytest.raises(CommandError):
        command(*words)


def test_command_names_the_organisations_it_knows() -> None:
    worlds.organisation("hospital")

    with pytest.raises(CommandError, match="Known: hospital"):
        command("--country", "EG")
